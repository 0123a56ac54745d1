"""Learns what speaks for a candidate of a slot, from passages with labelled events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from processors.gazetteer import Gazetteer
from processors.models.articles import Party, Quantity
from processors.tagging.candidates import Candidate, Goal, actors, goals
from processors.tagging.count_candidates import counts
from processors.tagging.evaluate import GoldEvent, Passage
from processors.tagging.events import quantity
from processors.tagging.judgement import Finding
from processors.tagging.labels import same_party, same_place
from processors.tagging.ranking import Features, Ranking
from processors.tagging.slots import find_slots
from processors.tagging.tagger import Analysis

_PENALTY = 5.0  # of squared weights
_ROUNDS, _STEPS = 6, 4  # of choosing among right candidates, and of Newton's method in each
_LEAST = 0.03  # weights that are written

Matrix = NDArray[np.float64]


class Choice(Struct, frozen=True):
    """A labelled slot: its candidates, and which of them are right."""

    candidates: tuple[Features, ...]
    right: tuple[bool, ...]


def choices(
    passages: Sequence[Passage], analyses: Sequence[Analysis], gazetteer: Gazetteer
) -> Iterator[tuple[str, Choice]]:
    """(slot, choice) of each labelled event, at the finding whose sentence is most like the event's evidence."""
    for passage, analysis in zip(passages, analyses, strict=True):
        for gold in passage.events:
            holding = [found for found in analysis.findings if found.topic.id == gold.topic and found.holds]
            if holding:
                yield from _choices(
                    gold, max(holding, key=lambda found: _alike(gold, found)), analysis, gazetteer, holding
                )


def learn(labelled: Sequence[tuple[str, Choice]]) -> Ranking:
    """The weights of each slot. Deterministic. A choice without a right candidate teaches nothing."""
    found = {}
    for slot in sorted({slot for slot, _ in labelled}):
        found[slot] = _fit([choice for other, choice in labelled if other == slot and any(choice.right)])
    return Ranking({"labelled slots": len(labelled)}, found)


def _choices(
    gold: GoldEvent, finding: Finding, analysis: Analysis, gazetteer: Gazetteer, holding: Sequence[Finding]
) -> Iterator[tuple[str, Choice]]:
    text = analysis.text
    rules = find_slots(finding, text, Ranking({}, {}))
    found = actors(finding, text, rules.actor, rules.target)
    yield "actor", _choice(found, [_is_actor(gold, candidate, gazetteer) for candidate in found])
    places = goals(finding, text, rules.actor, Goal(rules.target, rules.place))
    yield "target", _choice(places, [_is_goal(gold, candidate, gazetteer) for candidate in places])
    numbers = counts(finding, text, quantity(finding), holding)
    yield "quantity", _choice(numbers, [_is_count(gold, candidate) for candidate in numbers])


def _choice(found: Sequence[Candidate], right: Sequence[bool]) -> Choice:
    return Choice(tuple(candidate.features for candidate in found), tuple(right))


def _is_actor(gold: GoldEvent, candidate: Candidate, gazetteer: Gazetteer) -> bool:
    if not isinstance(candidate.value, Party):
        return gold.actor is None
    return gold.actor is not None and same_party(gazetteer, gold.actor, candidate.value.label)


def _is_goal(gold: GoldEvent, candidate: Candidate, gazetteer: Gazetteer) -> bool:
    if not isinstance(candidate.value, Goal):
        return gold.target is None
    named = [party.label for party in (candidate.value.target, candidate.value.place) if party]
    return gold.target is not None and any(same_place(gazetteer, gold.target, label) for label in named)


def _is_count(gold: GoldEvent, candidate: Candidate) -> bool:
    if not isinstance(candidate.value, Quantity):
        return gold.quantity is None
    return gold.quantity == (candidate.value.min, candidate.value.max)


def _alike(gold: GoldEvent, finding: Finding) -> float:
    """The share of the shorter sentence's words that are in the other."""
    one, other = set(gold.evidence.split()), set(str(finding.sentence).split())
    return len(one & other) / max(1, min(len(one), len(other)))


def _fit(chosen: Sequence[Choice]) -> dict[str, float]:
    """Weights by feature: penalised maximum likelihood; any right candidate will do (expectation-maximisation)."""
    names = sorted({name for choice in chosen for features in choice.candidates for name in features})
    column = {name: at for at, name in enumerate(names)}
    owner = np.repeat(np.arange(len(chosen)), [len(choice.candidates) for choice in chosen])
    rows = np.zeros((len(owner), len(names)))
    for row, features in zip(rows, (each for choice in chosen for each in choice.candidates), strict=True):
        for name, much in features.items():
            row[column[name]] = much
    right = np.array([is_right for choice in chosen for is_right in choice.right], dtype=float)
    theta = np.zeros(len(names))
    for _ in range(_ROUNDS):
        wanted = _shares(rows @ theta, owner, right)
        for _ in range(_STEPS):
            theta -= _step(rows, theta, owner, wanted)
    return {name: round(float(w), 2) for name, w in zip(names, theta, strict=True) if abs(w) >= _LEAST}


def _step(rows: Matrix, theta: Matrix, owner: NDArray[np.int_], wanted: Matrix) -> Matrix:
    """Newton's step of a conditional logit."""
    chance = _shares(rows @ theta, owner, np.ones(len(owner)))
    slope = rows.T @ (chance - wanted) + _PENALTY * theta
    weighted = rows * chance[:, None]
    means = np.zeros((owner[-1] + 1, rows.shape[1]))
    np.add.at(means, owner, weighted)
    curve = rows.T @ weighted - means.T @ means + _PENALTY * np.eye(len(theta))
    step: Matrix = np.linalg.solve(curve, slope)
    return step


def _shares(odds: Matrix, owner: NDArray[np.int_], allowed: Matrix) -> Matrix:
    """Each candidate's share among the allowed of its choice."""
    highest = np.full(owner[-1] + 1, -np.inf)
    np.maximum.at(highest, owner, odds)
    by = np.exp(odds - highest[owner]) * allowed
    shares: Matrix = by / np.maximum(np.bincount(owner, by), 1e-12)[owner]
    return shares
