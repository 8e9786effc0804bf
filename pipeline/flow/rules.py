"""Everything a decision depends on besides the event, its conversation and the opt-out list: one snapshot."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Final

import pipeline
from pipeline.consent.identifiers import IdentifierKeys
from pipeline.conversation.fingerprints import Fingerprints
from pipeline.conversation.state import state_key
from pipeline.deidentification.deidentifier import Deidentifier
from pipeline.deidentification.operators import TextOperators
from pipeline.deidentification.tokens import token
from pipeline.detection.detector import Detector
from pipeline.detection.names import NamesTier
from pipeline.detection.patterns import PatternDetector
from pipeline.detection.seen_values import WordFingerprints
from pipeline.event.conversation_event import Role, language_of
from pipeline.event.records import RecordIds
from pipeline.event.sanitized_event import Versions
from pipeline.flow.people import PeopleOfEvents
from pipeline.flow.publication import FieldTokenizer, Publication
from pipeline.keys import KeyRing
from pipeline.policy.compiled import CompiledPolicy, CompiledPurpose

_CACHED_VALUES_MAX: Final = 65_536
_CACHED_LOCALES_MAX: Final = 1_024


class Rules:
    """One policy under one key ring, with its detectors: immutable, held for a whole batch (a batch sees one snapshot).

    `names` maps a language subtag to its names tier. `key_is_conversation_id` demands it of raw records.
    `publications_by_role` has the purposes' publications in their order, by the role of an event's author. `mark` tells
    these rules from others. `names_are_quick` says that no language has a names tier that takes its time.
    """

    def __init__(
        self,
        policy: CompiledPolicy,
        keys: KeyRing,
        names: Mapping[str, NamesTier],
        operators: TextOperators,
        *,
        key_is_conversation_id: bool = True,
    ) -> None:
        self.policy = policy
        self.keys = keys
        self.names = names
        self._operators = operators
        self.key_is_conversation_id = key_is_conversation_id
        self.purpose_names = tuple(purpose.name for purpose in policy.purposes)
        self.names_are_quick = all(tier.is_quick for tier in names.values())
        self.names_version = ",".join(sorted({tier.version for tier in names.values()})) or "none"
        self.detector = Detector(PatternDetector(default_region=policy.default_region), policy.score_min)
        for_everybody = tuple(map(self._publication, policy.purposes))
        self.publications_by_role: Mapping[Role, tuple[Publication, ...]] = {
            role: tuple(
                self._publication(purpose.for_role(role)) if role in purpose.roles else publication
                for purpose, publication in zip(policy.purposes, for_everybody, strict=True)
            )
            for role in Role
        }
        self.field_tokens = FieldTokenizer(policy.purposes, partial(token, keys))
        self.ids = RecordIds(keys, self.purpose_names)
        self.identifiers = IdentifierKeys(
            keys, strip_email_tags=policy.strip_email_tags, default_region=policy.default_region
        )
        self.fingerprints = Fingerprints(keys)
        self.people = PeopleOfEvents(self.identifiers, self.fingerprints)
        decided_under = f"{policy.name}@{policy.version} {self.names_version} {keys.version} {pipeline.__version__}"
        self.mark = self.fingerprints.once("", decided_under)
        self.words: Callable[[str], WordFingerprints] = lru_cache(None)(  # bounded: tenants stand in the policy
            lambda tenant: WordFingerprints(partial(self.fingerprints.of, tenant))
        )
        self.state_key: Callable[[str, str], str] = lru_cache(_CACHED_VALUES_MAX)(
            lambda tenant, conversation_id: state_key(keys, tenant, conversation_id)
        )
        self.names_tier: Callable[[str], NamesTier | None] = lru_cache(_CACHED_LOCALES_MAX)(self._names_tier)
        self.versions: Callable[[int], Versions] = lru_cache(1)(self._versions)

    def __repr__(self) -> str:
        return f"<Rules: policy {self.policy.name} {self.policy.version}, {self.keys!r}>"

    def publication(self, purpose: str, role: Role) -> Publication | None:
        """Return how events of an author of that role are made for a purpose, None where there is none. Pure."""
        named = (each for each in self.publications_by_role[role] if each.purpose.name == purpose)
        return next(named, None)

    def _publication(self, purpose: CompiledPurpose) -> Publication:
        deidentifier = Deidentifier(purpose, self.keys, self._operators, self.policy.default_region)
        return Publication(deidentifier)

    def _versions(self, opt_outs_position: int) -> Versions:
        """Return what outputs of a batch state they were decided under. Pure."""
        return Versions(
            policy=f"{self.policy.name}@{self.policy.version}",
            names=self.names_version,
            keys=self.keys.version,
            opt_outs=opt_outs_position,
            product=pipeline.__version__,
        )

    def _names_tier(self, locale: str) -> NamesTier | None:
        """Return the tier that speaks a locale's language, or None. Pure."""
        return self.names.get(language_of(locale))
