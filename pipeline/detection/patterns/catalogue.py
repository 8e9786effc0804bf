"""All entries, family by family.

A new label or form gets its entry in the family's file and its cases in tests/corpus.
"""

from pipeline.detection.patterns.contact import contact_patterns
from pipeline.detection.patterns.credentials import CREDENTIALS
from pipeline.detection.patterns.dates import DATES
from pipeline.detection.patterns.machines import MACHINES, SECRETS
from pipeline.detection.patterns.official import OFFICIAL
from pipeline.detection.patterns.pattern import Pattern
from pipeline.detection.patterns.payment import PAYMENT
from pipeline.detection.patterns.people import PEOPLE
from pipeline.detection.patterns.places import PLACES
from pipeline.detection.patterns.references import REFERENCES


def catalogue(default_region: str) -> tuple[Pattern, ...]:
    """Return every entry, in a fixed order; `default_region` is an ISO 3166 alpha-2 code for phone numbers. Pure."""
    return (
        *contact_patterns(default_region),
        *PAYMENT,
        *OFFICIAL,
        *MACHINES,
        *SECRETS,
        *CREDENTIALS,
        *REFERENCES,
        *PLACES,
        *DATES,
        *PEOPLE,
    )
