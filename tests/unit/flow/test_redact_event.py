"""What happens to one event: every purpose gets an outcome, or the record is one dead letter."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from pipeline.bootstrap import build_rules
from pipeline.consent.opt_outs import OptOutList
from pipeline.conversation.bounds import IDENTIFIERS_MAX
from pipeline.deidentification.operators import PlainOperators
from pipeline.detection.known_values import VALUES_MAX
from pipeline.detection.names import NoNames
from pipeline.errors import Reason
from pipeline.event.privacy_request import IdentifierKind
from pipeline.event.receipt import Outcome, WithheldReason
from pipeline.event.records import RAW_BYTES_MAX, Position, SourceRecord
from pipeline.event.replay import replay_header
from pipeline.flow.local import LocalRedactor, StatesInMemory
from pipeline.flow.outcome import DeadLettered, Redacted, Sanitized
from pipeline.flow.redact_batch import redact_batch
from pipeline.flow.rules import Rules
from pipeline.policy.compiled import OptOutEffect, Unidentified
from pipeline.streaming.state_store import StateStore
from tests.support.events import (
    CONVERSATION,
    analytics_policy,
    analytics_rules,
    conversation_event,
    event_bytes,
    key_ring,
)

RULES = analytics_rules()
SUBJECT = {"customer_id": "C-17", "email": "robin@example.org", "name": "Robin Hale"}


def redactor(opted_out=(), **policy_changes):
    """Return a redactor with a list on which the given (kind, identifier) stand, and policy changes."""
    rules = RULES
    if policy_changes:
        rules = build_rules(dataclasses.replace(analytics_policy(), **policy_changes), key_ring(), names=False)
    opt_outs = OptOutList()
    for offset, (kind, identifier) in enumerate(opted_out):
        opt_outs.apply(rules.identifiers.key("acme", kind, identifier), None, offset)
    return LocalRedactor(rules, opt_outs)


def outcome_of(text="hello", *, on=None, **changes):
    return (on or redactor()).redact([conversation_event(text, **changes)])[0]


def sanitized(outcome, purpose="analytics"):
    """Return the sanitized event that a purpose got, as a reader sees it."""
    (found,) = [each for each in outcome.outcomes if each.receipt.purpose == purpose]
    assert isinstance(found, Sanitized)
    return json.loads(found.value)


def reasons(outcome):
    return {each.receipt.purpose: each.receipt.reason for each in outcome.outcomes}


def test_an_event_leaves_de_identified_for_each_purpose_under_tokens_of_its_own():
    """Both purposes get the text without the address, and no token joins them."""
    outcome = outcome_of("write to robin@example.org", subject=SUBJECT)
    analytics, quality = sanitized(outcome), sanitized(outcome, "quality")
    for event in (analytics, quality):
        assert event["text"].startswith("write to [EMAIL_")
        assert "robin" not in json.dumps(event).lower()
    assert analytics["text"] != quality["text"]
    assert analytics["conversation"] != quality["conversation"]
    assert analytics["id"] != quality["id"]


def test_fields_that_the_policy_does_not_name_are_dropped_and_counted():
    """Nothing of the subject or of undeclared attributes leaves, and the receipt says how much was dropped."""
    outcome = outcome_of("hi", subject={"name": "Robin Hale", "shoe_size": "44"}, attributes={"secret_note": "x"})
    event = sanitized(outcome)
    assert "44" not in json.dumps(event)
    assert "attributes" not in event
    assert outcome.receipt.purposes[0].dropped_fields >= 3


@pytest.mark.parametrize("text", ["", "a\x00b", "\u202eabc", "👩‍👩‍👧 hi", "\u05e9\u05dc\u05d5\u05dd", "\u200b"])
def test_unusual_text_is_published(text):
    """Empty text, NUL, right-to-left and emoji are no reason to withhold."""
    assert sanitized(outcome_of(text))["text"] == text


def test_a_sequence_going_backwards_is_published_and_counted():
    """Arrival order stands; the receipt says that it was not the publisher's."""
    here = redactor()
    outcome_of("one", on=here, event_id="1", sequence=5)
    late = outcome_of("two", on=here, event_id="2", sequence=4)
    assert sanitized(late)["text"] == "two"
    assert late.receipt.sequence_regressed


