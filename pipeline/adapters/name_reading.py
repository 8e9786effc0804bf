"""A support turn read as graded words: which neighbours may be one name, and what stands around them."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.adapters.name_lexicon import Grade, NameLexicon
from pipeline.adapters.name_words import (
    AUXILIARIES,
    BRANDS,
    PARTICLES,
    PEOPLE_ALONE_DO,
    PERSON_DOES,
    PERSON_PREPOSITIONS,
    PLACE_PREFIXES,
    PLACE_PREPOSITIONS,
    PLACE_WORDS,
    STREET_WORDS,
    SURNAMES,
)

NAME_WORDS_MAX: Final = 5
CASE_SAMPLE_WORDS: Final = 200
LOUD_WORDS_MIN: Final = 2
"""One word of grammar with a capital may be chance."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_GAP: Final = re.compile(r"[ \u00a0]{1,2}")
_GAP_AFTER_INITIAL: Final = re.compile(r"\.?[ \u00a0]{1,2}|\.")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?:\n\r])[\s\"'(>*-]*$")
_SENTENCE_START_CHARACTERS: Final = 8
_CLAUSE_START: Final = re.compile(r"(?:^|[.,!?:;\n])[ \t]*$")
_CLAUSE_END: Final = re.compile(r"[ \t]*(?:$|[.,;!?\n()]|-)")
_SPOKEN_END: Final = re.compile(r"(?i)[ \t]*(?:$|[.,;!?\n()-]|(?:here|from|calling|speaking|and)\b)")
_PLAIN_QUOTES: Final = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}


class Word(NamedTuple):
    """One word, in lower case, without a possessive ending. `capital` is false where the turn's case says nothing."""

    start: int
    end: int
    lower: str
    capital: bool
    shouted: bool
    grade: Grade

    def __repr__(self) -> str:
        return "<Word: concealed>"

    @property
    def listed(self) -> bool:
        """Whether it is in the list of given names."""
        return self.grade in {Grade.GIVEN, Grade.AMBIGUOUS}

    @property
    def maybe_name(self) -> bool:
        """Whether it may be part of a name, if its case does not speak against that."""
        return self.listed or self.grade is Grade.UNKNOWN or (self.lower in SURNAMES and self.grade is not Grade.NEVER)


