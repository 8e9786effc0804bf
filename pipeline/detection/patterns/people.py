"""Names that announce themselves, and text in the form of our own placeholders. Other names are the names tier's."""

from typing import Final

from pipeline.detection.common_words import FUNCTION_WORDS, NAME_WORDS, ORDINARY_WORDS, word_set
from pipeline.detection.patterns.pattern import Pattern, Refine, accepted_by, compiled, verbose
from pipeline.event.labels import Label

_NAME: Final = r"[A-Za-z][A-Za-z'-]{0,24}\.?(?:[ ]{1,2}[A-Za-z][A-Za-z'-]{0,24}\.?){0,3}"
ASKED_BACK: Final = compiled(
    r"(?i)(?:may|will|can|hope|mark|bill|grant|chase|wish)\s(?:i|you|it|we|they|he|she|the|this|that|there"
    r"|my|your|a|an|me|all|do|be|have|[0-9]{1,2})\b"
)
"""How a question or a sentence starts with a word that is also a name: "May I", "Will you"."""

_ADJECTIVES: Final = word_set(
    "black blue brown early east good grand gray green holiday house long lucky neat noble paid power price "
    "rain read royal small snow storm summer white will may west winter hope art power june july april august"
)
_PARTICLES: Final = word_set("de del della der van von den la le da dos di bin ibn al el st")
_PLACES_AND_PEOPLES: Final = word_set(
    "american british english french german spanish italian indian chinese japanese canadian mexican "
    "christian muslim jewish delta united southwest jetblue monday tuesday wednesday thursday friday saturday "
    "sunday january february april october november december christmas easter thanksgiving google uber lyft"
)


def capitalised_name(value: str) -> tuple[int, int] | None:
    """Keep the first capitalised words that no sentence has there, at most four. Pure."""
    return _leading_name(value, lower_case=False)


def told_name(value: str) -> tuple[int, int] | None:
    """Keep the first words that can be a name, in any case: "my name is jane doe and". Pure."""
    return _leading_name(value, lower_case=True)


def _leading_name(value: str, *, lower_case: bool) -> tuple[int, int] | None:
    end = position = 0
    if ASKED_BACK.match(value):
        return None
    for word in value.split(" "):
        bare = word.strip(".,'-")
        folded = bare.lower().removesuffix("'s")
        capital = bare[:1].isupper()
        if folded in _PARTICLES and end:
            position += len(word) + 1
            continue
        if not bare or not _can_be_name(folded, capital=capital, lower_case=lower_case):
            break
        end = position + len(word.rstrip(".,'-").removesuffix("'s"))
        if word.endswith(".") and len(bare) > 3:  # noqa: PLR2004 - shorter are initials and titles
            break
        position += len(word) + 1
    return (0, end) if end else None


def _can_be_name(word: str, *, capital: bool, lower_case: bool) -> bool:
    if lower_case and word in NAME_WORDS:
        return word not in _ADJECTIVES
    if capital:
        plain = not (word in ORDINARY_WORDS or word in _PLACES_AND_PEOPLES)
        return word in NAME_WORDS or (plain and not any(map(str.isdecimal, word)))
    return (
        lower_case
        and ("-" not in word or NAME_WORDS.issuperset(word.split("-")))
        and word.replace("'", "").replace("-", "").isalpha()
        and word not in ORDINARY_WORDS
        and word not in _PLACES_AND_PEOPLES
    )


def _introduced(value: str) -> tuple[int, int] | None:
    """After "I'm" or "this is", where any adjective may stand: a capital, and no word of the list unless a name."""
    part = capitalised_name(value)
    if part is None:
        return None
    first = value[: part[1]].partition(" ")[0].lower()
    return None if first in FUNCTION_WORDS or len(first) < 2 else part  # noqa: PLR2004 - shorter are initials and titles


def _one_told(value: str) -> tuple[int, int] | None:
    """Take one word after a title, in any case, as transcripts have it."""
    return told_name(value.partition(" ")[0])


def _speaker(value: str) -> tuple[int, int] | None:
    """Take the name before "here", of which the first word decides: "Anything here" is none."""
    end = value.rindex(" ")
    part = capitalised_name(value[:end])
    return part if part == (0, end) else None


def _initialed(value: str) -> bool:
    """Whether an initial stands before a family name: neither "N. Main" nor "U.S. Bank" nor the end of a sentence."""
    letters = [letter for letter in value if letter.isupper()]
    word = value.rpartition(".")[2].strip().partition("-")[0].lower()
    lone_direction = value.count(".") == 1 and letters[0] in "NSEW"
    return not (lone_direction or value.startswith(("U.S.", "D.C.", "U.K.", "P.O.")) or letters[0] == "I") and (
        word in NAME_WORDS or not (word in ORDINARY_WORDS or word in _PLACES_AND_PEOPLES)
    )


_CAPITAL: Final = "(?-i:[A-Z])"


def _cue(name: str, cue: str, refine: Refine, score: float, gap: str = r"[\s,.:=\"'-]{1,3}") -> Pattern:
    """Return an entry for names after a cue; without names in small letters, a capital must follow the cue at once."""
    return Pattern(
        name=name,
        label=Label.PERSON,
        cue=cue,
        gap=gap,
        regex=_NAME,
        source="support practice: how people introduce themselves and each other",
        refine=refine,
        score=score,
        needs_digit=False,
        trigger="" if refine is told_name else rf"\b(?:{cue}){gap}{_CAPITAL}",
    )


