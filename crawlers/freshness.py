"""What response headers say about when to come again: pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Headers

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def retry_after(headers: Headers, now: datetime | None = None) -> float | None:
    """Seconds that Retry-After asks for (RFC 9110, 10.2.3), or None. Dates count from the Date header, else `now`."""
    text = _text(headers, "Retry-After")
    if text.isdigit():
        return float(text[:9])
    return _until(text, headers, now)


def fresh_for(headers: Headers, now: datetime | None = None) -> float | None:
    """Seconds for which the response stays fresh: max-age, else Expires (RFC 9111, 4.2.1), or None."""
    found = _MAX_AGE.search(_text(headers, "Cache-Control"))
    return float(found[1]) if found else _until(_text(headers, "Expires"), headers, now)


def _until(text: str, headers: Headers, now: datetime | None) -> float | None:
    end = _date(text)
    start = _date(_text(headers, "Date")) or now
    return max(0.0, (end - start).total_seconds()) if end and start else None


def _text(headers: Headers, name: str) -> str:
    return (headers.get(name) or b"").decode("latin-1").strip()


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date if date.tzinfo else date.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
