"""What a conversation remembers: what was asked, which values were found, and nothing that can be read back."""

import msgspec
import pytest

from pipeline.consent.opt_outs import OptOutList
from pipeline.deidentification.operators import PlainOperators
from pipeline.event.labels import Label
from pipeline.event.records import Position, SourceRecord
from pipeline.flow.local import LocalRedactor, StatesInMemory
from pipeline.flow.redact_batch import redact_batch
from pipeline.flow.rules import Rules
from tests.support.events import analytics_policy, analytics_rules, conversation_event, event_bytes, key_ring

RULES = analytics_rules()
ROLES = {"A": "agent", "B": "bot", "U": "customer", "S": "system", "T": "third_party"}


def events(dialogue):
    """Yield the events of a dialogue: a turn a line, `A`, `B`, `U`, `S` or `T` in front."""
    for number, line in enumerate(dialogue.strip().splitlines()):
        speaker, _, text = line.strip().partition(" ")
        yield conversation_event(text, author={"role": ROLES[speaker]}, event_id=str(number))


def found(dialogue):
    """Return what is found in the last turn of a dialogue: (text, label) pairs."""
    turns = list(events(dialogue))
    outcome = LocalRedactor(RULES).redact(turns)[-1]
    return [(turns[-1].text[each.start : each.end], each.label.value) for each in outcome.findings]


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        ("A Your PIN, please?\nU 4577", [("4577", "PASSWORD")]),
        ("A Your PIN, please?\nU why?\nA To verify you.\nU ok, 4577", [("4577", "PASSWORD")]),
        ("A Your PIN, please?\nA Take your time.\nU 4577", [("4577", "PASSWORD")]),
        ("B Your PIN, please?\nU 4577", [("4577", "PASSWORD")]),
        ("A Your PIN, please?\nT 4577", [("4577", "PASSWORD")]),
        ("A Your name?\nA And your account number?\nU Robin Hale\nU 88-120", [("88-120", "ACCOUNT_ID")]),
        ("A Your booking number?\nU 4577\nA That is not valid, try again.\nU 83-19", [("83-19", "ORDER_ID")]),
        ("U what is my account number?\nA It is 4577-20.", [("4577-20", "ACCOUNT_ID")]),
        ("U who's the driver?\nA Marta", [("Marta", "PERSON")]),
        ("A Is that Robin?\nU no, Marta", [("Marta", "PERSON")]),
    ],
)
def test_a_short_answer_is_what_was_asked_for(dialogue, expected):
    """In both directions, by any role, also after turns that ask nothing, and again after a refusal."""
    assert found(dialogue) == expected


@pytest.mark.parametrize(
    "dialogue",
    [
        "A Your PIN, please?\nU why?\nU I do not want to\nU there are 4577 of us",
        "A Your PIN, please?\nU 4577\nA Thank you.\nU can you add 300 now",
        "A Your PIN, please?\nS 4 agents online, 300 waiting",
        "A How many nights?\nU 1200",
        "U is my account open?\nA Yes, since 2019.",
        "A Is that Robin?\nU yes",
    ],
    ids=["lapsed", "answered", "of nobody", "something else", "nothing to tell", "confirmed"],
)
def test_what_is_no_answer_is_left_alone(dialogue):
    """A question lapses after two turns or its answer, and a confirmation holds nothing."""
    assert found(dialogue) == []


NAMED = "A Your name?\nU Dagmar Hale\n"
PAID = "A Your card number?\nU 4111 1111 1111 1111\n"


@pytest.mark.parametrize(
    ("dialogue", "expected"),
    [
        (NAMED + "S details of Dagmar have been entered", ["Dagmar"]),
        (NAMED + "A thanks DAGMAR", ["DAGMAR"]),
        (NAMED + "A dagmar's bill", ["dagmar"]),
        (NAMED + "A Dagmar\u2019s bill", ["Dagmar"]),
        (NAMED + "S verified: D. Hale", ["D. Hale"]),
        (NAMED + "S verified: D.H.", ["D.H."]),
        (NAMED + "U mrs. hale", ["hale"]),
        (PAID + "S charged to 1111", ["1111"]),
        (PAID + "A card ending in 1111?", ["1111"]),
        (PAID + "A 4111-1111-1111-1111 it is", ["4111-1111-1111-1111"]),
        ("A Booking code?\nU AB-12-CD\nA so ab12cd", ["ab12cd"]),
        ("A Booking code?\nU AB-12-CD\nA so AB 12 CD", ["AB 12 CD"]),
        ("A Your e-mail?\nU dhale77@example.org\nA dhale77?", ["dhale77"]),
        ("A First pet's name?\nU Biscuit\nS accepted: biscuit", ["biscuit"]),
        ("A Your PIN?\nU \uff14\uff15\uff17\uff17\nU so 4577 then", ["4577"]),
    ],
)
def test_a_value_seen_before_is_found_again(dialogue, expected):
    """In other case and spelling, by a part, by its last digits, whoever repeats it."""
    assert [value for value, _ in found(dialogue)] == expected


@pytest.mark.parametrize(
    "dialogue",
    [
        "A Your name?\nU Will Hale\nA Will you hold? I will check.",
        "A Your name?\nU Rose Hale\nU the rose bush",
        PAID + "U that was $1111",
        PAID + "U 1111 dollars",
        "A Your PIN?\nU 4577\nU it cost 4577.20",
        NAMED + "U the dagmars live in Halesowen",
    ],
)
def test_words_and_sums_that_only_look_alike_are_left_alone(dialogue):
    """Ordinary words count with the capital of a name only, and sums of money never."""
    assert found(dialogue) == []


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("U no, 4578", ["4578"]),
        ("U sorry, 4578 not 4577", ["4578", "4577"]),
        ("U either 9431 or 9503", ["9431", "9503"]),
        ("U 4578", ["4578"]),
        ("U actually there are 12 of us", []),
        ("U no, in 2019", []),
    ],
)
def test_a_correction_is_what_it_corrects(last, expected):
    """After words of correction, digits as many as those given before are the same thing."""
    assert [value for value, _ in found(f"A Your PIN?\nU 4577\nA Thank you.\n{last}")] == expected


