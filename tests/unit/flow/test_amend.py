"""Earlier outputs are written anew, under their ids, when a later turn shows that they held something personal."""

import dataclasses
import json
import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bootstrap import build_rules
from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.recent import TURNS_BYTES_MAX, TURNS_MAX, decode_turn
from pipeline.event.labels import Label
from pipeline.event.privacy_request import IdentifierKind
from pipeline.event.receipt import AmendmentOutcome
from pipeline.event.records import Position, SourceRecord
from pipeline.flow.local import StatesInMemory
from pipeline.flow.outcome import Sanitized
from pipeline.flow.redact_batch import redact_batch
from pipeline.policy.compiled import Operator, OptOutEffect, Treatment
from tests.support.events import CONVERSATION, analytics_policy, analytics_rules, event_bytes, key_ring
from tests.support.late_reveals import late_reveals

RULES = analytics_rules()
PURPOSES = ("analytics", "quality")
BARE = "Trevalko told me to write"
INTRODUCED = "my name is Trevalko Marsket"
REVEALS = 500


class Stream:
    """The records of one conversation, and what stands in the streams after them: the last value under each id."""

    def __init__(self, rules=RULES):
        self.rules = rules
        self.states, self.opt_outs = StatesInMemory(), OptOutList()
        self.records, self.ids = [], []
        self.standing = {}

    def record(self, text, role="customer", **changes):
        number = len(self.records)
        value = event_bytes(text, **{"author": {"role": role}, "event_id": str(number), "sequence": number, **changes})
        record = SourceRecord(Position("raw", 0, number, 1_000 + number), CONVERSATION.encode(), value)
        self.records.append(record)
        return record

    def say(self, text, role="customer", **changes):
        """Publish a turn and return its outcome."""
        (outcome,) = self.read([self.record(text, role, **changes)])
        self.ids.append({line.purpose: line.id for line in outcome.receipt.purposes})
        return outcome

    def read(self, records):
        outcomes = redact_batch(records, self.states, self.opt_outs, self.rules)
        for outcome in outcomes:
            for output in outcome.outcomes:
                self.standing[output.receipt.id] = output.value if isinstance(output, Sanitized) else None
            for amendment in outcome.amendments:
                self.standing[amendment.receipt.id] = amendment.value
        return outcomes

    def opt_out(self, kind, identifier):
        self.opt_outs.apply(self.rules.identifiers.key("acme", kind, identifier), None, 0)

    def event(self, turn, purpose="analytics"):
        """Return what stands of a turn for a purpose, None for a tombstone."""
        value = self.standing[self.ids[turn][purpose]]
        return None if value is None else json.loads(value)

    def text(self, turn, purpose="analytics"):
        return self.event(turn, purpose)["text"]

    @property
    def recent(self):
        (state,) = self.states._states.values()
        return state.recent


def lines(outcome, purpose="analytics"):
    return [line for line in outcome.receipt.amendments if line.purpose == purpose]


def with_treatment(purpose, label, treatment):
    """Return rules under which one purpose treats a label so."""
    policy = analytics_policy()
    changed = tuple(
        dataclasses.replace(each, treatments={**each.treatments, label: treatment}) if each.name == purpose else each
        for each in policy.purposes
    )
    return build_rules(dataclasses.replace(policy, purposes=changed), key_ring(), names=False)


def test_a_name_that_was_missed_is_amended_when_its_bearer_introduces_herself():
    """The newer revision has the id of the older, the next number, and all else as it was."""
    stream = Stream()
    stream.say(BARE, sequence=41)
    before = stream.event(0)
    assert "Trevalko" in before["text"]
    outcome = stream.say(INTRODUCED)
    for purpose in PURPOSES:
        after = stream.event(0, purpose)
        assert re.fullmatch(r"\[PERSON_\w{3}\] told me to write", after["text"])
        (line,) = lines(outcome, purpose)
        assert (line.id, line.revision, line.outcome) == (after["id"], 2, AmendmentOutcome.AMENDED)
        assert [(each.label, each.detector, each.count) for each in line.findings] == [("PERSON", "amended", 1)]
    after = stream.event(0)
    changed = {field for field in after if after[field] != before[field]}
    assert changed == {"revision", "text", "findings"}


