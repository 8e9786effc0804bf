"""Policy tests: how they are read, and what holds and what fails them."""

import pytest

from pipeline.event.conversation_event import Channel, Role
from pipeline.event.labels import Label
from pipeline.event.receipt import WithheldReason
from pipeline.policy.document import read_document
from pipeline.policy.expectation import Expectation, PolicyTest, TestOutcome, check_expectation, run_policy_tests


def policy_tests_of(text):
    return read_document(text.encode(), "policy.yaml").tests


@pytest.fixture
def only_test(small_policy):
    return policy_tests_of(small_policy)[0]


def expecting(only_test, **expected):
    return PolicyTest(
        name=only_test.name,
        line=only_test.line,
        purpose=only_test.purpose,
        event=only_test.event,
        question="",
        opted_out=False,
        expect=Expectation(**expected),
    )


def test_an_event_is_filled_up_with_defaults(only_test):
    event = only_test.event
    assert (event.text, event.subject) == ("write to ada@example.com", {"email": "ada@example.com"})
    assert (event.author.role, event.author.id) == (Role.CUSTOMER, "c-1")
    assert (event.tenant, event.channel, event.locale) == ("north", Channel.CHAT, "en")
    assert event.occurred_at.isoformat() == "2025-01-31T14:05:09+00:00"
    assert (only_test.question, only_test.opted_out, only_test.line) == ("", False, 46)


def test_an_event_may_state_everything(small_policy):
    whole = small_policy.replace(
        "      subject: {email: ada@example.com}\n",
        """\
      subject: {email: [ada@example.com, a@example.com]}
      question: Where shall we write to?
      signals: {gpc: true}
      attributes: {rating: 4, queue: billing, other: null}
      channel: voice
      locale: en-GB
      occurred_at: 2024-02-29T23:59:59Z
      sequence: 12
      tenant: south
      conversation_id: "77"
    opted_out: true
""",
    )
    test = policy_tests_of(whole)[0]
    assert test.question == "Where shall we write to?"
    assert test.opted_out is True
    assert test.event.signals.gpc is True
    assert test.event.attributes == {"rating": 4, "queue": "billing", "other": None}
    assert (test.event.channel, test.event.locale, test.event.sequence) == (Channel.VOICE, "en-GB", 12)
    assert (test.event.tenant, test.event.conversation_id) == ("south", "77")


def test_an_author_without_role_is_the_customer(small_policy):
    test = policy_tests_of(small_policy.replace("role: customer, ", ""))[0]
    assert (test.event.author.role, test.event.author.id) == (Role.CUSTOMER, "c-1")


def test_a_fields_expectation_is_compared_as_text(small_policy):
    fields = "      fields: {channel: chat, attributes.rating: 4, attributes.solved: true, author.id: null}\n"
    test = policy_tests_of(small_policy.replace("      absent: [ada]\n", fields))[0]
    assert test.expect.fields == {
        "channel": "chat",
        "attributes.rating": "4",
        "attributes.solved": "true",
        "author.id": None,
    }


@pytest.mark.parametrize(
    ("expected", "outcome"),
    [
        pytest.param({"text": "to [EMAIL_*]"}, TestOutcome(text="to [EMAIL_7k2mq3ztab]"), id="token"),
        pytest.param({"text": "[ACCOUNT_ID_*]!"}, TestOutcome(text="[ACCOUNT_ID_x2]!"), id="label of two words"),
        pytest.param({"text": "a.b*"}, TestOutcome(text="a.b*"), id="other characters are literal"),
        pytest.param({"text": "[PASSWORD]"}, TestOutcome(text="[PASSWORD]"), id="dropped"),
        pytest.param({"text": ""}, TestOutcome(text=""), id="empty text"),
        pytest.param({"contains": ("[PERSON_*]",)}, TestOutcome(text="I am [PERSON_k7f]."), id="contains"),
        pytest.param({"absent": ("ada",)}, TestOutcome(text="[EMAIL_ab]", fields={"channel": "chat"}), id="absent"),
        pytest.param({"withheld": WithheldReason.GPC}, TestOutcome(withheld=WithheldReason.GPC), id="withheld"),
        pytest.param({"metadata_only": True}, TestOutcome(metadata_only=True), id="metadata only"),
        pytest.param(
            {"labels": frozenset({Label.EMAIL})}, TestOutcome(text="", labels=(Label.URL, Label.EMAIL)), id="labels"
        ),
        pytest.param({"fields": {"channel": "chat"}}, TestOutcome(text="", fields={"channel": "chat"}), id="field"),
        pytest.param({"fields": {"author.id": None}}, TestOutcome(text=""), id="field dropped"),
    ],
)
def test_an_expectation_that_holds_has_no_failures(only_test, expected, outcome):
    assert check_expectation(expecting(only_test, **expected), outcome) == []


