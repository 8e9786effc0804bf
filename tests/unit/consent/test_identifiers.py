"""Every way of writing an identifier leads to one key, and no two identifiers share one."""

import pytest

from pipeline.consent.identifiers import opt_out_key, required_form
from pipeline.event.privacy_request import IdentifierKind
from tests.support.events import key_ring

KEYS = key_ring()


def key(kind, identifier, tenant="acme", *, strip=False):
    return opt_out_key(KEYS, tenant, kind, identifier, strip_email_tags=strip, default_region="US")


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (IdentifierKind.EMAIL, "Robin@Example.ORG", "robin@example.org"),
        (IdentifierKind.EMAIL, " robin@example.org ", "robin@example.org"),
        (IdentifierKind.EMAIL, "ｒobin@example.org", "robin@example.org"),
        (IdentifierKind.PHONE, "(415) 555-0132", "+14155550132"),
        (IdentifierKind.PHONE, "415.555.0132", "+1 415 555 0132"),
        (IdentifierKind.CUSTOMER_ID, "C-17", "c-17"),
        (IdentifierKind.USERNAME, "Straße", "STRASSE"),
    ],
)
def test_ways_of_writing_one_identifier_share_a_key(kind, one, other):
    """Case, width, spaces and national notation make no difference."""
    assert key(kind, one) == key(kind, other)


def test_plus_tags_are_stripped_only_where_the_policy_says_so():
    """`robin+shop@` is another address unless tags are stripped."""
    tagged, plain = "robin+shop@example.org", "robin@example.org"
    assert key(IdentifierKind.EMAIL, tagged) != key(IdentifierKind.EMAIL, plain)
    assert key(IdentifierKind.EMAIL, tagged, strip=True) == key(IdentifierKind.EMAIL, plain, strip=True)


def test_tenants_and_kinds_do_not_share_keys():
    """The same word under another tenant or kind is somebody else."""
    assert (
        len(
            {
                key(IdentifierKind.CUSTOMER_ID, "x"),
                key(IdentifierKind.CUSTOMER_ID, "x", "demo"),
                key(IdentifierKind.USERNAME, "x"),
            }
        )
        == 3
    )


@pytest.mark.parametrize(
    ("kind", "slip"),
    [
        *((IdentifierKind.EMAIL, slip) for slip in ("not an email", "robin", "@", "robin@exampleorg", "@example.org")),
        *((IdentifierKind.EMAIL, slip) for slip in ("robin@", "robin@.org", "robin@example.", "a@b@example.org", "")),
        *((IdentifierKind.PHONE, slip) for slip in ("abc", "12", "+1 415 55", "")),
    ],
)
def test_what_no_event_can_match_lacks_a_form_and_is_not_quoted(kind, slip):
    """A slip at the privacy desk must not look like an opt-out."""
    required = required_form(kind, slip, default_region="US")
    assert required.startswith("must be")
    assert "robin" not in required


@pytest.mark.parametrize(
    ("kind", "fine"),
    [
        *((IdentifierKind.EMAIL, fine) for fine in (" Robin+shop@Example.ORG ", "robin at example dot org", "ö@ü.de")),
        *((IdentifierKind.PHONE, fine) for fine in ("(415) 555-0132", "5550132", "+44 20 7946 0018", "1-800-FLOWERS")),
        *((kind, "12") for kind in IdentifierKind if kind not in (IdentifierKind.EMAIL, IdentifierKind.PHONE)),
    ],
)
def test_every_way_of_writing_that_can_match_has_its_form(kind, fine):
    """Addresses in words and numbers in letters are canonicalised first; ids are whatever their publisher says."""
    assert not required_form(kind, fine, default_region="US")
