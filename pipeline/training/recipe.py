"""What the weights are learned from, and how: the one recipe of the shipped model, and of those that leave data out."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from random import Random
from types import MappingProxyType
from typing import Final

import numpy as np

from pipeline.adapters.spacy_vocabulary import everyday_words
from pipeline.corpora import Conversation, bundled
from pipeline.detection.common_words import FUNCTION_WORDS, ORDINARY_WORDS
from pipeline.event.labels import Label
from pipeline.tagger.labels import COLUMNS
from pipeline.tagger.layout import Casing, Scores, casing_row
from pipeline.tagger.weights import SHAPES, Weights
from pipeline.tagger.words import WordClass
from pipeline.training.dialogues import generate, name_lists
from pipeline.training.dialogues.names import LOCALES, name_list, plain
from pipeline.training.examples import CORPORA, Example, corpus, examples
from pipeline.training.look_alikes import look_alikes
from pipeline.training.optimise import Recipe, learn
from pipeline.training.sequences import TrainingSet, training_set, vocabulary
from pipeline.training.variation import Swapper, retyped

GENERATED: Final = "generated"
SOURCES: Final = (*CORPORA, GENERATED)
UNCALIBRATED: Final[Scores] = np.tile(np.linspace(0.0, 1.0, 21, dtype=np.float32), (len(COLUMNS), 1))

CAPITAL_LEANING: Final = 0.8
"""In logits: a bias for PERSON that suits chats in small letters would flag too many brands elsewhere."""

LOWER_LEANING: Final[Mapping[Label, float]] = MappingProxyType(
    {Label.PERSON: 0.45, Label.ADDRESS: 0.5, Label.ORDER_ID: 0.25}
)
"""In logits, chosen on a corpus left out: how much turns without capitals lean towards what customers give in them."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Portions:
    """How much of what is learned from.

    `copies` of each labelled turn of a corpus have other values; of the clean turns a `clean_share` is seen again,
    typed in other ways. A `retyped_share` of all these copies, and of the generated turns, is typed as others would.
    Clean generated turns weigh more than others, most of all those with capitals inside, where things look like people.
    """

    seed: int = 7
    generated: int = 28_000
    look_alikes: int = 20_000
    generated_clean_weight: float = 3.0
    generated_cased_weight: float = 4.0
    copies: dict[str, int] = field(default_factory=lambda: {"star": 2})
    clean_share: float = 0.15
    retyped_share: float = 0.4
    generated_retyped_share: float = 0.2


def held_out() -> frozenset[str]:
    """Return the ids of the bundled conversations: no model learns from them, so their scores flatter nobody."""
    return frozenset(conversation.id for conversation in bundled())


def gathered(portions: Portions, *, without: Collection[str] = ()) -> Iterator[Example]:
    """Yield what is learned from, in a fixed order, leaving out some of `SOURCES` and what is held out."""
    randomness = Random(portions.seed)  # noqa: S311 - equal on every machine, which no secret may be
    held = held_out()
    for name in CORPORA:
        if name not in without:
            kept = (conversation for conversation in corpus(name) if conversation.id not in held)
            yield from _varied(kept, portions, portions.copies.get(name, 1), randomness)
    yield from look_alikes(portions.look_alikes, randomness)
    if GENERATED not in without:
        for turns in examples(generate(portions.generated, portions.seed)):
            for example in turns:
                retype = randomness.random() < portions.generated_retyped_share
                written = retyped(example, randomness) if retype else example
                yield written if example.marks else replace(written, weight=_clean_weight(written.text, portions))


def _clean_weight(text: str, portions: Portions) -> float:
    inner = text[1:]
    if inner.islower() or inner.isupper() or inner.lower() == inner:
        return portions.generated_clean_weight
    return portions.generated_cased_weight


def _varied(
    conversations: Iterable[Conversation], portions: Portions, copies: int, randomness: Random
) -> Iterator[Example]:
    swapper = Swapper(randomness)
    for turns in examples(conversations):
        for example in turns:
            yield example
            for _ in range(copies):
                if example.marks or randomness.random() < portions.clean_share:
                    swapped = swapper.swapped(example)
                    retype = randomness.random() < portions.retyped_share
                    yield retyped(swapped, randomness) if retype else swapped


def learned(learn_from: list[Example], recipe: Recipe, seeds: int, *, report: Report = lambda _line: None) -> Weights:
    """Return weights learned from examples, averaged over so many seeds, without calibration."""
    everyday = vocabulary(learn_from, FUNCTION_WORDS | ((ORDINARY_WORDS | everyday_words()) - names_of_people()))
    turns: TrainingSet = training_set(learn_from, everyday)
    report(f"{len(turns.first):,} turns, {int(turns.lengths.sum()):,} words, {turns.inventory.words:,} distinct")
    sums = {name: np.zeros(shape, dtype=np.float64) for name, shape in SHAPES.items()}
    for seed in range(recipe.seed, recipe.seed + seeds):

        def on_epoch(epoch: int, loss: float, seed: int = seed) -> None:
            report(f"seed {seed}, epoch {epoch + 1}: loss per turn {loss:.4f}")

        for name, table in learn(turns, replace(recipe, seed=seed), on_epoch=on_epoch).items():
            sums[name] += table
    tables = {name: (table / seeds).astype(np.float32) for name, table in sums.items()}
    lean(tables)
    return Weights(tables, everyday, UNCALIBRATED, _version(tables))


def lean(tables: dict[str, Scores]) -> None:
    """Lean away from people where capitals are in use, and towards what is personal where none is.

    What companies call their things outruns any list of them; and a crowd that types no capitals has words and customs
    of its own, in which the next crowd's values are found less easily. Changes the tables.
    """
    person = COLUMNS.index(Label.PERSON)
    for casing in (Casing.TITLE, Casing.SENTENCE, Casing.LOOSE):
        for kind in (WordClass.KNOWN_CAPITAL, WordClass.UNKNOWN_CAPITAL, WordClass.UNKNOWN_UPPER):
            tables["turns"][casing_row(casing), kind, person] -= CAPITAL_LEANING
    for label, leaning in LOWER_LEANING.items():
        tables["turns"][casing_row(Casing.LOWER), :, COLUMNS.index(label)] += leaning


@cache
def names_of_people() -> frozenset[str]:
    """Return the names that the generated dialogues draw from, in lower case: words that may be a person's."""
    return frozenset(
        part.lower()
        for locale in (*LOCALES, *name_lists.OWN)
        for names in (name_list(locale).given, name_list(locale).family)
        for name in names
        for part in plain(name).replace("-", " ").split()
    )


def _version(tables: dict[str, Scores]) -> str:
    """Return the first digits of SHA-256 (FIPS 180-4) over the tables: equal weights have equal versions. Pure."""
    digest = sha256()
    for name in SHAPES:
        digest.update(np.rint(tables[name] * 1e4).astype(np.int64).tobytes())
    return digest.hexdigest()[:10]
