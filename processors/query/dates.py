"""Dates and times as an analyst writes them. No clock: there is no `now`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?P<second>:\d{2}(?P<fraction>\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)


class Period(NamedTuple):
    """[start, end): the whole of what was written: a year, a month, a day, a minute or a second. end None: for ever."""

    start: datetime
    end: datetime | None


def period(text: str) -> Period:
    """2024, 2024-11, 2024-11-05, 2024-11-05T12:30, …T12:30:00Z; UTC where no offset is given.

    Raises ValueError with what to write instead.
    """
    try:
        if found := _TIME.fullmatch(text):
            return _time(found)
        if found := _DATE.fullmatch(text):
            return _date(found)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no such date: {text}") from None
    if "now" in text.casefold():
        raise ValueError("queries do not read the clock: write a date such as 2024-11-05 instead of now")
    raise ValueError(f"not a date: {text!r}; write 2024, 2024-11, 2024-11-05 or 2024-11-05T12:30Z")


def _date(found: re.Match[str]) -> Period:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    start = datetime(year, month, day, tzinfo=UTC)
    try:
        if found["day"]:
            return Period(start, start + timedelta(days=1))
        if found["month"]:
            return Period(start, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC))
        return Period(start, datetime(year + 1, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):  # the end of year 9999
        return Period(start, None)


def _time(found: re.Match[str]) -> Period:
    start = datetime.fromisoformat(found[0].upper())
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    length = timedelta(minutes=1)
    if found["second"]:
        length = timedelta(microseconds=1) if found["fraction"] else timedelta(seconds=1)
    try:
        return Period(start, start + length)
    except OverflowError:
        return Period(start, None)