def test_a_turn_may_be_amended_again():
    """Each reveal counts one further, over what the last one left."""
    stream = Stream()
    stream.say("Trevalko and Broulsket told me to write")
    stream.say(INTRODUCED)
    outcome = stream.say("my name is Dina Broulsket")
    assert stream.event(0)["revision"] == lines(outcome)[0].revision == 3
    assert re.fullmatch(r"\[PERSON_\w+\] and \[PERSON_\w+\] told me to write", stream.text(0))


def test_a_turn_that_reveals_nothing_amends_nothing():
    """A value that the conversation knows was looked for when it learnt it."""
    stream = Stream()
    stream.say(BARE)
    stream.say(INTRODUCED)
    assert stream.say(INTRODUCED).amendments == ()
    assert stream.say("what now?").receipt.amendments == ()
    assert stream.event(0)["revision"] == 2


@given(
    st.lists(
        st.sampled_from(
            ["Trevalko", "trevalko", "Tr\u00e9valko", "jo@example.com", "\U0001f600", "4 x", "caf\u00e9", "[a]"]
        ),
        min_size=1,
        max_size=9,
    )
)
@settings(max_examples=60, deadline=None)
def test_findings_stand_where_they_say(words):
    """Before and after what is amended, among wide characters too, every finding covers its replacement."""
    stream = Stream()
    stream.say(" ".join(words))
    stream.say(INTRODUCED)
    event = stream.event(0)
    text = event["text"]
    shown = [text[found["start"] : found["end"]] for found in event["findings"]]
    assert all(
        re.fullmatch(rf"\[{found['label']}\w*\]", at) for found, at in zip(event["findings"], shown, strict=True)
    )
    assert re.findall(r"\[(?:PERSON|EMAIL)_\w+\]", text) == [at for at in shown if "PLACEHOLDER" not in at]
    assert "revalko" not in text


def test_placeholders_are_left_alone():
    """A person may be called like a label, or like the letters of a token."""
    stream = Stream()
    stream.say("write to jo@example.com, says Trevalko")
    token = stream.text(0).split()[2].strip(",[]").rpartition("_")[2]
    before = stream.text(0)
    stream.say(f"my name is Email Person {token.capitalize()}")
    assert stream.text(0) == before


def test_free_text_attributes_are_amended_and_masks_are_left():
    """Their findings are counted in the receipt; the event's own list speaks of the text."""
    stream = Stream()
    stream.say("hello", attributes={"summary": "Trevalko, card 4111 1111 1111 1111", "csat": 4})
    outcome = stream.say(INTRODUCED)
    event = stream.event(0)
    assert re.fullmatch(r"\[PERSON_\w+\], card \*+1111", event["attributes"]["summary"])
    assert event["attributes"]["csat"] == 4
    assert event["findings"] == []
    assert lines(outcome)[0].findings[0].count == 1


def test_a_label_that_a_purpose_keeps_is_not_amended_there():
    """Names stay in clear for the one purpose, and go for the other."""
    stream = Stream(with_treatment("quality", Label.PERSON, Treatment(Operator.KEEP)))
    stream.say(BARE)
    outcome = stream.say(INTRODUCED)
    assert stream.text(0, "quality") == BARE
    assert [line.purpose for line in outcome.receipt.amendments] == ["analytics"]


@pytest.mark.parametrize(
    ("changes"),
    [
        {"subject": {"name": "Dina Trevalko"}},
        {"author": {"role": "customer", "display_name": "Dina Trevalko"}},
    ],
    ids=["subject", "display name"],
)
def test_what_an_event_newly_says_of_its_people_is_looked_for(changes):
    """Once: the same subject in the next event reveals nothing more."""
    stream = Stream()
    stream.say(BARE)
    assert len(stream.say("hello", **changes).amendments) == 2
    assert stream.text(0).startswith("[PERSON_")
    assert stream.say("hello", **changes).amendments == ()