def test_an_event_id_seen_in_the_conversation_is_withheld_as_a_duplicate():
    """The second event of an id is withheld from every purpose; another conversation may use the id."""
    here = redactor()
    outcome_of("one", on=here)
    again = outcome_of("two", on=here)
    assert set(reasons(again).values()) == {WithheldReason.DUPLICATE}
    assert sanitized(outcome_of("three", on=here, conversation_id="another"))["text"] == "three"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, Reason.NULL_VALUE),
        (b"", Reason.INVALID_JSON),
        (b"{", Reason.INVALID_JSON),
        (b"[1]", Reason.WRONG_TYPE),
        (event_bytes("x").replace(b'"x"', b'"\xff"'), Reason.INVALID_UTF8),
        (event_bytes("x").replace(b'"x"', b'"\\ud800 x"'), Reason.LONE_SURROGATE),
        (event_bytes("x").replace(b'"x"', b"7"), Reason.WRONG_TYPE),
        (event_bytes("x", extra=json.loads("[" * 40 + "]" * 40)), Reason.NESTING_TOO_DEEP),
        (event_bytes("x", tenant="stranger"), Reason.UNKNOWN_TENANT),
        (event_bytes("x", conversation_id=None), Reason.MISSING_FIELD),
        (event_bytes("x", conversation_id="another"), Reason.KEY_MISMATCH),
        (b" " * (RAW_BYTES_MAX + 1), Reason.RECORD_TOO_LARGE),
    ],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_a_record_that_can_never_be_processed_is_a_dead_letter_with_its_reason(value, reason):
    """Each kind of broken record ends in one dead letter, and the record after it is processed."""
    here = redactor()
    bad, good = here.redact_values([(CONVERSATION.encode(), value), (CONVERSATION.encode(), event_bytes("fine"))])
    assert isinstance(bad, DeadLettered)
    assert bad.receipt.dead_letter is reason
    assert sanitized(good)["text"] == "fine"


def test_any_key_will_do_where_the_setting_says_so():
    """`raw_key: stable` accepts a key that is not the conversation id."""
    stable = build_rules(analytics_policy(), key_ring(), names=False, key_is_conversation_id=False)
    (outcome,) = LocalRedactor(stable).redact_values([(b"shard-7", event_bytes("hi"))])
    assert isinstance(outcome, Redacted)


def test_undeclared_fields_are_dropped_unread_and_counted():
    """A publisher may add a field before we know it."""
    (outcome,) = redactor().redact_values([(CONVERSATION.encode(), event_bytes("hi", mood="bad", extra={"a": 1}))])
    assert outcome.receipt.undeclared_fields == 2
    assert "bad" not in json.dumps(sanitized(outcome))


@pytest.mark.parametrize(
    ("opted_out", "changes"),
    [
        ((IdentifierKind.EMAIL, "ROBIN@example.org"), {"subject": SUBJECT}),
        ((IdentifierKind.CUSTOMER_ID, "C-17"), {"subject": SUBJECT}),
        ((IdentifierKind.CUSTOMER_ID, "C-17"), {"author": {"role": "customer", "id": "C-17"}}),
        ((IdentifierKind.EMAIL, "robin@example.org"), {"text": "I am robin@example.org"}),
        ((IdentifierKind.PHONE, "+14155550132"), {"text": "call (415) 555-0132"}),
    ],
    ids=["subject e-mail", "subject id", "author id", "e-mail in the text", "phone in the text"],
)
def test_whoever_opted_out_is_withheld_and_the_conversation_with_them(opted_out, changes):
    """A match withholds the event and everything after it in the conversation, also turns that name nobody."""
    here = redactor([opted_out])
    changes = {"text": "hi", **changes}
    first = outcome_of(on=here, event_id="1", **changes)
    later = outcome_of("and more", on=here, event_id="2", author={"role": "agent"})
    elsewhere = outcome_of("hi", on=here, event_id="3", conversation_id="another")
    assert set(reasons(first).values()) == {WithheldReason.OPTED_OUT}
    assert set(reasons(later).values()) == {WithheldReason.OPTED_OUT}
    assert isinstance(elsewhere.outcomes[0], Sanitized)


