"""Which parts of a text are worth reading: the likeliest sentences first, each with its neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import numpy as np

from processors.tagging.encoder import Encoder
from processors.tagging.meaning import Meaning, Understood
from processors.tagging.reading import Text

_WORTH, _LIKELY = -2.5, -1.0  # log odds by the words from which a sentence is read: in a short text, and in others
_SHORT = 8  # sentences of a short text
_SURE = -3.5  # log odds: a text is given up where what was read first has none above, ...
_PLAUSIBLE = -1.5  # ... and read on where it has one above this
_ONE, _FEW, _SOME, _MOST = 1, 2, 3, 10  # windows that are read: see _most
_WHOLE, _WINDOW = 640, 330  # characters of a text that is read whole, and of a window of a longer one
_BESIDE = 1.5  # log odds that a sentence has less than its window, at most
_WRITTEN = 2026  # the year in which the encoder's passages were written
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|[.,]\d)")
_DENSE = 2.5  # how many times more a character of Chinese or Japanese says
_UNKNOWN_LEAD = 3  # sentences of a text in a language without words that are read, if they hold a name


def understand(text: Text, odds: Sequence[float | None], encoder: Encoder) -> Meaning:
    """Reads the sentences that are worth it. odds: the best log odds by the words of each, None where none were cast.

    The likeliest come first. Where the first few say nothing, the rest is left unread: little of ordinary news is read.
    """
    found: dict[int, Understood] = {}
    windows = 0
    for by, at in _worth_reading(text, odds):
        if at in found:
            continue
        if windows >= _most(by, found):
            break
        windows += 1
        found |= {number: read for number, read in _read(text, *_window(text, at), encoder) if number not in found}
    return Meaning(encoder.topics, found)


def _worth_reading(text: Text, odds: Sequence[float | None]) -> list[tuple[float, int]]:
    """Log odds and number of the sentences, the likeliest first."""
    if not text.lang:
        return [(0.0, sentence.at) for sentence in text.sentences[:_UNKNOWN_LEAD] if sentence.names]
    least = _WORTH if len(text.sentences) <= _SHORT else _LIKELY
    worth = [(by, at) for at, by in enumerate(odds) if by is not None and by > least]
    return sorted(worth, key=lambda each: (-each[0], each[1]))


def _most(by: float, found: Mapping[int, Understood]) -> int:
    """How many windows of a text may be read before a sentence with these log odds is left unread."""
    best = max((odds for read in found.values() for odds in read.odds.values()), default=0.0)
    if best > _PLAUSIBLE:
        return _MOST
    if by > 0:  # the words assert a topic
        return _SOME
    return _ONE if best < _SURE else _FEW


def _window(text: Text, at: int) -> tuple[int, int]:
    """The sentences around one (first, after the last): all of a short text, else those next to it, if short."""
    dense = _DENSE if text.dense else 1.0
    sentences = text.sentences

    def size(first: int, last: int) -> float:
        return dense * (sentences[last].end - sentences[first].start)

    if size(0, len(sentences) - 1) <= _WHOLE:
        return 0, len(sentences)
    first = last = at
    if first and size(first - 1, last) <= _WINDOW:
        first -= 1
    if last + 1 < len(sentences) and size(first, last + 1) <= _WINDOW:
        last += 1
    return first, last + 1


def _read(text: Text, first: int, after: int, encoder: Encoder) -> Iterator[tuple[int, Understood]]:
    """What the sentences of a window mean; one that is cut off is not told.

    The encoder knows of the window that it has a topic, less well which sentence tells it: no sentence has odds much
    below the window's, and the words decide between them.
    """
    surface = text.surface
    bounds = surface.original_sentences[first:after]
    begin = bounds[0][0]
    window = surface.text[begin : bounds[-1][1]]
    read = encoder.read(_as_if_new(window, text.published_at))
    starts = [begin + _skip_blank(window, piece.start) for piece in read.pieces]
    inside = {
        number: [at for at, place in enumerate(starts) if start <= place < end]
        for number, (start, end) in enumerate(bounds, first)
    }
    told = {number: read.table[places] for number, places in inside.items() if places}
    means = {number: table[:, : len(encoder.topics)].mean(axis=0) for number, table in told.items()}
    whole = np.logaddexp.reduce(list(means.values()), axis=0) if means else 0.0
    for number, table in told.items():
        odds = np.maximum(means[number], whole - _BESIDE)
        ends = (read.pieces[at].end + begin for at in inside[number])
        spans = tuple(
            (surface.locate(starts[at]), surface.locate(end)) for at, end in zip(inside[number], ends, strict=True)
        )
        yield number, Understood(dict(zip(encoder.topics, odds.round(3).tolist(), strict=True)), spans, table)


def _skip_blank(window: str, at: int) -> int:
    """Where a piece's own characters begin: the blank before a word is part of its first piece."""
    return at + 1 if window[at : at + 1].isspace() else at


def _as_if_new(window: str, published_at: datetime | None) -> str:
    """The text with its years as if it had been published when the encoder's passages were written: what an old article
    tells of its own year is no history.
    """
    if published_at is None:
        return window
    later = _WRITTEN - published_at.year
    return _YEAR.sub(lambda found: str(int(found.group()) + later), window)
