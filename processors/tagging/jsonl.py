"""Tagging JSON Lines: `{"id", "text", "title"?, "lang"?, "url"?, "published_at"?}` in, one line of tags each out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

import msgspec
from msgspec import Struct

from processors.models.articles import Event, Party, Tags
from processors.tagging.tagger import Tagger, TextInput

_AHEAD = 64


class Line(Struct, frozen=True):
    """One line of input. published_at: ISO 8601."""

    id: str
    text: str
    title: str | None = None
    lang: str | None = None
    url: str | None = None
    published_at: str | None = None


def tag_lines(lines: Iterable[bytes], tagger: Tagger) -> Iterator[bytes]:
    """One JSON line (with its line end) for each line of input, in order; blank lines are passed over.

    A line that is not such an object gives {"line": n, "error": why}, n from 1. Reads at most 64 lines ahead.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, _AHEAD)):
        read = [_read(number, line) for number, line in batch]
        tags = tagger.tag_all(item for _, item in (r for r in read if isinstance(r, tuple)))
        for result in read:
            yield _encode(as_record(result[0].id, next(tags)) if isinstance(result, tuple) else result)


def as_record(id_: str, tags: Tags) -> dict[str, object]:
    """The tags of one text as `tag --jsonl` writes them: parties by their English labels."""
    return {
        "id": id_,
        "lang": tags.lang,
        "entities": [{"id": e.id, "name": e.name, "type": e.type, "count": e.count} for e in tags.entities],
        "topics": [topic.id for topic in tags.topics],
        "events": [_event(event) for event in tags.events],
    }


def _event(event: Event) -> dict[str, object]:
    return {
        "topic": event.topic,
        "actor": _label(event.actor),
        "target": _label(event.target),
        "place": _label(event.place),
        "quantity": event.quantity,
        "status": event.status,
        "claimed_by": _label(event.claimed_by),
        "date": event.date,
        "evidence": event.evidence,
    }


def _label(party: Party | None) -> str | None:
    return party.label if party else None


def _read(number: int, line: bytes) -> tuple[Line, TextInput] | dict[str, object]:
    try:
        record = msgspec.json.decode(line, type=Line)
        published = datetime.fromisoformat(record.published_at) if record.published_at else None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        return {"line": number, "error": str(error)}
    return record, TextInput(record.text, record.title or "", record.lang, published)


def _encode(record: dict[str, object]) -> bytes:
    return msgspec.json.encode(record) + b"\n"
