from pathlib import Path

import pytest

from pipeline.audit.report import REMEDIES, WARNINGS, AuditCounts, AuditProblem, AuditReport

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "audit.md"


@pytest.mark.parametrize("problem", AuditProblem)
def test_every_problem_has_a_remedy_and_is_documented(problem: AuditProblem) -> None:
    """In the report and in `docs/audit.md`, warnings as such."""
    assert REMEDIES[problem]
    (row,) = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if f"| `{problem.value}`" in line]
    assert ("(warning)" in row) == (problem in WARNINGS)


@pytest.mark.parametrize("problem", AuditProblem)
def test_anything_but_a_warning_makes_the_report_unsound(problem: AuditProblem) -> None:
    """One finding is enough."""
    report = AuditReport(AuditCounts(), {problem: 1}, (), ())
    assert report.sound == (problem in WARNINGS)
    assert AuditReport(AuditCounts(), {problem: 0}, (), ()).sound
