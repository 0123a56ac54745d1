"""Which articles of a run a query may match, decided without the search: a rule that none may match is not asked.

Never too few: the search, which follows, takes away what is too many (the order of words in a phrase, what NOT
excludes, dates, merged stories). Pure. Sets of articles, or of events, are integers with a bit for each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, Protocol

from processors.query.events import names_status
from processors.query.tree import And, EventClause, EventTest, Linked, Node, Or, Phrase, Prefix, Value, Word
from processors.query.values import DENIED
from processors.store import analysis

Bits = int
Postings = Mapping[str, Mapping[str, Bits]]  # field → term → who holds it
Analysed = tuple[tuple[str, ...], ...]  # of some words: at each place the terms that the index has there

_TEXTS = ("title", "body")
_AFTER_ALL = "\U0010ffff"


class Stems(Protocol):
    """What the index makes of words in a language."""

    def of(self, language: str, words: str, /) -> Analysed | None:
        """None: not known yet, so that any article may hold them."""
        ...


class EventBit(NamedTuple):
    """An event: its article's bit, and what a test on quantity compares."""

    article: Bits
    low: int | None
    top: int | None


class Held:
    """What the articles of a run hold."""

    def __init__(
        self,
        every: Bits,
        terms: Postings,
        events: Sequence[EventBit],
        event_terms: Postings,
        unclear: Bits,
        languages: Sequence[str],
    ) -> None:
        """terms: of the fields of articles; event_terms: of events. unclear: articles that may hold any stem.
        languages: those that words are stemmed in."""
        self.every = every
        self._terms = terms
        self._events = events
        self._event_terms = event_terms
        self._unclear = unclear
        self._stemmed = {
            field: [(language, terms.get(f"{field}_{language}", {})) for language in languages] for field in _TEXTS
        }
        self._sorted: dict[str, list[str]] = {}
        self._words: dict[Word, Bits] = {}
        self._counted: dict[tuple[int | None, int | None], Bits] = {}

    def possible(self, node: Node, stems: Stems) -> Bits:
        """The articles that may match; none is missing that does."""
        match node:
            case And(parts=parts):
                found = self.every
                for part in sorted(parts, key=_is_text):  # words last: they have to be stemmed
                    found &= self.possible(part, stems)
                    if not found:
                        break
                return found
            case Or(parts=parts):
                return _any(self.possible(part, stems) for part in parts)
            case Word():
                return self._word(node, stems)
            case Phrase(text=text, fields=fields):
                return _any(self._all_of(field, analysis.tokens(text)) for field in fields)
            case Prefix(text=text, fields=fields):
                return _any(self._beginning(field, analysis.tokens(text)) for field in fields)
            case EventClause(test=test) | (EventTest() as test):
                return self._event(test)
            case Linked(qids=qids, form=form):
                return _any(self._with("entity", qid) for qid in qids) if qids else self._with("form", form)
            case Value(field=field, value=value) if field != "story":
                return self._with(field, value)
        return self.every

    def _with(self, field: str, term: str) -> Bits:
        return self._terms.get(field, {}).get(term, 0)

    def _all_of(self, field: str, tokens: Sequence[str]) -> Bits:
        terms = self._terms.get(field, {})
        found = self.every if tokens else 0
        for token in tokens:
            found &= terms.get(token, 0)
        return found

    def _word(self, node: Word, stems: Stems) -> Bits:
        """Remembered, for most words are known before others are asked for."""
        if node in self._words:
            return self._words[node]
        words = analysis.searched_words(node.text)
        joined, tokens = " ".join(words), list(map(analysis.token, words))
        stemming = analysis.stemmed_in(" ".join(tokens))
        unknown = False
        found = self._unclear if words else 0
        for field in node.fields:
            found |= self._all_of(field, tokens)
            for language, terms in self._stemmed[field]:
                if language not in stemming:
                    continue
                places = stems.of(language, joined)
                if places is None:
                    unknown = True
                else:
                    found |= self._in_places(terms, places)
        if unknown:
            return self.every
        self._words[node] = found
        return found

    def _in_places(self, terms: Mapping[str, Bits], places: Analysed) -> Bits:
        found = self.every if places else 0
        for place in places:
            found &= terms.get(place[0], 0) if len(place) == 1 else _any(terms.get(term, 0) for term in place)
            if not found:
                break
        return found

    def _beginning(self, field: str, tokens: Sequence[str]) -> Bits:
        if not tokens:
            return 0
        *whole, start = tokens
        if field not in self._sorted:
            self._sorted[field] = sorted(self._terms.get(field, ()))
        terms = self._sorted[field]
        begun = terms[bisect_left(terms, start) : bisect_left(terms, start + _AFTER_ALL)]
        found = _any(self._with(field, term) for term in begun)
        return found & self._all_of(field, whole) if whole else found

    def _event(self, test: Node) -> Bits:
        """Exactly the articles that have an event which passes, but for what NOT excludes."""
        found = self._events_possible(test)
        if not names_status(test):
            found &= ~self._event_terms.get("status", {}).get(DENIED, 0)
        articles = 0
        while found:
            articles |= self._events[found.bit_length() - 1].article
            found ^= 1 << (found.bit_length() - 1)
        return articles

    def _events_possible(self, test: Node) -> Bits:
        every = (1 << len(self._events)) - 1
        match test:
            case EventTest(field="quantity", low=low, high=high):
                if (low, high) not in self._counted:
                    passing = (1 << place for place, event in enumerate(self._events) if _counts(event, low, high))
                    self._counted[low, high] = _any(passing)
                return self._counted[low, high]
            case EventTest(field="topic" | "status" as field, value=value):
                return self._event_terms.get(field, {}).get(value, 0)
            case EventTest(field=field, qids=qids, value=value):
                terms = self._event_terms.get(field if qids else f"{field}_label", {})
                return _any(terms.get(one, 0) for one in qids or (value,))
            case And(parts=parts):
                return _all(map(self._events_possible, parts), every)
            case Or(parts=parts):
                return _any(map(self._events_possible, parts))
        return every


def _is_text(node: Node) -> bool:
    match node:
        case Word() | Phrase() | Prefix():
            return True
        case And(parts=parts) | Or(parts=parts):
            return any(map(_is_text, parts))
    return False


def _counts(event: EventBit, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return event.top is not None
    return (low is None or (event.low is not None and event.low >= low)) and (
        high is None or (event.top is not None and event.top <= high)
    )


def _any(found: Iterable[Bits]) -> Bits:
    return reduce(or_, found, 0)


def _all(found: Iterable[Bits], every: Bits = 0) -> Bits:
    """every: what all of nothing is."""
    some = list(found)
    return reduce(and_, some) if some else every
