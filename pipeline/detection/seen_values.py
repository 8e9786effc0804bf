"""Find again what was found in earlier turns of a conversation, by fingerprints alone.

Half of what detectors leave in clear repeats a value given before, in words around it that say nothing: "details of
Robin have been entered". A value is remembered in the forms in which it comes back: the parts of a name and its
initials, a code without its separators, the last four digits of a long number.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from pipeline.conversation.values import Given, ValuesSeen
from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS
from pipeline.detection.finding import Finding
from pipeline.detection.known_values import canonical_word, name_parts
from pipeline.detection.normalization import NormalizedText, normalize
from pipeline.detection.patterns.values import UNIT_AFTER, digits_of
from pipeline.event.labels import CONTEXT_LABELS, Label

DETECTOR: Final = "seen"
SEEN_SCORE: Final = 0.9
CORRECTED_SCORE: Final = 0.75
SCORE_MIN: Final = 0.7
"""Less sure findings are not looked for again: of what they would add, a quarter to a half was wrong."""

NAME_SCORE_MIN: Final = 0.93
"""What one word that the names tier of our own takes for a person must score: a brand is named in turn after turn."""

_OWN_TIER: Final = "names"
_SURE: Final = frozenset({"pattern", "asked", "known_value", "remembered"})
_SURE_SCORE_MIN: Final = 0.6
_NEVER: Final = CONTEXT_LABELS | {Label.PLACEHOLDER, Label.URL_WITH_PERSONAL_DATA, Label.CARD_EXPIRY, Label.ZIP}

# Bits of `ValuesSeen.shapes`: a word, initials, last digits; bit n from 3 on is a number of n digits. Those of `mixed`
# are the lengths of codes of letters and digits.
_WORDS: Final = 1
_INITIALS: Final = 2
_LAST: Final = 4
_CODE_CHARS_MIN: Final = 3
_CODE_CHARS_MAX: Final = 60
_LAST_DIGITS: Final = 4
_LONG_DIGITS_MIN: Final = 7
_SHORT_CHARS_MAX: Final = 5
_GIVEN_DIGITS_MIN: Final = 4
_WORD_CHARS_MIN: Final = 3
_LOCAL_PART_MIN: Final = 5
_SECRET_WORDS_MAX: Final = 2
_TOKENS_MAX: Final = 8
_GROUPS_MAX: Final = 8
_INITIALS_MAX: Final = 3
_CACHED_CHARS_MAX: Final = 512
_LEAD_CHARS_MAX: Final = 8
_TOKENS_HELD_MAX: Final = 65_536
CORRECTION_CHARS_MAX: Final = 240

_WORD: Final = re.compile(r"[^\W\d_]{1,64}(?:['-][^\W\d_]{1,64}){0,4}")  # so a cache by word is bounded
_SOME_DIGIT: Final = re.compile("[0-9]")
_TOKEN: Final = re.compile("[0-9A-Za-z]+")
_GAP: Final = re.compile(r"[ \t._/()#+:@-]{1,3}")
_MAY_BE_INITIALS: Final = re.compile(r"\.[ ]?[A-Z]")
_INITIALS_WRITTEN: Final = re.compile(r"\b[A-Z]\.[ ]?(?:[A-Z]\.[ ]?)?[A-Z]\b\.?")
_SUM: Final = re.compile("[1-9][0-9]{0,2}0{1,6}|[0-9]{1,2}")
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_UNITS: Final = re.compile(rf"(?i){UNIT_AFTER}", re.ASCII)
_COUNTED: Final = re.compile(r"[:.,][0-9]|[ ]?[%$\u20ac\u00a3]")
_SUM_OR_YEAR: Final = re.compile("[1-9][0-9]?0{2,6}|(?:19|20)[0-9]{2}")
_RUN: Final = re.compile(r"[0-9]+(?:[ \t_/()+-]{1,3}[0-9]+)*|[0-9]+(?:\.[0-9]+){2,}")
_GROUP: Final = re.compile("[0-9]+")
_SPACED: Final = re.compile(r"[0-9](?:[ -]?[0-9])*")
_CORRECTS: Final = re.compile(
    r"(?i)\b(?:no|nope|not|sorry|actually|wait|mean|meant|correction|correct|oops|whoops|instead|should be|rather|typo"
    r"|mistake|mistyped|misread|wrong|either|or|my bad|apologies|apologi[sz]e|try|again)\b"
)
_AFTER_MODAL: Final = re.compile(r"(?:you|i|we|they|he|she|it|this|that|the|there|my|your|be)\b", re.IGNORECASE)


class Form(NamedTuple):
    """A canonical form of a value, and the bits of its shape. It holds the value: hashed at once and never kept."""

    text: str
    shapes: int = 0
    mixed: int = 0

    def __repr__(self) -> str:
        return "<Form: concealed>"


def forms_of(value: str, label: Label) -> Iterator[Form]:
    """Yield the forms in which a value of that label comes back. Pure."""
    plain = normalize(value).text
    if label is Label.PERSON:
        yield from _name_forms(plain)
        return
    if label is Label.EMAIL and "@" in plain:
        local = plain.partition("@")[0]
        if len(local) >= _LOCAL_PART_MIN:
            yield from _token_forms(local)
        return
    squeezed = _squeezed(plain)
    digits = squeezed if squeezed.isdecimal() else digits_of(squeezed)
    if not digits:
        if label in {Label.PASSWORD, Label.USERNAME} and len(plain.split()) <= _SECRET_WORDS_MAX:
            for word in _WORD.findall(plain):
                yield from _word_form(word)
        return
    yield from _code_form(squeezed)
    if len(digits) >= _LONG_DIGITS_MIN and label is not Label.ADDRESS:
        yield Form("\u2026" + digits[-_LAST_DIGITS:], _LAST)


def _name_forms(plain: str) -> Iterator[Form]:
    parts = name_parts(plain)
    for part in parts:
        if part.lower() not in FUNCTION_WORDS:
            yield Form(part, _WORDS)
    if len(parts) > 1:
        yield Form("." + "".join(part[0].lower() for part in parts[:_INITIALS_MAX]), _INITIALS)
        yield Form("." + parts[0][0].lower() + parts[-1][0].lower(), _INITIALS)


def _token_forms(token: str) -> Iterator[Form]:
    if token.isalpha():
        yield from _word_form(token)
    elif any(map(str.isdecimal, token)):
        yield from _code_form(_squeezed(token))


def _word_form(word: str) -> Iterator[Form]:
    folded = canonical_word(word)
    if len(folded) >= _WORD_CHARS_MIN and folded.lower() not in FUNCTION_WORDS:
        yield Form(folded, _WORDS)


def _code_form(squeezed: str) -> Iterator[Form]:
    if _SUM.fullmatch(squeezed):
        return
    if _CODE_CHARS_MIN <= len(squeezed) <= _CODE_CHARS_MAX and squeezed.isascii():
        length = 1 << len(squeezed)
        yield Form("#" + squeezed, length) if squeezed.isdecimal() else Form("#" + squeezed, mixed=length)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def is_remembered(finding: Finding, value: str = "") -> bool:
    """Say whether a finding is sure enough, and of a kind, to be looked for in later turns. Pure.

    What was seen before is known, but for a name of which only a part was: "Robin Hale" after "Robin".
    """
    if finding.label in _NEVER:
        return False
    if finding.detector == DETECTOR:
        return finding.label is Label.PERSON and " " in value
    if finding.detector == _OWN_TIER and finding.label is Label.PERSON and value.isalpha():
        return finding.score >= NAME_SCORE_MIN
    return finding.score >= (_SURE_SCORE_MIN if finding.detector in _SURE else SCORE_MIN)


def given_number(value: str, label: Label) -> tuple[int, Label] | None:
    """Return how many digits a value has that somebody may correct later, and its label. Pure."""
    digits = len(digits_of(normalize(value).text))
    if digits < _CODE_CHARS_MIN or label in {Label.ADDRESS, Label.DATE_OF_BIRTH, Label.EMAIL}:
        return None
    return digits, label


def word_keys(token: str) -> tuple[str, ...]:
    """Return the forms under which the words of a token would be remembered; ordinary words never are. Pure."""
    return tuple([key for word in _WORD.findall(token) if (key := _word_key(word))])


def _word_key(word: str) -> str:
    folded = canonical_word(_without_possessive(word))
    return "" if len(folded) < 2 or folded in ORDINARY_WORDS else folded  # noqa: PLR2004 - a letter is no name


def _without_possessive(word: str) -> str:
    return word[:-2] if word[-2:] in {"'s", "'S"} else word


class WordFingerprints(dict[str, tuple[bytes, ...]]):
    """The fingerprints of the words of a token, worked out when first met: most come again and again.

    It begins anew past its bound. Its keys are words of texts, so `repr` shows none.
    """

    __slots__ = ("_fingerprint",)

    def __init__(self, fingerprint: Callable[[str], bytes]) -> None:
        super().__init__()
        self._fingerprint = fingerprint

    def __missing__(self, token: str) -> tuple[bytes, ...]:
        if len(self) >= _TOKENS_HELD_MAX:
            self.clear()
        found = self[token] = tuple([self._fingerprint(key) for key in word_keys(token)])
        return found

    def __repr__(self) -> str:
        return f"<WordFingerprints of {len(self)} tokens, concealed>"


class Memory:
    """What a conversation remembers, ready to be found in a text.

    `name_parts` are fingerprints of the words of authors' names. `fingerprint` hashes a form, `words` the words of a
    token.
    """

    __slots__ = ("_fingerprint", "_name_parts", "_seen", "_words")

    def __init__(
        self,
        seen: ValuesSeen,
        name_parts: frozenset[bytes],
        fingerprint: Callable[[str], bytes],
        words: WordFingerprints,
    ) -> None:
        self._seen = seen
        self._name_parts = name_parts
        self._fingerprint = fingerprint
        self._words = words

    def __repr__(self) -> str:
        return f"<Memory of {len(self._seen.labels)} values, concealed>"

    def find(self, normalized: NormalizedText) -> list[Finding]:
        """Return where values of earlier turns stand in the text; findings may overlap. Pure."""
        shapes, given, ascii_text = self._seen.shapes, self._seen.given, normalized.ascii_text
        spans: list[tuple[int, int, Label, float]] = []
        text = normalized.text
        if shapes & _WORDS or self._name_parts:
            spans += self._names(text)
        if shapes & _INITIALS and _MAY_BE_INITIALS.search(text):
            spans += self._initials(text)
        if (shapes >= _LAST or given or self._seen.mixed) and _SOME_DIGIT.search(ascii_text):
            if shapes >= _LAST:
                spans += self._numbers(ascii_text)
            if self._seen.mixed:
                spans += self._codes(ascii_text)
            if given and len(text) <= CORRECTION_CHARS_MAX:
                spans += _corrected(ascii_text, given)
        return [
            Finding(*normalized.to_original(start, end), label, DETECTOR, score) for start, end, label, score in spans
        ]

    def _names(self, text: str) -> list[tuple[int, int, Label, float]]:
        spans: list[tuple[int, int, Label, float]] = []
        if not self._has_known_word(text):
            return spans
        labels, name_parts, words = self._seen.labels, self._name_parts, self._words
        for match in _WORD.finditer(text):
            for key in words[match[0]]:
                label = labels.get(key, Label.PERSON if key in name_parts else None)
                if label is not None and not _is_auxiliary(text, match):
                    end = match.start() + len(_without_possessive(match[0]))
                    spans.append((match.start(), end, label, SEEN_SCORE))
        return spans

    def _has_known_word(self, text: str) -> bool:
        labels, name_parts, words = self._seen.labels, self._name_parts, self._words
        for token in text.split() if len(text) <= _CACHED_CHARS_MAX else _WORD.findall(text):
            for key in words[token]:
                if key in labels or key in name_parts:
                    return True
        return False

    def _initials(self, text: str) -> Iterator[tuple[int, int, Label, float]]:
        for match in _INITIALS_WRITTEN.finditer(text):
            yield from self._known(text, *match.span(), "." + _squeezed(match[0]))

    def _numbers(self, text: str) -> Iterator[tuple[int, int, Label, float]]:
        """Yield the numbers among neighbouring groups of digits, and last digits."""
        shapes = self._seen.shapes
        for run in _RUN.finditer(text):
            start, end = run.span()
            if text[start - 1 : start].isalpha() or text[end : end + 1].isalpha():
                continue
            groups = [group.span() for group in _GROUP.finditer(text, start, end)]
            for first, (begin, after) in enumerate(groups):
                if shapes & _LAST and after - begin == _LAST_DIGITS and not _YEAR.fullmatch(text, begin, after):
                    yield from self._known(text, begin, after, "\u2026" + text[begin:after])
                digits = ""
                for group in groups[first : first + _GROUPS_MAX]:
                    digits += text[slice(*group)]
                    if shapes >> len(digits) == 0 or len(digits) > _CODE_CHARS_MAX:
                        break
                    if len(digits) >= _CODE_CHARS_MIN and shapes >> len(digits) & 1:
                        yield from self._known(text, begin, group[1], "#" + digits)

    def _codes(self, text: str) -> Iterator[tuple[int, int, Label, float]]:
        """Yield the codes of letters and digits, addresses among them, among neighbouring tokens."""
        lengths = self._seen.mixed
        tokens = [match.span() for match in _TOKEN.finditer(text)]
        for first, (start, _) in enumerate(tokens):
            code = ""
            for number in range(first, min(len(tokens), first + _TOKENS_MAX)):
                begin, end = tokens[number]
                if number > first and not _GAP.fullmatch(text, tokens[number - 1][1], begin):
                    break
                code += text[begin:end]
                if lengths >> len(code) == 0:
                    break
                if lengths >> len(code) & 1 and _SOME_DIGIT.search(code):
                    yield from self._known(text, start, end, "#" + code.lower())

    def _known(self, text: str, start: int, end: int, form: str) -> Iterator[tuple[int, int, Label, float]]:
        label = self._seen.labels.get(self._fingerprint(form))
        if label is not None and not (end - start <= _SHORT_CHARS_MAX and _counts(text, start, end)):
            yield start, end, label, SEEN_SCORE


def _is_auxiliary(text: str, match: re.Match[str]) -> bool:
    """Whether an ordinary word has its capital from the beginning of a sentence: "Will you help me?"."""
    if match[0].lower() not in ORDINARY_WORDS:
        return False
    before = text[max(0, match.start() - _LEAD_CHARS_MAX) : match.start()].rstrip(" \"'(")
    if before and before[-1] not in ".!?\n:":
        return False
    return _AFTER_MODAL.match(text, match.end() + 1) is not None


def _counts(text: str, start: int, end: int) -> bool:
    """Whether what stands around digits says that they count, measure or pay."""
    if text[max(0, start - 2) : start].strip()[-1:] in {"$", "\u20ac", "\u00a3"} or text[max(0, start - 1) : start] in {
        ",",
        ".",
    }:
        return True
    return _COUNTED.match(text, end) is not None or _UNITS.match(text, end) is not None


def _corrected(text: str, given: Iterable[Given]) -> Iterator[tuple[int, int, Label, float]]:
    """Yield digits as many as a number of the last turns has, where words of correction stand, or nothing else."""
    labels = {each.digits: each.label for each in reversed(tuple(given))}
    runs = list(_SPACED.finditer(text))
    alone = len(runs) == 1 and not any(map(str.isalnum, text[: runs[0].start()] + text[runs[0].end() :]))
    if not alone and not _CORRECTS.search(text):
        return
    for run in runs:
        start, end = run.span()
        digits = len(digits_of(run[0]))
        label = labels.get(digits)
        if label is None or (digits < _GIVEN_DIGITS_MIN and not alone) or _SUM_OR_YEAR.fullmatch(run[0]):
            continue
        if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum() or _counts(text, start, end):
            continue
        yield start, end, label, CORRECTED_SCORE
