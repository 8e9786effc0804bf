"""Whom an event speaks of."""

import pytest

from pipeline.consent.identifiers import IdentifierKeys, opt_out_key
from pipeline.conversation.fingerprints import Fingerprints
from pipeline.detection.known_values import VALUES_MAX
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.privacy_request import IdentifierKind
from pipeline.event.subject import subject_pairs
from pipeline.flow.people import PeopleOfEvents
from tests.support.events import conversation_event, key_ring

KEYS = key_ring()
PEOPLE = PeopleOfEvents(IdentifierKeys(KEYS, strip_email_tags=False, default_region="US"), Fingerprints(KEYS))


def people_of(**changes):
    """Return the people of an event with some fields changed."""
    event = conversation_event(**changes)
    return PEOPLE.of(event, subject_pairs(event.subject))


def key(kind: IdentifierKind, identifier: str) -> str:
    """Return the key of an identifier on the opt-out list."""
    tenant = conversation_event().tenant
    return opt_out_key(KEYS, tenant, kind, identifier, strip_email_tags=False, default_region="US")


def test_an_event_names_its_customer_by_subject_fields_and_a_customer_authors_id():
    """An agent's id is not the customer's."""
    subject = {"email": ["a@example.org", "b@example.org"], "name": "Robin Hale"}
    by_customer = people_of(subject=subject, author={"role": "customer", "id": "C-17"})
    by_agent = people_of(subject=subject, author={"role": "agent", "id": "C-17"})
    emails = {key(IdentifierKind.EMAIL, address) for address in subject["email"]}
    assert by_customer.identifiers == emails | {key(IdentifierKind.CUSTOMER_ID, "C-17")}
    assert by_agent.identifiers == emails


def test_what_an_event_says_of_its_people_is_worked_out_once():
    """The same subject and author come with every turn of a conversation."""
    once, again = (people_of(subject={"name": "Robin Hale"}) for _ in range(2))
    assert once is again
    assert once.known() is again.known() is not None


def test_an_author_without_a_name_and_a_subject_without_values_are_nobody_to_look_for():
    """Blank values name nobody."""
    nobody = people_of(subject={"name": " "}, author={"role": "agent", "display_name": " "})
    assert (nobody.known(), nobody.name_parts, nobody.identifiers) == (None, frozenset(), frozenset())


def test_a_subject_of_too_many_values_is_refused_when_they_are_to_be_found():
    """Its identifiers are known all the same: an opt-out holds for it."""
    crowd = people_of(subject={"email": [f"a{number}@example.org" for number in range(VALUES_MAX + 1)]})
    assert len(crowd.identifiers) == VALUES_MAX + 1
    with pytest.raises(RejectedEvent) as refused:
        crowd.known()
    assert (refused.value.reason, refused.value.field) == (Reason.RECORD_TOO_LARGE, "subject")


def test_the_people_of_an_event_show_nothing_of_themselves():
    """Neither name nor identifier stands in a log that prints them."""
    someone = people_of(subject={"name": "Robin Hale"})
    assert "Robin" not in repr(someone) + repr(someone.known())