def test_an_opt_out_in_between_leaves_tombstones():
    """Nothing of a conversation goes out any more, an amendment neither; the record is retracted, once."""
    stream = Stream()
    stream.say(BARE, subject={"customer_id": "C-17"})
    stream.opt_out(IdentifierKind.CUSTOMER_ID, "C-17")
    outcome = stream.say(INTRODUCED)
    assert [(line.outcome, line.revision, line.findings) for line in outcome.receipt.amendments] == [
        (AmendmentOutcome.RETRACTED, 2, ())
    ] * 2
    assert [stream.event(0, purpose) for purpose in PURPOSES] == [None, None]
    assert stream.say("I am Dina Trevalko-Broulsket").amendments == ()


def test_a_signal_retracts_for_the_purposes_that_honour_it():
    """Global Privacy Control is analytics' alone; quality gets the newer revision."""
    stream = Stream()
    stream.say(BARE)
    outcome = stream.say(INTRODUCED, signals={"gpc": True})
    assert {line.purpose: line.outcome for line in outcome.receipt.amendments} == {
        "analytics": AmendmentOutcome.RETRACTED,
        "quality": AmendmentOutcome.AMENDED,
    }
    assert stream.event(0) is None
    assert stream.text(0, "quality").startswith("[PERSON_")


def test_metadata_and_withheld_outputs_hold_nothing_to_amend():
    """Neither is kept."""
    policy = analytics_policy()
    effects = (OptOutEffect.METADATA_ONLY, OptOutEffect.WITHHELD)
    purposes = tuple(
        dataclasses.replace(each, opt_out_effect=effect) for each, effect in zip(policy.purposes, effects, strict=True)
    )
    stream = Stream(build_rules(dataclasses.replace(policy, purposes=purposes), key_ring(), names=False))
    stream.opt_out(IdentifierKind.CUSTOMER_ID, "C-17")
    stream.say(BARE, subject={"customer_id": "C-17"})
    assert stream.recent == ()
    assert stream.say(INTRODUCED).amendments == ()


def test_the_window_is_of_turns():
    """One turn further back, and what stands stays."""
    for between, amended in ((TURNS_MAX - 1, 2), (TURNS_MAX, 0)):
        stream = Stream()
        stream.say(BARE)
        for number in range(between):
            stream.say("let me look", "agent" if number % 2 else "customer")
        assert len(stream.say(INTRODUCED).amendments) == amended


