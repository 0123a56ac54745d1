"""Tests on events joined by AND hold for one and the same event: gathers them into EventClauses.

In an AND (nested ANDs are one AND) all event tests, and all OR groups of nothing but event tests, become one
EventClause. A test that stands alone, or as a branch of another OR, is an EventClause of its own. NOT is taken over a
whole EventClause: `actor:X AND NOT target:Y` is "some event of X, and no event towards Y", whatever its actor.
"""

from __future__ import annotations

from processors.query.tree import And, EventClause, EventTest, Node, Not, Or


def with_event_clauses(node: Node) -> Node:
    """The tree with every EventTest inside some EventClause, nested ANDs and ORs flattened."""
    match node:
        case And():
            return _conjunction(node)
        case Or(parts=parts):
            return Or(tuple(with_event_clauses(part) for part in parts))
        case Not(part=part):
            return Not(with_event_clauses(part))
        case EventTest():
            return EventClause(node)
    return node


def _conjunction(node: And) -> Node:
    tests = [part for part in node.parts if _only_tests(part)]
    others = [with_event_clauses(part) for part in node.parts if not _only_tests(part)]
    clause = [EventClause(tests[0] if len(tests) == 1 else And(tuple(tests)))] if tests else []
    parts = (*clause, *others)
    return parts[0] if len(parts) == 1 else And(parts)


def _only_tests(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(map(_only_tests, node.parts))
    return isinstance(node, EventTest)


def conjunction(parts: list[Node]) -> Node:
    """An AND without ANDs directly inside it."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(parts: list[Node]) -> Node:
    """An OR without ORs directly inside it."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))
