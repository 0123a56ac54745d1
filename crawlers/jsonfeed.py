"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): items that are wrong are left out, the others are taken."""

from __future__ import annotations

from typing import Any

import msgspec

from crawlers.rawentry import RawEntry, date_of


def read_json_feed(text: str) -> list[RawEntry]:
    """The items. Raises ValueError where this is no JSON Feed."""
    try:
        document = msgspec.json.decode(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise ValueError("JSON without a list of items is no JSON Feed")
    return [_entry(item) for item in items if isinstance(item, dict)]


def _entry(item: dict[str, Any]) -> RawEntry:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [author.get("name") for author in authors or () if isinstance(author, dict)]
    language = item.get("language")
    return RawEntry(
        id=_text(item.get("id")),
        link=_text(item.get("url")),
        title=_text(item.get("title")),
        authors=tuple(name for name in names if isinstance(name, str)),
        published=date_of(item.get("date_published")),
        language=language[:2].lower() if isinstance(language, str) and language else None,
    )


def _text(value: Any) -> str:
    """Ids may be numbers."""
    return str(value) if isinstance(value, str | int | float) else ""
