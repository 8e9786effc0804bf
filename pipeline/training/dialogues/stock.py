"""All templates that come with the package, read once."""

from dataclasses import dataclass
from functools import cache

from pipeline.training.dialogues.slots import FORMS
from pipeline.training.dialogues.templates import FOLDER, Template, TemplateFile, load


@dataclass(frozen=True, slots=True)
class Stock:
    """The templates of every trade, by their headings, and those of each trade by itself."""

    everywhere: dict[str, tuple[Template, ...]]
    industries: tuple[TemplateFile, ...]


@cache
def stock() -> Stock:
    """Read the package's templates, in the order of the files' names. Raises `Misconfigured` as `load` does."""
    everywhere: dict[str, tuple[Template, ...]] = {}
    for path in sorted((FOLDER / "scenes").glob("*.txt")):
        for heading, templates in load(path, FORMS).scenes.items():
            everywhere[heading] = everywhere.get(heading, ()) + templates
    industries = tuple(load(path, FORMS) for path in sorted((FOLDER / "industries").glob("*.txt")))
    return Stock(everywhere, industries)
