"""Where a movement goes: known places by preposition, and unknown ones by their capital letter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processors.models.articles import Party
from processors.tagging.borders import is_across
from processors.tagging.cases import CASED
from processors.tagging.judgement import Finding
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import ACTS, BACK, is_dateline, party, preposition, stand_together, trigger
from processors.tagging.towns import NOT_PLACES, towns_in

_PRECISE = {"facility": 0, "city": 1, "region": 2, "sea": 2, "territory": 3, "country": 4}
_WORD = r"[^\W\d_a-zß-öø-ÿ][^\W\d_]*[a-zß-öø-ÿ][\w’'-]*"
_UNKNOWN = re.compile(rf" ?(?:(?:la|le|les|el|il|lo|the) |l['’])?({_WORD}(?: (?:(?:de|del|da|do|di|la) )?{_WORD})*)")
_PLAIN_NAMES = frozenset(
    {"fr", "es", "it", "pt", "en", "de"}
)  # languages that capitalise names and do not decline them
_GERMAN = re.compile(r"(?:ung|en|heit|keit|schaft|er|ion|e)$")  # German capitalises every noun: endings of common ones
_LOCATIVE = frozenset(
    "à en vers a al hacia verso to into in at near nach im em para au ao aos às nel nella alla sul sulla aux dans no "  # noqa: SIM905
    "na toward towards ad presso per pour".split()
)


def destinations(
    finding: Finding, sentence: Sentence, actor_name: Name | None, actor: str, text: Text, towns: Sequence[Name] = ()
) -> list[tuple[float, Name]]:
    """Places and helped parties with how surely the movement goes there, best first."""
    act = trigger(finding, ACTS) or next(iter(sentence.hits("arrive", "send", "sent")), finding.hits[0])
    found = []
    for name in (*map(text.seated, sentence.names), *towns):
        if not name.id or name is actor_name or is_dateline(sentence, name):
            continue
        lead = preposition(sentence, name)
        foreign = bool(name.country) and name.country != actor
        score = 0.0
        if name.is_place and lead == "to":
            score = 3
        elif lead == "help" and foreign:
            score = 2.5
        elif name.is_place and lead == "" and text.suffixing and text.lang not in CASED and foreign:
            score = 2
        elif name.is_place and lead == "from" and foreign and name.type != "country" and name.kind != "metonym":
            score = 0.5
        if score:
            after = 0.3 if name.start >= act.start else 0
            found.append((score + after - 0.02 * sentence.measure.distance(act.span, name.span), name))
    return sorted(found, key=lambda item: -item[0])


def places_before(sentence: Sentence, actor: str, text: Text) -> list[tuple[float, Name]]:
    """Where the sentence just before says that something happens, outside the actor's country."""
    at = sentence.at
    for before in reversed(text.sentences[max(0, at - BACK) : at]):
        led = [
            (3.0, name)
            for name in (*before.names, *towns_in(before))
            if name.id
            and name.is_place
            and preposition(before, name) == "to"
            and (name.country != actor or (name.type != "country" and before.hits("troops", "unit", "force")))
            and not is_across(before, name)
        ]
        if led:
            return led
    return []


def place_after(sentence: Sentence, actor: str) -> list[tuple[float, Name]]:
    """Where the sentence after it leads, if to one foreign country only: "... left Roissy. Destination: Estonia"."""
    for after in sentence.text.sentences[sentence.at + 1 : sentence.at + 2]:
        led = [
            (3.0, name)
            for name in (*after.names, *towns_in(after))
            if name.id
            and name.is_place
            and name.country not in ("", actor)
            and preposition(after, name) == "to"
            and not is_across(after, name)
            and not is_dateline(after, name)
        ]
        if len({name.country for _, name in led}) == 1:
            return led
    return []


def is_listed(sentence: Sentence, name: Name, target: str, places: Sequence[tuple[float, Name]]) -> bool:
    """Whether a country stands in a list with the target: "to Poland and Romania", "150 to Mali and 60 to Chad"."""
    if name.type != "country" or name.id == target:
        return False
    listed = [other for score, other in places if score > 2 and other.type == "country" and other.id != name.id]
    if not any(other.id == target for other in listed):
        return False
    return any(stand_together(sentence, name, other) for other in listed)


def only_other(sentence: Sentence, actor: str, text: Text) -> Name | None:
    """The one other country that the sentence, or the one before it, speaks of; None for none or several.

    Not in languages without prepositions, where nothing tells a goal from a mere mention.
    """
    if text.suffixing:
        return None
    at = sentence.at
    for near in (sentence, *text.sentences[max(0, at - 1) : at]):
        others = [
            name
            for name in near.names
            if name.country not in ("", actor)
            and name.type != "person"
            and preposition(near, name) != "against"
            and not is_dateline(near, name)
        ]
        if others:
            best = min(others, key=lambda name: (not name.is_place, _PRECISE.get(name.type, 5)))
            return best if len({name.country for name in others}) == 1 else None
    return None


def choose_target(places: Sequence[tuple[float, Name]], actor: str, text: Text) -> tuple[Party | None, Party | None]:
    if not places:
        return None, None
    foreign = [name for score, name in places if score > 2 and (name.country or name.id) != actor]
    best = foreign[0] if foreign else places[0][1]
    if not best.country and best.lead:  # a town that several countries have
        return None, party(best.id, text)
    country = best.country or best.id
    sure = [name for score, name in places if score > 2] or [name for _, name in places]
    same = [name for name in sure if (name.country or name.id) == country and name.is_place]
    precise = min(same, key=lambda name: _PRECISE.get(name.type, 5)) if same else None
    place = party(precise.id, text) if precise and precise.id != country else None
    return party(country, text), place


def unknown_place(finding: Finding, sentence: Sentence) -> Party | None:
    """The capitalised name that no gazetteer entry covers, straight after a word of place: "à Zémio". No id."""
    text = sentence.text
    if text.lang not in _PLAIN_NAMES:
        return None
    act = trigger(finding, ACTS) or finding.hits[0]
    marks, found = text.surface.marks, []
    for hit in sentence.hits("to", "arrive", "send", "station", "sent"):
        name = _UNKNOWN.match(marks, hit.end, sentence.end)
        lead = marks[hit.start : hit.end].casefold().split()[-1:]
        if name is None or not _LOCATIVE.issuperset(lead) or _is_common(sentence, name, hit.start):
            continue
        found.append((sentence.measure.distance(act.span, name.span(1)), text.surface.original(*name.span(1))))
    return Party("", min(found)[1]) if found else None


def _is_common(sentence: Sentence, found: re.Match[str], at: int) -> bool:
    """Whether the capitalised words are a known name, a word of the lists, a date or a German noun."""
    start, end = found.span(1)
    if any(name.start < end and start < name.end for name in sentence.names):
        return True
    if sentence.text.lang == "de" and _GERMAN.search(found[1]):
        return True
    listed = (hit for hits in sentence.classes.values() for hit in hits)
    return found[1].casefold().split()[0] in NOT_PLACES or any(h.start < end and start < h.end for h in listed)


def precise_of(name: Name, text: Text) -> Party | None:
    """A place within its country as a party; None for a country, or what is no place."""
    return party(name.id, text) if name.is_place and name.id != name.country else None


def precision(name: Name) -> int:
    """How precise a place is: 0 for a facility, 4 for a country."""
    return _PRECISE.get(name.type, 5)
