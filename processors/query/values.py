"""How values are written so that a query and what was indexed agree. Every engine indexes and compares them so."""

from __future__ import annotations

import unicodedata

DENIED = "denied"


def label(text: str) -> str:
    """A name compared without regard to case, width and runs of spaces."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def keyword(field: str, value: str) -> str:
    """The value of a keyword field: authors and surface forms as labels, countries in capitals, the rest in small."""
    match field:
        case "author" | "form":
            return label(value)
        case "country":
            return value.strip().upper()
        case "source":
            return value.strip().lower().removeprefix("www.")
        case "story" | "entity":
            return value.strip()
    return value.strip().lower()