def test_an_address_in_an_agents_text_opts_nobody_out():
    """Agents quote other people's addresses."""
    here = redactor([(IdentifierKind.EMAIL, "boss@example.org")])
    outcome = outcome_of("write to boss@example.org", on=here, author={"role": "agent"})
    assert isinstance(outcome.outcomes[0], Sanitized)


def test_an_opt_out_in_the_middle_reaches_turns_that_name_nobody():
    """The conversation remembers whom it concerns, so a later opt-out holds for its nameless turns too."""
    here = redactor()
    outcome_of("hi", on=here, event_id="1", subject=SUBJECT)
    here.opt_outs.apply(here.rules.identifiers.key("acme", IdentifierKind.EMAIL, SUBJECT["email"]), None, 0)
    later = outcome_of("how can I help?", on=here, event_id="2", author={"role": "agent"})
    assert set(reasons(later).values()) == {WithheldReason.OPTED_OUT}


def test_global_privacy_control_withholds_where_the_policy_lists_it():
    """`signals.gpc` is sticky for the conversation, in the purposes that honour it only."""
    here = redactor()
    first = outcome_of("hi", on=here, event_id="1", signals={"gpc": True})
    later = outcome_of("more", on=here, event_id="2")
    honouring = {purpose.name for purpose in RULES.policy.purposes if purpose.honours_gpc}
    assert honouring
    for outcome in (first, later):
        assert {name for name, reason in reasons(outcome).items() if reason is WithheldReason.GPC} == honouring


class NamesThatFail:
    """A names tier that raises on a text with the word poison, quoting it as careless code does."""

    version = "failing"
    is_quick = False

    def find(self, turns):
        for turn in turns:
            if "poison" in turn.text:
                raise RuntimeError(turn.text)
        return [[] for _ in turns]


def test_a_text_on_which_the_names_tier_fails_is_a_dead_letter_and_its_neighbours_are_not():
    """One poison text rejects one record of the batch."""
    rules = Rules(analytics_policy(), key_ring(), {"en": NamesThatFail()}, PlainOperators())
    texts = ["fine", "poison", "also fine"]
    outcomes = LocalRedactor(rules).redact(
        conversation_event(text, event_id=str(number)) for number, text in enumerate(texts)
    )
    assert [outcome.receipt.dead_letter for outcome in outcomes] == [None, Reason.DETECTOR_FAILED, None]


def test_consent_said_in_a_record_that_is_dead_lettered_holds():
    """An event whose detection fails still excludes the rest of its conversation."""
    rules = Rules(analytics_policy(), key_ring(), {"en": NamesThatFail()}, PlainOperators())
    here = LocalRedactor(rules)
    poison = outcome_of("poison", on=here, event_id="1", signals={"gpc": True})
    later = outcome_of("more", on=here, event_id="2")
    assert isinstance(poison, DeadLettered)
    assert WithheldReason.GPC in reasons(later).values()


def test_metadata_only_leaves_channel_role_day_and_length_and_nothing_else():
    """The milder effect of an opt-out leaves no token, text, finding or attribute."""
    policy = analytics_policy()
    purposes = tuple(dataclasses.replace(each, opt_out_effect=OptOutEffect.METADATA_ONLY) for each in policy.purposes)
    here = redactor([(IdentifierKind.EMAIL, SUBJECT["email"])], purposes=purposes)
    outcome = outcome_of("my card is 4242 4242 4242 4242", on=here, subject=SUBJECT)
    event = sanitized(outcome)
    assert {"channel", "role", "occurred_at", "length"} <= event.keys()
    assert not {"text", "conversation", "author", "customer", "attributes", "sequence", "locale"} & event.keys()
    assert event["findings"] == []
    assert event["length"] == "21-100"
    receipt = outcome.receipt.purposes[0]
    assert (receipt.outcome, receipt.reason, receipt.metadata_only) == (
        Outcome.SANITIZED,
        WithheldReason.OPTED_OUT,
        True,
    )


