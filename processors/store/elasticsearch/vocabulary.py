"""What a run's articles hold, gathered once for all rules.

Text is cut at spaces and each piece analysed once, however many articles have it: no analyzer looks beyond a space, and
punctuation beside a space is no part of a word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from operator import or_

from processors.models.articles import IndexedArticle
from processors.store import analysis
from processors.store.elasticsearch import documents
from processors.store.elasticsearch.cluster import Source
from processors.store.elasticsearch.skipping import Bits, EventBit, Held
from processors.store.elasticsearch.stemming import Stemming

_PIECE = re.compile(r"[^ \t\n\r]+")
_MARKS = '.,;:!?"()'
_LONGEST = 4_000  # letters of a piece that can be analysed: the server makes 10,000 tokens of one text at most
_QUANTITIES = ("low", "high", "top")


def held(articles: Sequence[IndexedArticle], stemming: Stemming) -> Held:
    """What these articles hold; the first has the lowest bit."""
    made = _Gathered()
    for place, indexed in enumerate(articles):
        made.add(1 << place, indexed)
    made.stem(stemming)
    stemmed = sorted({indexed.tagged.article.lang for indexed in articles} & set(analysis.STEMMED))
    return Held((1 << len(articles)) - 1, made.terms, made.events, made.event_terms, made.unclear, stemmed)


class _Gathered:
    def __init__(self) -> None:
        self.terms: dict[str, dict[str, Bits]] = defaultdict(lambda: defaultdict(int))
        self.event_terms: dict[str, dict[str, Bits]] = defaultdict(lambda: defaultdict(int))
        self.events: list[EventBit] = []
        self.unclear: Bits = 0  # articles with a piece too long to be analysed
        self._pieces: dict[tuple[str, str], dict[str, Bits]] = defaultdict(lambda: defaultdict(int))

    def add(self, bit: Bits, indexed: IndexedArticle) -> None:
        values = documents.values(indexed)
        for event in values.pop("events"):
            _note(self.event_terms, 1 << len(self.events), event)
            self.events.append(EventBit(bit, event["low"], event["top"]))
        _note(self.terms, bit, values)
        made = indexed.tagged.article
        for field, text in (("title", made.title), ("body", made.text)):
            pieces = self._pieces[field, made.lang]
            for piece in {piece.strip(_MARKS) for piece in _PIECE.findall(text)}:
                pieces[piece] |= bit

    def stem(self, stemming: Stemming) -> None:
        """From the pieces to the terms of the text fields, as the documents have them."""
        composed: dict[str, dict[str, str]] = defaultdict(dict)
        for (field, lang), pieces in self._pieces.items():
            plain = self.terms[field]
            for piece, bits in pieces.items():
                for token in _tokens(piece):
                    plain[token] |= bits
            if lang in analysis.STEMMED:
                new = (piece for piece in pieces if piece not in composed[lang] and len(piece) <= _LONGEST)
                composed[lang] |= {piece: piece if piece.isascii() else analysis.composed(piece) for piece in new}
                self.unclear |= reduce(or_, (bits for piece, bits in pieces.items() if len(piece) > _LONGEST), 0)
        stems = stemming.learn({lang: pieces.values() for lang, pieces in composed.items()})
        for (field, lang), pieces in self._pieces.items():
            if lang not in composed:
                continue
            stemmed = self.terms[f"{field}_{lang}"]
            for piece, bits in pieces.items():
                for alternatives in stems[lang].get(composed[lang].get(piece, ""), ()):
                    for stem in alternatives:
                        stemmed[stem] |= bits


def _tokens(piece: str) -> list[str]:
    """As analysis.tokens; most pieces are one plain word."""
    return [piece.lower()] if piece.isascii() and piece.isalnum() else analysis.tokens(piece)


def _note(terms: dict[str, dict[str, Bits]], bits: Bits, source: Source) -> None:
    for field, value in source.items():
        if field not in _QUANTITIES:
            for one in value if isinstance(value, list) else (value,):
                terms[field][one] |= bits
