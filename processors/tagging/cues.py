"""How a name stands to the act of its sentence: the word that leads to it, subject or object, owner, victim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from processors.tagging.cases import CASED, case_of
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence
from processors.tagging.relations import preposition
from processors.tagging.topics import CUES, LEADS, Role

_REACH = 2  # words between a leading word and its name
_BESIDE = 1  # words between a nationality or an owner and the act
_OBJECT = 3  # words between the act and its object
_PATIENT = 6  # words between one to whom something is done and the act: "Iran was hit by fresh sanctions"
_RECEIVES, _LATE = 3, 8  # words between one who receives and the verb; in languages whose verb may come last
_BETWEEN = 12  # words between "between" and the last of its names
_DIES = 5  # words between soldiers and that they died
_FAR = 0.04  # of a cue's weight, for each word between name and act
_LEAST = 0.3  # what stays of it
_WEAK = 0.4  # of the weight as a subject, where a word like "of" or "der" leads to a name before the act
_SPEAKER = 0.5  # of the weight as a subject, where the verb is one of saying
_LISTED = re.compile(r"[\s«»\"'’]*(?:[,،、，]|\w+(?<=[^\W\d]))?[\s«»\"'’]*(?:\w{1,4}['’ ]{1,2}){0,2}")
_VERB_LATE = frozenset({"de", "nl", "tr", "az", "ja"})
_OWNED = ("'s", "’s", "的")


class Marked(Struct, frozen=True):
    """A name with its cues (see CUES), and how far each counts: 1 beside the act, less with every word from it."""

    name: Name
    cues: dict[str, float]

    def score(self, role: Role) -> float:
        """The greatest weight that the role gives to a cue of the name; 0 where it has none of them."""
        return max((role.cues[cue] * share for cue, share in self.cues.items() if cue in role.cues), default=0.0)


def mark(name: Name, act: Hit, finding: Finding) -> Marked:
    """A name of the finding's sentence with its cues. act: the word from which positions count."""
    sentence = finding.sentence
    gap = sentence.measure.distance(name.span, act.span)
    leads = leads_to(sentence, name, sentence.names)
    found = {*leads, *_standing(sentence, name, act, gap, leads)}
    near = max(_LEAST, 1 - _FAR * gap)
    shares = dict.fromkeys(found & CUES, near)
    if leads and "subject" in shares:
        shares["subject"] *= _WEAK
    elif "subject" in shares and _says(sentence, name):
        shares["subject"] *= _SPEAKER
    return Marked(name, shares)


def stand_listed(sentence: Sentence, one: Name, other: Name) -> bool:
    """Whether only a comma or one word and an article part two names: "Poland and Romania"."""
    first, second = sorted((one, other), key=lambda each: each.start)
    between = sentence.text.surface.marks[first.end : second.start]
    return 0 < len(between) < 40 and _LISTED.fullmatch(between) is not None


def is_followed(sentence: Sentence, end: int, hits: Iterable[Hit], words: int) -> bool:
    """Whether one of the hits stands at most so many words after an offset, without a pause between."""
    return any(
        hit.start >= end
        and sentence.measure.words(end, hit.start) <= words
        and not sentence.measure.pauses(end, hit.start)
        for hit in hits
    )


def leads_to(sentence: Sentence, name: Name, names: Sequence[Name]) -> set[str]:
    """The classes of the word that leads to a name; in a list, of the one that leads to the name before."""
    if sentence.text.lang in CASED:
        return _cased(sentence, name)
    before = [other for other in names if other.end <= name.start]
    since = before[-1].end if before else sentence.start
    nearest = _REACH + 1
    found: set[str] = set()
    for hit in sentence.hits(*LEADS):
        if since <= hit.start and hit.end <= name.start:
            gap = sentence.measure.distance(hit.span, name.span)
            if gap < nearest:
                nearest, found = gap, {hit.cls}
            elif gap == nearest <= _REACH:
                found.add(hit.cls)
    if found & {"upon", "against", "with", "help"}:
        found.discard("from")  # lists of "from" hold what leads to no goal
    if _is_between(sentence, name, before):
        found.add("between")
    if not found and before and before[-1].is_people == name.is_people and stand_listed(sentence, before[-1], name):
        return leads_to(sentence, before[-1], before[:-1])
    if not found and preposition(sentence, name) == "to":
        return {"to"}
    return found


