"""Write anew what earlier turns let out, where this one shows that it was personal: amendments and retractions.

An amendment is a newer revision under the same id. It goes out with the record that revealed it, in whose receipt it
stands. Where the purpose gets nothing of the conversation any more, a tombstone goes out instead.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from pipeline.conversation.kept_turns import KeptContent, KeptOutput, KeptTurn, content_of, decode_turn, encode_turn
from pipeline.conversation.recent import bounded, kept_rest, text_in_json
from pipeline.conversation.values import NOTHING_SEEN
from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.detection.finding import Finding
from pipeline.detection.known_values import KnownValues
from pipeline.detection.normalization import normalize
from pipeline.detection.overlap import resolve
from pipeline.detection.seen_values import Memory, forms_of
from pipeline.event.conversation_event import AttributeValue, ConversationEvent
from pipeline.event.labels import Label
from pipeline.event.receipt import AmendmentOutcome, AmendmentReceipt, WithheldReason
from pipeline.event.sanitized_event import SanitizedEvent, SanitizedFinding, Versions, encode
from pipeline.flow.outcome import Amendment
from pipeline.flow.people import KnownPeople
from pipeline.flow.pieces import shown_digits
from pipeline.flow.publication import Publication
from pipeline.flow.remember import NewForm
from pipeline.flow.rules import Rules
from pipeline.flow.sanitize import SCHEMA_VERSION, counted
from pipeline.flow.stages import DetectedEvent, NumberInPieces
from pipeline.policy.compiled import AttributeType, Operator

DETECTOR: Final = "amended"
_ZIP_SCORE_MIN: Final = 0.7
_IDS: Final = frozenset({Label.ACCOUNT_ID, Label.ORDER_ID})
_COUNT_CHARS_MAX: Final = 4  # a form's mark and three digits; of what these amended in STAR and MultiDoGO all was wrong
_SOME_MARK: Final = re.compile(rb"[0-9]|\.[ ]?[A-Z]")  # what every form but a word must have: a digit, or initials
_TREATED: Final = re.compile(r"\[[A-Z_]{2,}(?:_[a-z2-7]{3,10})?\]|\*+\w*")

_replace = msgspec.structs.replace


class Reveal(NamedTuple):
    """What a turn says that its conversation did not know before.

    `memory` holds the values found in it: `words` are those that are words, in lower case, and `marks` says that there
    are others. `known` is what its event says of its people, `pieces` the number that it ends.
    """

    memory: Memory | None
    words: tuple[bytes, ...]
    marks: bool
    known: KnownValues | None
    pieces: NumberInPieces | None

    def __repr__(self) -> str:
        return "<Reveal: concealed>"

    def concerns(self, output: KeptOutput) -> bool:
        """Say whether an output may hold a value of this: cheap, for most outputs do not. Pure."""
        if self.known is not None or self.memory is None:
            return self.known is not None
        text = text_in_json(output)
        if not text.isascii() or (self.marks and _SOME_MARK.search(text)):
            return True
        lowered = text.lower()
        return any(word in lowered for word in self.words)

    def find(self, text: str) -> list[Finding]:
        """Return where a text holds what was revealed; findings may overlap. Pure."""
        found: list[Finding] = []
        normalized = normalize(text)
        if self.memory is not None:
            found += self.memory.find(normalized)
        if self.known is not None:
            found += self.known.find(normalized)
        return found


def reveal(detected: DetectedEvent, new: Sequence[NewForm], people: KnownPeople | None, rules: Rules) -> Reveal | None:
    """Return what the turn reveals about the kept ones of its conversation, None where nothing. Pure.

    `new` are the values found that were not known, `people` what its event says of them, if that is new.
    """
    if detected.findings and any(each.label is Label.ZIP for each in detected.findings):
        new = [*new, *_zips(detected, rules)]
    new = [each for each in new if not _may_count(each)] if new else new
    if not new and people is None and detected.pieces is None:
        return None
    memory = _memory(new, detected.event.tenant, rules) if new else None
    words = tuple([each.form.text.lower().encode() for each in new if each.form.text.isalpha()])
    known = None if people is None else people.values
    return Reveal(memory, words, len(words) < len(new), known, detected.pieces)


def amend(
    revealed: Reveal,
    event: ConversationEvent,
    recent: Sequence[bytes],
    excluded: Mapping[str, WithheldReason],
    rules: Rules,
    versions: Versions,
) -> tuple[tuple[Amendment, ...], tuple[bytes, ...]]:
    """Return the amendments of the kept turns, oldest first, and the kept turns after them. Pure.

    `excluded` names the purposes that get nothing of the conversation any more.
    """
    amendments: list[Amendment] = []
    turns: list[bytes] = []
    for number, value in enumerate(recent):
        turn = decode_turn(value)
        has_piece = revealed.pieces is not None and number in revealed.pieces.turns
        amended = [
            _amended(output, turn, event, revealed, rules, versions, has_piece=has_piece)
            if has_piece or revealed.concerns(output)
            else None
            for output in turn.outputs
        ]
        if not any(amended):
            turns.append(value)
            continue
        outputs: list[KeptOutput] = []
        for output, new in zip(turn.outputs, amended, strict=True):
            if new is None:
                outputs.append(output)
            elif output.purpose in excluded:
                amendments.append(_retraction(output))
            else:
                amendments.append(new.amendment)
                outputs.append(new.output)
        turns.append(encode_turn(msgspec.structs.replace(turn, outputs=tuple(outputs))))
    return tuple(amendments), bounded(tuple(turns))


def published_again(
    output: KeptOutput, content: KeptContent, turn: KeptTurn, tenant: str, publication: Publication, versions: Versions
) -> SanitizedEvent:
    """Return the sanitized event of a kept output, as decided under these versions. Pure."""
    return SanitizedEvent(
        schema_version=SCHEMA_VERSION,
        id=output.id,
        revision=output.revision,
        purpose=output.purpose,
        tenant=tenant,
        processed_at=publication.processed_at(turn.timestamp_ms),
        versions=versions,
        findings=content.findings,
        conversation=content.conversation,
        author=content.author,
        customer=content.customer,
        role=content.role,
        sequence=content.sequence,
        occurred_at=content.occurred_at,
        channel=content.channel,
        locale=content.locale,
        text=content.text,
        attributes=content.attributes,
    )


class _Newer(NamedTuple):
    """An output written anew: what goes out, and what is kept."""

    amendment: Amendment
    output: KeptOutput


def _may_count(new: NewForm) -> bool:
    """Whether digits so few were as likely a price or a flight, as long as nobody had called them an id."""
    return new.label in _IDS and len(new.form.text) <= _COUNT_CHARS_MAX


def _zips(detected: DetectedEvent, rules: Rules) -> Iterator[NewForm]:
    """Yield the ZIP codes of a turn: not looked for in later turns, where five digits may count something."""
    tenant, text = detected.event.tenant, detected.event.text
    for finding in detected.findings:
        if finding.label is Label.ZIP and finding.score >= _ZIP_SCORE_MIN:
            for form in forms_of(text[finding.start : finding.end], finding.label):
                yield NewForm(form, rules.fingerprints.of(tenant, form.text), finding.label)


def _memory(new: Sequence[NewForm], tenant: str, rules: Rules) -> Memory:
    """Return a memory of nothing but these forms: earlier turns are searched as later ones are."""
    labels: dict[bytes, Label] = {}
    shapes = mixed = 0
    for form, key, label in new:
        labels.setdefault(key, label)
        shapes |= form.shapes
        mixed |= form.mixed
    seen = _replace(NOTHING_SEEN, labels=labels, shapes=shapes, mixed=mixed)
    return Memory(seen, frozenset(), partial(rules.fingerprints.of, tenant), rules.words(tenant))


def _amended(
    output: KeptOutput,
    turn: KeptTurn,
    event: ConversationEvent,
    revealed: Reveal,
    rules: Rules,
    versions: Versions,
    *,
    has_piece: bool,
) -> _Newer | None:
    """Return the newer revision of an output that holds what was revealed, None for any other."""
    publication = rules.publication(output.purpose, turn.role)
    if publication is None:  # a purpose that the policy no longer has
        return None
    deidentifier, content = publication.deidentifier, content_of(output)
    found = revealed.find(content.text)
    shown = shown_digits(content) if has_piece else None
    if shown is not None and revealed.pieces is not None:
        found.append(Finding(*shown, revealed.pieces.label, DETECTOR))
        others = tuple([each for each in content.findings if (each.start, each.end) != shown])
        content = _replace(content, findings=others)
    hits = _treatable(found, [(each.start, each.end) for each in content.findings], deidentifier) if found else []
    attributes, in_attributes = _attributes(content, event, revealed, deidentifier, rules)
    if not hits and not in_attributes:
        return None
    # A piece of four digits of a card whose last four are left is no card, and is not left.
    masks = not has_piece
    text, treated = deidentifier.de_identify(content.text, hits, event.tenant, event.conversation_id, masks=masks)
    if text == content.text and not in_attributes:
        return None
    findings = sorted((*_rebased(content.findings, hits, treated), *treated), key=_start)
    content = _replace(content, text=text, findings=tuple(findings), attributes=attributes)
    revision = output.revision + 1
    published = published_again(output, content, turn, event.tenant, publication, versions)
    value = encode(_replace(published, revision=revision))
    line = AmendmentReceipt(
        purpose=output.purpose,
        id=output.id,
        revision=revision,
        outcome=AmendmentOutcome.AMENDED,
        findings=counted([*treated, *in_attributes]),
    )
    return _Newer(
        Amendment(line, value, tuple(hits)), KeptOutput(output.purpose, output.id, revision, kept_rest(value))
    )


def _retraction(output: KeptOutput) -> Amendment:
    line = AmendmentReceipt(
        purpose=output.purpose, id=output.id, revision=output.revision + 1, outcome=AmendmentOutcome.RETRACTED
    )
    return Amendment(line, None)


def _treatable(
    found: Sequence[Finding], treated: Sequence[tuple[int, int]], deidentifier: Deidentifier
) -> list[Finding]:
    """Return disjoint findings of what is still in clear, without labels that the purpose keeps."""
    treatments = deidentifier.purpose.treatments
    sought = [each for each in found if treatments[each.label].operator is not Operator.KEEP]
    return [piece._replace(detector=DETECTOR) for finding in resolve(sought) for piece in _outside(finding, treated)]


def _outside(finding: Finding, treated: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Yield the parts of a finding outside what was treated before, which is sorted and disjoint."""
    position = finding.start
    for start, end in treated:
        if start < finding.end and position < end:
            if position < start:
                yield finding._replace(start=position, end=start)
            position = end
    if position < finding.end:
        yield finding._replace(start=position)