@pytest.mark.parametrize(
    ("expected", "outcome", "failure"),
    [
        pytest.param({"text": "x"}, None, "purpose research got no outcome at all", id="no outcome"),
        pytest.param({"text": "[EMAIL_*]"}, TestOutcome(text="[EMAIL_]"), "expected text", id="empty token"),
        pytest.param({"text": "[EMAIL_*]"}, TestOutcome(text="[EMAIL_a b]"), "expected text", id="token with a space"),
        pytest.param({"text": "[EMAIL_*]"}, TestOutcome(text="[PHONE_ab]"), "expected text", id="another label"),
        pytest.param({"text": "a"}, TestOutcome(text="a!"), "expected text", id="more text"),
        pytest.param({"text": "a.b"}, TestOutcome(text="axb"), "expected text", id="a dot is a dot"),
        pytest.param({"contains": ("b",)}, TestOutcome(text="a"), "expected 'b' in the text", id="contains"),
        pytest.param({"absent": ("ada",)}, TestOutcome(text="to ada"), "gone from the text", id="absent from text"),
        pytest.param(
            {"absent": ("ada",)},
            TestOutcome(text="", fields={"attributes.note": "ada"}),
            "from attributes.note",
            id="in f",
        ),
        pytest.param({}, TestOutcome(withheld=WithheldReason.GPC), "an output, got withheld as gpc", id="withheld"),
        pytest.param(
            {"withheld": WithheldReason.GPC}, TestOutcome(text="a"), "withheld as gpc, got an output", id="published"
        ),
        pytest.param(
            {"withheld": WithheldReason.GPC},
            TestOutcome(withheld=WithheldReason.OPTED_OUT),
            "as opted_out",
            id="reason",
        ),
        pytest.param({}, TestOutcome(metadata_only=True), "metadata_only False, got True", id="metadata only"),
        pytest.param(
            {"labels": frozenset({Label.EMAIL})}, TestOutcome(text=""), "labels EMAIL, got none", id="label missing"
        ),
        pytest.param(
            {"fields": {"channel": "chat"}},
            TestOutcome(text=""),
            "channel to be 'chat', but it was dropped",
            id="field",
        ),
        pytest.param(
            {"fields": {"channel": "chat"}}, TestOutcome(fields={"channel": "voice"}), "got 'voice'", id="field value"
        ),
        pytest.param(
            {"fields": {"author.id": None}},
            TestOutcome(fields={"author.id": "a"}),
            "author.id to be dropped",
            id="leaves",
        ),
    ],
)
def test_an_expectation_that_does_not_hold_says_why(only_test, expected, outcome, failure):
    failures = check_expectation(expecting(only_test, **expected), outcome)
    assert len(failures) == 1
    assert failure in failures[0]


def test_the_run_gets_event_opt_out_and_question_and_each_test_its_purpose(small_policy):
    second = """\
  - name: a customer who opted out
    purpose: review
    opted_out: true
    event: {text: hello, question: who is there?}
    expect: {withheld: opted_out}
"""
    calls = []

    def run(event, opted_out, question):
        calls.append((event.text, opted_out, question))
        withheld = TestOutcome(withheld=WithheldReason.OPTED_OUT)
        return {"research": TestOutcome(text="write to [EMAIL_abc]"), "review": withheld}

    verdicts = run_policy_tests(policy_tests_of(small_policy + second), run)
    assert calls == [("write to ada@example.com", False, ""), ("hello", True, "who is there?")]
    assert [verdict.failures for verdict in verdicts] == [(), ()]
    assert [verdict.test.name for verdict in verdicts][1] == "a customer who opted out"


def test_outcomes_and_verdicts_show_no_text_in_their_repr(only_test):
    outcome = TestOutcome(text="ada@example.com", fields={"attributes.note": "ada@example.com"})
    (verdict,) = run_policy_tests([only_test], lambda *_: {"research": outcome})
    assert verdict.failures
    assert "ada@" not in repr(outcome)
    assert "ada@" not in repr(verdict)
