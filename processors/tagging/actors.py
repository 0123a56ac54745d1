"""Whose forces move: beside the troops, as the subject of the act, or from the sentences before."""

from __future__ import annotations

from collections.abc import Sequence

from processors.models.articles import Party
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

TROOPS = ("troops", "unit", "force", "weak", "police", "group", "movement", "presence")
_PARTIES = frozenset({"country", "territory", "armed-force", "armed-group", "organisation", "person"})


def find_actor(finding: Finding, sentence: Sentence) -> Name | None:
    """The name whose forces move: beside the troops ("soldats russes"), of them, or the subject of the act."""
    beside = beside_troops(finding, sentence, finding.hits)
    if beside:
        return beside
    subject = _subject(finding, sentence)
    return subject or beside_troops(finding, sentence, sentence.hits("troops", "force"))


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
    if name.type != "country" or sentence.text.suffixing:
        return []
    found, last = [], name
    for other in sentence.names:
        if (
            other.start > last.end
            and other.type == "country"
            and other.is_people == name.is_people
            and other.country not in (name.country, "")
            and not any(last.end <= hit.start < other.start for hit in sentence.hits(*ACTS, "to", "from", "against"))
            and stand_together(sentence, last, other)
        ):
            found.append(other)
            last = other
    return found


def beside_troops(finding: Finding, sentence: Sentence, hits: Sequence[Hit]) -> Name | None:
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
    lead = preposition(sentence, name)
    if lead in ("help", "against") or gap > NEAR:
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
    act = trigger(finding, ACTS)
    if act is None:
        return None
    best: tuple[float, Name] | None = None
    for name in sentence.names:
        if not name.id or not (name.type in _PARTIES or name.kind in ("metonym", "demonym")):
            continue
        sovereign = name.country or name.type in ("organisation", "armed-group")
        if not sovereign or is_dateline(sentence, name):
            continue
        score = _subject_score(name, act, sentence)
        if score > 0 and (best is None or score > best[0]):
            best = (score, name)
    return best[1] if best else None


def _subject_score(name: Name, act: Hit, sentence: Sentence) -> float:
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
            if id_ and (actor is None or id_ != actor.id) and name.type in _PARTIES | {"city"}:
                return party(id_, text) if actor else None
    return None
