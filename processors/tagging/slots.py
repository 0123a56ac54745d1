"""Who sends whom where: the parties of a finding, chosen from names by position and preposition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from processors.models.articles import Party
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence, Text

TROOPS = ("troops", "unit", "force", "weak", "police", "group", "movement", "presence")
ACTS = ("send", "sent", "arrive", "station", "mass", "reinforce", "rotate", "withdraw", "leave", "killed", "lost",
        "movement", "contribute", "reduce")  # fmt: skip
_PRECISE = {"facility": 0, "city": 1, "region": 2, "sea": 2, "territory": 3, "country": 4}
_PARTIES = frozenset({"country", "territory", "armed-force", "armed-group", "organisation", "person"})
_PREPOSITION = 3  # words between a preposition and its name
_DATELINE = ("(", "-", "–", "—", ",")
_LISTED = 2  # words between two countries of a list
_BACK = 2  # sentences before in which a subject is looked for


class Slots(Struct, frozen=True):
    """The parties of one movement. also: names of further countries, where a list of countries is the target."""

    actor: Party | None = None
    target: Party | None = None
    place: Party | None = None
    also: tuple[Name, ...] = ()


def party(id_: str, text: Text) -> Party | None:
    """An entity as a party, None for an empty id."""
    return Party(id_, text.gazetteer.label(id_)) if id_ else None


def find_slots(finding: Finding, text: Text) -> Slots:
    """Actor, target and place. Empty rather than guessed."""
    sentence = finding.sentence
    name = _actor(finding, sentence)
    actor = _actor_id(name) if name else ""
    places = _destinations(finding, sentence, name, actor, text)
    if not actor:
        taken = {other.country or other.id for _, other in places if other.is_place}
        actor = _actor_before(sentence, text, taken)
    border = _border(finding, sentence, actor)
    if border is not None and (not places or places[0][0] < 3 or places[0][1] is border):
        label = text.gazetteer.label(border.country)
        return Slots(party(actor, text), Party("", f"border with {label}"), None)
    target, place = _target(places or _places_before(sentence, actor, text), actor, text)
    if target is None and actor:
        country = _only_other(sentence, actor, text) or (actor if sentence.hits("homeland") else "")
        target = party(country, text)
    also = tuple(name for _, name in places if target and _is_listed(sentence, name, target.id, places))
    return Slots(party(actor, text), target, place, also)


def find_victim(finding: Finding, text: Text) -> Slots:
    """Whose soldiers were hit, and where, if stated."""
    sentence = finding.sentence
    name = _beside_troops(finding, sentence, finding.hits) or _beside_troops(
        finding, sentence, sentence.hits("troops", "unit", "force")
    )
    actor = _actor_id(name) if name else ""
    led = [
        other
        for other in sentence.names
        if other.id and other.is_place and other is not name and _preposition(sentence, other) == "to"
    ]
    place = min(led, key=lambda other: _PRECISE.get(other.type, 5)) if led else None
    target = party(place.country, text) if place and place.country else None
    return Slots(party(actor, text), target, party(place.id, text) if place else None)


def find_claimant(finding: Finding, actor: Party | None, text: Text) -> Party | None:
    """Who says so, where it is a party to the matter and not the actor: "Kyiv says that Russia has sent"."""
    sentence = finding.sentence
    for hit in sentence.hits("claim"):
        for name in sentence.names:
            near = 0 <= sentence.measure.word(hit.start) - sentence.measure.word(name.end) <= _PREPOSITION
            if not (name.id and near and name.end <= hit.start) or _preposition(sentence, name) == "to":
                continue
            id_ = _actor_id(name)
            if id_ and (actor is None or id_ != actor.id) and name.type in _PARTIES | {"city"}:
                return party(id_, text) if actor else None
    return None


def _trigger(finding: Finding, classes: Iterable[str]) -> Hit | None:
    return next((hit for hit in finding.hits if hit.cls in classes), None)


def _preposition(sentence: Sentence, name: Name) -> str:
    """ "to", "from", "help" or "against": the class of the nearest such word before a name; "" for none near."""
    nearest, found = _PREPOSITION, ""
    for cls in ("against", "help", "to", "from"):
        for hit in sentence.hits(cls):
            if hit.end <= name.start and (gap := sentence.measure.distance(hit.span, name.span)) < nearest:
                nearest, found = gap, cls
    if found != "to" and (_in_area(sentence, name) or _heads(sentence, name)):
        return "to"
    return found


def _in_area(sentence: Sentence, name: Name) -> bool:
    """Whether an area led by a word of direction is the name's: "dans l'est de la RDC"."""
    measure = sentence.measure
    return any(
        area.end <= name.start
        and measure.distance(area.span, name.span) <= _PREPOSITION
        and any(to.end <= area.start and measure.distance(to.span, area.span) <= _PREPOSITION for to in directions)
        for directions in [sentence.hits("to")]
        if directions
        for area in sentence.hits("area")
    )