@pytest.mark.parametrize(("setting", "published"), [(Unidentified.PUBLISH, True), (Unidentified.WITHHOLD, False)])
def test_an_event_that_names_nobody_is_counted_and_treated_as_the_policy_says(setting, published):
    """Where no identifier is known, no opt-out can be looked up."""
    outcome = outcome_of("hi", on=redactor(unidentified=setting))
    assert outcome.receipt.unidentified
    assert isinstance(outcome.outcomes[0], Sanitized) is published


def test_a_locale_without_a_names_tier_is_withheld():
    """Names could not be found in it."""
    outcome = outcome_of("hallo", locale="xx")
    assert set(reasons(outcome).values()) == {WithheldReason.NO_NAMES_TIER}


def test_names_of_authors_are_found_again_in_later_turns():
    """An agent's display name is redacted in the customer's answer, by memory alone."""
    here = redactor()
    outcome_of("Hello!", on=here, event_id="1", author={"role": "agent", "display_name": "Oluwaseun Adeyemi"})
    answer = outcome_of("thanks, oluwaseun", on=here, event_id="2")
    assert sanitized(answer)["text"].startswith("thanks, [PERSON_")


def test_the_values_of_the_subject_are_found_in_the_text():
    """Names, also by one part, and ids that the event carries."""
    text = sanitized(outcome_of("hale here, id c17", subject=SUBJECT))["text"]
    assert "hale" not in text
    assert "c17" not in text


def test_a_text_in_the_form_of_a_placeholder_is_redacted():
    """Nobody can write our placeholders into an output."""
    text = sanitized(outcome_of("I am [PERSON_k7f]"))["text"]
    assert text == "I am [PLACEHOLDER]"


