"""Who sends whom where: the parties of a finding, chosen from the names of its sentence by place and preposition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from processors.models.articles import Party
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence, Text

_TROOPS = ("troops", "unit", "force", "weak", "police", "group", "mission")
_ACTS = ("send", "sent", "arrive", "station", "mass", "reinforce", "rotate", "withdraw", "leave", "killed", "lost")
_PRECISE = {"facility": 0, "city": 1, "region": 2, "sea": 2, "territory": 3, "country": 4}


class Slots(Struct, frozen=True):
    """The parties of one movement."""

    actor: Party | None
    target: Party | None
    place: Party | None


def party(id_: str, text: Text) -> Party | None:
    """An entity as a party, None for an empty id."""
    return Party(id_, text.gazetteer.label(id_)) if id_ else None


def find_slots(finding: Finding, text: Text) -> Slots:
    """Actor, target and place, from the finding's sentence alone. Empty rather than guessed."""
    sentence = finding.sentence
    actor_name = _actor(finding, sentence)
    actor = _actor_id(actor_name, text) if actor_name else ""
    places = _destinations(finding, sentence, actor_name, actor)
    border = _border(sentence, actor)
    if border is not None:
        return Slots(party(actor, text), border_party(border, text), party(border.id, text) if border.type != "country" else None)
    return Slots(party(actor, text), *_target(places, actor, text))


def border_party(name: Name, text: Text) -> Party:
    """A border has no id of its own."""
    return Party("", f"border with {text.gazetteer.label(name.id)}")


def _trigger(finding: Finding, classes: Iterable[str]) -> Hit | None:
    return next((hit for hit in finding.hits if hit.cls in classes), None)


def _gap(sentence: Sentence, a: tuple[int, int], b: tuple[int, int]) -> int:
    return sentence.measure.distance(a, b)


def _led_by(sentence: Sentence, name: Name, cls: str, reach: int = 2) -> bool:
    """Whether a word of the class stands just before a name ("to the south of Mali": at most `reach` words)."""
    return any(
        hit.end <= name.start and _gap(sentence, hit.span, name.span) <= reach for hit in sentence.hits(cls)
    )


def _preposition(sentence: Sentence, name: Name) -> str:
    """ "to", "from" or "help": the class of the nearest such word before a name; "" for none near."""
    nearest, found = 3, ""
    for cls in ("help", "to", "from"):
        for hit in sentence.hits(cls):
            if hit.end <= name.start and (gap := _gap(sentence, hit.span, name.span)) < nearest:
                nearest, found = gap, cls
    return found


def _actor(finding: Finding, sentence: Sentence) -> Name | None:
    """The name whose forces move: beside the troops ("soldats russes"), of them, or the subject of the act."""
    troops, act = _trigger(finding, _TROOPS), _trigger(finding, _ACTS)
    best: tuple[float, Name] | None = None
    for name in sentence.names:
        if not name.id:
            continue
        score = _actor_score(name, troops, act, sentence)
        if score > 0 and (best is None or score > best[0]):
            best = (score, name)
    return best[1] if best else None


def _actor_score(name: Name, troops: Hit | None, act: Hit | None, sentence: Sentence) -> float:
    lead = _preposition(sentence, name)
    if lead == "help":
        return 0
    score = 0.0
    if troops:
        gap = _gap(sentence, troops.span, name.span)
        touching = name.start < troops.end and troops.start < name.end
        if touching:
            score = max(score, 6)
        if name.is_people and gap <= 1:
            score = max(score, 5 - gap * 0.2)
        if name.type == "armed-force" and gap <= 3:
            score = max(score, 4.5)
        if name.type in ("armed-group", "organisation") and gap <= 2 and lead != "to":
            score = max(score, 4.4)
        if name.type == "country" and name.start >= troops.end and gap <= 2 and lead == "from":
            score = max(score, 4)
    if act and name.start < act.start and lead not in ("to", "from"):
        subject = name.type in ("country", "territory", "armed-force", "armed-group", "organisation", "person") or (
            name.kind in ("metonym", "demonym"))
        if subject and (name.country or name.type in ("organisation", "armed-group")):
            score = max(score, 3.5 - 0.05 * _gap(sentence, name.span, act.span))
    if act and name.start > act.end and lead == "from" and name.type == "country" and troops and name.start > troops.end:
        score = max(score, 2 - 0.05 * _gap(sentence, name.span, act.span))
    return score


def _actor_id(name: Name, text: Text) -> str:
    if name.type in ("organisation", "armed-group"):
        return name.id
    return name.country or (name.id if name.type == "armed-force" else "")


def _destinations(finding: Finding, sentence: Sentence, actor_name: Name | None, actor: str) -> list[tuple[float, Name]]:
    act = _trigger(finding, _ACTS) or finding.hits[0]
    found = []
    for name in sentence.names:
        if not name.id or name is actor_name:
            continue
        lead = _preposition(sentence, name)
        score = 0.0
        if name.is_place and lead == "to":
            score = 3
        elif lead == "help" and (name.country and name.country != actor):
            score = 2.5
        elif name.is_place and name.start > act.end and name.country != actor:
            score = 1.5
        elif name.is_place and lead == "from" and name.country != actor and name.type != "country":
            score = 0.5
        if score:
            after = 0.3 if name.start >= act.start else 0
            found.append((score + after - 0.03 * _gap(sentence, act.span, name.span), name))
    return sorted(found, key=lambda item: -item[0])


def _border(sentence: Sentence, actor: str) -> Name | None:
    """The country on the other side, where the sentence says "border"."""
    for hit in sentence.hits("border"):
        near = [
            (name.start < hit.start, _gap(sentence, hit.span, name.span), name)
            for name in sentence.names
            if name.country and name.country != actor and _gap(sentence, hit.span, name.span) <= 5
        ]
        if near:
            return min(near, key=lambda item: item[:2])[2]
    return None


def _target(places: Sequence[tuple[float, Name]], actor: str, text: Text) -> tuple[Party | None, Party | None]:
    if not places:
        return None, None
    best = places[0][1]
    country = best.country or best.id
    same = [name for _, name in places if (name.country or name.id) == country and name.is_place]
    precise = min(same, key=lambda name: _PRECISE.get(name.type, 5)) if same else None
    place = party(precise.id, text) if precise else None
    if country == actor and precise and precise.type != "country":
        return place, place  # inside the country: the area says where
    if country == actor and not same:
        return None, None
    return party(country, text), place
