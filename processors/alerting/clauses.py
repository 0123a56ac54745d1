"""What a query asks for: the clauses that speak for an article, found in its tree."""

from __future__ import annotations

from collections.abc import Iterator

from processors.models.articles import Event
from processors.query.events import passing
from processors.query.tree import And, EventClause, Node, Not, Or, Value


def positive(node: Node) -> Iterator[Node]:
    """The leaves of the tree that do not stand under Not. Event clauses come whole."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from positive(part)
    elif not isinstance(node, Not):
        yield node


def topics_of(node: Node) -> frozenset[str]:
    """The topic ids that the query asks for."""
    return frozenset(leaf.value for leaf in positive(node) if isinstance(leaf, Value) and leaf.field == "topic")


def events_of(node: Node) -> tuple[EventClause, ...]:
    """The event clauses that the query asks for."""
    return tuple(leaf for leaf in positive(node) if isinstance(leaf, EventClause))


def satisfies(event: Event, clause: EventClause) -> bool:
    """Whether this event passes the clause."""
    return bool(passing((event,), clause.test))
