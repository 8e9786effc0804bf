"""`explain` says for each purpose what happens to what and where that stands; `diff` says what changes."""

from pipeline.event.labels import Label
from pipeline.policy.compile import compile_policy
from pipeline.policy.compiled import FIELD_OPERATORS
from pipeline.policy.document import read_document
from pipeline.policy.explain import NOT_NAMED, Change, Explained, Subject, diff, explain


def rows_of(text):
    rows = explain(read_document(text.encode(), "p.yaml"))
    return {(row.purpose, row.name): row for row in rows}


def test_a_stated_label_names_its_line(small_policy):
    row = rows_of(small_policy)["research", "CREDIT_CARD"]
    assert row == Explained("research", Subject.LABEL, "CREDIT_CARD", "mask", "keep_last 4", "p.yaml:34")


def test_a_label_by_default_names_the_line_of_the_default(small_policy):
    row = rows_of(small_policy)["research", "IBAN"]
    assert row == Explained("research", Subject.LABEL, "IBAN", "redact", "", "p.yaml:31 (default)")


def test_an_inherited_label_names_the_other_purpose(small_policy):
    row = rows_of(small_policy)["review", "DATE_OF_BIRTH"]
    assert row == Explained(
        "review", Subject.LABEL, "DATE_OF_BIRTH", "generalize", "to year", "p.yaml:35 (like research)"
    )


def test_fields_say_what_leaves_and_what_is_dropped_because_nothing_names_it(small_policy):
    rows = rows_of(small_policy)
    assert rows["research", "occurred_at"].parameters == "to day"
    assert rows["review", "occurred_at"] == Explained("review", Subject.FIELD, "occurred_at", "drop", "", "p.yaml:42")
    assert rows["research", "author.id"] == Explained("research", Subject.FIELD, "author.id", "drop", "", NOT_NAMED)


def test_attributes_say_whether_and_how_they_leave(small_policy):
    rows = rows_of(small_policy.replace("[rating, queue]", "[queue, note]"))
    assert rows["research", "rating"] == Explained(
        "research", Subject.ATTRIBUTE, "rating", "drop", "integer", NOT_NAMED
    )
    assert rows["research", "queue"] == Explained(
        "research", Subject.ATTRIBUTE, "queue", "keep", "choice of billing, delivery", "p.yaml:29"
    )
    assert rows["review", "note"] == Explained(
        "review", Subject.ATTRIBUTE, "note", "by label", "text", "p.yaml:29 (like research)"
    )


def test_settings_of_a_purpose_name_their_lines(small_policy):
    rows = rows_of(small_policy)
    assert rows["review", "honours_gpc"] == Explained(
        "review", Subject.SETTING, "honours_gpc", "false", "", "p.yaml:40"
    )
    assert rows["review", "opt_out_effect"].defined_at == "p.yaml:25 (like research)"


def test_every_label_and_field_of_every_purpose_has_one_row(small_policy):
    rows = explain(read_document(small_policy.encode(), "p.yaml"))
    for purpose in ("research", "review"):
        of_labels = [row.name for row in rows if row.purpose == purpose and row.subject is Subject.LABEL]
        of_fields = [row.name for row in rows if row.purpose == purpose and row.subject is Subject.FIELD]
        assert of_labels == [label.value for label in Label]
        assert of_fields == list(FIELD_OPERATORS)


def differences(old, new):
    return diff(*(compile_policy(read_document(text.encode(), "p.yaml")) for text in (old, new)))


def test_equal_policies_do_not_differ(small_policy):
    assert differences(small_policy, small_policy) == ()


def test_a_difference_names_purpose_subject_and_both_sides(small_policy):
    changed = small_policy.replace("keep_last: 4", "keep_last: 2").replace("metadata_only", "withheld")
    changed = changed.replace("[north]", "[south]").replace("occurred_at: drop", "occurred_at: keep")
    changed = changed.replace("rating: integer", "rating: number").replace("[rating, queue]", "[rating]")
    assert set(differences(small_policy, changed)) == {
        Change("", Subject.SETTING, "tenants.north", "listed", None),
        Change("", Subject.SETTING, "tenants.south", None, "listed"),
        Change("", Subject.ATTRIBUTE, "rating", "integer", "number"),
        Change("research", Subject.SETTING, "opt_out_effect", "metadata_only", "withheld"),
        Change("review", Subject.SETTING, "opt_out_effect", "metadata_only", "withheld"),
        Change("research", Subject.LABEL, "CREDIT_CARD", "mask keep_last 4", "mask keep_last 2"),
        Change("review", Subject.LABEL, "CREDIT_CARD", "mask keep_last 4", "mask keep_last 2"),
        Change("review", Subject.FIELD, "occurred_at", None, "keep"),
        Change("research", Subject.ATTRIBUTE, "queue", "leaves", None),
        Change("review", Subject.ATTRIBUTE, "queue", "leaves", None),
    }


def test_a_new_purpose_shows_with_all_it_treats(small_policy):
    changes = differences(small_policy.replace("  review:", "  audit:"), small_policy)
    assert {change.purpose for change in changes} == {"audit", "review"}
    assert Change("review", Subject.LABEL, "EMAIL", None, "redact") in changes
    assert Change("audit", Subject.LABEL, "EMAIL", "redact", None) in changes
