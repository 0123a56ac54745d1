"""Whose forces move: beside the troops, as the subject of the act, or from the sentences before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from processors.models.articles import Party
from processors.tagging.cases import CASED
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import (
    ACTS,
    BACK,
    NEAR,
    actor_id,
    is_dateline,
    party,
    preposition,
    stand_together,
    trigger,
)

_MOVES = ("send", "mass", "reinforce", "rotate", "contribute")  # acts of one who has the troops move
_ORIGIN = 4  # the score of a country that troops come from
_CASED_NEAR = 8  # words of two characters, or Turkish ones, between a country and its troops
_AND = re.compile("[、,，] ?|[和与與及同跟とや]|、?(?:以及|および)| ve | ile ")
_OF = 3  # words between a people and a count: "of some 300"
TROOPS = ("troops", "unit", "force", "weak", "police", "group", "movement", "presence")
PARTIES = frozenset({"country", "territory", "armed-force", "armed-group", "organisation", "person"})


def find_actor(finding: Finding, sentence: Sentence) -> Name | None:
    """The name whose forces move: beside the troops ("soldats russes"), of them, or the subject of the act.

    Where the subject is an alliance or a mission, those whose troops it sends come first; where troops only come "from
    Belarus", the country that moves them does.
    """
    score, owner = _beside_troops(finding, sentence, finding.hits)
    if owner and score > _ORIGIN:
        return owner
    subject = _subject(finding, sentence)
    if owner:
        moved = subject and subject.country and preposition(sentence, subject) == "" and trigger(finding, _MOVES)
        return subject if moved else owner
    if subject and subject.country:
        return subject
    hits = sentence.hits("troops", "force")
    other = beside_troops(finding, sentence, hits)
    if other and other.type == "armed-group":
        other = beside_troops(finding, sentence, [hit for hit in hits if not _is_apart(finding, hit)])
    return other or subject


def _is_apart(finding: Finding, hit: Hit) -> bool:
    """Whether a pause parts a word from the finding's words: "500 soldiers to the east, where the forces of ..."."""
    start, end = finding.span
    first, last = sorted(((start, end), hit.span))
    return first[1] < last[0] and finding.sentence.measure.pauses(first[1], last[0]) > 0


