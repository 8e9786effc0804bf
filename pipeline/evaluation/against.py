"""Where two detectors disagree, counted by kind and label, and by the gold who is right."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeAlias

import msgspec

from pipeline.corpora import Conversation, GoldSpan, Turn
from pipeline.evaluation.predictions import PredictedConversation, Prediction
from pipeline.evaluation.score import SOFT_LABELS, resolve
from pipeline.event.concealed import Concealed
from pipeline.event.labels import Label

TURNS_AT_ONCE: Final = 1_000


class SecondView(Protocol):
    """An independent detector that looks at texts alone, without conversation, and speaks in labels of its own."""

    version: str

    def find(self, texts: Sequence[str]) -> Sequence[Sequence[tuple[int, int, str, float]]]:
        """Return start, end, label and score of what it finds in each text, in the texts' order."""
        ...


class Kind(StrEnum):
    """How two detectors relate at one place of a text."""

    ONLY_OURS = "only ours"
    ONLY_THEIRS = "only theirs"
    OTHER_LABEL = "other label"
    BOTH = "both"
    NEITHER = "neither"


class Right(StrEnum):
    """Whom the gold confirms; OPEN where it does not say."""

    OURS = "ours"
    THEIRS = "theirs"
    NEITHER = "neither"
    OPEN = "open"


