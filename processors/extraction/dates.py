"""Dates of publication: read where they are stated, refused where they are in doubt."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web: a default value, not a date
_SKEW = timedelta(minutes=15)  # clocks differ: a date this little ahead of ours is "now"
_LOCAL = timedelta(hours=14)  # a time without a zone may be ahead of UTC by this much

_ISO = re.compile(
    r"""(?P<day>\d{4}-\d{2}-\d{2})
    (?:[Tt\s]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?
    (?:\[[\w/]+\])?$""",
    re.IGNORECASE | re.VERBOSE,
)
_SLASHED = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?=$|\D)")
_DOTTED = re.compile(r"^(\d{1,2})\.(\d{1,2})\.(\d{4})(?=$|\D)")  # always day first
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z?)$")
_EPOCH = re.compile(r"^1\d{9}(?:\d{3})?$")
_ENGLISH = re.compile(
    r"^(?:[a-z]{3,9}\.?,?\s+)?([a-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b", re.IGNORECASE
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_IN_URL = re.compile(r"/(20\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-]|$)|/(20\d{2})-(\d{2})-(\d{2})-")


def read_date(stated: str, not_after: datetime) -> datetime | None:
    """A stated date in UTC, None where it cannot be read without guessing, or cannot be true.

    not_after: when the page was fetched. A time without a zone is taken as UTC; where that lies in the future, the
    day alone counts (00:00). Later dates, those before 1990, and impossible ones give None. Orders that differ by
    country (03/05/2024) are never read.
    """
    stated = stated.strip()[:80]
    try:
        found = _parse(stated)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    if found is None:
        return None
    value, has_zone = found
    if not has_zone and value > not_after and value - _LOCAL <= not_after:
        value = value.replace(hour=0, minute=0, second=0, microsecond=0)
    if value > not_after and value - _SKEW <= not_after:
        value = not_after
    return value if _EARLIEST <= value <= not_after else None


def date_in_url(url: str, not_after: datetime) -> datetime | None:
    """The day that an address states as /2024/05/03/ or /20240503-…, None where there is none."""
    found = _IN_URL.search(url)
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        value = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
    return value if value <= not_after else None


def _parse(stated: str) -> tuple[datetime, bool] | None:
    """(the date in UTC, whether its zone was stated)."""
    if found := _ISO.match(stated):
        return _iso(found)
    if found := _EPOCH.match(stated):
        return datetime.fromtimestamp(int(stated) / (1000 if len(stated) > 10 else 1), UTC), True
    if found := _COMPACT.match(stated):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC), bool(found[7])
    if found := _SLASHED.match(stated):
        return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC), False
    if found := _DOTTED.match(stated):
        return datetime(int(found[3]), int(found[2]), int(found[1]), tzinfo=UTC), False
    if (found := _ENGLISH.match(stated)) and found[1].lower() in _MONTHS:
        return datetime(int(found[3]), _MONTHS.index(found[1].lower()) + 1, int(found[2]), tzinfo=UTC), False
    value = parsedate_to_datetime(stated)  # RFC 5322; ValueError for anything else
    return (value.astimezone(UTC), True) if value.tzinfo else (value.replace(tzinfo=UTC), False)


def _iso(found: re.Match[str]) -> tuple[datetime, bool]:
    clock = (found["time"] or "00:00").rjust(5, "0")
    zone = (found["zone"] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    value = datetime.fromisoformat(f"{found['day']}T{clock}{zone}")
    return (value.astimezone(UTC), True) if zone else (value.replace(tzinfo=UTC), False)
