"""How a name stands in its sentence: what leads to it, and whose forces or which place it means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.models.articles import Party
from processors.tagging.cases import CASED, case_of
from processors.tagging.judgement import Finding
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence, Text

ACTS = ("send", "sent", "arrive", "station", "mass", "reinforce", "rotate", "withdraw", "leave", "killed", "lost",
        "movement", "contribute", "reduce")  # fmt: skip
NEAR = 3  # words between a preposition and its name
BACK = 2  # sentences before in which a subject or a place is looked for
_STRAIGHT = 1  # words between a movement and the place it leads to
_LISTED = 2  # words between two countries of a list
TOWN = "town:"  # begins the id of a name that only the list of towns knows; its label follows
AWAY = ("from", "de", "du", "da", "dal", "von", "aus", "из", "от", "із", "з", "z", "ze", "od", "من")
_GLUED = re.compile(r"(?<!\w)[وف]?[بل]\Z")
_DATELINE = ("(", "-", "–", "—", ",", "/")
_OPENING = 30  # characters within which a dateline names a second place
# Capitals, at most a few words more, and a dash: the dateline of a report.
_OPENED = re.compile(
    r"(?=[^\W\d_]{2})[^\W\d_a-zà-öø-ÿа-яёіїєґ]+[^.!?;:\n–—-]{0,30}?(?:\([^)\n]{1,30}\) ?)?(?: [–—-]|—) "
)


def party(id_: str, text: Text) -> Party | None:
    """An entity as a party, None for an empty id; a town of the great list has no id, only its label."""
    if id_.startswith(TOWN):
        return Party("", id_.removeprefix(TOWN))
    return Party(id_, text.gazetteer.label(id_)) if id_ else None


def trigger(finding: Finding, classes: Iterable[str]) -> Hit | None:
    return next((hit for hit in finding.hits if hit.cls in classes), None)


def preposition(sentence: Sentence, name: Name) -> str:
    """ "to", "from", "help" or "against": the class of the nearest such word before a name; "" for none near.

    In languages without prepositions the name's suffix, particle or verb says it.
    """
    if name.lead:
        return name.lead
    if sentence.text.lang in CASED:
        case = case_of(sentence, name.span)
        return "to" if not case and _heads(sentence, name) else "" if case == "of" else case
    if sentence.text.lang == "ar" and _is_glued(sentence, name):
        return "to"
    nearest, found = NEAR, ""
    for cls in ("against", "help", "to", "toward", "from"):
        for hit in sentence.hits(cls):
            if hit.end <= name.start and (gap := sentence.measure.distance(hit.span, name.span)) < nearest:
                nearest, found = gap, "to" if cls == "toward" else cls
    if found != "to" and _is_reached(sentence, name):
        return "to"
    if found != "to" and (_in_area(sentence, name) or _heads(sentence, name)):
        return "to"
    return found


def _is_glued(sentence: Sentence, name: Name) -> bool:
    """Whether Arabic "in" or "to" is written in one word with a place: "بغينيا"."""
    folded = sentence.text.surface.folded
    return name.is_place and _GLUED.search(folded, sentence.start, name.start) is not None


def _is_reached(sentence: Sentence, name: Name) -> bool:
    """Whether a movement's words lead straight to a place: "rallié Bamako", "bound for the Gulf of Aden"."""
    return name.is_place and any(
        hit.end <= name.start
        and sentence.measure.distance(hit.span, name.span) <= _STRAIGHT
        and sentence.words(hit.span).split()[-1] not in AWAY
        and not any(hit.end <= away.start < name.start for away in sentence.hits("from"))
        for hit in sentence.hits("arrive", "station")
    )


def _in_area(sentence: Sentence, name: Name) -> bool:
    """Whether an area led by a word of direction is the name's: "dans l'est de la RDC"."""
    measure = sentence.measure
    return any(
        area.end <= name.start
        and measure.distance(area.span, name.span) <= NEAR
        and any(to.end <= area.start and measure.distance(to.span, area.span) <= NEAR for to in directions)
        for directions in [sentence.hits("to")]
        if directions
        for area in sentence.hits("area")
    )


def _heads(sentence: Sentence, name: Name) -> bool:
    """Whether a place alone opens the sentence before a colon: "Sahel: ..."."""
    return name.is_place and name.start == sentence.start and sentence.follows(name.end).startswith(":")


def is_dateline(sentence: Sentence, name: Name) -> bool:
    """Whether a name only says where the report was written: "BRUSSELS (Reuters) - ", "DAKAR, Senegal — "."""
    if name.start >= sentence.start + _OPENING:
        return False
    marks = sentence.text.surface.marks
    if name.type == "city" and name.start - sentence.start < 3 and sentence.follows(name.end)[:1] in _DATELINE:
        return True
    opening = _OPENED.match(marks, sentence.start, sentence.end)
    return opening is not None and name.end <= opening.end()


def actor_id(name: Name) -> str:
    if name.type == "armed-group" or (not name.country and name.type in ("organisation", "armed-force")):
        return name.id
    return name.country


def stand_together(sentence: Sentence, one: Name, other: Name) -> bool:
    """Whether two names stand in a list: "Poland and Romania", "150 to Mali and 60 to Chad"."""
    first, second = sorted((one, other), key=lambda each: each.start)
    reach = _LISTED + 2 * any(first.end <= count.start < second.start for count in sentence.counts)
    pauses = sentence.measure.pauses(first.end, second.start)
    return sentence.measure.words(first.end, second.start) <= reach and pauses <= 1
