"""The reference page of the settings names every setting, its variable and its default, and no other."""

import dataclasses
import enum
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.settings import PREFIX, SECTIONS, Settings, load_settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z_.]+)` \| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", TEXT, re.MULTILINE)


def spoken(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value if isinstance(value, enum.Enum) else value)


def every_setting():
    defaults = Settings()
    for item in dataclasses.fields(Settings):
        if item.name not in SECTIONS:
            yield item.name, f"{PREFIX}{item.name}".upper(), spoken(getattr(defaults, item.name))
    for section, kind in SECTIONS.items():
        for item in dataclasses.fields(kind):
            default = spoken(getattr(getattr(defaults, section), item.name))
            yield f"{section}.{item.name}", f"{PREFIX}{section}_{item.name}".upper(), default


def test_every_setting_stands_on_the_page_with_variable_and_default():
    assert [(name, variable, default) for name, variable, default, _ in ROWS] == list(every_setting())


@pytest.mark.parametrize(("name", "meaning"), [(row[0], row[3]) for row in ROWS])
def test_a_setting_says_what_it_means(name, meaning):
    assert len(meaning) > 10
    assert meaning.endswith(".")


def test_the_sections_stand_in_the_order_of_the_code():
    assert re.findall(r"^## `\[([a-z]+)\]`$", TEXT, re.MULTILINE) == list(SECTIONS)


def test_the_example_can_be_loaded(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    path = tmp_path / "redact.toml"
    path.write_text(example, encoding="utf-8")
    assert load_settings(path, {}).kafka.bootstrap_servers == tomllib.loads(example)["kafka"]["bootstrap_servers"]


def test_variables_that_any_page_names_exist():
    """Pages may also name the variables of the compose file."""
    known = {variable for _, variable, _ in every_setting()} | {"REDACT_CONFIG", "REDACT_KEYS"}
    compose = "".join(path.read_text(encoding="utf-8") for path in (PAGE.parents[1] / "deploy").glob("*.y*ml"))
    known |= set(re.findall(r"\$\{(REDACT_[A-Z_]+)", compose))
    for page in PAGE.parent.glob("*.md"):
        named = set(re.findall(r"\bREDACT_[A-Z_]+[A-Z]\b", page.read_text(encoding="utf-8")))
        assert named <= known, page.name
