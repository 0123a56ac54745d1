"""Whose forces move where no name of a country says it: by a body that a country has, the dateline, the one country."""

from __future__ import annotations

from collections.abc import Iterable

from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import BACK, NEAR, is_dateline, preposition


def actor_of_body(sentence: Sentence) -> str:
    """The country of a force or an office that the sentence names without its country: "le 8e RPIMa"."""
    found = {country for country in _bodies(sentence, near_claim=False) if country}
    return found.pop() if len(found) == 1 else ""


def actor_of_text(sentence: Sentence, text: Text, places: Iterable[Name]) -> str:
    """The country of the bodies of the neighbouring sentences; else, where the sentence only says "the army", the
    country of which the text speaks, if it is one.
    """
    goals = {name.country for name in places if name.type != "country"}
    written = {name.country for name in text.names if _is_written_in(text, name)} - {""}
    if goals & written:  # a report from Minsk on troops that go to Grodno
        return (goals & written).pop()
    near = text.sentences[max(0, sentence.at - BACK) : sentence.at + BACK + 1]
    found = {country for other in near for country in _bodies(other) if country}
    if len(found) == 1:
        return found.pop()
    countries = {name.country for name in (*text.names, *places) if name.country}
    if found or len(countries) != 1:
        return ""
    return countries.pop() if "" in _bodies(sentence) or _is_domestic(sentence) else ""


def _is_written_in(text: Text, name: Name) -> bool:
    """Whether a city is the dateline of the text, be it a sentence of its own."""
    for sentence in text.sentences[:BACK]:
        if sentence.start <= name.start < sentence.end:
            alone = sentence.start == name.start and sentence.end - name.end <= 1
            return name.type == "city" and (alone or is_dateline(sentence, name))
    return False


def _is_domestic(sentence: Sentence) -> bool:
    """Whether troops move inside the one country of the text: "across the country", "from Pskov to Kursk"."""
    if sentence.hits("homeland"):
        return True
    goals = [name for name in sentence.names if name.country and preposition(sentence, name) == "to"]
    others = [name for name in sentence.names if name.country and name not in goals]
    return any(goal.type in ("city", "region", "facility") for goal in goals) and bool(others)


def _bodies(sentence: Sentence, *, near_claim: bool = True) -> set[str]:
    """Countries of the bodies in a sentence that no name of another country adjoins, "" for those of the text.

    near_claim: also of those that only say something.
    """
    text, measure = sentence.text, sentence.measure
    found = set()
    for start, end, country in text.gazetteer.bodies.find(text.lang, text.surface.folded, sentence.start, sentence.end):
        span = start, end
        beside = (name for name in sentence.names if name.end <= start or end <= name.start)
        says = any(measure.distance(hit.span, span) <= NEAR for hit in sentence.hits("claim"))
        if (near_claim or not says) and not any(n.country and measure.distance(span, n.span) <= 1 for n in beside):
            found.add(country)
    return found
