"""Why an article matches: the clauses of a query one by one. An engine says which hold; here they are told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from processors.models.articles import TaggedArticle
from processors.query import events
from processors.query.tree import (
    And,
    EventClause,
    Instants,
    Linked,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    Word,
)
from processors.query.writing import written
from processors.store import highlight
from processors.store.interface import Reason


class Clause(NamedTuple):
    """A leaf of the query, of text in one field. excluded: it stands under NOT."""

    node: Node
    excluded: bool


def clauses(root: Node) -> list[Clause]:
    """In the query's order, without repeats. An event clause is one: its parts hold for one event only together."""
    return list(dict.fromkeys(_leaves(root, False)))


def _leaves(node: Node, excluded: bool) -> Iterator[Clause]:
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _leaves(part, excluded)
        case Not(part=part):
            yield from _leaves(part, not excluded)
        case Word(fields=fields) | Phrase(fields=fields) | Prefix(fields=fields):
            yield from (Clause(replace(node, fields=(field,)), excluded) for field in fields)
        case _:
            yield Clause(node, excluded)


def told(wanted: Sequence[Clause], holding: Collection[int], tagged: TaggedArticle) -> tuple[Reason, ...]:
    """holding: the places in `wanted` of the clauses that the engine finds in this article."""
    return tuple(_reason(clause, place in holding, tagged) for place, clause in enumerate(wanted))


def _reason(clause: Clause, holds: bool, tagged: TaggedArticle) -> Reason:
    text = f"NOT {written(clause.node)}" if clause.excluded else written(clause.node)
    speaks = holds != clause.excluded
    if not holds:
        return Reason(text, speaks)
    if isinstance(clause.node, EventClause):
        passing = events.passing(tagged.tags.events, clause.node.test)
        places = (place for place, event in enumerate(tagged.tags.events) if event in passing)
        return Reason(text, speaks, events=tuple(places))
    return Reason(text, speaks, tuple(_words(clause.node, tagged)))


def _words(node: Node, tagged: TaggedArticle) -> Iterator[str]:
    match node:
        case Word() | Phrase() | Prefix() | Linked():
            yield from highlight.words(tagged, node)
        case Value(value=value):
            yield value
        case Instants(field=field):
            article = tagged.article
            at = {"published": article.published_at, "seen": article.seen_at}.get(field, article.timestamp)
            if at:
                yield at.isoformat()
