"""How many may move: every count of a sentence and its neighbours, each with what speaks for it."""

from __future__ import annotations

from collections.abc import Sequence

from processors.models.articles import Quantity
from processors.tagging.actors import TROOPS
from processors.tagging.candidates import Candidate, Features, around, by_none, marked, said_by_rules, step, with_none
from processors.tagging.judgement import Finding
from processors.tagging.numbers import Count
from processors.tagging.reading import Sentence, Text
from processors.tagging.relations import ACTS, trigger

_FAR = 6  # words between a count and a word for people


def counts(finding: Finding, text: Text, chosen: Quantity | None, holding: Sequence[Finding]) -> list[Candidate]:
    """How many may move. chosen: what the rules say; holding: the findings of the topic that hold."""
    act = trigger(finding, ACTS) or finding.hits[0]
    holds = {other.sentence.at for other in holding}
    found = []
    for where, near in around(text, finding.sentence.at):
        if where.startswith("far"):
            continue
        nouns = {count.start: noun for count, noun in near.counted}
        first = min(nouns, default=-1)
        for count in near.counts:
            if count.quantity.max == 1:
                continue
            noun = nouns.get(count.start)
            kind = noun.cls if noun else "no noun"
            features = {where: 1.0, f"{where} {kind}": 1.0, **_circumstance(near, count), **_figure(count.quantity)}
            features |= {f"{where} first": 1.0} if count.start == first else {}
            features |= {f"{where} reports": 1.0} if near.at in holds else {}
            features |= {} if noun else _far_noun(near, count)
            if where == "here":
                span = count.start, count.end
                side = "before" if count.end <= act.start else "after"
                features[f"{side} act, {step(near.measure.distance(act.span, span))}"] = 1.0
                if any(near.measure.distance(hit.span, span) <= 2 for hit in finding.hits if hit.cls in TROOPS):
                    features["at the troops"] = 1.0
            same = where == "here" and count.quantity == chosen
            features |= said_by_rules("yes" if chosen else "", "yes" if same else "no", f"{where} {kind}")
            features |= marked(near, (count.start, count.end), "quantity", where)
            found.append(Candidate(count.quantity, features))
    return with_none(found, by_none(chosen is not None, bool(finding.sentence.counted)))


def _circumstance(near: Sentence, count: Count) -> Features:
    """Words beside a count that say it is of others: of the dead, of those who are there, of things, of a share."""
    span = count.start, count.end
    reach = {"killed": 3, "lost": 3, "already": 3, "withdraw": 3, "reduce": 3, "materiel": 1, "weapons": 1}
    found = {
        f"beside {cls}": 1.0
        for cls, words in reach.items()
        if any(near.measure.distance(hit.span, span) <= words for hit in near.hits(cls))
    }
    found |= {"year": 1.0} if count.plain_year else {}
    return found | ({"share or money": 1.0} if near.follows(count.end)[:1] in ("%", "°", "€", "$") else {})


def _far_noun(near: Sentence, count: Count) -> Features:
    """How far a word for people stands from a count that counts none."""
    nouns = near.hits(*TROOPS)
    on = min((near.measure.words(count.end, hit.start) for hit in nouns if hit.start >= count.end), default=99)
    back = min((near.measure.words(hit.end, count.start) for hit in nouns if hit.end <= count.start), default=99)
    found = {f"noun after, {step(on)}": 1.0, f"noun before, {step(back)}": 1.0}
    return found | ({"far from people": 1.0} if min(on, back) > _FAR else {})


def _figure(quantity: Quantity) -> Features:
    size = quantity.min or quantity.max or 0
    found = {f"{min(5, len(str(size)))} digits": 1.0}
    if quantity.min is None or quantity.max is None:
        found["open"] = 1.0
    elif quantity.min != quantity.max:
        found["range"] = 1.0
    return found