def _heads(sentence: Sentence, name: Name) -> bool:
    """Whether a place alone opens the sentence before a colon: "Sahel: ..."."""
    return name.is_place and name.start == sentence.start and sentence.follows(name.end).startswith(":")


def _is_dateline(sentence: Sentence, name: Name) -> bool:
    """Whether a city only says where the report was written: "BRUSSELS (Reuters) - "."""
    return name.type == "city" and name.start - sentence.start < 3 and sentence.follows(name.end)[:1] in _DATELINE


def _actor(finding: Finding, sentence: Sentence) -> Name | None:
    """The name whose forces move: beside the troops ("soldats russes"), of them, or the subject of the act."""
    beside = _beside_troops(finding, sentence, finding.hits)
    if beside:
        return beside
    subject = _subject(finding, sentence)
    return subject or _beside_troops(finding, sentence, sentence.hits("troops", "force"))


def _beside_troops(finding: Finding, sentence: Sentence, hits: Sequence[Hit]) -> Name | None:
    best: tuple[float, Name] | None = None
    for hit in hits:
        if hit.cls not in TROOPS:
            continue
        for name in sentence.names:
            score = _beside(name, hit, sentence) if name.id else 0
            if score > 0 and (best is None or score > best[0]):
                best = (score, name)
    return best[1] if best else None


def _beside(name: Name, troops: Hit, sentence: Sentence) -> float:
    """How sure it is that these are the name's troops."""
    gap = sentence.measure.distance(troops.span, name.span)
    lead = _preposition(sentence, name)
    if lead in ("help", "against") or gap > _PREPOSITION:
        return 0
    if any(troops.end <= hit.start < name.start for hit in sentence.hits("against")):
        return 0
    if name.type == "armed-group" and (gap == 0 or lead == "from"):
        return 6 - gap * 0.1
    if name.start < troops.end and troops.start < name.end:
        return 5.5
    if name.is_people and gap <= 1:
        return 5 - gap * 0.2
    if name.type == "armed-force" and lead != "to":
        return 4.5 - gap * 0.1
    if name.type in ("country", "territory") and name.start >= troops.end and gap <= 2 and lead == "from":
        return 4
    return 0


def _subject(finding: Finding, sentence: Sentence) -> Name | None:
    """The party before the act that no preposition leads; after one of origin ("the government of Chad") if alone."""
    act = _trigger(finding, ACTS)
    if act is None:
        return None
    best: tuple[float, Name] | None = None
    for name in sentence.names:
        if not name.id or not (name.type in _PARTIES or name.kind in ("metonym", "demonym")):
            continue
        sovereign = name.country or name.type in ("organisation", "armed-group")
        if not sovereign or _is_dateline(sentence, name):
            continue
        score = _subject_score(name, act, sentence)
        if score > 0 and (best is None or score > best[0]):
            best = (score, name)
    return best[1] if best else None


def _subject_score(name: Name, act: Hit, sentence: Sentence) -> float:
    measure, lead = sentence.measure, _preposition(sentence, name)
    if lead in ("to", "help", "against"):
        return 0
    far = 0.04 * measure.distance(name.span, act.span)
    collective = 0.7 if name.type in ("organisation", "armed-group") else 0
    if name.start > act.end:
        agent = any(by.end <= name.start and measure.distance(by.span, name.span) <= 1 for by in sentence.hits("by"))
        verb_first = sentence.text.lang == "ar" and lead == "" and far < 0.1
        nominal = lead == "from" and name.type == "country" and far < 0.15
        return 3.0 - far if agent or verb_first else 1.5 - far if nominal else 0
    if sentence.text.suffixing:  # verbs come last: the subject is the name farthest away
        far = -far
    return (2.0 if lead == "from" else 3.5) - far - collective


