"""Mentions of one event become one event: what a text says twice is counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import structs

from processors.models.articles import Event, Party, Quantity
from processors.tagging.numbers import VAGUE


def merge(events: Iterable[Event]) -> list[Event]:
    """One event a movement: the same forces to the same place; the first count stays."""
    return _merge(events, is_one)


def merge_framed(events: Iterable[Event]) -> list[Event]:
    """One event for mentions that contradict each other in no slot."""
    return _merge(events, _agree)


def _merge(events: Iterable[Event], agree: Callable[[Event, Event], bool]) -> list[Event]:
    merged: list[Event] = []
    for event in events:
        for at, known in enumerate(merged):
            if agree(known, event):
                merged[at] = _fill(known, event)
                break
        else:
            merged.append(event)
    return merged


def to_one_place(events: list[Event]) -> list[Event]:
    """A movement without a goal goes where the only other goal of the text is: "Egypt will also send 1,100"."""
    goals = {(event.target.id, event.target.label): event for event in events if event.target}
    if len(goals) != 1:
        return events
    (known,) = goals.values()
    return [
        structs.replace(event, target=known.target, place=known.place)
        if event.target is None and event.place is None and event.actor and event.actor != known.target
        else event
        for event in events
    ]


def _same(a: Party | None, b: Party | None) -> bool:
    return a is None or b is None or a == b


def is_one(a: Event, b: Event) -> bool:
    """Whether two events may be one movement: actor and target agree, as far as they are told."""
    return _same(a.actor, b.actor) and (_same(a.target, b.target) or _borders(a.target, b.target))


def _agree(a: Event, b: Event) -> bool:
    counts = a.quantity is None or b.quantity is None or a.quantity == b.quantity
    return counts and _same(a.actor, b.actor) and _same(a.target, b.target) and _same(a.place, b.place)


def _borders(a: Party | None, b: Party | None) -> bool:
    """Whether one is a country and the other the border with it."""
    return (
        a is not None and b is not None and (a.label == f"border with {b.label}" or b.label == f"border with {a.label}")
    )


def _sureness(quantity: Quantity | None) -> int:
    """A figure tells more than "thousands", and that more than nothing."""
    if quantity is None:
        return 0
    return 1 if quantity.max is None and quantity.min in VAGUE else 2


def _fill(a: Event, b: Event) -> Event:
    """The fuller of two mentions of one movement, completed by the other."""
    first, second = (b, a) if _sureness(b.quantity) > _sureness(a.quantity) else (a, b)
    return Event(
        topic=a.topic,
        actor=first.actor or second.actor,
        target=first.target or second.target,
        place=first.place or second.place,
        quantity=first.quantity or second.quantity,
        status=first.status,
        claimed_by=first.claimed_by,
        date=first.date or second.date,
        evidence=first.evidence,
        codes=a.codes,
    )