@given(st.lists(st.integers(1, 2_500) | st.integers(2_800, 9_000), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_window_is_bounded_in_bytes(sizes):
    """The oldest go first; a turn that is too large by itself is known to have been, and no more."""
    stream = Stream()
    for size in sizes:
        stream.say("la " * size)
        assert len(stream.recent) <= TURNS_MAX
        assert sum(map(len, stream.recent)) <= TURNS_BYTES_MAX
    last = decode_turn(stream.recent[-1])
    assert bool(last.outputs) is (2 * len("la ") * sizes[-1] < TURNS_BYTES_MAX - 1_000)


def test_what_is_kept_was_published():
    """The state holds no value that the streams do not hold."""
    stream = Stream()
    stream.say(BARE)
    stream.say(INTRODUCED)
    kept = b"".join(stream.recent)
    assert b"Trevalko" not in kept
    assert b"Marsket" not in kept
    assert b"told me to write" in kept


def test_the_same_state_and_record_give_the_same_bytes():
    """A batch that was not committed is read again."""
    first, second = Stream(), Stream()
    told = [stream.say(text) for stream in (first, second) for text in (BARE, INTRODUCED)]
    assert [each.value for each in told[1].amendments] == [each.value for each in told[3].amendments]
    assert first.standing == second.standing


def test_a_record_that_is_read_again_is_published_as_it_stands():
    """At least once, the state may have come further than the offset: the amended revision must not be undone."""
    stream = Stream()
    for text in (BARE, "2000", "1234", INTRODUCED, "5678"):
        stream.say(text)
    before = dict(stream.standing)
    kept = stream.recent
    for outcome in stream.read(stream.records):
        assert outcome.amendments == ()
    assert stream.standing == before
    assert stream.recent == kept


def test_a_record_that_is_read_again_under_other_rules_is_decided_anew():
    """Its number goes on, so that readers take it for the newer one."""
    stream = Stream()
    stream.say(BARE)
    stream.say(INTRODUCED)
    stream.rules = with_treatment("analytics", Label.PERSON, Treatment(Operator.REDACT))
    stream.rules.mark = b"another policy"
    stream.read(stream.records)
    assert stream.event(0)["revision"] == 3
    assert stream.text(0) == "[PERSON] told me to write"


@given(st.integers(0, 2**32), st.lists(st.integers(1, 4), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_batches_do_not_matter(seed, sizes):
    """The same bytes, however the records are divided."""
    (reveal,) = islice(late_reveals(seed), seed % 5, seed % 5 + 1)
    one, many = Stream(), Stream()
    for role, text in reveal.turns:
        one.say(text, role)
        many.record(text, role)
    waiting = list(many.records)
    for size in (*sizes, len(waiting)):
        many.read(waiting[:size])
        del waiting[:size]
    assert one.standing == many.standing
    assert one.recent == many.recent


@pytest.mark.parametrize(
    ("pieces", "labels"),
    [
        (("2000", "1234", "5678", "9017"), {"ACCOUNT_ID"}),
        (("12", "345", "6789"), {"NATIONAL_ID"}),
        (("310", "555", "0143"), {"PHONE"}),
        (("41", "11111111", "111111"), {"ACCOUNT_ID"}),
    ],
)
def test_the_first_pieces_of_a_number_are_amended_with_its_last(pieces, labels):
    """The whole, or what was found of it, says what they are."""
    stream = Stream()
    for piece in pieces:
        stream.say(piece)
    for turn in range(len(pieces) - 1):
        event = stream.event(turn)
        assert re.fullmatch(r"\[\w+\]", event["text"])
        assert {found["label"] for found in event["findings"]} <= labels


def test_a_card_in_pieces_shows_its_last_four_digits_alone():
    """The mask that leaves four of them would leave all of a piece."""
    stream = Stream()
    stream.say("may I have your card number please?", "agent")
    for piece in ("4111", "1111", "1111", "1111"):
        stream.say(piece)
    assert [stream.text(turn) for turn in range(1, 5)] == ["[CREDIT_CARD]"] * 3 + ["1111"]


@pytest.mark.parametrize(
    "turns",
    [
        ("2", "3", "4"),
        ("100", "250"),
        ("1984", "2021"),
        ("we are 12", "415 555 0142"),
    ],
)
def test_numbers_that_are_no_pieces_stay(turns):
    """Choices, sums and years are typed one after the other as well."""
    stream = Stream()
    for text in turns:
        assert stream.say(text).amendments == ()
        assert stream.say("and how many nights would that be?", "agent").amendments == ()


def test_three_digits_are_a_price_until_they_are_called_an_id():
    """An order that has the number of a flight spoken of before does not make that flight personal."""
    stream = Stream()
    stream.say("I would like to book flight 172")
    assert stream.say("my order number is 172").amendments == ()


@pytest.mark.parametrize("names", [False, True], ids=["patterns alone", "with the names tier"])
def test_every_late_reveal_is_amended_within_one_turn(names):
    """Names before their introduction, codes before they are named, numbers whose first pieces say nothing."""
    rules = analytics_rules(names=names)
    planted = 0
    kinds = set()
    for reveal in late_reveals(20_26):
        stream = Stream(rules)
        for role, text in reveal.turns[:-1]:
            stream.say(text, role)
        if not held(stream, reveal):
            continue
        role, text = reveal.turns[-1]
        outcome = stream.say(text, role)
        assert not held(stream, reveal), reveal.kind
        assert {line.outcome for line in outcome.receipt.amendments} == {AmendmentOutcome.AMENDED}
        kinds.add(reveal.kind)
        planted += 1
        if planted == REVEALS:
            break
    assert len(kinds) == 5


def held(stream, reveal):
    """Say whether an earlier turn holds one of a reveal's values as a whole word, for any purpose."""
    earlier = len(reveal.turns) - 1
    texts = [stream.text(turn, purpose) for turn in range(earlier) for purpose in PURPOSES]
    return any(re.search(rf"\b{value}\b", text) for value in reveal.values for text in texts)
