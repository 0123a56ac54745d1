"""What sentences mean, as the encoder read them: log odds of topics by sentence, of roles by piece of text."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from processors.tagging.encoder import ROLES, Table

Span = tuple[int, int]


class Understood(Struct, frozen=True):
    """One sentence: log odds by topic; the spans of its pieces (folded offsets), and their log odds by column."""

    odds: dict[str, float]
    spans: tuple[Span, ...]
    table: Table


class Meaning(Struct, frozen=True):
    """The sentences of a text that were read, by number. topics: the first columns of their tables."""

    topics: tuple[str, ...] = ()
    sentences: Mapping[int, Understood] = {}

    def mark(self, at: int, span: Span, role: str) -> float | None:
        """The log odds that a span of sentence `at` fills a role of the movement: its best piece's. None: not read."""
        read = self.sentences.get(at)
        if read is None:
            return None
        column = len(self.topics) + ROLES.index(role)
        found = [n for n, (start, end) in enumerate(read.spans) if start < span[1] and end > span[0]]
        return float(read.table[found, column].max()) if found else None
