"""Event clauses decided in Python: which events of an article pass. Engines decide the same in their own terms."""

from __future__ import annotations

from collections.abc import Iterable

from processors.models.articles import Event, Party
from processors.query.tree import And, EventTest, Node, Not, Or
from processors.query.values import DENIED, label


def passing(events: Iterable[Event], test: Node) -> list[Event]:
    """The events that pass the test of an EventClause. Denied ones only where it names `status`."""
    denied_too = names_status(test)
    return [event for event in events if (denied_too or event.status != DENIED) and passes(event, test)]


def passes(event: Event, test: Node) -> bool:
    """Whether one event passes a tree of tests. Raises TypeError on nodes that are no event tests."""
    match test:
        case EventTest(field="quantity", low=low, high=high):
            return _counts(event, low, high)
        case EventTest(field="topic", value=value):
            return event.topic == value
        case EventTest(field="status", value=value):
            return event.status == value
        case EventTest(field=field, qids=qids, value=value):
            return _is_party(getattr(event, field), qids, value)
        case And(parts=parts):
            return all(passes(event, part) for part in parts)
        case Or(parts=parts):
            return any(passes(event, part) for part in parts)
        case Not(part=part):
            return not passes(event, part)
    raise TypeError(f"not a test on one event: {test!r}")


def names_status(test: Node) -> bool:
    match test:
        case EventTest(field=field):
            return field == "status"
        case And(parts=parts) | Or(parts=parts):
            return any(map(names_status, parts))
        case Not(part=part):
            return names_status(part)
    return False


def _counts(event: Event, low: int | None, high: int | None) -> bool:
    least, most = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    if low is None and high is None:
        return least is not None or most is not None
    top = most if most is not None else least
    return (low is None or (least is not None and least >= low)) and (high is None or (top is not None and top <= high))


def _is_party(party: Party | None, qids: tuple[str, ...], name: str) -> bool:
    if party is None:
        return False
    return party.id in qids if qids else bool(name) and label(party.label) == name