def _rebased(
    findings: Sequence[SanitizedFinding], hits: Sequence[Finding], treated: Sequence[SanitizedFinding]
) -> Iterator[SanitizedFinding]:
    """Yield the earlier findings where they stand after the hits became what was treated, one for one."""
    shift = number = 0
    for finding in findings:
        while number < len(hits) and hits[number].end <= finding.start:
            shift = treated[number].end - hits[number].end
            number += 1
        yield _replace(finding, start=finding.start + shift, end=finding.end + shift)


def _start(finding: SanitizedFinding) -> int:
    return finding.start


def _attributes(
    content: KeptContent, event: ConversationEvent, revealed: Reveal, deidentifier: Deidentifier, rules: Rules
) -> tuple[dict[str, AttributeValue] | UnsetType, list[SanitizedFinding]]:
    """Return the attributes with free text treated, and what was treated in them."""
    findings: list[SanitizedFinding] = []
    if content.attributes is UNSET:
        return UNSET, findings
    attributes = dict(content.attributes)
    for name, value in attributes.items():
        declared = rules.policy.attributes.get(name)
        if not isinstance(value, str) or declared is None or declared.type is not AttributeType.TEXT:
            continue
        placeholders = [match.span() for match in _TREATED.finditer(value)]
        hits = _treatable(revealed.find(value), placeholders, deidentifier)
        if hits:
            attributes[name], treated = deidentifier.de_identify(value, hits, event.tenant, event.conversation_id)
            findings += treated
    return attributes, findings
