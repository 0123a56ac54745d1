"""The query tree → SQL on the tables of migrations/0001.sql. Pure; a query's values are parameters, never text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from processors.query.events import names_status
from processors.query.tree import (
    And,
    EventClause,
    EventTest,
    Everything,
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
from processors.query.values import DENIED
from processors.store import analysis
from processors.store.sqlite.database import as_list, micros, to_json
from processors.store.sqlite.fulltext import is_ordered, near_expression, split_text, text_expression


class Sql(NamedTuple):
    text: str
    parameters: tuple[object, ...] = ()


class Proximity(NamedTuple):
    """What the SQL function in_order is asked: tokens in order, in one of these fields."""

    tokens: list[str]
    fields: tuple[str, ...]
    slop: int


NOTHING = Sql("0")


def predicate(node: Node, languages: Collection[str]) -> Sql:
    """The condition on `articles AS a` that the tree stands for; never NULL. languages: those to stem words in."""
    match node:
        case Phrase() if is_ordered(node):
            return _in_order(node)
        case Word() | Phrase() | Prefix():
            return _matching(text_expression(node, languages))
        case Linked(qids=qids, form=form):
            return _has_term("entity", qids) if qids else _has_term("form", [form])
        case Value(field="story", value=value):
            return Sql("a.story_id = ?", (value,))
        case Value(field=field, value=value):
            return _has_term(field, [value])
        case Instants():
            return _instants(node)
        case EventClause(test=test):
            return _event(test)
        case EventTest():
            return _event(node)
        case And(parts=parts):
            return _and(parts, languages)
        case Or(parts=parts):
            expression = text_expression(node, languages)
            if expression:
                return _matching(expression)
            return _joined(" OR ", (predicate(part, languages) for part in parts), NOTHING)
        case Not(part=part):
            inner = predicate(part, languages)
            return Sql(f"NOT ({inner.text})", inner.parameters)
        case Everything():
            return Sql("1")


def _and(parts: tuple[Node, ...], languages: Collection[str]) -> Sql:
    text, rest = split_text(parts, languages)
    conditions = [predicate(part, languages) for part in rest]
    return _joined(" AND ", [_matching(text), *conditions] if text else conditions, Sql("1"))


def _matching(expression: str | None) -> Sql:
    if expression is None:
        return NOTHING
    return Sql("a.doc IN (SELECT rowid FROM text WHERE text MATCH ?)", (expression,))


def _in_order(node: Phrase) -> Sql:
    """FTS5's NEAR knows no order: it finds the candidates, the function in_order looks at their text."""
    tokens = analysis.tokens(node.text)
    return Sql(
        "a.doc IN (SELECT b.doc FROM text CROSS JOIN articles AS b ON b.doc = text.rowid"
        " WHERE text MATCH ? AND in_order(b.document, ?))",
        (near_expression(tokens, node), to_json(Proximity(tokens, node.fields, node.slop))),
    )


def _has_term(field: str, values: Iterable[str]) -> Sql:
    return Sql(
        "a.doc IN (SELECT doc FROM terms WHERE field = ? AND value IN (SELECT value FROM json_each(?)))",
        (field, as_list(values)),
    )


def _instants(node: Instants) -> Sql:
    column = f"a.{node.field}"
    conditions = [Sql(f"{column} IS NOT NULL")]
    if node.start:
        conditions.append(Sql(f"{column} >= ?", (micros(node.start),)))
    if node.end:
        conditions.append(Sql(f"{column} < ?", (micros(node.end),)))
    return _joined(" AND ", conditions, NOTHING)


def _event(test: Node) -> Sql:
    inner = _event_test(test)
    denied = "" if names_status(test) else f"e.status <> '{DENIED}' AND "
    return Sql(f"a.doc IN (SELECT e.doc FROM events AS e WHERE {denied}{inner.text})", inner.parameters)


def _event_test(node: Node) -> Sql:
    match node:
        case EventTest(field="quantity", low=low, high=high):
            conditions = [] if low is None else [Sql("ifnull(e.low >= ?, 0)", (low,))]
            if high is not None:
                conditions.append(Sql("ifnull(coalesce(e.high, e.low) <= ?, 0)", (high,)))
            return _joined(" AND ", conditions, Sql("(e.low IS NOT NULL OR e.high IS NOT NULL)"))
        case EventTest(field="topic" | "status" as field, value=value):
            return Sql(f"e.{field} = ?", (value,))
        case EventTest(field=field, qids=qids, value=value):
            if qids:
                return Sql(f"e.{field} IN (SELECT value FROM json_each(?))", (as_list(qids),))
            return Sql(f"(e.{field}_label = ? AND e.{field}_label <> '')", (value,))
        case And(parts=parts):
            return _joined(" AND ", map(_event_test, parts), Sql("1"))
        case Or(parts=parts):
            return _joined(" OR ", map(_event_test, parts), NOTHING)
        case Not(part=part):
            inner = _event_test(part)
            return Sql(f"NOT ({inner.text})", inner.parameters)
    raise TypeError(f"not a test on one event: {node!r}")


def _joined(operator: str, conditions: Iterable[Sql], empty: Sql) -> Sql:
    found = list(conditions)
    if not found:
        return empty
    return Sql(
        f"({operator.join(condition.text for condition in found)})",
        tuple(parameter for condition in found for parameter in condition.parameters),
    )


def with_story_roots(node: Node, root: Callable[[str], str]) -> Node:
    """The tree with each story's id replaced by the id of the story that it was merged into."""
    match node:
        case Value(field="story", value=value):
            return Value("story", root(value))
        case And(parts=parts):
            return And(tuple(with_story_roots(part, root) for part in parts))
        case Or(parts=parts):
            return Or(tuple(with_story_roots(part, root) for part in parts))
        case Not(part=part):
            return Not(with_story_roots(part, root))
    return node