class Place(NamedTuple):
    """What the two say of one place: their labels, None for who is silent; of NEITHER what people marked there."""

    kind: Kind
    ours: str | None = None
    theirs: str | None = None
    gold: str | None = None


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How often the two detectors stand so to each other, and whom the gold confirms; None without any gold.

    `gold` is the label of what neither finds; `open`: the gold does not say. Who agree are both right, or neither.
    """

    kind: Kind
    ours: str | None
    theirs: str | None
    gold: str | None
    count: int
    ours_right: int | None = None
    theirs_right: int | None = None
    neither_right: int | None = None
    open: int | None = None


class Example(Concealed, frozen=True):
    """One place where they differ, with its value: show it only to whom asked for it."""

    source: str
    place: Place
    right: Right
    value: str
    text: str


@dataclass(slots=True)
class Comparison:
    """The counts over all conversations, and the examples where they were asked for.

    `theirs` are the second view's predictions, turn after turn, under our labels.
    """

    version: str
    has_gold: bool = False
    turns: int = 0
    counts: Counter[tuple[Place, Right]] = field(default_factory=Counter)
    examples: list[Example] = field(default_factory=list, repr=False)
    theirs: list[tuple[Prediction, ...]] = field(default_factory=list, repr=False)

    def rows(self) -> list[Difference]:
        """Return a row for each kind and pair of labels, by kind, the most frequent first. Pure."""
        totals: Counter[Place] = Counter()
        for (place, _), count in self.counts.items():
            totals[place] += count
        kinds = list(Kind)
        ordered = sorted(totals, key=lambda place: (kinds.index(place.kind), -totals[place], str(place)))
        return [self._row(place, totals[place]) for place in ordered]

    def _row(self, place: Place, count: int) -> Difference:
        judged = self.has_gold and place.kind is not Kind.NEITHER
        right = {one: self.counts[place, one] if judged else None for one in Right}
        if place.kind is Kind.BOTH:
            right[Right.THEIRS] = right[Right.OURS]
        return Difference(
            kind=place.kind,
            ours=place.ours,
            theirs=place.theirs,
            gold=place.gold,
            count=count,
            ours_right=right[Right.OURS],
            theirs_right=right[Right.THEIRS],
            neither_right=right[Right.NEITHER],
            open=right[Right.OPEN],
        )


AGREEING: Final[Mapping[str, tuple[Label, ...]]] = {
    # OntoNotes 5.0 and the Wikipedia labels, as spaCy's pipelines use them.
    "PERSON": (Label.PERSON, Label.USERNAME),
    "PER": (Label.PERSON, Label.USERNAME),
    "GPE": (Label.LOCATION, Label.ADDRESS),
    "LOC": (Label.LOCATION, Label.ADDRESS),
    "FAC": (Label.LOCATION, Label.ADDRESS),
    "ORG": (Label.ORG,),
    "NORP": (Label.NRP,),
    "DATE": (Label.DATE, Label.DATE_OF_BIRTH, Label.AGE, Label.CARD_EXPIRY),
    # Presidio's supported entities.
    "LOCATION": (Label.LOCATION, Label.ADDRESS),
    "ORGANIZATION": (Label.ORG,),
    "NRP": (Label.NRP,),
    "DATE_TIME": (Label.DATE, Label.DATE_OF_BIRTH, Label.AGE, Label.CARD_EXPIRY),
    "EMAIL_ADDRESS": (Label.EMAIL,),
    "PHONE_NUMBER": (Label.PHONE,),
    "CREDIT_CARD": (Label.CREDIT_CARD,),
    "IBAN_CODE": (Label.IBAN,),
    "IP_ADDRESS": (Label.IP,),
    "MAC_ADDRESS": (Label.DEVICE_ID,),
    "URL": (Label.URL, Label.URL_WITH_PERSONAL_DATA),
    "CRYPTO": (Label.CRYPTO_WALLET,),
    "MEDICAL_LICENSE": (Label.HEALTH_ID,),
    "UK_NHS": (Label.HEALTH_ID,),
    "US_BANK_NUMBER": (Label.ACCOUNT_ID,),
    "US_DRIVER_LICENSE": (Label.DRIVING_LICENCE,),
    "US_ITIN": (Label.TAX_ID, Label.NATIONAL_ID),
    "US_PASSPORT": (Label.PASSPORT,),
    "US_SSN": (Label.NATIONAL_ID,),
    "UK_NINO": (Label.NATIONAL_ID,),
}
"""Their labels, and ours that mean the same: the first as a rule, the others as well. A label that is not here
(CARDINAL, MONEY, TIME, ...) means no personal data by itself."""


def compare(
    pairs: Iterable[tuple[Conversation, PredictedConversation]],
    view: SecondView,
    *,
    labels: Collection[str] = tuple(Label),
    drop: Collection[str] = (),
    score_min: float = 0.0,
    examples: bool = False,
) -> Iterator[Comparison]:
    """Run the second view over the same conversations; yield the comparison so far, after each batch of turns.

    What only they find counts where its label means one of `labels`; labels in `drop`, ours or theirs, count on neither
    side, nor does what we find below `score_min`. Effects: those of the view.
    """
    comparison = Comparison(view.version)
    wanted = frozenset(labels) - frozenset(drop)
    for batch in _batches(pairs):
        found = view.find([turn.text for _, turn, _ in batch])
        for (source, turn, ours), theirs in zip(batch, found, strict=True):
            comparison.turns += 1
            comparison.has_gold |= bool(turn.spans)
            our = _disjoint(one for one in ours if one.label not in drop and one.score >= score_min)
            their = _disjoint(Prediction(*one) for one in theirs if one[0] < one[1] and one[2] not in drop)
            comparison.theirs.append(tuple(_as_ours(their, wanted)))
            for start, end, place in _places(turn, our, their, wanted):
                right = _right(turn, start, end, place)
                comparison.counts[place, right] += 1
                if examples and place.kind is not Kind.BOTH:
                    comparison.examples.append(Example(source, place, right, turn.text[start:end], turn.text))
        yield comparison


def their_predictions(
    comparison: Comparison, pairs: Iterable[tuple[Conversation, PredictedConversation]]
) -> list[tuple[Conversation, PredictedConversation]]:
    """Return the conversations with the second view's predictions under our labels, to be scored like ours. Pure."""
    turns = iter(comparison.theirs)
    return [
        (conversation, PredictedConversation(conversation.id, tuple(next(turns) for _ in conversation.turns)))
        for conversation, _ in pairs
    ]


