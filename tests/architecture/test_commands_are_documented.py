"""The reference page of the commands is what the commands say of themselves."""

import re
from pathlib import Path

from pipeline.cli import COMMANDS, GROUPS
from pipeline.cli.reference import render

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
NAMES = [name for name, _ in COMMANDS] + [f"{group} {name}" for group, _, members in GROUPS for name, _ in members]


def test_the_reference_page_is_what_the_commands_render():
    """Made anew by `python -m pipeline.cli.reference > docs/commands.md`."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_command_has_one_section():
    headings = re.findall(r"^## redact (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(NAMES)


def test_every_section_has_text_and_an_example():
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.splitlines()[0]
        assert f"    {title}" in section or f"| {title}" in section or f"    {title.split()[0]} --config" in section
        assert len(section.split("\n\n")[1]) > 20


def test_commands_that_other_pages_name_exist():
    pages = [page for page in PAGE.parent.glob("*.md") if page != PAGE]
    named = {
        (page.name, found)
        for page in pages
        for found in re.findall(r"`redact ([a-z][a-z -]*[a-z])", page.read_text(encoding="utf-8"))
    }
    known = {*NAMES, *(group for group, _, _ in GROUPS)}
    strangers = {one for one in named if not any(f"{one[1]} ".startswith(f"{name} ") for name in known)}
    assert not strangers
