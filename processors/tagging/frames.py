"""Who does it, to whom and where, for topics whose file says which cues fill which role (`events:` with roles).

Every name of the sentence has cues: the words that lead to it, and where it stands to the act. A role's entry gives
each cue a weight; actor and target are filled together, so that their sum is greatest. Empty rather than guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from msgspec import Struct

from processors.models.articles import Party, Quantity
from processors.tagging.actors import PARTIES, allies
from processors.tagging.cues import Marked, is_followed, mark, stand_listed
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.places import precision
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import actor_id, is_dateline, party
from processors.tagging.topics import Frame, Role
from processors.tagging.towns import towns_in

_COUNTED = 3  # words between a count and what it counts
_MEDIATES = 1  # words between a mediator and the word that says so
_ARTICLE = 5  # characters, with the blanks
_AS_SUCH = frozenset({"person", "organisation", "armed-group"})


class Parties(Struct, frozen=True):
    """The parties of one event: at least one is there."""

    actor: Party | None
    target: Party | None
    place: Party | None


def fill(frame: Frame, finding: Finding, text: Text) -> list[Parties]:
    """The parties of each event that a finding tells of: one for every name of a list. Empty where nobody is named."""
    sentence, act = finding.sentence, _act(frame, finding)
    names = [name for name in sentence.names if name.id and not is_dateline(sentence, name)]
    marked = [mark(name, act, finding) for name in (*names, *towns_in(sentence))]
    if frame.mutual:
        return _between(frame, marked, sentence, text)
    return list(_one_to_another(frame, marked, sentence, text))


def how_many(frame: Frame, finding: Finding) -> Quantity | None:
    """How many of what the frame counts: of the counts before such a word, the one that stands nearest to the act."""
    sentence, act = finding.sentence, _act(frame, finding)
    phrases = [hit for hit in finding.hits if " " in sentence.words(hit.span)]  # "Reservisten einberufen"
    nouns = [*sentence.hits(*frame.counts), *phrases]
    measures, dead = sentence.hits("measures"), sentence.hits("killed")
    found = [
        (sentence.measure.distance((number.start, number.end), act.span), number.start, number.quantity)
        for number in sentence.counts
        if number.quantity.max != 1
        and not number.plain_year
        and is_followed(sentence, number.end, nouns, _COUNTED)
        and not is_followed(sentence, number.end, measures, 1)
        and not any(sentence.measure.distance(hit.span, (number.start, number.end)) <= 1 for hit in dead)
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def _act(frame: Frame, finding: Finding) -> Hit:
    """The word from which positions count: of the frame's classes in their order, else the first that was found."""
    order = {cls: at for at, cls in enumerate(frame.act)}
    return min(finding.hits, key=lambda hit: (order.get(hit.cls, len(order)), hit.start))


def _one_to_another(frame: Frame, marked: Sequence[Marked], sentence: Sentence, text: Text) -> Iterator[Parties]:
    """An event for each actor and target; a target inside the actor's own country is only a place."""
    actor, target = _best(frame, marked)
    targets = [each for each in marked if target and (each is target or _is_beside(frame, each, target, sentence))]
    taken = {each.name for each in targets}
    together = [ally for ally in _together(sentence, actor.name) if ally not in taken] if actor else []
    for one, other in product([actor.name if actor else None, *together], targets or (None,)):
        who, whom = _party(frame.actor, one, text), _party(frame.target, other.name if other else None, text)
        where = _place(frame, marked, actor, other, targets)
        told = where and (where.id != where.country if frame.target else not (who and where.id == who.id))
        place = party(where.id, text) if where and told else None
        if who or whom or place:
            yield Parties(who, None if whom == who else whom, place)


def _best(frame: Frame, marked: Sequence[Marked]) -> tuple[Marked | None, Marked | None]:
    """The names whose cues weigh most together, one as actor and one as target."""
    actors = [
        (score, each) for each in marked if _may_act(frame.actor, each.name) and (score := each.score(frame.actor)) > 0
    ]
    role = frame.target
    targets = [(score, each) for each in marked if role and (score := each.score(role)) > 0]
    pairs = [
        (a_score + t_score, actor, target)
        for (a_score, actor), (t_score, target) in product([(0.0, None), *actors], [(0.0, None), *targets])
        if not (actor and target and _is_same(actor.name, target.name))
    ]
    _, actor, target = max(pairs, key=lambda pair: pair[0])
    return actor, target


def _together(sentence: Sentence, actor: Name) -> list[Name]:
    """The names that stand in one list with the actor's."""
    kept = [actor]
    for ally in allies(sentence, actor):
        if any(stand_listed(sentence, ally, known) for known in kept):
            kept.append(ally)
    return kept[1:]


