"""Who sends whom where: the parties of a finding, chosen from names by position and preposition."""

from __future__ import annotations

from msgspec import Struct, structs

from processors.models.articles import Party
from processors.tagging.actors import actor_before, allies, beside_troops, find_actor
from processors.tagging.bodies import actor_of_body, actor_of_text
from processors.tagging.judgement import Finding
from processors.tagging.places import (
    border_with,
    choose_target,
    destinations,
    is_listed,
    only_other,
    places_before,
    precise_of,
    precision,
    unknown_place,
)
from processors.tagging.reading import Name, Text
from processors.tagging.relations import actor_id, party, preposition
from processors.tagging.towns import towns_in

_SURE = 2.6  # the score of a place that goes before a border


class Slots(Struct, frozen=True):
    """The parties of one movement. also: names of further countries, where a list of countries is the target; allies:
    those that send beside the actor.
    """

    actor: Party | None = None
    target: Party | None = None
    place: Party | None = None
    also: tuple[Name, ...] = ()
    allies: tuple[Name, ...] = ()


def find_slots(finding: Finding, text: Text) -> Slots:
    """Actor, target and place. Empty rather than guessed."""
    sentence = finding.sentence
    name = find_actor(finding, sentence)
    actor = actor_id(name) if name else ""
    together = tuple(allies(sentence, name)) if name else ()
    if name and together and together[0].start < name.start:  # the first of the list comes first
        name, together = together[0], tuple(sorted((name, *together[1:]), key=lambda each: each.start))
        actor = actor_id(name)
    taken = {actor, *(ally.country for ally in together)}
    towns = towns_in(sentence)
    places = [
        (score, place)
        for score, place in destinations(finding, sentence, name, actor, text, towns)
        if place not in together
    ]
    if not actor:
        led = {other.country or other.id for _, other in places if other.is_place}
        actor = (
            actor_of_body(sentence)
            or actor_before(sentence, text, led)
            or actor_of_text(sentence, text, [other for _, other in places])
        )
    unknown = None if towns else unknown_place(finding, sentence)
    border = border_with(finding, sentence, actor)
    if border is not None and (
        not places or places[0][0] < _SURE or places[0][1] in (border, *_at_home(places, actor))
    ):
        label = text.gazetteer.label(border.country)
        return Slots(party(actor, text), Party("", f"border with {label}"), unknown, allies=together)
    slots = _goal(finding, text, actor, places, unknown, taken)
    return structs.replace(slots, actor=party(actor, text), allies=together)


def _at_home(places: list[tuple[float, Name]], actor: str) -> list[Name]:
    """The actor's own places: troops massed at a border stand in one."""
    return [name for _, name in places if name.country == actor]


def _goal(
    finding: Finding,
    text: Text,
    actor: str,
    places: list[tuple[float, Name]],
    unknown: Party | None,
    taken: set[str],
) -> Slots:
    """Target and place: the goals of the sentence, else a place nobody knows, else the only other country."""
    sentence = finding.sentence
    abroad = [name for score, name in places if score > 2 and (name.country or name.id) not in taken]
    if unknown and not abroad:
        return Slots(target=None, place=unknown)
    target, place = choose_target(places or places_before(sentence, actor, text), actor, text)
    if target is None and actor:
        other = only_other(sentence, actor, text)
        if other is not None and other.country not in taken:
            target, place = party(other.country, text), precise_of(other, text)
        elif other is None and sentence.hits("homeland"):
            target = party(actor, text)
    if unknown and place is None:
        place = unknown
    also = tuple(name for _, name in places if target and is_listed(sentence, name, target.id, places))
    return Slots(target=target, place=place, also=also)


def find_victim(finding: Finding, text: Text) -> Slots:
    """Whose soldiers were hit, and where, if stated."""
    sentence = finding.sentence
    name = beside_troops(finding, sentence, finding.hits) or beside_troops(
        finding, sentence, sentence.hits("troops", "unit", "force")
    )
    actor = actor_id(name) if name else ""
    led = [
        other
        for other in sentence.names
        if other.id and other.is_place and other is not name and preposition(sentence, other) == "to"
    ]
    place = min(led, key=lambda other: precision(other)) if led else None
    target = party(place.country, text) if place and place.country else None
    return Slots(party(actor, text), target, party(place.id, text) if place else None)
