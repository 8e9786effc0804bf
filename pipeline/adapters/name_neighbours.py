"""Names that stand beside another name, or where only the person who is addressed can stand."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from pipeline.adapters import name_phrases as phrases
from pipeline.adapters.name_lexicon import Grade
from pipeline.adapters.name_reading import Reading, Run, Word
from pipeline.adapters.name_words import BRANDS, PLACE_PREFIXES
from pipeline.detection.finding import Finding
from pipeline.event.labels import Label

LIST_NAMES_MAX: Final = 8
RUN_WORDS_MAX: Final = 4
ALONE_CHARACTERS_MIN: Final = 4
_SENTENCE_ENDS: Final = re.compile(r"[ \t]*(?:$|[.!?\n])")
_CALLED: Final = re.compile(r"[a-z0-9],[ ]{1,2}$", re.IGNORECASE)
_CALLED_CHARACTERS: Final = 4


def named_beside(reading: Reading, findings: Iterable[Finding], score_min: float) -> Iterator[Run]:
    """Yield the runs that a list joins to a found name: "my kids Nico and ...". Linear in text and findings."""
    names = [found for found in findings if found.label is Label.PERSON and found.score >= score_min]
    starts = {found.start for found in names}
    for found in names:
        yield from _after(reading, found.end, starts)
        yield from _before(reading, found.start)


def called(reading: Reading) -> Iterator[Run]:
    """Yield the runs by which an agent calls somebody: "Enjoy your meal, ...", or "..., your room is ready"."""
    for index, word in enumerate(reading.words):
        if not _by_capital(word):
            continue
        if len(reading.words) == 1 and word.grade is Grade.UNKNOWN and word.end - word.start >= ALONE_CHARACTERS_MIN:
            yield Run([word])
            return
        begins = reading.starts_sentence(word)
        if not begins and not _is_called(reading, index):
            continue
        run = reading.run_at(word.start, strong=False)
        ending = phrases.ADDRESSES_ALONE if begins else _SENTENCE_ENDS
        if run is not None and ending.match(reading.text, run.end):
            yield run


def before_numbers(reading: Reading) -> Iterator[Run]:
    """Yield the runs that alone stand before ", account ...", as terse writers say who they are."""
    for match in phrases.BEFORE_NUMBER.finditer(reading.text):
        index = reading.index_at(match.start())
        words: list[Word] = []
        while index and len(words) < RUN_WORDS_MAX:
            word = reading.words[index - 1]
            if not (word.maybe_name or (word.capital and word.grade is Grade.NOUN)) or word.lower in BRANDS:
                break
            if words and not reading.joined(word, words[0]):
                break
            words.insert(0, word)
            index -= 1
        if words and words[-1].end == match.start() and reading.starts_clause(words[0]):
            yield Run(words)


def is_sentence(reading: Reading, run: Run) -> bool:
    """Whether two or more words are a sentence of their own. Pure."""
    alone = reading.starts_sentence(run.first) and _SENTENCE_ENDS.match(reading.text, run.end) is not None
    return alone and len(run.words) > 1


def _after(reading: Reading, position: int, starts: Collection[int]) -> Iterator[Run]:
    """Yield the names after a name, up to one that was found already and leads on itself."""
    for _ in range(LIST_NAMES_MAX):
        joint = phrases.NEXT_NAME.match(reading.text, position)
        run = reading.run_at(joint.end(), strong=False) if joint else None
        if joint is None or run is None or run.start in starts or not _by_capital(run.first):
            return
        goes_on = phrases.NEXT_NAME.match(reading.text, run.end) is not None
        if joint.group().strip() == "," and not (run.listed or goes_on):
            return
        yield run
        position = run.end


def _before(reading: Reading, start: int) -> Iterator[Run]:
    """Yield the one or two capital words before "and" and a name."""
    index = reading.index_at(start)
    if index < 2 or reading.words[index - 1].lower != "and" or not _by_capital(reading.words[index - 2]):  # noqa: PLR2004 - a name and "and"
        return
    first, joint = reading.words[index - 2], reading.words[index - 1]
    if not reading.joined(first, joint) or not reading.joined(joint, reading.words[index]):
        return
    before = reading.before(index - 2)
    if before is None or not before.capital:
        yield Run([first])
    elif _by_capital(before):
        yield Run([before, first])


def _by_capital(word: Word) -> bool:
    """Whether a capital makes the word a name where somebody must stand."""
    named = word.capital and (word.listed or word.grade is Grade.UNKNOWN)
    return named and not word.shouted and word.lower not in BRANDS and word.lower not in PLACE_PREFIXES


def _is_called(reading: Reading, index: int) -> bool:
    """Whether a comma stands before the word, after a word without a capital: no "Lisbon, Portugal"."""
    start = reading.words[index].start
    before = reading.words[index - 1] if index else None
    if before is None or (before.capital and before.grade is not Grade.NEVER):
        return False
    return _CALLED.search(reading.text[max(0, start - _CALLED_CHARACTERS) : start]) is not None
