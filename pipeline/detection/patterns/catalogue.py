"""All entries, family by family.

A new label or form gets its entry in the family's file and its cases in tests/corpus.
"""

from pipeline.detection.patterns.api_secrets import SECRETS
from pipeline.detection.patterns.contact import contact_patterns
from pipeline.detection.patterns.credentials import CREDENTIALS
from pipeline.detection.patterns.dates import DATES
from pipeline.detection.patterns.fields import FIELDS, LOGINS
from pipeline.detection.patterns.letters import LETTERS
from pipeline.detection.patterns.machines import MACHINES
from pipeline.detection.patterns.official import OFFICIAL
from pipeline.detection.patterns.pattern import Pattern
from pipeline.detection.patterns.payment import PAYMENT
from pipeline.detection.patterns.people import PEOPLE
from pipeline.detection.patterns.phone_forms import PHONE_FORMS
from pipeline.detection.patterns.places import PLACES
from pipeline.detection.patterns.places_abroad import PLACES_ABROAD
from pipeline.detection.patterns.postcodes import POSTCODES
from pipeline.detection.patterns.references import REFERENCES
from pipeline.detection.patterns.usernames import USERNAMES


def catalogue(default_region: str) -> tuple[Pattern, ...]:
    """Return every entry, in a fixed order; `default_region` is an ISO 3166 alpha-2 code for phone numbers. Pure."""
    return (
        *contact_patterns(default_region),
        *PHONE_FORMS,
        *PAYMENT,
        *OFFICIAL,
        *MACHINES,
        *SECRETS,
        *CREDENTIALS,
        *USERNAMES,
        *REFERENCES,
        *PLACES,
        *PLACES_ABROAD,
        *POSTCODES,
        *DATES,
        *PEOPLE,
        *LOGINS,
    )


RECORD_TRIGGER = (
    r"(?i)[a-z_0-9]\\?[\"']\s?[=:,]|[a-z_0-9] ?=|[a-z_4]: |[a-z_4]:[a-z0-9\"'+(]|\n|</|<[a-z0-9._+-]|wrote:"
)
"""The RE2 expression that a text must contain before the entries of `record_patterns` are looked for."""


def record_patterns() -> tuple[Pattern, ...]:
    """Return the entries for records, logs and letters, which plain sentences never hold, in a fixed order. Pure."""
    return (*FIELDS, *LETTERS)
