"""What is shown: nothing is read as markup, nothing is cut off a terminal, progress is a line a step."""

import io
import sys

from rich.text import Text

from pipeline.cli import screen


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_a_token_is_not_read_as_markup(capsys):
    screen.show("[EMAIL_7k2mq3ztab] [bold]x[/bold] :smile:")
    assert capsys.readouterr().out == "[EMAIL_7k2mq3ztab] [bold]x[/bold] :smile:\n"


def test_lines_and_cells_are_whole_off_a_terminal(capsys):
    screen.show("x" * 500)
    screen.show_table(("name", "value"), [("a", "y" * 300), ("[b]", "\x1b[2J")])
    shown = capsys.readouterr().out
    assert "x" * 500 in shown
    assert "y" * 300 in shown
    assert "[b]" in shown
    assert "\\x1b[2J" in shown


def test_notes_and_problems_go_to_stderr(capsys):
    screen.say("a note")
    screen.complain("a problem\x1b[2J")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "a note\nerror: a problem\\x1b[2J\n"


def test_counting_is_a_line_at_each_end_off_a_terminal(capsys):
    with screen.counting("turns") as note:
        note(1)
        note(1_200)
    assert capsys.readouterr().err == "turns ...\nturns: 1,200 done\n"


def test_counting_is_a_bar_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with screen.counting("turns", 10) as note:
        note(10)
    assert "turns: 10 done" in terminal.getvalue()
    assert "10/10" in terminal.getvalue()


def test_a_terminal_is_shown_colours(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stdout", terminal)
    screen.show(Text("x", style="bold cyan"))
    assert "\x1b[" in terminal.getvalue()
