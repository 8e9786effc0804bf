"""What lets someone in: passwords, PINs, one-time codes, answers to security questions, user names."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS
from pipeline.detection.patterns.pattern import LINK, Pattern, accepted_by, verbose
from pipeline.detection.patterns.people import capitalised_name
from pipeline.detection.patterns.values import (
    DIGIT_GROUPS,
    UNIT_AFTER,
    WORDS,
    digits_of,
    leading_words,
)
from pipeline.event.labels import Label

_NIST: Final = "NIST SP 800-63B section 5.1.1, memorized secrets"


def _secret_word(value: str) -> tuple[int, int] | None:
    """Take a token that no sentence would have there: "password is incorrect" is not one, "password is hunter2" is."""
    end = len(value)
    while end and value[end - 1] in ".,;:?\"')]}>":
        end -= 1
    word = value[:end].lower()
    if not word or word in ORDINARY_WORDS or word.rstrip("!*") in ORDINARY_WORDS or not word.strip("*-_.<[{("):
        return None
    return 0, end


def _any_secret(value: str) -> tuple[int, int] | None:
    end = len(value.rstrip(",;\"')]}>&"))
    plain = value[:end].strip("*-_.").lower()
    return (0, end) if plain and plain not in FUNCTION_WORDS else None


def _answer(value: str) -> tuple[int, int] | None:
    if value.partition(" ")[0].strip(".,").lower() in {"name", "names", "question", "questions", "answer", "answers"}:
        return None
    return leading_words(value, words_max=3)


def _not_ordinary(value: str) -> tuple[int, int] | None:
    end = len(value.rstrip(".,;:!?'\"-"))
    word = value[:end].lower()
    return (0, end) if word and word not in ORDINARY_WORDS else None


def _word_and_number(value: str) -> tuple[int, int] | None:
    return (0, len(value)) if value.partition(" ")[0].lower() not in ORDINARY_WORDS else None


def _code_length(value: str) -> bool:
    return len(digits_of(value)) in range(3, 11)


_PASSWORD: Final = (
    r"(?:pass ?word|passwd|pwd|pass ?phrase|passcode|pass ?code|passowrd|pasword|passwrod|pswd|psw|pass|pw)"  # noqa: S105 - an expression, not a password
)

CREDENTIALS: Final = (
    Pattern(
        name="pin",
        label=Label.PASSWORD,
        cue=(
            r"(?:pin(?: ?(?:number|code|no|num|\#))?|p\.i\.n\.?|passcode|pass code"
            r"|telephone banking code|security pin|secret number|door code|gate code|entry code"
            r"|unlock code)"
        ),
        regex=DIGIT_GROUPS,
        source="ISO 9564-1:2017, 4 to 12 digits",
        refine=accepted_by(_code_length),
        score=0.95,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="one_time_code",
        label=Label.PASSWORD,
        cue=(
            r"(?:otp|one[ -]?time (?:pass ?)?(?:code|word|pin)|(?:verification|security|authentication|auth"
            r"|access|log ?in|sign[ -]?in|2fa|mfa|sms|activation|reset|unlock|secret|temporary|backup"
            r"|recovery) ?(?:pass)?(?:code|pin|key))"
        ),
        regex=r"[A-Z]{1,3}-[0-9]{4,8}|[0-9](?:[ -]?[0-9]){3,9}|[A-Z0-9]{1,6}[0-9][A-Z0-9]{3,12}",
        source="NIST SP 800-63B section 5.1.3, out-of-band secrets",
        score=0.93,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="bare_code",
        label=Label.PASSWORD,
        cue=r"code",
        gap=LINK,
        regex=r"[0-9](?:[ -]?[0-9]){3,7}",
        source="NIST SP 800-63B section 5.1.3, out-of-band secrets",
        score=0.8,
        veto_after=UNIT_AFTER,
        veto_words=(
            r"(?:promo\w*|error|zip|area|discount|coupon|country|postal|post|dress|status|exit|response|voucher"
            r"|referral|model|product|item|colou?r|offer|stop|bar|source|http|return|fault|reason|booking"
            r"|confirmation|dial(?:ling)?|pin)"
        ),
        trigger=r"\bcode\b",
    ),
    Pattern(
        name="password_assigned",
        label=Label.PASSWORD,
        cue=_PASSWORD,
        gap=r"[\"']?\s{0,3}[:=]{1,2}>?\s{0,3}[\"']?",
        regex=r"[^\s\"'<>,;&]{3,64}",
        source=_NIST,
        refine=_any_secret,
        score=0.95,
        needs_digit=False,
    ),
    Pattern(
        name="password_told",
        label=Label.PASSWORD,
        cue=rf"(?:{_PASSWORD}(?: again| for (?:it|this|that|my account))?)",
        gap=LINK,
        regex=r"[^\s\"<>]{3,64}",
        source=_NIST,
        refine=_secret_word,
        score=0.9,
        needs_digit=False,
    ),
    Pattern(
        name="password_beside",
        label=Label.PASSWORD,
        cue=rf"{_PASSWORD}",
        gap=r"[\s:=(\"']{1,3}",
        regex=r"[A-Za-z0-9!@\#$%^&*_+.?-]{3,64}",
        source=_NIST,
        refine=lambda value: _secret_word(value) if any(map(str.isdecimal, value)) and value[:1] not in "-(" else None,
        score=0.85,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="password_and_number",
        label=Label.PASSWORD,
        cue=_PASSWORD,
        gap=LINK,
        regex=r"[A-Za-z]{3,20}[ ][0-9]{1,8}",
        source=_NIST,
        refine=_word_and_number,
        score=0.85,
        veto_after=UNIT_AFTER,
    ),
    Pattern(
        name="credentials_pair",
        label=Label.PASSWORD,
        regex=r"[A-Za-z0-9._%+@-]{2,64}[ ]?/[ ]?[^\s/]{4,64}",
        source=_NIST,
        refine=lambda value: (
            (0, len(value)) if any(map(str.isdecimal, value)) and any(map(str.isalpha, value.split("/")[-1])) else None
        ),
        context=r"(?:log ?ins?|credentials?|password|sign ?in)\b",
        score=0.7,
        trigger=r"\b(?:log ?ins?|credentials?|sign ?in)\b",
    ),
    Pattern(
        name="security_answer",
        label=Label.PASSWORD,
        cue=verbose(r"""
            (?: maiden (?:[ ]?name)? (?:[ ]of[ ]my[ ]mother)?
              | (?: (?:first|childhood|favou?rite|old|family|1st) [ ]){1,2} (?:pet|dog|cat|hamster|rabbit|animal
                |turtle|parrot|goldfish) (?:'?s?)? (?:[ ]name)?
              | (?:pet|dog|cat) (?:'s|s')? [ ]name
              | name[ ]of[ ]my[ ] (?: (?:first|childhood|favou?rite)[ ])? (?:pet|dog|cat|teacher|school|best[ ]friend)
              | favou?rite[ ](?:colou?r|teacher|food|movie|film|book|team|sports?[ ]team|band|singer|place|city|car
                |subject|number|word)
              | (?:first|elementary|primary|high|middle)[ ](?:school|car|job|teacher|street|grade[ ]teacher
                |concert) (?:'s)? (?:[ ]name)?
              | (?:security|secret|memorable|verification)[ ](?:answer|word|phrase|name|place)
              | answer[ ]to[ ](?:my|the|your)[ ](?:security|secret)[ ]question
              | street[ ](?:i|you|we)[ ]grew[ ]up[ ](?:on|in) | (?:i|you)[ ]grew[ ]up[ ](?:on|in|at)
                | best[ ]friend's[ ]name
              | city[ ](?:i|you)[ ]w(?:as|ere)[ ]born[ ]in
                | childhood[ ](?:friend|nickname|hero|street|best[ ]friend) (?:'s)? (?:[ ]name)? )
        """),
        gap=LINK,
        regex=WORDS,
        source="NIST SP 800-63-2 section 6.3.1.1, pre-registered knowledge tokens",
        refine=_answer,
        score=0.92,
        needs_digit=False,
    ),
    Pattern(
        name="security_answer_beside",
        label=Label.PASSWORD,
        cue=(
            r"(?:maiden(?: name)?|(?:my|first|childhood|favou?rite) (?:pet|dog|cat)(?:'s)?(?: name)?"
            r"|pet(?:'s)?(?: name)?)"
        ),
        gap=r"(?:[ ]|, |: )",
        regex=r"[A-Z][A-Za-z'-]{1,24}(?:[ ][A-Z][A-Za-z'-]{1,24})?",
        source="NIST SP 800-63-2 section 6.3.1.1, pre-registered knowledge tokens",
        refine=capitalised_name,
        score=0.8,
        needs_digit=False,
    ),
    Pattern(
        name="username_told",
        label=Label.USERNAME,
        cue=(
            r"(?:user ?name|user ?id|user|log ?in(?: (?:id|name))?|log-in(?: (?:id|name))?|screen ?name"
            r"|nick ?name|gamer ?tag|(?:skype|telegram|discord|instagram|insta|twitter|snapchat|snap|twitch"
            r"|steam|psn|xbox|tiktok|facebook)(?: (?:id|name|handle|username|account))?|handle)"
        ),
        gap=LINK,
        regex=r"@?[A-Za-z0-9][A-Za-z0-9._+@-]{1,63}",
        source="support practice: the name after the word",
        refine=_not_ordinary,
        score=0.85,
        needs_digit=False,
        trigger=(
            r"user|log-? ?in|screen ?name|nick ?name|gamer ?tag|skype|telegram|discord|insta|twitter|snap|twitch"
            r"|steam|psn|xbox|tiktok|facebook|handle"
        ),
    ),
    Pattern(
        name="username_beside",
        label=Label.USERNAME,
        cue=r"(?:user ?name|user ?id|login id|gamer ?tag)",
        gap=r"[\s:=(\"'-]{1,3}",
        regex=r"[A-Za-z0-9][A-Za-z0-9._+@-]{2,63}",
        source="support practice: the name after the word",
        refine=lambda value: _not_ordinary(value) if any(map(str.isdecimal, value)) or "_" in value else None,
        score=0.8,
        needs_digit=False,
        trigger=r"\b(?:user ?name|user ?id|login id|gamer ?tag)",
    ),
    Pattern(
        name="handle",
        starts_word=False,
        label=Label.USERNAME,
        regex=r"@[A-Za-z0-9_][A-Za-z0-9_.]{1,29}[A-Za-z0-9_]",
        source="ActivityPub and Twitter mention syntax",
        score=0.5,
        veto=r"[A-Za-z0-9._%+-]",
        veto_after=r"@|\.[a-z]",
        needs_digit=False,
        trigger="@",
    ),
)