PEOPLE: Final = (
    Pattern(
        name="placeholder",
        starts_word=False,
        label=Label.PLACEHOLDER,
        regex=verbose(rf"\[ (?: {'|'.join(label.value for label in Label)} ) (?: _[A-Z0-9]{{1,40}} )? \]"),
        source="this project's own placeholders and tokens",
        score=1.0,
        needs_digit=False,
    ),
    _cue(
        "name_told",
        (
            r"(?:(?:full|first|last|sur|given|family|middle|legal|customer|user's|patient|passenger"
            r"|guest)?[ ]?name(?:'s| is| was|:| as|=| ?-| on (?:the|my) (?:account|booking|card|reservation"
            r"|order) is)|names? (?:is|are)|under the name(?: of)?|named|goes by|known as|(?:speaking|spoke"
            r"|talking|talked|chatting) (?:to|with)|call me)"
        ),
        told_name,
        0.85,
        gap=r"[\s,.:=\"'-]{0,3}",
    ),
    _cue("name_signed", "signed(?: by)?", capitalised_name, 0.85),
    _cue("name_beside", r"(?:full|first|last|sur|given|family)[ ]?name", capitalised_name, 0.75, gap="[ ]"),
    _cue("title", r"(?:dr|mr|mrs|ms|mx|miss|prof|professor|doctor|madam|mister)", capitalised_name, 0.8),
    _cue("title_said", r"(?:mister|mr|mrs|missus)", _one_told, 0.7),
    _cue(
        "greeted",
        (
            r"(?:hi|hello|hey|dear|attn|thanks|thank you|cheers|welcome(?: back)?|nice to meet you|goodbye"
            r"|good (?:morning|afternoon|evening|bye))"
        ),
        capitalised_name,
        0.7,
        gap=r"[ ,]{1,2}(?:there[ ,]{1,2})?",
    ),
    _cue(
        "signed",
        (
            r"(?:(?:best|kind|warm)? ?(?:regards|wishes)|sincerely|cheers|yours(?: truly| faithfully)?"
            r"|thanks(?: again)?|thank you)"
        ),
        capitalised_name,
        0.75,
        gap=r"[ ]?[,.!-]?[ ]?\n{1,2}[ -]{0,3}",
    ),
    _cue("introduced", r"(?:i'?m|i am|this is|my name'?s)", _introduced, 0.6),
    _cue(
        "counterpart",
        (
            r"(?:(?:meet(?:ing)?|appointment|session|consultation|follow[ -]?up|viewing|lunch|dinner|call) with"
            r"|(?:send|sent|transfer(?:red)?|wire|wired|pay|paid|zelle|venmo)(?: [^\s]{1,12}){0,4} to)"
        ),
        capitalised_name,
        0.6,
    ),
    Pattern(
        name="speaking",
        label=Label.PERSON,
        regex=r"[A-Z][A-Za-z'-]{1,24}(?:[ ][A-Z][A-Za-z'-]{1,24})?[ ](?:here|speaking|calling)",
        source="support practice: how people introduce themselves",
        refine=_speaker,
        score=0.7,
        needs_digit=False,
        trigger=r"[A-Za-z] (?:here|speaking|calling)\b",
    ),
    Pattern(
        name="spelled",
        label=Label.PERSON,
        regex=r"[A-Za-z](?:-[A-Za-z]){3,24}\b|(?-i:[A-Z](?:[ ][A-Z]){3,24}\b)",
        source="support practice: names are spelled letter by letter",
        score=0.6,
        needs_digit=False,
    ),
    Pattern(
        name="initial",
        label=Label.PERSON,
        regex=r"(?-i:[A-Z]\.[ ]?(?:[A-Z]\.[ ]?)?[A-Z][a-z]{2,20}(?:-[A-Z][a-z]{2,20})?)",
        source="support practice: an initial before a family name",
        refine=accepted_by(_initialed),
        score=0.6,
        needs_digit=False,
    ),
    Pattern(
        name="degree",
        label=Label.PERSON,
        regex=(
            r"[A-Z][A-Za-z'-]{1,24}(?:[ ](?:[A-Z]\.|[A-Z][A-Za-z'-]{0,24})){1,3},?[ ](?:M\.?D|D\.?D\.?S|D\.?O"
            r"|Ph\.?D|Psy\.?D|R\.?N|LCSW|Esq)\b\.?"
        ),
        source="support practice: names of physicians with their degree",
        refine=capitalised_name,
        score=0.75,
        needs_digit=False,
        trigger=r"[ ,](?:M\.?D|D\.?D\.?S|D\.?O\.|Ph\.?D|Psy\.?D|LCSW|Esq)\b",
    ),
    _cue(
        "relative",
        (
            r"(?:(?:my|his|her|their|our|your) (?:\w{2,10} )?(?:friend|son|daughter|wife|husband|brother|sister"
            r"|mother|father|mom|mum|dad|kid|child|partner|boss|colleague|coworker|aunt|uncle|cousin|neighbou?r"
            r"|roommate|fianc.e?|girlfriend|boyfriend|grandmother|grandfather|nephew|niece|buddy|pal|baby"
            r"|manager|assistant|doctor|host)s?(?:'s name is| is called| named| is)?|hosted by|organi[sz]ed by"
            r"|party (?:of|for)|host is|host)"
        ),
        capitalised_name,
        0.75,
    ),
    Pattern(
        name="someones_party",
        label=Label.PERSON,
        regex=(
            r"[A-Z][a-z'-]{1,24}(?:[ ][A-Z][a-z'-]{1,24})?(?:'s|s')?[ ](?:party|birthday|wedding|appointment"
            r"|account|reservation|booking|balance)"
        ),
        source="support practice: whose it is",
        refine=lambda value: capitalised_name(value) if "'" in value else None,
        score=0.7,
        needs_digit=False,
        trigger=r"'s?[ ](?:party|birthday|wedding|appointment|account|reservation|booking|balance)",
    ),
)