def _actor_before(sentence: Sentence, text: Text, taken: set[str]) -> str:
    """The one party that the sentences just before speak of, if there is exactly one besides the destination."""
    at = sentence.at
    for before in reversed(text.sentences[max(0, at - _BACK) : at]):
        found = (
            {
                _actor_id(name)
                for name in before.names
                if name.id
                and _preposition(before, name) not in ("to", "help", "against")
                and (name.is_people or name.type == "armed-force" or before.hits("announce", *ACTS))
            }
            - taken
            - {""}
        )
        if len(found) == 1:
            return found.pop()
        if found:
            break
    led = {
        name.country
        for other in text.sentences
        for name in other.names
        if name.type == "country" and _preposition(other, name) == "to"
    }
    return text.only_country if text.only_country not in taken | led else ""


def _actor_id(name: Name) -> str:
    if name.type == "armed-group" or (not name.country and name.type in ("organisation", "armed-force")):
        return name.id
    return name.country


def _destinations(
    finding: Finding, sentence: Sentence, actor_name: Name | None, actor: str, text: Text
) -> list[tuple[float, Name]]:
    """Places and helped parties with how surely the movement goes there, best first."""
    act = _trigger(finding, ACTS) or finding.hits[0]
    found = []
    for name in sentence.names:
        if not name.id or name is actor_name:
            continue
        lead = _preposition(sentence, name)
        foreign = bool(name.country) and name.country != actor
        score = 0.0
        if name.is_place and lead == "to":
            score = 3
        elif lead == "help" and foreign:
            score = 2.5
        elif name.is_place and lead == "" and text.suffixing and foreign:
            score = 2
        elif name.is_place and lead == "from" and foreign and name.type != "country" and name.kind != "metonym":
            score = 0.5
        if score:
            after = 0.3 if name.start >= act.start else 0
            found.append((score + after - 0.02 * sentence.measure.distance(act.span, name.span), name))
    return sorted(found, key=lambda item: -item[0])


def _places_before(sentence: Sentence, actor: str, text: Text) -> list[tuple[float, Name]]:
    """Where the sentence just before says that something happens, outside the actor's country."""
    at = sentence.at
    for before in reversed(text.sentences[max(0, at - _BACK) : at]):
        led = [
            (3.0, name)
            for name in before.names
            if name.id and name.is_place and name.country != actor and _preposition(before, name) == "to"
        ]
        if led:
            return led
    return []


def _is_listed(sentence: Sentence, name: Name, target: str, places: Sequence[tuple[float, Name]]) -> bool:
    """Whether a country stands in a list with the target: "to Poland and Romania", "150 to Mali and 60 to Chad"."""
    if name.type != "country" or name.id == target:
        return False
    listed = [other for score, other in places if score > 2 and other.type == "country" and other.id != name.id]
    if not any(other.id == target for other in listed):
        return False
    for other in listed:
        first, second = sorted((other, name), key=lambda each: each.start)
        reach = _LISTED + 2 * any(first.end <= count.start < second.start for count in sentence.counts)
        pauses = sentence.measure.pauses(first.end, second.start)
        if sentence.measure.words(first.end, second.start) <= reach and pauses <= 1:
            return True
    return False


def _only_other(sentence: Sentence, actor: str, text: Text) -> str:
    """The one other country that the sentence, or the one before it, speaks of; "" for none or several.

    Not in languages without prepositions, where nothing tells a goal from a mere mention.
    """
    if text.suffixing:
        return ""
    at = sentence.at
    for near in (sentence, *text.sentences[max(0, at - 1) : at]):
        found = {
            name.country
            for name in near.names
            if name.country and name.type != "person" and _preposition(near, name) != "against"
        } - {actor}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""


def _border(finding: Finding, sentence: Sentence, actor: str) -> Name | None:
    """The country on the other side, where the sentence says "border"."""
    for hit in sentence.hits("border"):
        near = [
            (name.start < hit.start, sentence.measure.distance(hit.span, name.span), name)
            for name in sentence.names
            if name.country
            and name.country != actor
            and sentence.measure.distance(hit.span, name.span) <= 4
            and (actor or name.start < hit.start or _preposition(sentence, name) != "from")
        ]
        if near:
            return min(near, key=lambda item: item[:2])[2]
    return None


def _target(places: Sequence[tuple[float, Name]], actor: str, text: Text) -> tuple[Party | None, Party | None]:
    if not places:
        return None, None
    foreign = [name for score, name in places if score > 2 and (name.country or name.id) != actor]
    best = foreign[0] if foreign else places[0][1]
    country = best.country or best.id
    same = [name for _, name in places if (name.country or name.id) == country and name.is_place]
    precise = min(same, key=lambda name: _PRECISE.get(name.type, 5)) if same else None
    place = party(precise.id, text) if precise and precise.id != country else None
    return party(country, text), place
