"""Findings become events: slots, count, status, date; mentions of one movement become one event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from processors.models.articles import Event, Party, Quantity
from processors.tagging.actors import find_claimant
from processors.tagging.count_candidates import counts
from processors.tagging.dates import relative_date, stated_date
from processors.tagging.frames import fill, how_many
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.merging import is_one, merge, merge_framed, to_one_place
from processors.tagging.numbers import Count
from processors.tagging.ranking import Ranking
from processors.tagging.reading import Name, Text
from processors.tagging.relations import party
from processors.tagging.slots import Slots, find_slots, find_victim
from processors.tagging.topics import Frame, Topic

_NEAR = 5  # words between a word of deciding and the act
_TOLL = 5  # words between a count and what it counts


def find_events(topic: Topic, findings: Sequence[Finding], text: Text, ranking: Ranking) -> list[Event]:
    """Events of one topic, in the order of the text; those only denied come last."""
    if not topic.events:
        return []
    if isinstance(topic.events, Frame):
        return _find_framed(topic, topic.events, findings, text)
    holding = [finding for finding in findings if finding.holds]
    told = [(finding, event) for finding in holding for event in _events(topic, finding, text, ranking, holding)]
    events = to_one_place(merge(_with_own_counts(told)))
    denied = [event for finding in findings if finding.denied for event in _events(topic, finding, text, ranking, ())]
    return events + [event for event in denied if event.actor]


def _with_own_counts(told: Sequence[tuple[Finding, Event]]) -> list[Event]:
    """The events; one has no count that another event's own sentence gives."""
    own = {event.quantity: event for finding, event in told if _is_own(finding, event.quantity)}
    return [
        structs.replace(event, quantity=None)
        if event.quantity in own and not _is_own(finding, event.quantity) and not is_one(own[event.quantity], event)
        else event
        for finding, event in told
    ]


def _is_own(finding: Finding, quantity: Quantity | None) -> bool:
    return quantity is not None and any(count.quantity == quantity for count in finding.sentence.counts)


def _find_framed(topic: Topic, frame: Frame, findings: Sequence[Finding], text: Text) -> list[Event]:
    """Events whose slots the topic's file tells; mentions that do not contradict each other are one event."""
    told = [event for finding in findings if finding.holds for event in _framed(topic, frame, finding, text)]
    denied = [event for finding in findings if finding.denied for event in _framed(topic, frame, finding, text)]
    return merge_framed(told) + [event for event in denied if event.actor]


def _framed(topic: Topic, frame: Frame, finding: Finding, text: Text) -> Iterator[Event]:
    many = how_many(frame, finding) if frame.counts else None
    for parties in fill(frame, finding, text):
        state, claimed_by = status(finding, parties.actor, text)
        if frame.mutual and claimed_by and claimed_by == parties.target:  # a party to talks tells of its own
            state, claimed_by = "reported", None
        yield Event(
            topic=topic.id,
            actor=parties.actor,
            target=parties.target,
            place=parties.place,
            quantity=many,
            status=state,
            claimed_by=claimed_by,
            date=_date(finding, state, text),
            evidence=str(finding.sentence),
            codes=_codes(topic),
        )


def _codes(topic: Topic) -> dict[str, str]:
    return {name: code for name, code in (("cameo", topic.cameo), ("plover", topic.plover)) if code}


def _events(topic: Topic, finding: Finding, text: Text, ranking: Ranking, holding: Sequence[Finding]) -> list[Event]:
    """One event, or one a country where the sentence lists several; each has its own count, if all have one."""
    casualties = topic.events == "casualties"
    slots = find_victim(finding, text) if casualties else find_slots(finding, text, ranking)
    state, claimed_by = status(finding, slots.actor, text)
    event = Event(
        topic=topic.id,
        actor=slots.actor,
        target=slots.target,
        place=slots.place,
        quantity=toll(finding) if casualties else _count(finding, text, ranking, holding),
        status=state,
        claimed_by=claimed_by,
        date=_date(finding, state, text),
        evidence=str(finding.sentence),
        codes=_codes(topic),
    )
    if slots.allies:
        return _by_ally(event, finding, slots, text)
    if not slots.also or slots.target is None:
        return [event]
    targets = [slots.target, *(each for name in slots.also if (each := party(name.country, text)))]
    own = [_count_to(finding, target.id) for target in targets]
    counts = own if all(own) else [event.quantity] * len(targets)
    return [
        structs.replace(event, target=target, quantity=count, place=None)
        for target, count in zip(targets, counts, strict=True)
    ]


