"""Cuts text into the pieces of a vocabulary, as SentencePiece's unigram model does (Kudo 2018), each with its place."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Self

from msgspec import Struct

from processors.exceptions import SeedError

START, PAD, END, UNKNOWN = 0, 1, 2, 3  # the first lines of a vocabulary
_SPACE = "▁"  # stands before the first piece of a word
_RARE = 10.0  # how much rarer than the rarest piece an unknown character is, in log odds
_CACHED = 20_000  # words whose pieces are remembered


class Piece(Struct, frozen=True, gc=False):
    """A piece by its number, and its span in the text."""

    id: int
    start: int
    end: int


class Pieces:
    """A vocabulary: pieces with their log probabilities."""

    def __init__(self, scores: dict[str, tuple[int, float]]) -> None:
        self._scores = scores
        self._longest = max(map(len, scores))
        self._unknown = min(score for _, score in scores.values()) - _RARE
        self._cut = lru_cache(_CACHED)(self._best)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads "piece<TAB>score" lines; a line's number, from 0, is the piece's. Raises SeedError."""
        scores: dict[str, tuple[int, float]] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")):
            if not line or number <= UNKNOWN:  # the first four are marks, not text
                continue
            piece, _, score = line.partition("\t")
            try:
                scores.setdefault(piece, (number, float(score)))
            except ValueError as error:
                raise SeedError(path, f"must be a piece, a tab and a number: {error}", line=number + 1) from error
        if not scores:
            raise SeedError(path, "holds no pieces")
        return cls(scores)

    def find(self, text: str) -> list[Piece]:
        """The pieces of a text, in order."""
        found: list[Piece] = []
        characters, places = _normal(text)
        start = 0
        while start < len(characters):
            stop = characters.find(_SPACE, start + 1)
            stop = len(characters) if stop < 0 else stop
            at = start
            for id_, length in self._cut(characters[start:stop]):
                found.append(Piece(id_, places[at], places[at + length - 1] + 1))
                at += length
            start = stop
        return found

    def _best(self, word: str) -> tuple[tuple[int, int], ...]:
        """(number, length) of the pieces of a word whose probabilities have the highest product (Viterbi 1967)."""
        size = len(word)
        best = [0.0, *[float("-inf")] * size]
        last = [(UNKNOWN, 1)] * (size + 1)
        for start in range(size):
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._scores.get(word[start:end])
                if known and best[start] + known[1] > best[end]:
                    best[end], last[end] = best[start] + known[1], (known[0], end - start)
            if best[start] + self._unknown > best[start + 1]:
                best[start + 1], last[start + 1] = best[start] + self._unknown, (UNKNOWN, 1)
        cut, end = [], size
        while end:
            cut.append(last[end])
            end -= last[end][1]
        return tuple(reversed(cut))


def _normal(text: str) -> tuple[str, list[int]]:
    """The text in compatibility form with one mark for all blanks, and where each of its characters stands."""
    characters, places = [_SPACE], [0]
    for at, character in enumerate(text):
        for part in character if character.isascii() else unicodedata.normalize("NFKC", character):
            if part.isspace():
                part = _SPACE
            elif unicodedata.category(part) in ("Cc", "Cf"):
                continue
            if part != _SPACE or characters[-1] != _SPACE:
                characters.append(part)
                places.append(at)
    if len(characters) == 1 and not text:
        return "", []
    return "".join(characters), places
