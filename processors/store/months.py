"""Months of seen_at, in UTC: what coverage is kept, rebuilt and deleted by."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


def bounds(month: str) -> tuple[datetime, datetime]:
    """Its beginning, and the next month's. Raises ValueError for anything but YYYY-MM."""
    found = _MONTH.fullmatch(month)
    if not found or not 1970 <= int(found[1]) < 9999:
        raise ValueError(f"{month!r} is no month: write YYYY-MM, such as 2026-10")
    year, number = int(found[1]), int(found[2])
    return datetime(year, number, 1, tzinfo=UTC), datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def expired(months: list[str], keep: int, now: datetime) -> list[str]:
    """Those that are older than the last `keep` months, the running one included. keep 0: none."""
    if not keep:
        return []
    count = now.astimezone(UTC).year * 12 + now.astimezone(UTC).month - keep  # months since year 0, of the oldest kept
    oldest = f"{count // 12:04}-{count % 12 + 1:02}"
    return [month for month in months if month < oldest]
