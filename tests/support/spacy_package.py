"""An installed spaCy pipeline made on the spot: an empty one of some language, with rules for a few names."""

import json
from pathlib import Path

import spacy


def install_spacy_package(folder: Path, package: str, language: str, patterns: dict[str, str]) -> str:
    """Write a package that `spacy.load` finds once the folder is on the import path; return its name.

    `patterns` maps a text to the label that the pipeline gives it. Effects: writes files.
    """
    made = spacy.blank(language)
    made.meta["name"] = package.partition("_")[2]
    made.meta["version"] = "1.0.0"
    ruler = made.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": text} for text, label in patterns.items()])
    home = folder / package
    home.mkdir()
    made.to_disk(home / f"{package}-1.0.0")
    (home / "meta.json").write_text(json.dumps(made.meta), encoding="utf-8")
    (home / "__init__.py").write_text(
        "from spacy.util import load_model_from_init_py\n\n\n"
        "def load(**overrides):\n    return load_model_from_init_py(__file__, **overrides)\n",
        encoding="utf-8",
    )
    distribution = folder / f"{package}-1.0.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n", encoding="utf-8"
    )
    return package
