"""How people are called by machines: user names, handles, tags."""

from typing import Final

from pipeline.detection.common_words import ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import LINK, Pattern, accepted_by, compiled
from pipeline.detection.patterns.values import named_by
from pipeline.event.labels import Label


def _not_ordinary(value: str) -> tuple[int, int] | None:
    end = len(value.rstrip(".,;:!?'\"-"))
    word = value[:end].lower()
    return (0, end) if word and word not in ORDINARY_WORDS else None


def _user_token(value: str) -> tuple[int, int] | None:
    """Take a token with a low line, or of letters and digits with a mark or a name's length."""
    part = _not_ordinary(value)
    if part is None:
        return None
    token = value[part[0] : part[1]]
    letters = [word for word in compiled("[^A-Za-z]+").split(token.lower()) if word]
    if not any(map(str.islower, token)) or all(word in ORDINARY_WORDS for word in letters):
        return None
    return part if "_" in token or any(map(str.isdecimal, token)) else None


_NOT_USERS: Final = word_set(
    "gmail yahoo hotmail outlook icloud aol gmx protonmail proton live msn example "
    "channel everyone here all team group admin admins mods media import param params return returns override "
    "property staticmethod classmethod dataclass types latest next charset keyframes deprecated"
    " author throws see since test "
    "autowired component injectable input output suppresswarnings"
)


def _mention(value: str) -> bool:
    """Whether a handle can be a person's: neither everybody nor a word of a programming language."""
    tag, mark, _ = value.partition("#")
    if mark:
        return not named_by(tag + " ")
    return value[1:].lower() not in _NOT_USERS


USERNAMES: Final = (
    Pattern(
        name="username_told",
        label=Label.USERNAME,
        cue=(
            r"(?:user ?name|user ?id|user|log ?in(?: (?:id|name))?|log-in(?: (?:id|name))?|screen ?name"
            r"|nick ?name|gamer ?tag|(?:skype|telegram|discord|instagram|insta|twitter|snapchat|snap|twitch"
            r"|steam|psn|xbox|tiktok|facebook)(?: (?:id|name|handle|username|account))?|handle)"
        ),
        gap=LINK,
        regex=r"[@_.]?[A-Za-z0-9][A-Za-z0-9._+@-]{1,63}",
        source="support practice: the name after the word",
        refine=_not_ordinary,
        score=0.85,
        needs_digit=False,
        trigger=(
            r"\b(?:user|log-? ?in|screen ?name|nick ?name|gamer ?tag|skype|telegram|discord|insta|twitter|snap|twitch"
            r"|steam|psn|xbox|tiktok|facebook|handle)"
        ),
    ),
    Pattern(
        name="user_and_password",
        label=Label.USERNAME,
        cue=r"(?:user|usr|login|logon)",
        gap=r"[ :=]{1,2}",
        regex=r"[A-Za-z0-9._@-]{2,40}[ ,;/|]{1,3}(?:and )?(?:pass|pw|pwd|pswd|password|passwd|p)[ :=]",
        source="support practice: the name before its password",
        refine=lambda value: _not_ordinary(compiled(r"[ ,;/|]").split(value)[0]),
        score=0.85,
        needs_digit=False,
        trigger=r"\b(?:user|usr|login|logon)[ :=]",
    ),
    Pattern(
        name="username_beside",
        label=Label.USERNAME,
        cue=r"(?:user ?names?|user ?id|login id|log in as|logged in as|signed in as|gamer ?tag)",
        gap=r"[\s:=(\"'-]{1,3}",
        regex=r"[_.]?[A-Za-z0-9][A-Za-z0-9._+@-]{2,63}",
        source="support practice: the name after the word",
        refine=_user_token,
        score=0.8,
        needs_digit=False,
        trigger=r"\b(?:user ?names?|user ?id|login id|log in as|logged in as|signed in as|gamer ?tag)",
    ),
    Pattern(
        name="handle",
        starts_word=False,
        label=Label.USERNAME,
        regex=r"@[A-Za-z0-9_][A-Za-z0-9_.]{1,29}[A-Za-z0-9_]|[A-Za-z][A-Za-z0-9_.]{1,31}\#[0-9]{4}\b",
        source="ActivityPub and Twitter mention syntax; Discord and Battle.net tags",
        refine=accepted_by(_mention),
        score=0.5,
        veto=r"[A-Za-z0-9._%+-]",
        veto_after=r"@|\.[a-z]|/[a-z]",
        needs_digit=False,
        trigger=r"@[A-Za-z0-9_][A-Za-z0-9_.]|[A-Za-z0-9_.]\#[0-9]{4}\b",
    ),
)
