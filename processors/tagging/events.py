"""Findings become events: slots, count, status, date; mentions of one movement become one event."""

from __future__ import annotations

from collections.abc import Sequence

from processors.models.articles import Event, Party, Quantity
from processors.tagging.judgement import Finding
from processors.tagging.numbers import Count
from processors.tagging.reading import Text
from processors.tagging.slots import find_slots
from processors.tagging.topics import Topic


def find_events(topic: Topic, findings: Sequence[Finding], text: Text) -> list[Event]:
    """Events of one topic, in the order of the text."""
    if topic.events not in ("movement", "casualties"):
        return []
    drafts = [_event(topic, finding, text) for finding in findings if finding.holds]
    return _merge([draft for draft in drafts if draft])


def _event(topic: Topic, finding: Finding, text: Text) -> Event:
    slots = find_slots(finding, text)
    codes = {name: code for name, code in (("cameo", topic.cameo), ("plover", topic.plover)) if code}
    return Event(
        topic=topic.id, actor=slots.actor, target=slots.target, place=slots.place,
        quantity=quantity(finding), status=status(finding), evidence=str(finding.sentence), codes=codes,
    )


def quantity(finding: Finding) -> Quantity | None:
    """The count of the people who move: the number just before their noun, nearest to the finding."""
    best: tuple[float, Count] | None = None
    for count, noun in finding.sentence.counted:
        gap = finding.sentence.measure.words(count.end, noun.start)
        away = min(finding.sentence.measure.distance(hit.span, noun.span) for hit in finding.hits)
        score = gap + 0.3 * away
        if best is None or score < best[0]:
            best = (score, count)
    return best[1].quantity if best else None


def status(finding: Finding) -> str:
    """announced where a word of deciding or planning stands by the act, else reported."""
    sentence = finding.sentence
    first = min(finding.hits, key=lambda hit: hit.start)
    near = [
        hit for hit in sentence.hits("announce")
        if sentence.measure.distance(hit.span, first.span) <= 5 and hit.start <= first.end
    ]
    return "announced" if near else "reported"


def _merge(events: list[Event]) -> list[Event]:
    """One event a movement: the same forces to the same place; the first count stays."""
    merged: list[Event] = []
    for event in events:
        for at, known in enumerate(merged):
            if _compatible(known, event):
                merged[at] = _fill(known, event)
                break
        else:
            merged.append(event)
    return merged


def _same(a: Party | None, b: Party | None) -> bool:
    return a is None or b is None or a == b


def _compatible(a: Event, b: Event) -> bool:
    return _same(a.actor, b.actor) and _same(a.target, b.target)


def _fill(a: Event, b: Event) -> Event:
    """The fuller of two mentions of one movement, completed by the other."""
    first, second = (b, a) if a.quantity is None and b.quantity is not None else (a, b)
    return Event(
        topic=a.topic, actor=first.actor or second.actor, target=first.target or second.target,
        place=first.place or second.place, quantity=first.quantity or second.quantity,
        status=first.status, claimed_by=first.claimed_by or second.claimed_by,
        date=first.date or second.date, evidence=first.evidence, codes=a.codes,
    )
