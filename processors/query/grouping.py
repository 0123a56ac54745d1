"""Tests on events joined by AND hold for one and the same event: gathers them into EventClauses.

In an AND (nested ANDs are one AND) all event tests, and all OR groups of nothing but event tests, become one
EventClause. Where the same AND asks for a topic, the event must be of that topic: `topic:military-casualties AND
quantity:>=100` is a hundred casualties, not a casualty in an article on a hundred soldiers sent; of several topics,
any one. A test that stands alone, or as a branch of another OR, is an EventClause of its own. NOT is taken over a
whole EventClause: `actor:X AND NOT target:Y` is "some event of X, and no event towards Y", whatever its actor.
"""

from __future__ import annotations

from processors.query.tree import And, EventClause, EventTest, Node, Not, Or, Value


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
    topics = list(dict.fromkeys(topic for part in others for topic in _topics(part)))
    if tests and topics:
        tests.append(disjunction([EventTest("topic", value=topic) for topic in topics]))
    clause = [EventClause(tests[0] if len(tests) == 1 else And(tuple(tests)))] if tests else []
    parts = (*clause, *others)
    return parts[0] if len(parts) == 1 else And(parts)


def _topics(node: Node) -> list[str]:
    """The topics that a part of an AND asks for: topic:a, or (topic:a OR topic:b)."""
    if isinstance(node, Value) and node.field == "topic":
        return [node.value]
    if isinstance(node, Or):
        found = [_topics(part) for part in node.parts]
        return [topic for topics in found for topic in topics] if all(found) else []
    return []


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
