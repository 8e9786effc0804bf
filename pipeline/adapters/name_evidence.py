"""What speaks for a name in a support turn: phrases around it, the question before, lists of names, and the model.

The small model alone is poor on chats: it finds under half of the names and takes greetings for people. Each kind of
evidence has its own score, so that a policy's `score_min` chooses among them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.adapters import name_phrases as phrases
from pipeline.adapters.name_lexicon import Grade, NameLexicon, is_run_together
from pipeline.adapters.name_neighbours import before_numbers, called, is_sentence, named_beside
from pipeline.adapters.name_reading import Reading, Run, Word, holds_place
from pipeline.adapters.name_words import (
    ACRONYMS,
    ANSWER_OPENERS,
    AUXILIARIES,
    BRANDS,
    PLACE_PREFIXES,
    PLACE_WORDS,
    SURNAMES,
    WEAK_NAMES,
)
from pipeline.adapters.spacy_entities import Entity
from pipeline.detection.finding import Finding
from pipeline.detection.names import NamesTurn
from pipeline.event.conversation_event import Role
from pipeline.event.labels import Label

DETECTOR: Final = "spacy"
ANSWER_WORDS_MAX: Final = 12
WHOLE_ANSWER_WORDS_MAX: Final = 2
BARE_WORDS_MAX: Final = 3
REPEATED_CHARACTERS_MIN: Final = 3
UNLISTED_CHARACTERS_MIN: Final = 3
LOWER_CHARACTERS_MIN: Final = 4

INTRODUCED: Final = 0.95
"""After "my name is"."""
ASKED: Final = 0.92
"""As the answer to a question for a name."""
TITLED: Final = 0.92
"""After "Dr."."""
PRESENTED: Final = 0.9
"""A listed name after "I'm", "speak with", "my wife"."""
ADDRESSED: Final = 0.85
"""A listed name after a greeting."""
CONFIRMED: Final = 0.85
"""A listed name that the model takes for a person."""
LISTED: Final = 0.8
"""A listed name alone, or a found name that stands again."""
FULL_NAME: Final = 0.7
"""Several words by the model, or an ambiguous listed name by its capital."""
UNLISTED: Final = 0.6
"""An unlisted word after a phrase that needs no name; a listed one in lower case."""
SINGLE_NAME: Final = 0.55
"""One unlisted word by the model."""
CAPITAL: Final = 0.52
"""An unlisted word by its capital."""
BARE: Final = 0.5
"""One unlisted word that is the whole turn, where nobody writes capitals."""
CONTEXT: Final = 0.5
"""A place, company, group or date by the model."""

_CONTEXT_LABELS: Final = {
    "GPE": Label.LOCATION,
    "LOC": Label.LOCATION,
    "FAC": Label.LOCATION,
    "ORG": Label.ORG,
    "NORP": Label.NRP,
    "DATE": Label.DATE,
}
_PLACES: Final = frozenset({"GPE", "LOC", "FAC"})
_PERSON: Final = "PERSON"


def name_findings(turn: NamesTurn, entities: Sequence[Entity], lexicon: NameLexicon) -> list[Finding]:
    """Return the names, places, companies, groups and dates of a turn, sorted by start; they may overlap. Pure."""
    reading = Reading(turn.text, lexicon)
    found = [
        *_introduced(reading),
        *_titled(reading),
        *_presented(reading),
        *_addressed(reading),
        *_bare(reading),
        *_listed(reading, entities),
        *_unlisted(reading, entities),
        *_modelled(reading, entities),
    ]
    if turn.role in {Role.CUSTOMER, Role.THIRD_PARTY}:
        found += _answered(reading, turn.asked)
    else:
        found += [_finding(run, UNLISTED) for run in called(reading)]
    found += [_finding(run, UNLISTED) for run in before_numbers(reading)]
    found += [_finding(run, UNLISTED) for run in named_beside(reading, found, CAPITAL)]
    found += _repeated(reading, found)
    return sorted(_strongest(found))


def _strongest(findings: Iterable[Finding]) -> Iterable[Finding]:
    """Keep the highest score of each place and label."""
    best: dict[tuple[int, int, Label], Finding] = {}
    for found in findings:
        place = (found.start, found.end, found.label)
        if place not in best or best[place].score < found.score:
            best[place] = found
    return best.values()


def _finding(run: Run, score: float, label: Label = Label.PERSON) -> Finding:
    return Finding(run.start, run.end, label, DETECTOR, score)


def _introduced(reading: Reading) -> Iterator[Finding]:
    """Yield names after "my name is", "under the name of"; answers after "maiden name is"."""
    for match in phrases.INTRODUCES.finditer(reading.text):
        if run := reading.run_at(match.end(), strong=True):
            yield _finding(run, INTRODUCED)
    for match in phrases.SECRET_QUESTION.finditer(reading.text):
        joint = phrases.IS.match(reading.text, match.end())
        if joint and (run := reading.run_at(joint.end(), strong=True)):
            yield _finding(run, INTRODUCED, Label.PASSWORD)


def _titled(reading: Reading) -> Iterator[Finding]:
    """Yield names after a title."""
    for match in phrases.TITLE.finditer(reading.text):
        run = reading.run_at(match.end(), strong=True)
        if run and (run.first.capital or run.first.grade is not Grade.AMBIGUOUS or reading.ends_clause(run)):
            yield _finding(run, TITLED)
    for match in phrases.LONG_TITLE.finditer(reading.text):
        run = reading.run_at(match.end(), strong=False)
        if run and run.named:
            yield _finding(run, TITLED)


def _presented(reading: Reading) -> Iterator[Finding]:
    """Yield names after "I'm", "this is"; "speak with", "my wife"."""
    for match in phrases.PRESENTS_SELF.finditer(reading.text):
        run = reading.run_at(match.end(), strong=True)
        if run is None:
            continue
        if run.listed and run.named:
            yield _finding(run, PRESENTED)
        elif reading.pauses(run.words[-1]) and _presents(run, himself=match.lastgroup == "self"):
            yield _finding(run, UNLISTED)
    for match in phrases.NAMES_ANOTHER.finditer(reading.text):
        run = reading.run_at(match.end(), strong=False)
        stronger = reading.run_at(match.end(), strong=True)
        if run is None and match.lastgroup == "kin":
            if stronger and (stronger.first.grade is Grade.UNKNOWN or _named_by_capital(stronger.first)):
                run = stronger
        elif run and run.first.capital and stronger:
            run = stronger
        if run:
            yield _finding(run, PRESENTED if run.listed else UNLISTED)


def _presents(run: Run, *, himself: bool) -> bool:
    """Whether unlisted words after "I'm" or "it's" are a name: all unknown, and two of them or a capital for "it's"."""
    if any(word.lower in BRANDS or not (word.maybe_name or _named_by_capital(word)) for word in run.words):
        return False
    return himself or run.first.capital or len(run.words) > 1


def _named_by_capital(word: Word) -> bool:
    return word.capital and word.grade is Grade.NOUN


def _addressed(reading: Reading) -> Iterator[Finding]:
    """Yield names after a greeting or thanks; unlisted ones only before a pause."""
    for match in phrases.GREETS.finditer(reading.text):
        run = reading.run_at(match.end(), strong=False)
        if run is None or not run.named:
            continue
        ends = reading.ends_clause(run)
        if run.listed and (ends or run.first.lower not in AUXILIARIES):
            yield _finding(run, ADDRESSED)
        elif ends:
            yield _finding(run, UNLISTED)


def _answered(reading: Reading, asked: Sequence[Label]) -> Iterator[Finding]:
    """Yield the name in the answer to a question for one: its first words that may be a name."""
    if Label.PERSON not in asked and Label.PASSWORD not in asked:
        return
    label = Label.PERSON if Label.PERSON in asked else Label.PASSWORD
    for index, word in enumerate(reading.words[:ANSWER_WORDS_MAX]):
        if word.grade is Grade.NEVER:
            continue
        run = reading.run_at(word.start, strong=True)
        if run and _is_answer(reading, run, index):
            yield _finding(run, ASKED, label)
            return
        if _is_whole_answer(reading, index):
            yield _finding(Run(reading.words[index:]), ASKED, label)
            return


def _is_answer(reading: Reading, run: Run, index: int) -> bool:
    """Whether a run in an answer is the name: listed, or capital away from the start, or all that was said."""
    first = run.first
    courtesy = all(word.grade is Grade.NEVER and word.lower != "the" for word in reading.words[:index])
    if first.lower in BRANDS and not courtesy:
        return False
    if first.grade is Grade.GIVEN or (first.listed and (first.capital or not reading.cased)):
        return True
    ends = reading.pauses(run.words[-1])
    if first.capital and first.maybe_name:
        return ends if courtesy else not reading.starts_sentence(first)
    return ends and courtesy and first.maybe_name


def _is_whole_answer(reading: Reading, index: int) -> bool:
    """Whether one or two everyday words are all that was said after words of courtesy: "Baker", "rose hunter"."""
    count = len(reading.words) - index
    if not 1 <= count <= (1 if index else WHOLE_ANSWER_WORDS_MAX):
        return False
    if any(word.lower not in ANSWER_OPENERS for word in reading.words[:index]):
        return False
    if any(word.grade is Grade.NEVER or word.lower.endswith("ing") for word in reading.words[index:]):
        return False
    return not any(character.isdigit() for character in reading.text)


def _bare(reading: Reading) -> Iterator[Finding]:
    """Yield a turn of one to three words without capitals, all of them names or unknown: an answer to some request."""
    words = reading.words
    if reading.cased or not 1 <= len(words) <= BARE_WORDS_MAX or any(map(str.isdigit, reading.text)):
        return
    if any(not word.maybe_name or word.lower in BRANDS or is_run_together(word.lower) for word in words):
        return
    run = Run(words)
    if run.end - run.start >= LOWER_CHARACTERS_MIN:
        yield _finding(run, UNLISTED if run.listed or len(words) > 1 else BARE)


def _listed(reading: Reading, entities: Sequence[Entity]) -> Iterator[Finding]:
    """Yield given names of the list; the ambiguous ones with a capital in mid-sentence and something beside it."""
    places = _covered(reading, (entity for entity in entities if _names_place(reading, entity)))
    people = _covered(reading, (entity for entity in entities if entity.label == _PERSON))
    end = 0
    for index, word in enumerate(reading.words):
        if word.start < end or not word.listed or index in places:
            continue
        if reading.cased and not word.capital and word.grade is not Grade.GIVEN:
            continue
        run = reading.run_at(word.start, strong=False)
        if run is None or reading.after_place_prefix(index) or reading.crosses(index):
            continue
        score = _list_score(reading, run, index, confirmed=index in people)
        if score:
            yield _finding(_with_family_name(reading, run, index), score)
            end = run.end


def _list_score(reading: Reading, run: Run, index: int, *, confirmed: bool) -> float:
    first = run.first
    if first.grade is Grade.GIVEN:
        if first.capital:
            return CONFIRMED if confirmed else LISTED
        return UNLISTED if first.end - first.start >= LOWER_CHARACTERS_MIN else 0.0
    if not first.capital:
        return 0.0
    if any(word.listed or word.lower in SURNAMES for word in run.words[1:]):
        return FULL_NAME
    weak = first.lower in WEAK_NAMES
    if reading.starts_sentence(first):
        return FULL_NAME if not weak and reading.acts(index) else 0.0
    if weak:
        return SINGLE_NAME if confirmed and not reading.after_place_preposition(index) else 0.0
    return FULL_NAME if confirmed or not reading.after_place_preposition(index) else 0.0


def _with_family_name(reading: Reading, run: Run, index: int) -> Run:
    """Take in an unlisted capital word before a single given name: "Okonjo Mary"."""
    before = reading.before(index) if len(run.words) == 1 else None
    if before is None or not before.capital or before.grade is not Grade.UNKNOWN or before.shouted:
        return run
    if before.lower in BRANDS or reading.starts_sentence(before):
        return run
    return Run([before, *run.words])


def _unlisted(reading: Reading, entities: Sequence[Entity]) -> Iterator[Finding]:
    """Yield capital words that are neither listed nor everyday words, where they stand as somebody would."""
    places = _covered(reading, (entity for entity in entities if entity.label in _PLACES))
    others = _covered(reading, (entity for entity in entities if entity.label != _PERSON))
    for index, word in enumerate(reading.words):
        if not word.capital or word.grade is not Grade.UNKNOWN or word.shouted:
            continue
        if index in others and not reading.acts_as_person(index) and not reading.after_person_preposition(index):
            whole = None if index in places else reading.run_at(word.start, strong=False)
            if whole is None or not is_sentence(reading, whole):
                continue
        if word.end - word.start < UNLISTED_CHARACTERS_MIN or reading.after_place_prefix(index):
            continue
        run = reading.run_at(word.start, strong=False)
        if run is None or word.lower in PLACE_PREFIXES or reading.after_place_preposition(index):
            continue
        if reading.starts_sentence(word):
            somebody = reading.acts(index + len(run.words) - 1) or is_sentence(reading, run)
        else:
            somebody = reading.stands_free(index)
        if somebody:
            yield _finding(run, CAPITAL)


def _modelled(reading: Reading, entities: Iterable[Entity]) -> Iterator[Finding]:
    """Yield what the model found, where its words do not speak against it."""
    for entity in entities:
        if entity.label in _CONTEXT_LABELS:
            if all(word.lower in ACRONYMS for word in reading.inside(entity.start, entity.end)):
                continue
            yield Finding(entity.start, entity.end, _CONTEXT_LABELS[entity.label], DETECTOR, CONTEXT)
        elif entity.label == _PERSON and (found := _person(reading, entity)):
            yield found


def _person(reading: Reading, entity: Entity) -> Finding | None:
    words = reading.inside(entity.start, entity.end)
    if words and reading.crosses(reading.index_at(words[0].start)):
        return None
    while words and (words[0].grade is Grade.NEVER or not words[0].capital):
        words = words[1:]
    while words and (words[-1].grade is Grade.NEVER or not words[-1].capital):
        words = words[:-1]
    if not words or any(word.lower in BRANDS for word in words):
        return None
    run = Run(words)
    index = reading.index_at(run.start)
    if holds_place(words) or reading.before_place(run) or reading.after_place_prefix(index):
        return _finding(run, CONTEXT, Label.LOCATION)
    if run.listed and (len(words) > 1 or run.first.grade is Grade.GIVEN):
        return _finding(run, CONFIRMED)
    if len(words) > 1:
        return _unlisted_person(run)
    if not run.first.maybe_name or run.first.shouted or run.first.listed or reading.starts_sentence(run.first):
        return None
    if reading.after_place_preposition(index):
        return _finding(run, CONTEXT, Label.LOCATION)
    return _finding(run, SINGLE_NAME)


def _unlisted_person(run: Run) -> Finding | None:
    """Judge several words that the model takes for a person, none of them a listed given name."""
    first, *others = run.words
    if not first.maybe_name or all(word.shouted for word in run.words):
        return None
    if all(word.maybe_name for word in others):
        return _finding(run, FULL_NAME)
    return _finding(run, SINGLE_NAME) if len(others) == 1 else None


def _repeated(reading: Reading, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the words of what was found for sure, where they stand again with a capital."""
    sure = {
        word.lower
        for found in findings
        if found.label is Label.PERSON and found.score >= LISTED
        for word in reading.inside(found.start, found.end)
        if (word.maybe_name or _named_by_capital(word)) and word.end - word.start >= REPEATED_CHARACTERS_MIN
    }
    for word in reading.words if sure else ():
        if word.capital and word.lower in sure:
            yield Finding(word.start, word.end, Label.PERSON, DETECTOR, LISTED)


def _names_place(reading: Reading, entity: Entity) -> bool:
    if entity.label == _PERSON:
        return False
    words: Sequence[Word] = reading.inside(entity.start, entity.end)
    return len(words) > 1 and (entity.label in _PLACES or any(word.lower in PLACE_WORDS for word in words))


def _covered(reading: Reading, entities: Iterable[Entity]) -> frozenset[int]:
    """Return the indexes of the words that begin in any of the entities."""
    return frozenset(
        index for entity in entities for index in range(reading.index_at(entity.start), reading.index_at(entity.end))
    )