def test_a_number_is_corrected_for_a_few_turns_only():
    """Digits of the same length long after are something else."""
    chat = "\n".join(["A Your PIN?", "U 4577", *["A Please wait.", "U sure"] * 4, "U no, 4578 people"])
    assert found(chat) == []


def test_a_number_read_out_in_pieces_is_found():
    """Spoken pieces go on as written ones do."""
    dialogue = "A Your social security number?\nU five five five\nA ok\nU one two\nU three four five six"
    assert found(dialogue) == [("three four five six", "NATIONAL_ID")]


def test_no_value_of_a_person_is_in_the_state():
    """Neither what was asked nor what was answered can be read from it, by its own keepers either.

    What is kept of the last turns is what was published: see the tests of amendments.
    """
    dialogue = NAMED + PAID + "A Thank you Dagmar. Your PIN?\nU 4577\nU my SSN is 123\nU 45\nU 6789"
    *_, last = LocalRedactor(RULES).redact(events(dialogue))
    plain = msgspec.msgpack.encode(msgspec.structs.replace(last.state, recent=()))
    for value in (b"agmar", b"ale", b"4577", b"1111", b"123", b"6789", b"PIN", b"name"):
        assert value not in plain.replace(b"PERSON.names", b"")
    assert "agmar" not in repr(last.state)


def test_two_tenants_share_no_fingerprint():
    """The same name is remembered under another key."""
    policy = analytics_policy()
    one, other = (
        LocalRedactor(RULES).redact(
            [conversation_event("my name is Dagmar Hale", tenant=tenant, conversation_id=tenant)]
        )[0]
        for tenant in sorted(policy.tenants)[:2]
    )
    assert one.state.seen.labels
    assert one.state.seen.labels.keys().isdisjoint(other.state.seen.labels)


class Listening:
    """A names tier that notes what each turn was asked for."""

    version = "listening"
    is_quick = False

    def __init__(self):
        self.heard = []

    def find(self, turns):
        self.heard += [(turn.text, turn.asked) for turn in turns]
        return [[] for _ in turns]


DIALOGUE = """
U hello
A Thanks. Your full name and account number, please?
U Dagmar Hale
U 4577-20, and what is my booking number?
A 83-19
A Your PIN?
S a line of the system
U no
U 4111
U 1111 then
"""


class ForgetfulStates(StatesInMemory):
    """States whose conversations begin anew after a second of silence."""

    def get(self, partition, key, timestamp_ms):
        state = super().get(partition, key, timestamp_ms)
        return super().get(-1, "", 0) if self.is_forgotten(state.last_seen_ms, timestamp_ms) else state

    def is_forgotten(self, last_seen_ms, timestamp_ms):
        return timestamp_ms - last_seen_ms > 1_000


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_what_is_asked_is_the_same_for_every_size_of_batch(size):
    """The names tier is told the same, and the states end the same, also where a silence lets one begin anew."""
    tier = Listening()
    rules = Rules(analytics_policy(), key_ring(), {"en": tier}, PlainOperators())
    turns = [*events(DIALOGUE)] * 2
    records = [
        SourceRecord(
            Position("t", 0, offset, 1_000_000 + 100 * offset + 5_000 * (offset // 6)),
            b"conversation-1",
            event_bytes(turn.text, author={"role": turn.author.role.value}, event_id=str(offset)),
        )
        for offset, turn in enumerate(turns)
    ]

    def run(batch_size):
        tier.heard.clear()
        states = ForgetfulStates()
        outcomes = [
            outcome
            for start in range(0, len(records), batch_size)
            for outcome in redact_batch(records[start : start + batch_size], states, OptOutList(), rules)
        ]
        return (
            list(tier.heard),
            [msgspec.msgpack.encode(outcome.state) for outcome in outcomes],
            [o.findings for o in outcomes],
        )

    assert run(size) == run(len(records))


def test_the_names_tier_is_told_what_was_asked():
    """Labels only, for whoever is asked."""
    tier = Listening()
    rules = Rules(analytics_policy(), key_ring(), {"en": tier}, PlainOperators())
    LocalRedactor(rules).redact(events(DIALOGUE))
    told = dict(tier.heard)
    assert set(told["Dagmar Hale"]) == {Label.PERSON, Label.ACCOUNT_ID}
    assert Label.PERSON not in told["4577-20, and what is my booking number?"]
    assert told["83-19"] == (Label.ORDER_ID,)
    assert told["a line of the system"] == ()
    assert told["no"] == (Label.PASSWORD,)


def test_what_was_asked_is_remembered_though_the_asking_turn_is_dead_lettered():
    """The question was heard; only the record could not be published."""

    class Failing:
        version = "failing"
        is_quick = False

        def find(self, turns):
            if any("poison" in turn.text for turn in turns):
                raise RuntimeError
            return [[] for _ in turns]

    rules = Rules(analytics_policy(), key_ring(), {"en": Failing()}, PlainOperators())
    outcomes = LocalRedactor(rules).redact(events("A poison. Your PIN?\nU 4577"))
    assert outcomes[0].receipt.dead_letter is not None
    assert [finding.label for finding in outcomes[1].findings] == [Label.PASSWORD]