def actor_before(sentence: Sentence, text: Text, taken: set[str]) -> str:
    """The one party that the sentences just before speak of, if there is exactly one besides the destination."""
    at = sentence.at
    for before in reversed(text.sentences[max(0, at - BACK) : at]):
        found = (
            {
                actor_id(name)
                for name in before.names
                if name.id
                and preposition(before, name) not in ("to", "help", "against")
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
        if name.type == "country" and preposition(other, name) == "to"
    }
    return text.only_country if text.only_country not in taken | led else ""


def allies(sentence: Sentence, name: Name) -> list[Name]:
    """The countries that stand in a list with the actor's name: "Kenya and Ghana are sending"."""
    if name.type != "country" or sentence.text.lang in ("az", "hu"):
        return []
    found: list[Name] = []
    for others in (sentence.names, sentence.names[::-1]):
        last = name
        for other in others:
            ahead = other.start > last.end if others is sentence.names else other.end < last.start
            if ahead and _is_ally(sentence, name, other, last):
                found.append(other)
                last = other
    return sorted(found, key=lambda other: other.start)


def _is_ally(sentence: Sentence, name: Name, other: Name, last: Name) -> bool:
    """Whether a country stands in one list with the last that was found, all without words of their own."""
    if other.type != "country" or other.is_people != name.is_people or other.country in (name.country, ""):
        return False
    if is_dateline(sentence, other):
        return False
    first, second = sorted((last, other), key=lambda each: each.start)
    counts = [count for count in sentence.counts if first.end <= count.start < second.start]
    between = [
        *sentence.hits(*ACTS, "claim", "announce", "to", "against"),
        *([] if counts else sentence.hits("from", "help")),
    ]
    if any(first.end <= hit.start < second.start for hit in between):
        return False
    if sentence.text.lang in CASED:
        alike = preposition(sentence, other) == preposition(sentence, name)
        return alike and _AND.fullmatch(sentence.text.surface.marks, first.end, second.start) is not None
    led = preposition(sentence, other)
    alike = other.is_people or led in (preposition(sentence, name), "")
    return alike and led != "to" and stand_together(sentence, first, second)


def beside_troops(finding: Finding, sentence: Sentence, hits: Sequence[Hit]) -> Name | None:
    """The name whose troops the hits are, by what stands beside them."""
    return _beside_troops(finding, sentence, hits)[1]


def _beside_troops(finding: Finding, sentence: Sentence, hits: Sequence[Hit]) -> tuple[float, Name | None]:
    best: tuple[float, Name] | None = None
    leaving = [hit for hit in sentence.hits("withdraw") if hit.span not in {own.span for own in finding.hits}]
    for hit in hits:
        if hit.cls not in TROOPS:
            continue
        if finding.topic.id != "troop-withdrawal" and any(
            gone.end <= hit.start and sentence.measure.distance(gone.span, hit.span) <= 1 for gone in leaving
        ):
            continue
        for name in sentence.names:
            score = beside(name, hit, sentence) if name.id else 0
            if score > 0 and (best is None or score > best[0]):
                best = (score, name)
    return best or (0, None)


def beside(name: Name, troops: Hit, sentence: Sentence) -> float:
    """How sure it is that these are the name's troops."""
    gap = sentence.measure.distance(troops.span, name.span)
    lead = preposition(sentence, name)
    if lead in ("help", "against") or (name.type == "armed-group" and _is_fought(sentence, name)):
        return 0
    if sentence.text.lang in CASED and name.type == "country" and name.end <= troops.start:
        return _cased(sentence, name, troops, lead, gap)
    if gap > NEAR:
        return 0
    if any(troops.end <= hit.start < name.start for hit in sentence.hits("against")):
        return 0
    if name.type == "organisation" and sentence.text.gazetteer.seat_of(name.id):
        return 0  # a mission: whose troops serve in it is said elsewhere
    if name.type == "armed-group" and (gap == 0 or lead == "from"):
        return 6 - gap * 0.1
    if name.start < troops.end and troops.start < name.end:
        return 5.5
    if name.is_people and (gap <= 1 or _counts_between(sentence, name, troops)):
        return 5 - gap * 0.2
    if name.type == "armed-force" and lead != "to":
        return 4.5 - gap * 0.1
    if name.type in ("country", "territory") and name.start >= troops.end and gap <= 2 and lead == "from":
        return 4
    return 0


def _cased(sentence: Sentence, name: Name, troops: Hit, lead: str, gap: int) -> float:
    """A country before its troops in a language without prepositions: "意大利一支180人的部队"."""
    between = any(name.end <= other.start < troops.start for other in sentence.names)
    if lead != "" or between or gap > _CASED_NEAR or sentence.measure.pauses(name.end, troops.start):
        return 0
    return 5 - gap * 0.1 if name.is_people else 4.5 - gap * 0.1


def _is_fought(sentence: Sentence, name: Name) -> bool:
    """Whether a group is one that others fight: "against the West African militants of ..."."""
    return any(
        hit.end <= name.start
        and sentence.measure.words(hit.end, name.start) <= 2 * NEAR
        and not sentence.measure.pauses(hit.end, name.start)
        for hit in sentence.hits("against")
    )


def _counts_between(sentence: Sentence, name: Name, troops: Hit) -> bool:
    """Whether only a count stands between a people and its troops: "un détachement français de 300 soldats"."""
    for count in sentence.counts:
        if name.end <= count.start and count.end <= troops.start:
            measure = sentence.measure
            return measure.words(name.end, count.start) <= _OF and measure.words(count.end, troops.start) <= 1
    return False


def _subject(finding: Finding, sentence: Sentence) -> Name | None:
    """The party before the act that no preposition leads; after one of origin ("the government of Chad") if alone."""
    act = trigger(finding, ACTS)
    if act is None:
        return None
    best: tuple[float, Name] | None = None
    for name in sentence.names:
        if not name.id or not (name.type in PARTIES or name.kind in ("metonym", "demonym")):
            continue
        sovereign = name.country or name.type in ("organisation", "armed-group")
        if not sovereign or is_dateline(sentence, name):
            continue
        score = subject_score(name, act, sentence)
        if score > 0 and (best is None or score > best[0]):
            best = (score, name)
    return best[1] if best else None


def subject_score(name: Name, act: Hit, sentence: Sentence) -> float:
    measure, lead = sentence.measure, preposition(sentence, name)
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


def find_claimant(finding: Finding, actor: Party | None, text: Text) -> Party | None:
    """Who says so, where it is a party to the matter and not the actor: "Kyiv says that Russia has sent"."""
    sentence = finding.sentence
    for hit in sentence.hits("claim"):
        for name in sentence.names:
            near = 0 <= sentence.measure.word(hit.start) - sentence.measure.word(name.end) <= NEAR
            if not (name.id and near and name.end <= hit.start) or preposition(sentence, name) == "to":
                continue
            id_ = actor_id(name)
            if id_ and (actor is None or id_ != actor.id) and name.type in PARTIES | {"city"}:
                return party(id_, text) if actor else None
    return None
