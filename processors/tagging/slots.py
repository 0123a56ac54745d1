"""Who sends whom where: the parties of a finding, chosen from names by position and preposition."""

from __future__ import annotations

from msgspec import Struct, structs

from processors.models.articles import Party
from processors.tagging.actors import actor_before, allies, beside_troops, find_actor
from processors.tagging.bodies import actor_of_body, actor_of_text
from processors.tagging.borders import border, is_across
from processors.tagging.candidates import Candidate, Goal, actors, goals
from processors.tagging.judgement import Finding
from processors.tagging.places import (
    choose_target,
    destinations,
    is_listed,
    only_other,
    place_after,
    places_before,
    precise_of,
    precision,
    unknown_place,
)
from processors.tagging.ranking import Ranking
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import actor_id, party, preposition
from processors.tagging.towns import towns_in

_LED = {"after act, to"}  # the feature of a place that a word of direction after the act leads to
_SUBJECT = 1.1  # what "subject" says of a name that is at most a few words before the act
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


class _Sender(Struct, frozen=True):
    """Whose forces move: the id, the name in the sentence if it stands there, and those that send beside it."""

    id: str = ""
    name: Name | None = None
    allies: tuple[Name, ...] = ()


def find_slots(finding: Finding, text: Text, ranking: Ranking) -> Slots:
    """Actor, target and place. The rules propose, the ranking chooses. Empty rather than guessed."""
    slots = _slots(finding, text, _sender(finding, text))
    if ranking.knows("actor"):
        slots = _with_actor(finding, text, slots, ranking)
    return _with_goal(finding, text, slots, ranking) if ranking.knows("target") else slots


def _with_actor(finding: Finding, text: Text, slots: Slots, ranking: Ranking) -> Slots:
    """The slots with the actor that the ranking chooses, and with where the rules see that one go."""
    candidates = actors(finding, text, slots.actor, slots.target)
    best = candidates[ranking.best("actor", [candidate.features for candidate in candidates])]
    if best.value == slots.actor or (best.name and best.name in slots.allies):
        return slots
    if best.name is None and any(each.value == slots.actor and _is_subject(each) for each in candidates):
        return slots  # "Poland sent 500. Belgium sent 300.": nobody elsewhere outbids a sentence's own subject
    if not isinstance(best.value, Party):
        return structs.replace(slots, actor=None, allies=())
    again = _slots(finding, text, _named(finding.sentence, best.name) if best.name else _Sender(best.value.id))
    return again if again.target or again.place else structs.replace(again, target=slots.target, place=slots.place)


def _is_subject(candidate: Candidate) -> bool:
    """Whether a name stands straight before the act, as its subject."""
    return candidate.name is not None and candidate.features.get("subject", 0.0) >= _SUBJECT


def _with_goal(finding: Finding, text: Text, slots: Slots, ranking: Ranking) -> Slots:
    """The slots with the goal that the ranking chooses; a list of goals stays only where it is the rules' own."""
    chosen = Goal(slots.target, slots.place)
    candidates = goals(finding, text, slots.actor, chosen)
    first = candidates[ranking.best("target", [candidate.features for candidate in candidates])]
    best = first.value
    if "here" not in first.features and any(
        each.value == chosen and _LED & each.features.keys() for each in candidates
    ):
        return slots  # nor a place elsewhere that which the sentence's own act leads to
    if best == chosen or (isinstance(best, Goal) and best.place is None and best.target == chosen.target):
        return slots  # the rules' own goal, or its country alone
    goal = best if isinstance(best, Goal) else Goal(None, None)
    return structs.replace(slots, target=goal.target, place=goal.place, also=())


def _named(sentence: Sentence, name: Name) -> _Sender:
    """A sender with those that stand in a list with it; the first of the list comes first."""
    together = tuple(allies(sentence, name))
    if together and together[0].start < name.start:
        first, rest = together[0], tuple(sorted((name, *together[1:]), key=lambda each: each.start))
        return _Sender(actor_id(first), first, rest)
    return _Sender(actor_id(name), name, together)


def _sender(finding: Finding, text: Text) -> _Sender:
    """Whose forces the rules say move: named in the sentence, or by a body, or before."""
    sentence = finding.sentence
    name = find_actor(finding, sentence)
    named = _named(sentence, name) if name else _Sender()
    if named.id:
        return named
    others = [other for _, other in destinations(finding, sentence, None, "", text, towns_in(sentence))]
    led = {other.country or other.id for other in others if other.is_place}
    actor = actor_of_body(sentence) or actor_before(sentence, text, led) or actor_of_text(sentence, text, others)
    return structs.replace(named, id=actor)


def _slots(finding: Finding, text: Text, sender: _Sender) -> Slots:
    """Where these forces go."""
    sentence, actor = finding.sentence, sender.id
    taken = {actor, *(ally.country for ally in sender.allies)}
    towns = towns_in(sentence)
    places = [
        (score, place)
        for score, place in destinations(finding, sentence, sender.name, actor, text, towns)
        if place not in sender.allies
    ]
    unknown = None if towns else unknown_place(finding, sentence)
    beyond = border(sentence, actor, text)
    if beyond and (not places or places[0][0] < _SURE or _is_beside(sentence, places[0][1], actor)):
        return Slots(party(actor, text), beyond, unknown, allies=sender.allies)
    slots = _goal(finding, text, actor, places, unknown, taken)
    return structs.replace(slots, actor=party(actor, text), allies=sender.allies)


def _is_beside(sentence: Sentence, name: Name, actor: str) -> bool:
    """Whether a place only tells which border is meant, or is the actor's own: at a border troops stand in one."""
    return name.country == actor or is_across(sentence, name)


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
    goals = places or places_before(sentence, actor, text) or place_after(sentence, actor)
    target, place = choose_target(goals, actor, text)
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