def _by_ally(event: Event, finding: Finding, slots: Slots, text: Text) -> list[Event]:
    """One event a country that sends: with the count after its name ("Azerbaijan 500"), where one has such a count."""
    senders = [each for name in slots.allies if (each := party(name.country, text))]
    own = [_count_after(finding, name) for name in slots.allies]
    counts = own if any(own) else [event.quantity] * len(senders)
    further = [structs.replace(event, actor=who, quantity=many) for who, many in zip(senders, counts, strict=True)]
    return [event, *further]


def _count_after(finding: Finding, name: Name) -> Quantity | None:
    """The count that follows a name at once."""
    measure = finding.sentence.measure
    near = (
        c for c in finding.sentence.counts if c.start >= name.end and measure.distance(name.span, (c.start, c.end)) == 0
    )
    return next((count.quantity for count in near), None)


def _date(finding: Finding, state: str, text: Text) -> str | None:
    """The day that the sentence states, or that its "yesterday" or weekday means; the latter not of plans."""
    sentence = str(finding.sentence)
    stated = stated_date(sentence, text.lang)
    return stated or (relative_date(sentence, text.lang, text.published_at) if state != "announced" else None)


def _count_to(finding: Finding, country: str) -> Quantity | None:
    """The count that stands just before a country's name: "150 to Mali"."""
    sentence = finding.sentence
    near = [
        (sentence.measure.words(count.end, name.start), count.quantity)
        for name in sentence.names
        if name.id == country
        for count in sentence.counts
        if count.end <= name.start and not sentence.measure.pauses(count.end, name.start)
    ]
    best = min(near, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] <= _TOLL else None


def quantity(finding: Finding) -> Quantity | None:
    """The count of the people who move: the first that its sentence gives, but for those who are there already."""
    moving = [count for count, noun in finding.sentence.counted if not _is_standing(finding, count, noun)]
    return moving[0].quantity if moving else None


def _count(finding: Finding, text: Text, ranking: Ranking, holding: Sequence[Finding]) -> Quantity | None:
    """How many move: the rules propose, the ranking chooses, also among the sentences beside."""
    proposed = quantity(finding)
    if not ranking.knows("quantity"):
        return proposed
    candidates = counts(finding, text, proposed, holding)
    best = candidates[ranking.best("quantity", [candidate.features for candidate in candidates])].value
    return best if isinstance(best, Quantity) else None


def toll(finding: Finding) -> Quantity | None:
    """The count of the dead, wounded or captured that stands nearest before "soldiers" or "killed"."""
    sentence, best = finding.sentence, None
    victims = [*finding.hits, *sentence.hits("killed")]
    for count in sentence.counts:
        gaps = [
            sentence.measure.words(count.end, hit.start)
            for hit in victims
            if hit.start >= count.end and not sentence.measure.pauses(count.end, hit.start)
        ]
        if gaps and min(gaps) <= _TOLL and not count.plain_year and (best is None or min(gaps) < best[0]):
            best = (min(gaps), count.quantity)
    return best[1] if best else None


def _is_standing(finding: Finding, count: Count, noun: Hit) -> bool:
    """Whether the count is of those who are there already, or of the dead."""
    measure = finding.sentence.measure
    there = any(
        measure.distance(hit.span, noun.span) <= 2 and (hit.start >= count.start or 0 <= count.start - hit.end <= 1)
        for hit in finding.sentence.hits("already")
    )
    return there or any(
        measure.distance(hit.span, (count.start, noun.end)) <= 1 for hit in finding.sentence.hits("killed")
    )


def status(finding: Finding, actor: Party | None, text: Text) -> tuple[str, Party | None]:
    """denied; claimed, where another party than the actor says so; announced, where it is decided or planned;
    else reported. With who claims it.
    """
    if finding.denied:
        return "denied", None
    claimant = find_claimant(finding, actor, text)
    if claimant:
        return "claimed", claimant
    sentence = finding.sentence
    first = min(finding.hits, key=lambda hit: hit.start)
    planned = any(
        sentence.measure.distance(hit.span, first.span) <= _NEAR and hit.start <= first.end
        for hit in sentence.hits("announce")
    )
    return ("announced" if planned else "reported"), None