@pytest.mark.parametrize("size", [1, 2, 7, 50])
def test_batches_of_every_size_give_the_same_bytes(size):
    """How records are divided into batches makes no difference."""
    records = [
        SourceRecord(
            Position("t", 0, offset, 1_000 + offset),
            b"c%d" % (offset % 3),
            event_bytes(
                ["what is your PIN?", "4577", "I am Robin, robin@example.org", "Thanks Robin"][offset % 4],
                event_id=str(offset // 2),
                conversation_id=f"c{offset % 3}",
                author={"role": ["agent", "customer"][offset % 2], "display_name": "Dana Scott"},
            ),
        )
        for offset in range(50)
    ]

    def run(batch_size):
        states, opt_outs = StatesInMemory(), OptOutList()
        batches = [records[start : start + batch_size] for start in range(0, len(records), batch_size)]
        outcomes = [outcome for batch in batches for outcome in redact_batch(batch, states, opt_outs, RULES)]
        return [
            (outcome.receipt, [each.value if isinstance(each, Sanitized) else None for each in outcome.outcomes])
            for outcome in outcomes
        ]

    assert run(size) == run(len(records))


def test_a_replay_is_published_under_the_original_ids():
    """The replay header gives the ids of the record that it repeats; the receipt is the replay's own."""
    original, again = Position("t", 0, 5, 100), Position("t", 0, 9, 900)
    key, value = CONVERSATION.encode(), event_bytes("hi")
    first = SourceRecord(original, key, value)
    replay = SourceRecord(again, key, value, replay_header(original, key, value, RULES.keys))
    (before,) = redact_batch([first], StatesInMemory(), OptOutList(), RULES)
    (after,) = redact_batch([replay], StatesInMemory(), OptOutList(), RULES)
    assert [each.receipt.id for each in after.outcomes] == [each.receipt.id for each in before.outcomes]
    assert after.receipt.replay_of == before.receipt.id
    assert after.receipt.id != before.receipt.id


def test_a_forged_replay_header_is_a_dead_letter():
    """Without the key nobody can write under another record's ids."""
    key, value = CONVERSATION.encode(), event_bytes("hi")
    forged = replay_header(Position("t", 0, 5, 100), key, value, key_ring("other"))
    record = SourceRecord(Position("t", 0, 9, 900), key, value, forged)
    (outcome,) = redact_batch([record], StatesInMemory(), OptOutList(), RULES)
    assert outcome.receipt.dead_letter is Reason.REPLAY_FORGED


def stored(records, *, rules=RULES, ttl_ms=3_600_000):
    """Redact records in one batch over a store whose conversations expire, as a worker's do."""
    store = StateStore(rules.keys, ttl_ms=ttl_ms)
    store.install(0, {})
    store.begin(1, {0})

    class States:
        def get(self, partition, key, timestamp_ms):
            return store.get(partition, key, timestamp_ms)

        def is_forgotten(self, last_seen_ms, timestamp_ms):
            return store.is_forgotten(last_seen_ms, timestamp_ms)

        def put(self, partition, key, state):
            store.put(1, partition, key, state)

    return redact_batch(records, States(), OptOutList(), rules)


def test_consent_said_in_a_dead_letter_at_the_head_of_a_conversation_outlives_the_ttl_of_a_new_one():
    """The conversation was seen when the rejected record came, so what it said is not expired one second later."""
    rules = Rules(analytics_policy(), key_ring(), {"en": NamesThatFail()}, PlainOperators())
    values = [event_bytes("poison", event_id="1", signals={"gpc": True}), event_bytes("more", event_id="2")]
    records = [
        SourceRecord(Position("t", 0, offset, 1_780_000_000_000 + offset), CONVERSATION.encode(), value)
        for offset, value in enumerate(values)
    ]
    poison, later = stored(records, rules=rules)
    assert isinstance(poison, DeadLettered)
    assert WithheldReason.GPC in reasons(later).values()


def test_every_identifier_of_an_event_is_looked_up_however_many_the_conversation_remembers():
    """A conversation that has named its fill of addresses still withholds whoever opted out."""
    here = redactor([(IdentifierKind.CUSTOMER_ID, "C-17")])
    outcome_of("hi", on=here, event_id="1", subject={"email": [f"r{n}@example.org" for n in range(IDENTIFIERS_MAX)]})
    later = outcome_of("hi", on=here, event_id="2", subject={"customer_id": "C-17"})
    assert set(reasons(later).values()) == {WithheldReason.OPTED_OUT}


@pytest.mark.parametrize(
    "text",
    [
        "my mail is jane at example dot org",
        "my mail is jane (at) example (dot) org",
        "I am jane@\u200bexample.org",
        "see https://shop.example/?email=jane@example.org",
        "see https://shop.example/?email=jane%40example.org&page=2",
    ],
)
def test_an_address_in_disguise_is_looked_up(text):
    """Whoever opted out is found in every way of writing an address that the detectors find."""
    outcome = outcome_of(text, on=redactor([(IdentifierKind.EMAIL, "jane@example.org")]))
    assert set(reasons(outcome).values()) == {WithheldReason.OPTED_OUT}


def test_a_record_replayed_twice_is_published_under_its_ids_both_times():
    """Taken for a duplicate of itself, the second replay would retract what the first one published."""
    key, value = CONVERSATION.encode(), event_bytes("hi")
    header = replay_header(Position("t", 0, 5, 100), key, value, RULES.keys)
    replays = [SourceRecord(Position("t", 0, offset, 900), key, value, header) for offset in (9, 10)]
    again = SourceRecord(Position("t", 0, 11, 900), key, value)
    first, second, third = redact_batch([*replays, again], StatesInMemory(), OptOutList(), RULES)
    assert [each.value for each in second.outcomes] == [each.value for each in first.outcomes]
    assert set(reasons(third).values()) == {WithheldReason.DUPLICATE}


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
@pytest.mark.parametrize("effect", OptOutEffect)
def test_times_at_the_ends_of_the_calendar_stop_nothing(moment, effect):
    """A publisher's clock may say anything."""
    policy = analytics_policy()
    purposes = tuple(dataclasses.replace(each, opt_out_effect=effect) for each in policy.purposes)
    here = redactor([(IdentifierKind.EMAIL, SUBJECT["email"])], purposes=purposes)
    outcome = outcome_of("hi", on=here, subject=SUBJECT, occurred_at=moment)
    assert set(reasons(outcome).values()) == {WithheldReason.OPTED_OUT}


def test_a_subject_of_more_values_than_can_be_looked_for_is_a_dead_letter():
    """A value that nobody looks for would pass into the output unseen."""
    subject = {f"field{number}": f"valu{number}" for number in range(VALUES_MAX)} | {"pet": "zorblat99x"}
    outcome = outcome_of("my pet is zorblat99x", subject=subject)
    assert (outcome.receipt.dead_letter, outcome.receipt.field) == (Reason.RECORD_TOO_LARGE, "subject")


@pytest.mark.parametrize(
    ("locale", "published"),
    [("en", "en"), ("en-GB", "en-GB"), ("en_US", "en_US"), ("en-Latn-GB", "en-Latn-GB"), ("en-419", "en-419"),
     ("en-John-Smith", "en"), ("en-5550143", "en"), ("en-GB-5550143", "en-GB")],
)  # fmt: skip
def test_of_a_locale_language_script_and_region_leave(locale, published):
    """Other subtags have room for a name or a number."""
    assert sanitized(outcome_of(locale=locale))["locale"] == published


@pytest.mark.parametrize(("score", "leaves"), [(5, True), (99_999_999, True), (-2, True), (100_000_000, False),
                                               (4111111111111111, False), (10**40, False)])  # fmt: skip
def test_an_integer_that_could_be_somebodys_number_is_dropped(score, leaves):
    """Nine digits are a social security number, ten a telephone's, sixteen a card's."""
    assert ("attributes" in sanitized(outcome_of(attributes={"csat": score}))) is leaves


def test_long_values_are_not_remembered():
    """A publisher cannot fill the memory of a worker with values that never come again."""
    rules = analytics_rules()
    subject = {"customer_id": "x" * 1_000, "phone": "5" * 600, "email": "a@example.com" * 400}
    outcome = LocalRedactor(rules).redact([conversation_event("hi", subject=subject)])
    assert isinstance(outcome[0], Redacted)
    assert sanitized(outcome[0])["customer"]
    assert rules.field_tokens._cached.cache_info().currsize == 0
    assert rules.identifiers._cached_key.cache_info().currsize == 0
    assert rules.people._cached.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("purpose", "processed_at"),
    [("analytics", "2026-03-01T10:00:00Z"), ("quality", "2026-03-01T10:16:07.123000Z")],
)
def test_the_time_of_processing_is_no_finer_than_that_of_the_event(purpose, processed_at):
    """Else it would tell the minute that the policy took away."""
    arrived_ms = int(datetime(2026, 3, 1, 10, 16, 7, 123_000, tzinfo=UTC).timestamp() * 1000)
    record = SourceRecord(Position("t", 0, 0, arrived_ms), CONVERSATION.encode(), event_bytes("hi"))
    (outcome,) = redact_batch([record], StatesInMemory(), OptOutList(), RULES)
    assert sanitized(outcome, purpose)["processed_at"] == processed_at


class OperatorsThatFail:
    """Operators that raise, quoting the value as careless code does."""

    def replace(self, value, replacement):
        raise RuntimeError(value)

    def mask(self, value, kept_last):
        raise RuntimeError(value)


def test_an_event_whose_de_identification_fails_is_a_dead_letter_and_stops_nobody(caplog):
    """Whatever raises on the way, the event does not pass, and the log does not say what it held."""
    rules = Rules(analytics_policy(), key_ring(), {"en": NoNames()}, OperatorsThatFail())
    here = LocalRedactor(rules)
    failing = outcome_of("password: hunter2-planted", on=here, event_id="1")
    assert failing.receipt.dead_letter is Reason.DETECTOR_FAILED
    assert sanitized(outcome_of("fine", on=here, event_id="2"))["text"] == "fine"
    assert "hunter2" not in caplog.text
    assert "RuntimeError" in caplog.text