class Run(NamedTuple):
    """Neighbouring words that may be one name; never empty."""

    words: Sequence[Word]

    @property
    def first(self) -> Word:
        """The first word."""
        return self.words[0]

    @property
    def start(self) -> int:
        """Where the first word begins."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.words[-1].end

    @property
    def listed(self) -> bool:
        """Whether any word is in the list of given names."""
        return any(word.listed for word in self.words)

    @property
    def named(self) -> bool:
        """Whether the first word is a name by its capital or by the list."""
        return self.first.capital or self.first.grade is Grade.GIVEN


class Reading:
    """The words of one turn. `cased` says whether its capitals mean anything. Time is linear in the text."""

    def __init__(self, text: str, lexicon: NameLexicon) -> None:
        self.text = plain(text)
        spoken = [_spoken(match) for match in _WORD.finditer(self.text)]
        grades = {word: lexicon.grade(word) for word in {word.lower() for _, word in spoken}}
        self.cased = _case_speaks([word for _, word in spoken], grades)
        self.words = [
            Word(
                start,
                start + len(word),
                word.lower(),
                self.cased and word[0].isupper(),
                len(word) > 1 and word.isupper(),
                grades[word.lower()],
            )
            for start, word in spoken
        ]
        self._starts = [word.start for word in self.words]

    def index_at(self, place: int) -> int:
        """Return the index of the first word that begins at or after a code point."""
        return bisect_left(self._starts, place)

    def run_at(self, start: int, *, strong: bool) -> Run | None:
        """Return the words from `start` that may be one name. `strong`: the place itself says that a name comes."""
        index = self.index_at(start)
        if index == len(self.words) or self.words[index].start != start:
            return None
        first = self.words[index]
        lone_noun = strong and first.grade is Grade.NOUN and self.pauses(first)
        if not lone_noun and not (_begins_strongly(first) if strong else _begins(first, cased=self.cased)):
            return None
        words = [first]
        for word in self.words[index + 1 : index + NAME_WORDS_MAX]:
            if not self.joined(words[-1], word):
                break
            last_noun = strong and not first.capital and word.grade is Grade.NOUN and self.pauses(word)
            last_unknown = not self.cased and _unlisted(word) and self.pauses(word)
            if not last_noun and not last_unknown and not _continues(first, word, strong=strong):
                break
            words.append(word)
        while len(words) > 1 and words[-1].lower in PARTICLES and not words[-1].capital:
            words.pop()
        if first.lower in AUXILIARIES and len(words) > 1 and self.starts_sentence(first):
            return None
        run = Run(words)
        return None if self.before_place(run) and not (strong and run.listed) else run

    def joined(self, left: Word, right: Word) -> bool:
        """Whether nothing but a space stands between two words, or the point after an initial."""
        gap = _GAP_AFTER_INITIAL if left.end - left.start == 1 else _GAP
        return gap.fullmatch(self.text, left.end, right.start) is not None

    def before(self, index: int) -> Word | None:
        """Return the word joined to the word at `index` from the left."""
        word = self.words[index - 1] if index else None
        return word if word and self.joined(word, self.words[index]) else None

    def pauses(self, last: Word) -> bool:
        """Whether a pause follows, or a word that goes on after a name."""
        return _SPOKEN_END.match(self.text, last.end) is not None

    def ends_clause(self, run: Run) -> bool:
        """Whether a pause follows."""
        return _CLAUSE_END.match(self.text, run.end) is not None

    def starts_sentence(self, word: Word) -> bool:
        """Whether a sentence begins with the word, so that its capital proves nothing."""
        before = self.text[max(0, word.start - _SENTENCE_START_CHARACTERS) : word.start]
        return _SENTENCE_START.search(before) is not None

    def starts_clause(self, word: Word) -> bool:
        """Whether a sentence or a part of it after a comma begins with the word."""
        return _CLAUSE_START.search(self.text[max(0, word.start - _SENTENCE_START_CHARACTERS) : word.start]) is not None

    def before_place(self, run: Run) -> bool:
        """Whether a word follows that makes the run a street, a company or a place."""
        index = self.index_at(run.end)
        if index == len(self.words):
            return False
        after = self.words[index]
        is_place = after.lower in STREET_WORDS or (after.capital and after.lower in PLACE_WORDS)
        return is_place and self.joined(run.words[-1], after)

    def acts(self, index: int) -> bool:
        """Whether what follows says that the word is somebody, or nothing follows at all."""
        following = self.words[index + 1 : index + 2]
        possessive = self.text.startswith("'s", self.words[index].end)
        return possessive or not following or following[0].lower in PERSON_DOES

    def acts_as_person(self, index: int) -> bool:
        """Whether what follows is done by people, hardly by companies: "likes", "told"."""
        following = self.words[index + 1 : index + 2]
        return bool(following) and following[0].lower in PEOPLE_ALONE_DO

    def stands_free(self, index: int) -> bool:
        """Whether no capital word stands before the word, as in the name of a product or a company."""
        before = self.before(index)
        return before is None or not before.capital or before.grade is Grade.NEVER

    def after_place_prefix(self, index: int) -> bool:
        """Whether the word before makes it a place: "San", "North"."""
        before = self.before(index)
        return before is not None and before.lower in PLACE_PREFIXES

    def after_place_preposition(self, index: int) -> bool:
        """Whether the word before stands before places: "towards", "at"."""
        before = self.before(index)
        return before is not None and (before.lower in PLACE_PREPOSITIONS or self.crosses(index))

    def after_person_preposition(self, index: int) -> bool:
        """Whether the word before stands before people rather than before places: "about", "with"."""
        before = self.before(index)
        return before is not None and before.lower in PERSON_PREPOSITIONS

    def crosses(self, index: int) -> bool:
        """Whether the word is the second street of an intersection: "at Fifth and Lime"."""
        match self.words[max(0, index - 3) : index]:
            case [where, street, joint]:
                unlisted = street.capital and street.grade in {Grade.UNKNOWN, Grade.NOUN, Grade.COMMON}
                return unlisted and joint.lower == "and" and where.lower in PLACE_PREPOSITIONS
        return False

    def inside(self, start: int, end: int) -> list[Word]:
        """Return the words that begin in a span."""
        return self.words[self.index_at(start) : self.index_at(end)]


def _unlisted(word: Word) -> bool:
    return word.grade is Grade.UNKNOWN and word.lower not in PLACE_WORDS


def plain(text: str) -> str:
    """Write curly quotes as plain ones; every offset stays. Pure."""
    return text.translate(_PLAIN_QUOTES)


def holds_place(words: Iterable[Word]) -> bool:
    """Whether one of the words makes the others a place or a company. Pure."""
    return any(word.lower in PLACE_WORDS and word.lower not in SURNAMES for word in words)


def _spoken(match: re.Match[str]) -> tuple[int, str]:
    """Return where a word begins, and the word without the ending that makes it a possessive."""
    word = match.group()
    return match.start(), word[:-2] if word[-2:] in {"'s", "'S"} else word


def _case_speaks(words: Sequence[str], grades: dict[str, Grade]) -> bool:
    """Whether capitals mean something: not where there are none, and not where words of grammar have them too."""
    sample = words[:CASE_SAMPLE_WORDS]
    grammar = [word for word in sample[1:] if grades[word.lower()] is Grade.NEVER and word.lower() != "i"]
    loud = sum(word[0].isupper() for word in grammar)
    titled = loud >= LOUD_WORDS_MIN and 2 * loud > len(grammar)
    return not titled and any(word[0].isupper() for word in sample)


def _begins_strongly(word: Word) -> bool:
    return word.grade is not Grade.NEVER and (word.capital or word.maybe_name)


def _begins(word: Word, *, cased: bool) -> bool:
    if word.lower in BRANDS or not word.maybe_name:
        return False
    if word.shouted and cased and not word.listed:
        return False
    return word.capital or word.grade is Grade.GIVEN or (not cased and word.grade is Grade.UNKNOWN)


def _continues(first: Word, word: Word, *, strong: bool) -> bool:
    if word.lower in PARTICLES:
        return True
    if word.grade is Grade.NEVER:
        return False
    if first.capital:
        usual = strong or first.grade is Grade.GIVEN or word.maybe_name
        return word.capital and usual and (word.lower not in PLACE_WORDS or word.lower in SURNAMES)
    return word.grade is Grade.GIVEN or word.lower in SURNAMES or (strong and word.grade is Grade.UNKNOWN)