def _may_act(role: Role, name: Name) -> bool:
    if role.filled_by == "country" and actor_id(name) != name.country:
        return False
    return bool(actor_id(name)) and (name.type in PARTIES or name.kind in ("metonym", "demonym"))


def _is_same(actor: Name, target: Name) -> bool:
    """Whether two names cannot be actor and target: they mean one party, as a people and its country do."""
    return target.id == actor.id or (target.type == "country" and target.country == actor.country)


def _is_beside(frame: Frame, each: Marked, target: Marked, sentence: Sentence) -> bool:
    """Whether a name is listed with the target, in the same role."""
    role, name = frame.target, each.name
    if role is None or name.type != target.name.type or name.id == target.name.id or each.score(role) <= 0:
        return False
    shared = {*each.cues} & {*target.cues} & {*role.cues}
    return bool(shared) and stand_listed(sentence, name, target.name)


def _place(
    frame: Frame, marked: Sequence[Marked], actor: Marked | None, target: Marked | None, targets: Sequence[Marked]
) -> Name | None:
    """The most precise place that cues lead to; in the target, where that is a country."""
    role = frame.place
    if role is None:
        return None
    if target and target.name.is_place and target.name.type != "country":
        return target.name
    country = target.name.country if target and target.name.is_place else ""
    found = [
        (precision(each.name), -each.score(role), each.name)
        for each in marked
        if each.name.is_place
        and each is not actor
        and each not in targets
        and each.score(role) > 0
        and (not country or each.name.country == country)
        and (frame.target is None or each.name.type != "country")
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def _party(role: Role | None, name: Name | None, text: Text) -> Party | None:
    """The party that a name means: its country, but for groups, and where the role takes it as such."""
    if role is None or name is None:
        return None
    own = role.filled_by == "itself" and name.type in _AS_SUCH
    return party(role.stands_for.get(name.id, name.id if own else actor_id(name)), text)


def _between(frame: Frame, marked: Sequence[Marked], sentence: Sentence, text: Text) -> list[Parties]:
    """Each party once as the actor: its target is the other, where they are two."""
    best: dict[str, tuple[float, Name]] = {}
    for each in marked:
        score, id_ = each.score(frame.actor), actor_id(each.name)
        met_in = each.name.type == "city" and "to" in each.cues
        if _may_act(frame.actor, each.name) and not met_in and not _mediates(sentence, each.name):
            best[id_] = max(best.get(id_, (0.0, each.name)), (score, each.name), key=lambda pair: pair[0])
    ids = _pair({id_: found for id_, found in best.items() if found[0] > 0}, sentence)
    parties = [best[id_][1] for id_ in ids]
    elsewhere = [
        each
        for each in marked
        if each.name not in parties
        and (each.name.type != "country" or (each.name.country not in ids and _is_led_straight(sentence, each.name)))
    ]
    where = _place(frame, elsewhere, None, None, ())
    place = party(where.id, text) if where else None
    return [
        Parties(party(id_, text), party(ids[1 - at], text) if len(ids) == 2 else None, place)
        for at, id_ in enumerate(ids)
    ]


def _pair(scored: Mapping[str, tuple[float, Name]], sentence: Sentence) -> list[str]:
    """The two parties that weigh most, more if listed together, and those that stand in a list with them."""

    def listed(one: str, other: str) -> bool:
        return stand_listed(sentence, scored[one][1], scored[other][1])

    if len(scored) < 2:
        return list(scored)
    pairs = [(scored[a][0] + scored[b][0] + listed(a, b), a, b) for a, b in combinations(scored, 2)]
    _, *ids = max(pairs, key=lambda pair: pair[0])
    return [*ids, *(id_ for id_ in scored if id_ not in ids and any(listed(id_, known) for known in ids))]


def _mediates(sentence: Sentence, name: Name) -> bool:
    """Whether a word of mediation stands at the name: "under Egyptian mediation", "brokered by Qatar"."""
    return any(sentence.measure.distance(hit.span, name.span) <= _MEDIATES for hit in sentence.hits("mediate"))


def _is_led_straight(sentence: Sentence, name: Name) -> bool:
    """Whether at most an article parts a name from the word of place ("in the Netherlands", but "to block China"), and
    that word leads on no word of war ("the war in Ukraine").
    """
    wars = sentence.hits("war")
    return any(
        0 <= name.start - hit.end <= _ARTICLE and not any(0 <= hit.start - war.end <= _ARTICLE for war in wars)
        for hit in sentence.hits("to")
    )
