"""Generalization: say less, still truly."""

import re
from datetime import UTC, datetime
from typing import Final

from pipeline.policy.compiled import Generalization

RESTRICTED_ZIP3: Final = frozenset(
    (
        "036",
        "059",
        "063",
        "102",
        "203",
        "556",
        "692",
        "790",
        "821",
        "823",
        "830",
        "831",
        "878",
        "879",
        "884",
        "890",
        "893",
    )
)
"""Three-digit ZIP areas of 20,000 people or fewer, which become 000: HHS, "Guidance Regarding Methods for
De-identification of Protected Health Information", section on 45 CFR 164.514(b)(2)(i)(B)."""

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ZIP: Final = re.compile(r"(?<!\d)(\d{3})\d\d(?:-\d{4})?(?!\d)", re.ASCII)


_HOUR: Final = Generalization.HOUR
_HOURS: Final = tuple([f"{hour:02}" for hour in range(24)])
_ISO_LENGTHS: Final = {Generalization.MONTH: 7, Generalization.DAY: 10}
"""How much of a date's ISO form is left."""


def year_of(value: str) -> str | None:
    """Return the one year that a written date names, or None where it names none or several. Pure."""
    years = set(_YEAR.findall(value))
    return years.pop() if len(years) == 1 else None


def zip3_of(value: str) -> str | None:
    """Return the first three digits of a US ZIP code, `000` for a sparsely populated area, None for other codes."""
    found = _ZIP.search(value)
    if found is None:
        return None
    return "000" if found[1] in RESTRICTED_ZIP3 else found[1]


def generalized_text(value: str, to: Generalization) -> str | None:
    """Return a found value generalized, or None where it cannot be read; the caller then redacts it. Pure."""
    if to is Generalization.YEAR:
        return year_of(value)
    return zip3_of(value) if to is Generalization.ZIP3 else None


def generalized_time(moment: datetime, to: Generalization) -> str:
    """Return a time cut to hour, day, month or year (ISO 8601-1, section 5.2), in its own zone. Pure."""
    day = moment.date().isoformat()
    return f"{day}T{_HOURS[moment.hour]}" if to is _HOUR else day[: _ISO_LENGTHS.get(to, 4)]


def cut_time(moment: datetime, to: Generalization) -> datetime:
    """Return the first moment of its hour, day, month or year, in its own zone. Pure."""
    month = moment.month if to is not Generalization.YEAR else 1
    day = moment.day if to in (Generalization.DAY, Generalization.HOUR) else 1
    hour = moment.hour if to is Generalization.HOUR else 0
    return moment.replace(month=month, day=day, hour=hour, minute=0, second=0, microsecond=0)


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; at the calendar's ends, where UTC may have none, its own date. Pure."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)