def _is_between(sentence: Sentence, name: Name, before: Sequence[Name]) -> bool:
    """Whether "between" opens a pair of which the name is the first or the second."""
    return any(
        hit.end <= name.start
        and sentence.measure.words(hit.end, name.start) <= _BETWEEN
        and len({other.country for other in before if other.start >= hit.end} - {name.country}) <= 1
        for hit in sentence.hits("between")
    )


def _cased(sentence: Sentence, name: Name) -> set[str]:
    """By case in Turkish; by the word that adjoins in Chinese and Japanese."""
    found = {hit.cls for hit in sentence.hits(*LEADS) if hit.end == name.start}
    after = {hit.cls for hit in sentence.hits("by", "with") if 0 <= hit.start - name.end <= 1}
    if sentence.text.lang == "tr":
        found |= after
    case = case_of(sentence, name.span)
    return found | ({"from"} if case == "of" else {case} if case else set())


def _standing(sentence: Sentence, name: Name, act: Hit, gap: int, leads: set[str]) -> set[str]:
    """The cues of position."""
    if _is_victim(sentence, name, act):
        return {"victim"}
    found = set()
    if name.is_people and gap <= _BESIDE:
        found.add("people")
    if _is_marked_object(sentence, name):
        return found | {"object"}
    if _receives(sentence, name) and not leads - {"from"}:
        return found | {"receiver"}
    if name.end <= act.start:
        if not leads - {"from", "by"}:
            found.add("subject")
        if not leads and gap <= _PATIENT and not _says(sentence, name):
            found.add("patient")
        if gap <= _BESIDE and _owns(sentence, name):
            found.add("owner")
    elif not leads - {"from"}:
        if gap <= _BESIDE and (leads or not sentence.text.suffixing):
            found.add("owner")
        if gap <= _OBJECT and not leads:
            found.add("object")
        if sentence.text.lang == "ar" and gap <= _BESIDE and not leads:
            found.add("subject")
    return found


def _says(sentence: Sentence, name: Name) -> bool:
    return any(
        hit.start >= name.end and sentence.measure.words(name.end, hit.start) <= 1 for hit in sentence.hits("claim")
    )


def _receives(sentence: Sentence, name: Name) -> bool:
    """Whether a verb of receiving or buying follows the name."""
    reach = _LATE if sentence.text.lang in _VERB_LATE else _RECEIVES
    return is_followed(sentence, name.end, sentence.hits("receive"), reach)


def _is_victim(sentence: Sentence, name: Name, act: Hit) -> bool:
    """Whether the name's soldiers were killed: "four Colombian soldiers died in an attack"."""
    measure = sentence.measure
    own = [
        hit
        for hit in sentence.hits("troops", "unit", "soldier", "police")
        if measure.distance(hit.span, name.span) <= _BESIDE and hit.span != act.span
    ]
    return any(
        measure.distance(hit.span, died.span) <= _DIES and died.span != act.span
        for hit in own
        for died in sentence.hits("killed")
    )


def _owns(sentence: Sentence, name: Name) -> bool:
    """Whether a name owns the act that follows: "Russia's strikes", "İsrail'in saldırıları", 俄罗斯的制裁."""
    if sentence.text.lang == "tr":
        return case_of(sentence, name.span) == "of"
    return sentence.follows(name.end).startswith(_OWNED)


def _is_marked_object(sentence: Sentence, name: Name) -> bool:
    """Whether a Turkish name has an ending that is neither of place nor of an owner: "Lübnan'ı vurdu"."""
    return (
        sentence.text.lang == "tr" and sentence.follows(name.end)[:1] in ("'", "’") and not case_of(sentence, name.span)
    )
