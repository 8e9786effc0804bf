"""What opens an interface or a program: keys, tokens, licence keys."""

from typing import Final

from pipeline.detection.patterns.pattern import Pattern, accepted_by, compiled, verbose
from pipeline.event.labels import Label


def _jwt_like(value: str) -> bool:
    return value.count(".") >= 1


_TOKEN: Final = r"[A-Za-z0-9_-]"  # noqa: S105 - an expression, not a password

_KEY_MIXED_MIN: Final = 3


def _is_key(value: str) -> bool:
    """Whether a key in groups has enough letters and digits of either sort."""
    digits, letters = sum(map(str.isdecimal, value)), sum(map(str.isalpha, value))
    return min(digits, letters) >= _KEY_MIXED_MIN


def _attached(value: str) -> tuple[int, int] | None:
    """Take a password behind its switch, unless the switch is a longer word: "-password"."""
    return None if value.lower().startswith("-passw") else (0, len(value.rstrip(".,:)")))


SECRETS: Final = (
    Pattern(
        name="private_key_block",
        starts_word=False,
        label=Label.API_SECRET,
        regex=r"-----BEGIN [A-Z0-9 ]{0,30}(?:PRIVATE KEY|CERTIFICATE)[A-Z0-9 ]{0,10}-----[A-Za-z0-9+/=\s:,.\\()*-]*",
        source="RFC 7468 sections 10 and 11",
        score=1.0,
        needs_digit=False,
        trigger=r"-----BEGIN ",
        open_ended=True,
    ),
    Pattern(
        name="known_prefix",
        label=Label.API_SECRET,
        regex=verbose(r"""
            (?: AKIA | ASIA | AROA | AIDA )[A-Z0-9]{16}
          | gh[pousr]_[A-Za-z0-9]{20,255} | github_pat_[A-Za-z0-9_]{22,255} | glpat-[A-Za-z0-9_-]{20,64}
          | (?: sk | rk | pk | whsec )_(?: (?:live|test)_ )?[A-Za-z0-9]{16,128}
          | sk-(?: ant- | proj- )?[A-Za-z0-9_-]{20,200}
          | xox[abeoprs]-[A-Za-z0-9-]{10,200} | xapp-[A-Za-z0-9-]{10,200}
          | AIza[A-Za-z0-9_-]{35} | ya29\.[A-Za-z0-9_-]{20,250}
          | SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}
          | npm_[A-Za-z0-9]{36} | pypi-[A-Za-z0-9_-]{16,250} | dop_v1_[a-f0-9]{64} | shp(?:at|ss|ca|pa)_[a-f0-9]{32}
          | (?: AC | SK )[a-f0-9]{32} | key-[a-f0-9]{32} | hf_[A-Za-z0-9]{30,40} | EAA[A-Za-z0-9]{30,250}
        """),
        source=(
            "token formats published by AWS, GitHub, GitLab, Stripe, OpenAI, Slack, Google, SendGrid, npm, PyPI, Twilio"
        ),
        score=0.98,
        needs_digit=False,
        trigger=verbose(r"""
            \b(?: AKIA | ASIA | AROA | AIDA | gh[pousr]_ | github_pat_ | glpat- | (?:sk|rk|pk|whsec)_ | sk-
              | xox[abeoprs]- | xapp- | AIza
            | ya29\. | SG\. | npm_ | pypi- | dop_v1_ | shp(?:at|ss|ca|pa)_ | AC[a-f0-9]{8} | SK[a-f0-9]{8} | key-
              | hf_ | EAA )
        """),
    ),
    Pattern(
        name="json_web_token",
        label=Label.API_SECRET,
        regex=rf"eyJ{_TOKEN}{{8,}}(?:\.{_TOKEN}+){{1,4}}",
        source="RFC 7519 section 3; RFC 7515 section 7.1",
        refine=accepted_by(_jwt_like),
        score=1.0,
        needs_digit=False,
        trigger=r"\beyJ[A-Za-z0-9_-]{8}",
        open_ended=True,
    ),
    Pattern(
        name="licence_key",
        label=Label.API_SECRET,
        regex=r"(?-i:[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){3,7})",
        source="support practice: keys of software and gift cards in groups of capitals and digits",
        refine=accepted_by(_is_key),
        score=0.85,
        veto="-",
        veto_after="-",
        trigger=r"(?-i:[A-Z0-9]-[A-Z0-9]{4,6}-[A-Z0-9]{4})",
    ),
    Pattern(
        name="authorization_header",
        label=Label.API_SECRET,
        regex=r"(?:bearer|basic|token)[ ]+[A-Za-z0-9._~+/=-]{16,900}",
        source="RFC 6750 section 2.1; RFC 7617 section 2",
        refine=accepted_by(
            lambda value: any(map(str.isdecimal, value)) or compiled(r"[A-Z].*[a-z].*[A-Z]").search(value) is not None
        ),
        score=0.9,
        needs_digit=False,
        trigger=r"\b(?:bearer|basic|token) +[A-Za-z0-9._~+/=-]{16}",
        open_ended=True,
    ),
    Pattern(
        name="secret_assignment",
        label=Label.API_SECRET,
        cue=(
            r"(?:api[_ -]?key|api[_ -]?token|secret[_ -]?(?:access[_ -]?)?key|client[_ -]?secret"
            r"|access[_ -]?token|auth[_ -]?token|private[_ -]?key|refresh[_ -]?token|session[_ -]?token"
            r"|aws_secret_access_key|license key|product key|secret)"
        ),
        gap=r"[\"']?(?:\s{0,3}[:=]\s{0,3}|\s(?:is|was)\s)[\"']?",
        regex=r"[A-Za-z0-9_+/=.~-]{8,512}",
        source="OWASP Logging Cheat Sheet, data to exclude",
        refine=accepted_by(lambda value: any(map(str.isdecimal, value))),
        score=0.9,
        open_ended=True,
    ),
    Pattern(
        name="attached_password",
        label=Label.PASSWORD,
        cue=r"(?:mysql(?:dump|admin|import|show)?|mariadb(?:-dump|-admin)?|sshpass)\b[^\n|;]{0,100}?[ ]",
        gap="",
        regex=r"(?-i:-p)[^\s\"'|;&<>$`-][^\s\"'|;&<>`]{2,63}",
        source="mysql(1), mariadb(1), sshpass(1): a password written to its switch, which is hidden with it",
        refine=_attached,
        score=0.95,
        needs_digit=False,
        trigger=r"\b(?:mysql|mariadb|sshpass)[a-z-]* ",
    ),
)
