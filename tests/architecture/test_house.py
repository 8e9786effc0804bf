"""The house rules that a program can check."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
FILE_LINES_MAX = 420
FUNCTION_LINES_MAX = 75
BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "base", "manager", "handler", "service", "data", "info"}
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def tracked():
    """Return the files that git tracks, or would if asked now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in listed.stdout.decode().splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_its_limits(path):
    """Files under about 400 lines, functions on a screen, no banned word as a module's name."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= FILE_LINES_MAX
    assert path.stem not in BANNED_NAMES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, node.name


def test_no_path_of_a_machine_and_no_registry_stands_in_the_project():
    """Lock files hold hashes, not addresses; nothing knows where it was written."""
    registries = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js", "repo1.mav" + "en"]
    forbidden = re.compile("|".join(map(re.escape, [*registries, "/wo" + "rk/", "/ro" + "ot/"])))
    found = []
    for path in tracked():
        if path.suffix in {".gz", ".png"}:
            continue
        if forbidden.search(path.read_text(encoding="utf-8", errors="replace")):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_every_link_of_the_documentation_leads_somewhere():
    """Relative links name files that exist."""
    pages = [path for path in tracked() if path.suffix == ".md"]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert pages
    assert broken == []


def test_every_dependency_has_a_reason():
    """A package that nobody can explain is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    named = [*project["project"]["dependencies"], *groups["dev"], *groups["bench"]]
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    unexplained = [
        name
        for name in (re.split(r"[\[=<>]", each)[0] for each in named)
        if name.lower() not in reasons and name.removeprefix("pytest-") not in reasons
    ]
    assert unexplained == []


def test_the_lock_files_pin_every_package_with_hashes():
    """Each requirement names one version and at least one hash."""
    for name in ("runtime.txt", "dev.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        entries = [line for line in lines if line.strip()]
        assert len(entries) > 20
        assert [line.split()[0] for line in entries if "==" not in line or "--hash=sha256:" not in line] == []