def example_lines(examples: Sequence[Example], per_kind: int) -> Iterator[str]:
    """Yield up to `per_kind` examples of each kind and pair of labels, spread evenly over the conversations.

    The lines hold personal values: print them only where a person asked for them.
    """
    by_place: dict[Place, list[Example]] = {}
    for example in examples:
        by_place.setdefault(example.place, []).append(example)
    for place in sorted(by_place, key=lambda place: (list(Kind).index(place.kind), str(place))):
        alike = by_place[place]
        for one in alike[:: max(1, len(alike) // per_kind)][:per_kind]:
            labels = "/".join(filter(None, dict.fromkeys(place[1:])))
            yield f"   {one.source} {place.kind.upper()} {labels} {one.value!r} | {one.text[:120]}"


_TurnToCompare: TypeAlias = tuple[str, Turn, Sequence[Prediction]]


def _batches(pairs: Iterable[tuple[Conversation, PredictedConversation]]) -> Iterator[list[_TurnToCompare]]:
    turns: list[_TurnToCompare] = []
    for conversation, predicted in pairs:
        for turn, found in zip(conversation.turns, predicted.turns, strict=True):
            turns.append((conversation.source, turn, found))
            if len(turns) == TURNS_AT_ONCE:
                yield turns
                turns = []
    yield turns


def _as_ours(theirs: Iterable[Prediction], wanted: Collection[str]) -> Iterator[Prediction]:
    for them in theirs:
        usual = meanings(them.label)[:1]
        if usual and usual[0] in wanted:
            yield Prediction(them.start, them.end, usual[0], them.score)


def _disjoint(findings: Iterable[Prediction]) -> list[Prediction]:
    return sorted(resolve(findings), key=lambda found: found.start)


def _places(
    turn: Turn, ours: Sequence[Prediction], theirs: Sequence[Prediction], wanted: Collection[str]
) -> Iterator[tuple[int, int, Place]]:
    """Yield start, end and relation of what either finds, and of the identity gold that neither does."""
    for one in ours:
        over = [them for them in theirs if _overlap(one, them)]
        if not over:
            yield one.start, one.end, Place(Kind.ONLY_OURS, ours=one.label)
            continue
        nearest = max(over, key=lambda them: (one.label in meanings(them.label), _overlap(one, them)))
        kind = Kind.BOTH if one.label in meanings(nearest.label) else Kind.OTHER_LABEL
        yield one.start, one.end, Place(kind, one.label, nearest.label)
    for them in theirs:
        if any(meaning in wanted for meaning in meanings(them.label)[:1]) and not any(
            _overlap(them, us) for us in ours
        ):
            yield them.start, them.end, Place(Kind.ONLY_THEIRS, theirs=them.label)
    for span in turn.spans:
        silent = not any(_overlap(span, one) for one in (*ours, *theirs))
        if silent and span.sure and span.label not in SOFT_LABELS:
            yield span.start, span.end, Place(Kind.NEITHER, gold=span.label)


def meanings(label: str) -> tuple[str, ...]:
    """Return our labels for one of theirs, the usual one first; a label of ours means itself; () for none. Pure."""
    return AGREEING.get(label) or ((label,) if label in tuple(Label) else ())


def _overlap(one: Prediction | GoldSpan, other: Prediction | GoldSpan) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _right(turn: Turn, start: int, end: int, place: Place) -> Right:
    """Say whom the gold confirms at a place: who covers what is marked, who leaves in clear what is not."""
    here = [span for span in turn.spans if span.start < end and start < span.end]
    if any(not span.sure for span in here) or (not here and turn.layers):
        return Right.OPEN
    accepted = {label for span in here for label in (span.label, *span.alt)}
    identity = any(span.label not in SOFT_LABELS for span in here)
    by_label = {
        Right.OURS: place.ours in accepted,
        Right.THEIRS: place.theirs is not None and not accepted.isdisjoint(meanings(place.theirs)),
    }
    match place.kind:
        case Kind.ONLY_OURS | Kind.ONLY_THEIRS:
            finder, silent = (Right.OURS, Right.THEIRS) if place.kind is Kind.ONLY_OURS else (Right.THEIRS, Right.OURS)
            if identity or by_label[finder]:
                return finder
            return Right.OPEN if here else silent
        case Kind.OTHER_LABEL:
            agreed = [who for who, says in by_label.items() if says]
            return agreed[0] if len(agreed) == 1 else Right.OPEN if agreed else Right.NEITHER
        case Kind.BOTH | Kind.NEITHER:
            return Right.OURS if identity or by_label[Right.OURS] else Right.OPEN if here else Right.NEITHER
