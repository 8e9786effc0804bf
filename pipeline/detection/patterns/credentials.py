"""What lets someone in: passwords, PINs, one-time codes, answers to security questions, user names."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS
from pipeline.detection.patterns.pattern import GAP, LINK, Pattern, accepted_by, compiled, verbose
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


_PATH: Final = compiled(r"(?:[A-Za-z]:\\|~?/|\.{1,2}/)[\w.-]+(?:[/\\][\w.-]+)+/?|v?[0-9]+(?:\.[0-9]+){2,3}")
"""Where a file lies, or a version: a password is kept there, or is of it."""


def _secret_word(value: str) -> tuple[int, int] | None:
    """Take a token that no sentence would have there: "password is incorrect" is not one, "password is hunter2" is."""
    end = len(value)
    while end and value[end - 1] in ".,;:?\"')]}>":
        end -= 1
    word = value[:end].lower()
    if not word or word in ORDINARY_WORDS or word.rstrip("!*") in ORDINARY_WORDS or not word.strip("*-_.<[{("):
        return None
    return None if _PATH.fullmatch(value[:end]) else (0, end)


def _any_secret(value: str) -> tuple[int, int] | None:
    end = len(value.rstrip(",;\"')]}>&"))
    plain = value[:end].strip("*-_.").lower()
    return (0, end) if plain and plain not in FUNCTION_WORDS and not _PATH.fullmatch(value[:end]) else None


_DOOR_CODE: Final = compiled(r"(?i)[*#A-Z]{0,2}[ ]?[0-9](?:[ -]?[0-9]){2,7}[A-Z]?[*#]?")


def _door_code(value: str) -> tuple[int, int] | None:
    """Take the code in "code C4471X for the door"."""
    start = next(index for index, character in enumerate(value) if character.isdecimal() or character in "#*")
    start -= start > 0 and value[start - 1].isalpha()
    match = _DOOR_CODE.match(value, start)
    return match.span() if match else None


def _last_code(value: str) -> tuple[int, int] | None:
    """Take the digits at the end of "the code you sent is 882 014", in groups or not."""
    first = next(index for index, character in enumerate(value) if character.isdecimal())
    start = first - 2 if value[first - 1] == "-" else first
    return start, len(value)


def _answer(value: str) -> tuple[int, int] | None:
    if value.partition(" ")[0].strip(".,").lower() in {"name", "names", "question", "questions", "answer", "answers"}:
        return None
    return leading_words(value, words_max=3)


def _word_and_number(value: str) -> tuple[int, int] | None:
    return (0, len(value)) if value.partition(" ")[0].lower() not in ORDINARY_WORDS else None


_FILE: Final = compiled(r"\.[a-z]{2,5}\W{0,4}$")
_POSTAL_PIN: Final = compiled(r"[1-9][0-9]{2} ?[0-9]{3}")


def _code_length(value: str) -> bool:
    return len(digits_of(value)) in range(3, 11)


_FIRST_NUMBER: Final = compiled(r"[0-9]{4,8}(?=[ -])")


def _pin(value: str) -> tuple[int, int] | None:
    """Take the whole, or what stands before another number: "my PIN is 100000 - 4111 1111 1111 1111"."""
    if _code_length(value):
        return 0, len(value)
    first = _FIRST_NUMBER.match(value)
    return first.span() if first else None


_PASSWORD: Final = (
    r"(?:pass ?word|passwd|pwd|pass ?phrase|passcode|pass ?code|passowrd|pasword|passwrod|pswd|psw|pass|pw)"  # noqa: S105 - an expression, not a password
)

CREDENTIALS: Final = (
    Pattern(
        name="pin",
        label=Label.PASSWORD,
        cue=(
            r"(?:pin(?: ?(?:number|no|num|\#))?|p\.i\.n\.?|passcode|pass code"
            r"|telephone banking code|security pin|secret number|unlock code|puk(?: code)?)"
        ),
        gap=GAP.replace("|code|", "|"),
        regex=DIGIT_GROUPS,
        source="ISO 9564-1:2017, 4 to 12 digits",
        refine=_pin,
        score=0.95,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="pin_code",
        label=Label.PASSWORD,
        cue=r"pin[ _]?code",
        regex=DIGIT_GROUPS,
        source="ISO 9564-1:2017, 4 to 12 digits; six digits are India's postal code of that name",
        refine=accepted_by(lambda value: _code_length(value) and not _POSTAL_PIN.fullmatch(value)),
        score=0.95,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
        needs_digit=False,
    ),
    Pattern(
        name="pin_code_of_card",
        label=Label.PASSWORD,
        cue=r"pin[ _]?code",
        regex=DIGIT_GROUPS,
        source="ISO 9564-1:2017, 4 to 12 digits",
        refine=accepted_by(_code_length),
        context=r"(?:card|atm|bank|debit|credit|app|phone|sim|log ?in|upi|wallet|account|alarm|door)\b",
        score=0.95,
        veto_after=UNIT_AFTER,
        needs_digit=False,
    ),
    Pattern(
        name="door_code",
        label=Label.PASSWORD,
        cue=verbose(r"""
            (?: (?: door | gate | entry | entrance | alarm | lobby | building | garage | key ?(?:pad|safe|box)
              | lock ?box | safe | locker | panel | disarm ) [ ]?(?: code | pin | combination | combo )
              | lock ?box | key ?safe | (?:code|combination|combo)[ ](?:for|to|of|on)[ ](?:the|our|my|your|his|her)[ ]
                  (?:[a-z]+[ ]){0,2}?(?:door|gate|alarm|building|garage|lock|safe|key ?safe|locker|entrance|lobby|house
                    |shed) | voice ?mail[ ](?:pin|code|password|passcode) | combination | combo )
        """),
        gap=(
            r"(?:[\s:=.,\"'(-]{1,3}(?:is|was|are|it's|its|to|be|for|the|my|this|that|a|number|now|still|just|changed|set"
            r"|should|would|here|currently|like|yes|sure|ok|i|think|believe)\b){0,6}[\s:=.,\"'(-]{1,3}"
        ),
        regex=r"(?:[*\#][ ]?)?(?:[A-Z][ -]?)?[0-9](?:[ -]{0,2}[0-9]){2,9}(?:[ ]?[A-Z]\b)?(?:[ ]?[*\#])?",
        source="support practice: what opens a door; keypads have * and #",
        score=0.95,
        veto_after=UNIT_AFTER,
        reversible=True,
        repeats=True,
    ),
    Pattern(
        name="code_for_door",
        label=Label.PASSWORD,
        regex=verbose(r"""
            (?:code|pin|combo)[ ](?:is[ ]|was[ ])?(?:[*\#][ ]?)?[A-Z]?[0-9](?:[ -]?[0-9]){2,7}[A-Z]?[*\#]?[ ]
            (?:for|on|to|at|opens)[ ](?:the|my|our|your|his|her)[ ](?:[a-z]+[ ])?(?:door|gate|alarm|building|garage|lock
              |safe|locker|entrance|lobby|house)
        """),
        source="support practice: what opens a door; keypads have * and #",
        refine=_door_code,
        score=0.9,
        trigger=r"\b(?:code|pin|combo) (?:is |was )?(?:[*#] ?)?[a-z]?[0-9]",
    ),
    Pattern(
        name="code_texted",
        label=Label.PASSWORD,
        regex=verbose(r"""
            (?: (?:text|texted|sent|messaged|emailed|sms)[a-z]{0,3}[ ](?:me|us|you)[ ](?:a[ ]|the[ ]|this[ ])?
                (?:[A-Z]-)?[0-9]{3}[ -]?[0-9]{3,5}
              | code[ ](?:that[ ])?(?:you|we|they|i)[ ](?:just[ ])?(?:sent|texted|got|received|gave|emailed)
                  (?:[ ](?:me|us|you))?
                [ ]?(?:is|was|:|=)?[ ]?(?:[A-Z]-)?[0-9](?:[ -]?[0-9]){3,8} )
        """),
        source="NIST SP 800-63B section 5.1.3, out-of-band secrets",
        refine=_last_code,
        score=0.85,
        veto_after=UNIT_AFTER,
        trigger=(
            r"\b(?:text|texted|sent|messaged|emailed|sms)[a-z]{0,3} (?:me|us|you) (?:a |the |this )?(?:[a-z]-)?[0-9]{3}"
            r"|\bcode (?:that )?(?:you|we|they|i) (?:just )?(?:sent|texted|got|received|gave|emailed)"
        ),
    ),
    Pattern(
        name="wireless_key",
        label=Label.PASSWORD,
        cue=r"(?:wi-?fi|wireless|wlan|network|router|hotspot)(?: security)? (?:key|pass ?\w*|pw|code|login)",
        gap=LINK,
        regex=r"[^\s\"<>]{4,64}",
        source="IEEE 802.11-2020 section 12.7, pre-shared keys",
        refine=_secret_word,
        score=0.9,
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
            (0, len(value))
            if any(map(str.isdecimal, value))
            and any(map(str.isalpha, value.split("/")[-1]))
            and not _FILE.search(value)
            else None
        ),
        veto=r"[/\\.~]",
        context=r"(?:log ?ins?|credentials?|password|sign ?in)\b",
        score=0.7,
        trigger=r"\b(?:log ?ins?|credentials?|sign ?in)\b",
    ),
    Pattern(
        name="password_option",
        label=Label.PASSWORD,
        cue=(
            r"(?:sshpass|mysql(?:dump|admin)?|redis-cli|mongo(?:sh|dump)?|ldapsearch|smbclient"
            r"|docker login|mosquitto_pub)"
        ),
        gap=r"[^\n|;]{0,60}?[ ](?:-[paPw]|-[apw][ ]|--pass(?:word)?[= ])[\"']?",
        regex=r"[^\s'\"-][^\s'\"]{3,63}",
        source="mysql(1), sshpass(1), redis-cli and docker: passwords as options",
        refine=accepted_by(lambda value: any(not character.isalpha() for character in value)),
        score=0.9,
        needs_digit=False,
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
              | (?:security|secret|memorable|verification|safe|duress|verbal|challenge)[ ]
                  (?:answer|word|phrase|name|place)
              | code ?word | safeword | answer[ ]to[ ](?:my|the|your)[ ](?:security|secret)[ ]question
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
)
