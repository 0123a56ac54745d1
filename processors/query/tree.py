"""The tree that a query becomes. Stores compile it; nothing passes a query on as text.

Text clauses (Word, Phrase, Prefix) search the unstemmed or stemmed text of `fields`; value clauses compare what the
tagger or the publisher said. A query is a pure predicate on one article: its hits do not depend on other articles.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class Word(Struct, frozen=True):
    """A word, stemmed in each article's own language. fields: ("title",), ("body",) or both."""

    text: str
    fields: tuple[str, ...]


class Phrase(Struct, frozen=True):
    """Words in this order, unstemmed, with at most `slop` other words between first and last."""

    text: str
    fields: tuple[str, ...]
    slop: int = 0


class Prefix(Struct, frozen=True):
    """Unstemmed words that begin so: deplo*."""

    text: str
    fields: tuple[str, ...]


class Linked(Struct, frozen=True):
    """entity: one of these QIDs is mentioned, or (names without a QID) this surface form, casefolded."""

    qids: tuple[str, ...]
    form: str = ""


class Value(Struct, frozen=True):
    """A keyword field equals this value: topic, lang, source, country, author, story."""

    field: str
    value: str


class Instants(Struct, frozen=True):
    """published, seen or timestamp in [start, end), either end open."""

    field: str
    start: datetime | None
    end: datetime | None


class EventTest(Struct, frozen=True):
    """One test on an event.

    field actor, target, place: any of `qids`, or the label `value` (casefolded) for names without a QID.
    field topic, status: equals `value`. field quantity: min ≥ `low` and max (else min) ≤ `high`, either open.
    """

    field: str
    qids: tuple[str, ...] = ()
    value: str = ""
    low: int | None = None
    high: int | None = None


class EventClause(Struct, frozen=True):
    """Some one event of the article passes `test` (a tree of EventTest under And, Or, Not).

    Denied events take part only where the test names `status`.
    """

    test: Node


class And(Struct, frozen=True):
    parts: tuple[Node, ...]


class Or(Struct, frozen=True):
    parts: tuple[Node, ...]


class Not(Struct, frozen=True):
    part: Node


class Everything(Struct, frozen=True):
    """Every article: the query *."""


Node = Word | Phrase | Prefix | Linked | Value | Instants | EventTest | EventClause | And | Or | Not | Everything


class Query(Struct, frozen=True):
    """A parsed query. notes: what the parser wants the user to know, e.g. that a name is ambiguous or unknown."""

    source: str
    root: Node
    notes: tuple[str, ...] = ()
