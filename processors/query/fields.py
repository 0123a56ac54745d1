"""The fields of the query language, and what a value in each becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import NamedTuple, Protocol

from processors.exceptions import VeilleError
from processors.query.codes import countries, languages
from processors.query.dates import period
from processors.query.tree import EventTest, Instants, Linked, Node, Value
from processors.query.values import keyword, label

TEXT = {"title": ("title",), "body": ("body",), "text": ("title", "body")}
KEYWORDS = ("topic", "lang", "source", "country", "author", "story")
TIMES = ("published", "seen", "timestamp")
PARTIES = ("actor", "target", "place")
FIELDS = (*TEXT, "entity", "topic", *PARTIES, "quantity", "status", *KEYWORDS[1:], *TIMES)
STATUSES = ("reported", "announced", "claimed", "denied")

_QID = re.compile(r"[Qq][1-9]\d{0,11}", re.ASCII)
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)


class Resolver(Protocol):
    """Names in any language to Wikidata QIDs; the gazetteer is one."""

    def resolve(self, name: str, /) -> tuple[str, ...]:
        """All QIDs that the name may mean; empty where it is unknown."""
        ...

    def label(self, qid: str, /) -> str:
        """An English label. For an unknown QID: itself, or a VeilleError."""
        ...


class Range(NamedTuple):
    """What a clause compares with: [low, high], either None for open; *_in: the end itself belongs to it."""

    low: str | None
    high: str | None
    low_in: bool = True
    high_in: bool = True


Note = Callable[[str], None]


def check_field(name: str) -> None:
    """Raises ValueError naming the nearest field."""
    if name in FIELDS:
        return
    near = get_close_matches(name.casefold(), FIELDS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"fields are {', '.join(FIELDS[:-1])}"
    raise ValueError(f"unknown field {name!r}: {hint}")


def value_node(field: str, value: str, resolver: Resolver, note: Note) -> Node:
    """field:value for every field that is not text. Raises ValueError."""
    if not value.strip():
        raise ValueError(f"{field}: needs a value")
    if field == "entity":
        qids = _resolved(value, resolver, note)
        return Linked(qids) if qids else Linked((), label(value))
    if field in PARTIES:
        qids = _resolved(value, resolver, note)
        return EventTest(field, qids=qids) if qids else EventTest(field, value=label(value))
    if field == "status":
        return EventTest("status", value=_status(value))
    if field == "quantity" or field in TIMES:
        return range_node(field, Range(value, value))
    written = keyword(field, value)
    if field == "lang" and written not in languages():
        note(f"no language has the code {value!r}: codes are such as fr, en, uk")
    if field == "country" and written not in countries():
        note(f"no country has the code {value!r}: codes are such as FR, GB, UA")
    return Value(field, written)


def range_node(field: str, bounds: Range) -> Node:
    """field:[low TO high], field:>=low and the like. Raises ValueError."""
    if field == "quantity":
        low = _number(bounds.low) + (not bounds.low_in) if bounds.low is not None else None
        high = _number(bounds.high) - (not bounds.high_in) if bounds.high is not None else None
        if high is not None and high < (low or 0):
            raise ValueError("an empty range: no count is as small as its end and as large as its beginning")
        return EventTest("quantity", low=low, high=high)
    if field in TIMES:
        low_period = period(bounds.low) if bounds.low is not None else None
        high_period = period(bounds.high) if bounds.high is not None else None
        start = low_period and (low_period.start if bounds.low_in else low_period.end)
        end = high_period and (high_period.end if bounds.high_in else high_period.start)
        if start and end and start >= end:
            raise ValueError("an empty range: it ends before it begins")
        return Instants(field, start, end)
    raise ValueError(f"{field} takes no range; quantity, published and seen do")


def known_label(qid: str, resolver: Resolver) -> str:
    """An English label, or the QID itself where the gazetteer does not have it."""
    try:
        return resolver.label(qid)
    except VeilleError:
        return qid


def _resolved(value: str, resolver: Resolver, note: Note) -> tuple[str, ...]:
    if _QID.fullmatch(value):
        qid = value.upper()
        if known_label(qid, resolver) == qid:
            note(f"{qid} is not in the gazetteer: articles are tagged with the ids it has")
        return (qid,)
    qids = resolver.resolve(value)
    if not qids:
        note(f"{value!r} is not in the gazetteer: it matches as it is written only")
    if len(qids) > 1:
        choices = ", ".join(f"{resolver.label(qid)} ({qid})" for qid in qids)
        note(f"{value!r} may mean any of {choices}: write the QID to choose one")
    return qids


def _status(value: str) -> str:
    if value.casefold() not in STATUSES:
        raise ValueError(f"no status {value!r}: it is one of {', '.join(STATUSES)}")
    return value.casefold()


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a whole number: {text!r}; write it without separators, such as 12000")
    return int(text)
