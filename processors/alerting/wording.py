"""Events, times and the texts of articles in words, the same in mails and reports."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

from processors.models.articles import Event, Quantity

MUTUAL = frozenset({"defence-pact", "peace-talks"})  # topics whose events are between parties alike
_JOINERS = "\u200c\u200d"  # they shape Persian and Indic words; other format characters can turn text around


def figure(quantity: Quantity | None) -> str:
    """A quantity in words: "11,000 to 30,000", "at least 2,000", "up to 8,000", "300"; "" where there is none."""
    if quantity is None or (quantity.min is None and quantity.max is None):
        return ""
    if quantity.min is None:
        return f"up to {quantity.max:,}"
    if quantity.max is None:
        return f"at least {quantity.min:,}"
    return f"{quantity.min:,}" if quantity.min == quantity.max else f"{quantity.min:,} to {quantity.max:,}"


def parties(event: Event) -> str:
    """Who, and where to or against whom: "North Korea → Russia"; of pacts and talks the parties in the order of the
    alphabet: "North Korea – Russia"; "not named → Russia" without an actor; "" where neither is known.
    """
    labels = [party.label for party in (event.actor, event.target) if party]
    if event.topic in MUTUAL:
        return " – ".join(sorted(labels))
    return " → ".join(labels if event.actor else ["not named", *labels]) if labels else ""


def place(event: Event) -> str:
    """The most precise place, where it says more than the target; "" otherwise."""
    return event.place.label if event.place and event.place != event.target else ""


def standing(event: Event) -> str:
    """What the source makes of it: "claimed by Ukraine", "announced"."""
    return f"{event.status} by {event.claimed_by.label}" if event.claimed_by else event.status


def title_of(slug: str) -> str:
    """A topic's id as a heading: "troop-deployment" gives "Troop deployment"."""
    return slug.replace("-", " ").capitalize()


def clean(text: str) -> str:
    """The text on one line, without control, format and surrogate characters."""
    kept = (
        char if char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co") else " "
        for char in text
        if char not in "\u00ad\u200b\ufeff"
    )
    return " ".join("".join(kept).split())


def link(url: str) -> str:
    """The address if it is HTTP, else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return clean(url) if parts.scheme in ("http", "https") and parts.hostname else ""


def when(at: datetime) -> str:
    """A time as mails write it: "5 Nov 2024, 14:05 UTC"."""
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
