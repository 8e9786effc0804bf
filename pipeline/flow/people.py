"""Whom an event speaks of, worked out once: its customer and its author are the same throughout a conversation."""

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple, final

from msgspec import UNSET

from pipeline.consent.identifiers import IdentifierKeys
from pipeline.conversation.fingerprints import Fingerprints
from pipeline.detection.known_values import VALUES_MAX, KnownValues, name_parts
from pipeline.errors import Reason, RejectedEvent
from pipeline.event.conversation_event import ConversationEvent, Role
from pipeline.event.subject import SubjectPairs

_CACHED_PEOPLE_MAX: Final = 4_096
_CUSTOMER: Final = Role.CUSTOMER


class KnownPeople(NamedTuple):
    """What an event says of its people, ready to be found, and a fingerprint of all of it."""

    values: KnownValues
    fingerprint: bytes

    def __repr__(self) -> str:
        return "<KnownPeople, concealed>"


@final
class EventPeople:
    """The people of an event. Holds what identifies them, so its `repr` is bare.

    `identifiers` are the opt-out keys of everybody named as the customer, `name_parts` fingerprints of the words of the
    author's name.
    """

    __slots__ = ("_display_names", "_fingerprints", "_known", "_pairs", "_tenant", "identifiers", "name_parts")

    def __init__(
        self,
        tenant: str,
        pairs: tuple[tuple[str, str], ...],
        display_names: tuple[str, ...],
        identifiers: frozenset[str],
        fingerprints: Fingerprints,
    ) -> None:
        self.identifiers = identifiers
        self.name_parts = frozenset(
            [fingerprints.of(tenant, part) for name in display_names for part in name_parts(name)]
        )
        self._tenant = tenant
        self._pairs = pairs
        self._display_names = tuple([name for name in display_names if name.strip()])
        self._fingerprints = fingerprints
        self._known: KnownPeople | None = None

    def __repr__(self) -> str:
        return "<EventPeople, concealed>"

    def known(self) -> KnownPeople | None:
        """Return what the event says of them, if anything; made when first asked for.

        Raises `RejectedEvent` where the subject has more values than are looked for.
        """
        if self._known is None and (self._pairs or self._display_names):
            if len(self._pairs) + len(self._display_names) > VALUES_MAX:
                raise RejectedEvent(Reason.RECORD_TOO_LARGE, "subject")
            said = hashlib.sha256(repr((self._pairs, self._display_names)).encode()).hexdigest()
            values = KnownValues.build(self._pairs, self._display_names)
            self._known = KnownPeople(values, self._fingerprints.once(self._tenant, said))
        return self._known


class PeopleOfEvents:
    """Works out the people of events, and remembers those of the last few thousand subjects."""

    def __init__(self, identifiers: IdentifierKeys, fingerprints: Fingerprints) -> None:
        self._identifiers = identifiers
        self._fingerprints = fingerprints
        self._cached = lru_cache(_CACHED_PEOPLE_MAX)(self._made)

    def of(self, event: ConversationEvent, subject: SubjectPairs) -> EventPeople:
        """Return the people of an event whose subject has those pairs."""
        author = event.author
        customer = author.id if author.role is _CUSTOMER and author.id is not UNSET else ""
        name = author.display_name
        find = self._cached if subject.cacheable else self._made
        return find(event.tenant, subject.pairs, customer, "" if name is UNSET else name)

    def _made(self, tenant: str, pairs: tuple[tuple[str, str], ...], customer: str, display_name: str) -> EventPeople:
        identifiers = self._identifiers.of_people(tenant, pairs, customer)
        return EventPeople(tenant, pairs, (display_name,) if display_name else (), identifiers, self._fingerprints)
