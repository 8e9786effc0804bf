"""Label what is read out or spelled where neither a shape nor a cue nor a question says what it is."""

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.detection.common_words import NAME_WORDS, ORDINARY_WORDS
from pipeline.detection.patterns.pattern import compiled, verbose
from pipeline.detection.patterns.values import UNIT_AFTER
from pipeline.detection.spoken import Kind, Run
from pipeline.detection.spoken.vocabulary import ACRONYMS
from pipeline.event.labels import Label

_SAID_MIN: Final = 4
_LETTERS_MIN: Final = 4
_CODE_MIN: Final = 4
_BEFORE_CHARS: Final = 48

_UNITS: Final = compiled(rf"(?i){UNIT_AFTER}")
_IN_A_ROW: Final = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz")
_SAID_SLOWLY: Final = frozenset(
    {"asap", "wasd", "qwerty", "rofl", "lmao", "yes", "please", "help", "stop", "faq", "usa"}
)
_NAME_ASKED: Final = compiled(
    verbose(r"""(?i)\b (?: names? | surname | spel(?:l|ls|led|ling|t) | called | i'?m | i[ ]am | this[ ]is
        | for[ ]m(?:r|s|rs)
        | m(?:r|s|rs|iss|ister) ) \b [^.?!]{0,24}$
    """)
)
_CODE_TOLD: Final = compiled(
    r"(?i)\b(?:codes?|numbers?|reference|ref|confirmation|booking|locator|plates?|licen[cs]e|registration"
    r"|reg|id|vin|serial"
    r"|ticket|order|tag|passport|password|pin|user ?name|log ?in|handle|street|road|avenue|drive|lane|city|town|company"
    r"|domain|website|model|version|error|key|button|option|grade|plan|vitamin)\b[^.?!]{0,24}$"
)
_WORD_BEFORE: Final = compiled(
    r"([A-Za-z][A-Za-z'-]{1,24})(?:[ ]?[,.:(-]|[ ]that's|[ ]that is|[ ]spelled|[ ]spelt|,? so){0,2}[ ]{1,2}$"
)
_WORD_AFTER: Final = compiled(r"[ ,.:-]{1,3}([A-Za-z][A-Za-z'-]{1,24})")


def read_aloud(text: str, runs: Sequence[Run]) -> Iterator[tuple[int, int, Label, float]]:
    """Yield the spans that a run alone gives away, with label and score: spelled names, numbers, codes. Pure.

    Three digits are a count, four or more read out one by one are a number of some account; "one two three four" is
    counted, not told. A word spelled after it was said is a name, however short.
    """
    for run in runs:
        if run.atoms[0].kind is Kind.ORDINAL:
            continue
        if not run.digits:
            yield from _spelled(text, run)
        elif not run.letters:
            if _is_number(run) and not _UNITS.match(text, run.end):
                yield run.start, run.end, Label.ACCOUNT_ID, 0.5
        elif _is_code(run) and not _UNITS.match(text, run.end):
            yield run.start, run.end, Label.ORDER_ID, 0.5


def _counted(folded: str) -> bool:
    return any(folded.lower() in row for row in _IN_A_ROW)


def _is_number(run: Run) -> bool:
    """Whether enough digits are read out one by one, and they neither count nor measure something."""
    if run.said < _SAID_MIN:
        return False
    digits = run.digits
    measured = any(atom.joint == "." for atom in run.atoms)
    return len(set(digits)) > 1 and not measured and not _counted(digits)


def _is_code(run: Run) -> bool:
    sure = sum(atom.sure for atom in run.atoms) > 1
    told = [
        atom
        for atom in run.atoms
        if atom.sure or atom.kind in {Kind.CODE_WORD, Kind.DIGIT} or (sure and len(atom.folded) == 1)
    ]
    return len(run.letters) + len(run.digits) >= _CODE_MIN and len(told) >= _CODE_MIN - 1


def _spelled(text: str, run: Run) -> Iterator[tuple[int, int, Label, float]]:
    """Yield a spelled name with the word that it spells, before or after it."""
    word = run.letters.lower()
    said = _WORD_BEFORE.search(text, max(0, run.start - _BEFORE_CHARS), run.start)
    if said is not None and said[1].lower().replace("'", "").replace("-", "") == word:
        if any(map(str.isalpha, text[said.end(1) : run.start])):  # "Hale that's h a l e"
            yield *said.span(1), Label.PERSON, 0.7
            yield run.start, run.end, Label.PERSON, 0.7
        else:
            yield said.start(1), run.end, Label.PERSON, 0.7
        return
    said = _WORD_AFTER.match(text, run.end)
    if said is not None and said[1].lower() == word:
        yield run.start, said.end(1), Label.PERSON, 0.7
        return
    if word.upper() in ACRONYMS:
        return
    before = text[max(0, run.start - _BEFORE_CHARS) : run.start]
    if (
        _CODE_TOLD.search(before)
        or _counted(word)
        or max(map(word.count, word)) >= len(word) - 1
        or word in _SAID_SLOWLY
    ):
        return
    ordinary = word in ORDINARY_WORDS and word not in NAME_WORDS
    if _NAME_ASKED.search(before) is not None and len(word) > 1 and not ordinary:
        yield run.start, run.end, Label.PERSON, 0.75
    elif sum(atom.sure for atom in run.atoms) > 1 or (len(word) >= _LETTERS_MIN and not ordinary):
        yield run.start, run.end, Label.PERSON, 0.6
