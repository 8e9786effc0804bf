"""Fields whose name tells what they hold: `customer_name=...`, `"phoneNumber": "..."`, `<ssn>...</ssn>`.

Logs, JSON (also escaped inside JSON), YAML, XML, URL parameters and SQL conditions all name their values. The name
decides, so the value may be of any form.
"""

from collections.abc import Callable
from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS
from pipeline.detection.patterns.field_kinds import FIELD_KINDS, FieldKind, holds_login, unquoted
from pipeline.detection.patterns.pattern import Pattern, Refine
from pipeline.event.labels import Label

_ASSIGNED: Final = r"\\{0,3}[\"']?\s{0,2}(?:=|:|=>)\s{0,2}"
_VALUE: Final = r"(?:\\{0,3}\"[^\"\n<>{}]{1,120}|'[^\n<>{}]{1,120}|[^\s,;&|\"'<>(){}\[\]]{1,160})"
_SEVERAL: Final = (
    r"(?:\\{0,3}\"[^\"\n<>{}]{1,120}|'[^\n<>{}]{1,120}"
    r"|(?-i:[A-Z0-9+(][^\s,;&|\"'<>{}\[\]=:]{0,40}(?:[ ][A-Z0-9(][^\s,;&|\"'<>{}\[\]=:]{0,40}){0,4})"
    r"|[^\s,;&|\"'<>(){}\[\]]{1,160})"
)
_SOURCE: Final = "support practice: pasted logs and records"


def _held(holds: Callable[[str], bool]) -> Refine:
    def refine(value: str) -> tuple[int, int] | None:
        start, end = unquoted(value)
        return (start, end) if start < end and holds(value[start:end]) else None

    return refine


def _element(holds: Callable[[str], bool]) -> Refine:
    def refine(value: str) -> tuple[int, int] | None:
        start = value.index(">") + 1
        end = value.rindex("</")
        return (start, end) if start < end and holds(value[start:end].strip()) else None

    return refine


def _patterns(kind: FieldKind) -> tuple[Pattern, Pattern]:
    field = Pattern(
        name=f"field_{kind.name}",
        label=kind.label,
        cue=rf"(?:{kind.keys})",
        gap=_ASSIGNED,
        regex=_SEVERAL if kind.words else _VALUE,
        source=_SOURCE,
        refine=_held(kind.holds),
        score=kind.score,
        needs_digit=False,
        trigger=rf"(?:{kind.trigger})\\?[\"']?\s{{0,2}}(?:=|:)",
    )
    element = Pattern(
        name=f"element_{kind.name}",
        label=kind.label,
        starts_word=False,
        regex=rf"<(?:[a-z]{{1,12}}:)?(?:{kind.keys})(?:\s[^<>\n]{{0,80}})?>[^<>\n]{{1,120}}</",
        source="XML 1.0 section 3.1; " + _SOURCE,
        refine=_element(kind.holds),
        score=kind.score,
        needs_digit=False,
        trigger="</",
    )
    return field, element


def _login_in_path(value: str) -> tuple[int, int] | None:
    end = len(value.rstrip("\\"))
    start = max(value.rfind("/", 0, end), value.rfind("\\", 0, end)) + 1
    return (start, end) if holds_login(value[start:end].replace(" ", "")) else None


def _plain_login(value: str) -> tuple[int, int] | None:
    word = value.lower()
    return (0, len(value)) if holds_login(value) and word not in ORDINARY_WORDS else None


def _login_before_verb(value: str) -> tuple[int, int] | None:
    """Take a login that looks like one, or has somebody behind it: "user sync failed" is about a feature."""
    word, _, verb = value.partition(" ")
    quoted = word[-1:] in "\"'])"
    word = word.rstrip("\"'])")
    marked = not word.isalpha() or not word.islower()
    return _plain_login(word) if quoted or marked or verb.startswith(_PERSONAL_VERBS) else None


_PERSONAL_VERBS: Final = ("(", "from ", "logged", "signed", "has logged")
_LOGIN: Final = r"[A-Za-z0-9_][A-Za-z0-9_.$-]{0,40}[A-Za-z0-9_$]"

FIELDS: Final = (
    *(pattern for kind in FIELD_KINDS for pattern in _patterns(kind)),
    Pattern(
        name="login_assigned",
        label=Label.USERNAME,
        cue=r"(?:[a-z]{1,12}[_.-])?(?:user|usr|login|uid|owner|actor)",
        gap=r"\\{0,3}[\"']?[ ]?=[ ]?\\{0,3}[\"']?",
        regex=_LOGIN,
        source=_SOURCE,
        refine=_plain_login,
        score=0.85,
        needs_digit=False,
        trigger=r"(?:user|usr|login|uid|owner|actor)\\?[\"']?[ ]?=",
    ),
)

LOGINS: Final = (
    Pattern(
        name="login_of_actor",
        label=Label.USERNAME,
        cue=r"(?:opened|closed|updated|created|modified|edited|resolved|approved|reported|assigned|escalated|changed)",
        gap=r" (?:by|to) ",
        regex=r"[A-Za-z][A-Za-z0-9]{0,20}[._][A-Za-z0-9][A-Za-z0-9._]{0,20}[A-Za-z0-9]",
        source="ticket systems: who did it",
        refine=_plain_login,
        score=0.8,
        needs_digit=False,
        veto_after="@",
    ),
    Pattern(
        name="login_at_host",
        label=Label.USERNAME,
        regex=rf"{_LOGIN}@[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}",
        source="RFC 3986 section 3.2.1, user information",
        refine=lambda value: _plain_login(value.partition("@")[0]),
        score=0.8,
        trigger=r"@[0-9]{1,3}\.",
    ),
    Pattern(
        name="login_and_password",
        label=Label.PASSWORD,
        cue=r"(?:curl|wget)",
        gap=r"[^\n]{0,80}?[ ](?:-u|--user)[ =][\"']?",
        regex=r"[^\s:\"']{1,40}:[^\s\"']{1,60}",
        source="curl(1), option --user",
        score=0.9,
        needs_digit=False,
    ),
    Pattern(
        name="home_folder",
        label=Label.USERNAME,
        starts_word=False,
        regex=(
            r"(?:/home/|/users/|[\\/]{1,2}users[\\/]{1,2}|documents and settings\\{1,2}|/var/(?:mail|spool/mail)/)"
            rf"(?:[A-Za-z]{{2,20}}[ ][A-Za-z]{{2,20}}\\|{_LOGIN})"
        ),
        source="Filesystem Hierarchy Standard 3.0 section 3.8; Windows known folders",
        refine=_login_in_path,
        score=0.85,
        needs_digit=False,
        trigger=r"/home/|[\\/]users[\\/]|settings\\|/var/",
        veto=r"[a-z0-9.]",
    ),
    Pattern(
        name="login_in_log",
        label=Label.USERNAME,
        cue=r"(?:for (?:invalid |illegal )?user|user|username|by user)",
        gap=r"(?:[ ]?[=][ ]?|[ ])[\"'\[(]?",
        regex=(
            rf"{_LOGIN}[\"'\])]?[ ](?:\(|(?:from [0-9]{{1,3}}|logged|authenticated|signed|failed|has logged|not found"
            r"|denied|locked|disconnected|connected|ip|port)\b)"
        ),
        source="sshd, PAM and web server log formats",
        refine=_login_before_verb,
        score=0.8,
        needs_digit=False,
    ),
)
