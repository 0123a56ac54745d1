"""What the network is taught with: passages in pieces, with their topics and what fills the roles of a movement."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from processors.gazetteer import Gazetteer
from processors.tagging.encoder import LONGEST, ROLES
from processors.tagging.evaluate import GoldEvent, Passage
from processors.tagging.labels import same_party, same_place
from processors.tagging.pieces import Piece, Pieces
from processors.tagging.reading import Name, Text
from processors.tagging.relations import actor_id, party
from processors.tagging.tagger import Tagger, TextInput
from processors.tagging.towns import towns_in

_BORDER = re.compile(r"^(?:the )?borders? with ")
SENTENCES = 8  # of a text; further ones count as the last


class Lesson(Struct, frozen=True):
    """A passage. ids: of its pieces; sentences: the sentence of each; marks: by piece and role; topics: by column."""

    ids: NDArray[np.int64]
    sentences: NDArray[np.int64]
    marks: NDArray[np.float32]
    topics: NDArray[np.float32]
    moves: bool


def lessons(tagger: Tagger, passages: Sequence[Passage], pieces: Pieces, topics: Sequence[str]) -> list[Lesson]:
    """The passages, in order."""
    return [_lesson(tagger, passage, pieces, topics) for passage in passages]


def _lesson(tagger: Tagger, passage: Passage, pieces: Pieces, topics: Sequence[str]) -> Lesson:
    text = tagger.draft(TextInput(passage.text, lang=passage.lang)).text
    found = pieces.find(passage.text)[:LONGEST]
    starts = [start for start, _ in text.surface.original_sentences]
    sentences = [max(0, bisect_right(starts, _begins(passage.text, piece)) - 1) for piece in found]
    marks = np.zeros((len(found), len(ROLES)), dtype=np.float32)
    for event in passage.events:
        for role, (start, end) in _told(event, text, tagger.gazetteer):
            start, end = _original(text, start), _original(text, end)
            for at, piece in enumerate(found):
                if piece.start < end and piece.end > start:
                    marks[at, ROLES.index(role)] = 1
    return Lesson(
        np.array([piece.id for piece in found], dtype=np.int64),
        np.minimum(np.array(sentences, dtype=np.int64), SENTENCES - 1),
        marks,
        np.array([topic in passage.topics for topic in topics], dtype=np.float32),
        bool(passage.events),
    )


def _begins(text: str, piece: Piece) -> int:
    """Where a piece's own characters begin: the blank before a word is part of its first piece."""
    return piece.start + 1 if text[piece.start : piece.start + 1].isspace() else piece.start


def _original(text: Text, offset: int) -> int:
    offsets = text.surface.offsets
    return offset if offsets is None else offsets[offset]


def _told(event: GoldEvent, text: Text, gazetteer: Gazetteer) -> Iterator[tuple[str, tuple[int, int]]]:
    """(role, span) of each mention in the text that means what the event's label means."""
    for sentence in text.sentences:
        for name in (*sentence.names, *towns_in(sentence)):
            if name.id and _is_actor(event, name, text, gazetteer):
                yield "actor", name.span
            if name.id and name.is_place and _is_target(event, text.seated(name), text, gazetteer):
                yield "target", name.span
        for count in sentence.counts:
            if event.quantity == (count.quantity.min, count.quantity.max):
                yield "quantity", (count.start, count.end)


def _is_actor(event: GoldEvent, name: Name, text: Text, gazetteer: Gazetteer) -> bool:
    who = party(actor_id(name), text)
    return event.actor is not None and who is not None and same_party(gazetteer, event.actor, who.label)


def _is_target(event: GoldEvent, name: Name, text: Text, gazetteer: Gazetteer) -> bool:
    if event.target is None:
        return False
    wanted = _BORDER.sub("", event.target)  # "border with Belarus": the name that tells it is Belarus
    means = [where for id_ in (name.id, name.country) if (where := party(id_, text))]
    return any(same_place(gazetteer, wanted, where.label) for where in means)
