"""What the readers of feed formats give: an entry as its feed wrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct


class RawEntry(Struct, frozen=True):
    """An entry as its feed wrote it; link may be relative or empty."""

    id: str
    link: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None


def date_of(value: Any) -> datetime | None:
    """An ISO 8601 date, in UTC; one without a zone is taken as UTC. None for anything else."""
    try:
        date = datetime.fromisoformat(value)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None
