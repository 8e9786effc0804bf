"""The summary page in a real browser."""

import shutil
import subprocess

import pytest

from pipeline.demo.reconcile import Check
from pipeline.demo.summary import Summary, Turn, write_summary
from tests.support.components import missing

pytestmark = pytest.mark.browser

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
SUMMARY = Summary(
    headline="two conversations",
    checks=[Check("Every record has a receipt", holds=True, detail="2"), Check("It leaks", holds=False, detail="1")],
    outcomes=[("analytics: sanitized", 1200), ("analytics: opted_out", 7)],
    findings=[("PERSON", 3)],
    rates_per_s=[0.0, 120.0, 80.0],
    turns=[Turn("customer", HOSTILE, "[PERSON_k7f] & co")],
    topics=[("raw", 1207)],
)


def rendered(page, tmp_path):
    """Return the document as Chromium has it after loading the page, without a network."""
    browser = shutil.which("chromium")
    if browser is None:
        missing("Chromium", "install the package chromium")
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    return done.stdout.decode()


def test_the_page_shows_checks_plots_and_turns_and_runs_nothing(tmp_path):
    """Verdicts, bars as wide as their counts, and turns as text: what a customer typed is never markup."""
    page = tmp_path / "summary.html"
    write_summary(SUMMARY, page)
    document = rendered(page, tmp_path)
    assert "<title>Redaction demo: summary</title>" in document
    assert "owned'&lt;/script&gt;" in document
    assert "<img" not in document
    assert 'class="bad">NO<' in document
    assert document.count('<rect class="bar"') == 3
    assert 'width="420.0"' in document
    assert "<polyline points=" in document
    assert "http://" not in document.replace("http://www.w3.org", "")
