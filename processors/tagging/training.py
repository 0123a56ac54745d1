"""Learns the voter's weights from labelled texts: logistic regression a topic, over the word classes of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.tagger import Analysis, Draft
from processors.tagging.voter import RULES, SIGNAL, Scale, VoterFile

_PENALTY = 2.0  # of squared weights
_RULED = 2.0  # how large the rules' score stands beside a class's 1
_LEAST = 0.05  # weights that are written
_TENTH, _LIGHT = 10.0, 0.1  # log odds that count as 1, and the penalty, when words and meaning are put together
_STEPS = 8  # of Newton's method: enough to converge on hundreds of texts
_ROUNDS = 3  # in which the sentence that speaks for a topic is chosen anew
_RARE = 2.0  # how many times a text with a rare topic may count
_EVEN = 0.25  # the share of a topic's texts that weighting aims at

Matrix = NDArray[np.float64]


class Example(Struct, frozen=True):
    """A text with its topics, to learn from."""

    text: str
    topics: tuple[str, ...]
    lang: str


def read_examples(directory: Path, topics: Sequence[str]) -> list[Example]:
    """seeds/topics/examples/LANG.yaml: sentences under their topics ("a, b"), or under "none". Raises SeedError."""
    found = []
    for path in sorted(directory.glob("*.yaml")):
        for key, texts in load_yaml(path, dict[str, list[str]]).items():
            named = () if key == "none" else tuple(part.strip() for part in key.split(","))
            if unknown := sorted(set(named) - set(topics)):
                raise SeedError(path, f"no topic file is called {unknown[0]!r}", field=key)
            found += [Example(text, named, path.stem) for text in texts]
    return found


def train(drafts: Sequence[Draft], labels: Sequence[Sequence[str]], topics: Sequence[str]) -> VoterFile:
    """Weights of each topic by what its sentences say in words. Deterministic.

    A text is a bag of sentences, of which one at least speaks for each of its topics: the likeliest by the weights of
    the round before (Andrews, Tsochantaridis and Hofmann 2002, multiple-instance learning).
    """
    voted = [(at, ballot) for at, draft in enumerate(drafts) for ballot in draft.ballots if ballot]
    owner = np.array([at for at, _ in voted], dtype=np.int_)
    names = sorted({*(cls for _, ballot in voted for cls in ballot.classes), SIGNAL, RULES})
    column = {name: at for at, name in enumerate(names)}
    bias, weights = {}, {}
    for topic in topics:
        rows = np.zeros((len(voted), len(names) + 1))
        for row, (_, ballot) in zip(rows, voted, strict=True):
            for cls, much in ballot.features(topic).items():
                row[column[cls]] = much * _RULED if cls == RULES else much
        rows[:, -1] = 1
        theta = _learn(rows, owner, np.array([topic in named for named in labels]))
        bias[topic] = round(float(theta[-1]), 2)
        words = dict(zip(names, theta, strict=False))
        words[RULES] *= _RULED
        weights[topic] = {name: round(float(w), 2) for name, w in words.items() if abs(w) >= _LEAST}
    return VoterFile({"texts": len(drafts)}, bias, weights)


def weigh_meaning(read: Sequence[Analysis], labels: Sequence[Sequence[str]]) -> Scale:
    """How the words' log odds and the meaning's are put together: logistic regression over texts' likeliest sentences.

    read: analyses by words and an encoder that have not learnt from these texts, or both would be believed too much.
    """
    topics = list(read[0].text.meaning.topics)
    rows, positive = [], []
    for analysis, named in zip(read, labels, strict=True):
        meaning = analysis.text.meaning.sentences
        for number, topic in enumerate(topics):
            both = [(b.odds[topic], meaning[at].odds[topic]) for at in meaning if (b := analysis.ballots[at])]
            if both:
                words, meant = max(both, key=sum)
                rows.append([words / _TENTH, meant / _TENTH, *(float(number == n) for n in range(len(topics)))])
                positive.append(float(topic in named))
    theta = _fit(np.array(rows), np.array(positive), np.ones(len(rows)), np.full(len(topics) + 2, _LIGHT))
    words, meant = (round(float(by) / _TENTH, 3) for by in theta[:2])
    return Scale(words, meant, {topic: round(float(by), 2) for topic, by in zip(topics, theta[2:], strict=True)})


def write_weights(path: Path, file: VoterFile) -> None:
    """One line a topic and class group, so that a change can be read in a diff."""
    lines = ["# Written by `python -m benchmarks.detection train`; in log odds. See ../README.md.", "made_from:"]
    lines += [f"  {name}: {count}" for name, count in file.made_from.items()]
    lines += ["bias:", *(f"  {topic}: {value}" for topic, value in file.bias.items()), "weights:"]
    for topic, weights in file.weights.items():
        lines.append(f"  {topic}:")
        lines += [f'    "{cls}": {value}' for cls, value in sorted(weights.items(), key=lambda item: -item[1])]
    if file.scale:
        lines += ["scale:", f"  words: {file.scale.words}", f"  meaning: {file.scale.meaning}", "  bias:"]
        lines += [f"    {topic}: {value}" for topic, value in file.scale.bias.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _learn(rows: Matrix, owner: NDArray[np.int_], positive: NDArray[np.bool_]) -> Matrix:
    """Log odds by column; the last is the bias."""
    count = np.bincount(owner)
    speaks = positive[owner]
    theta = np.zeros(rows.shape[1])
    for at in range(_ROUNDS):
        chosen = ~positive[owner] | (speaks if at == 0 else _likeliest(rows @ theta, owner, positive))
        share = np.where(positive[owner], 1.0 if at else 1 / count[owner], 1 / count[owner])
        theta = _regress(rows[chosen], positive[owner][chosen].astype(float), share[chosen])
    return theta


def _likeliest(odds: Matrix, owner: NDArray[np.int_], positive: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each positive text the sentence with the highest odds."""
    chosen = np.zeros(len(owner), dtype=bool)
    for bag in np.flatnonzero(positive[: owner.max() + 1]):
        inside = np.flatnonzero(owner == bag)
        if not len(inside):
            continue  # a text without a word of any list
        chosen[inside[int(np.argmax(odds[inside]))]] = True
    return chosen


def _regress(rows: Matrix, labels: Matrix, weight: Matrix) -> Matrix:
    """Penalised logistic regression; a rare topic's texts count more."""
    share = float((labels * weight).sum() / weight.sum())
    if not share:
        theta = np.zeros(rows.shape[1])
        theta[-1] = -6.0
        return theta
    weight = weight * np.where(labels > 0, np.clip(_EVEN / share, 1.0, _RARE), 1.0)
    penalty = np.full(rows.shape[1], _PENALTY)
    penalty[-1] = 1e-3
    return _fit(rows, labels, weight, penalty)


def _fit(rows: Matrix, labels: Matrix, weight: Matrix, penalty: Matrix) -> Matrix:
    """Log odds by column, by Newton's method."""
    theta = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ theta, -30, 30)))
        slope = rows.T @ (weight * (chance - labels)) + penalty * theta
        curve = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty)
        theta -= np.linalg.solve(curve, slope)
    return theta
