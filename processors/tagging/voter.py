"""The second opinion: logistic regression over what the rules found, the word classes beside it and, where these leave
doubt, what the sentence means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import Self

import numpy as np
from msgspec import Struct, structs

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.meaning import SIZE, Vectors
from processors.tagging.reading import Text

# Words of grammar: they say nothing on a subject.
GRAMMAR = frozenset({"to", "from", "by", "aux", "who", "area", "and", "since", "with", "between", "upon", "measures"})
SIGNAL, RULES = "rules: signal", "rules: score"  # beside the word classes: whether a signal was found, and its score
_ASKED = ("counted", "old_year")  # classes that are looked for only when asked
_BESIDE = 0.5  # what a class counts in a neighbouring sentence
_DOUBT = (-2.5, 3.0)  # log odds by the words between which the meaning is looked at
MEAN = "mean"  # the row of the meaning file that is taken off every vector


class Ballot(Struct, frozen=True):
    """What the voter looks at in one sentence. classes: how far each word class counts. scores: of the rules, by topic.

    odds: by topic, the log odds by these. meant: by topic, what the sentence's meaning adds; empty where it was not
    looked at.
    """

    classes: dict[str, float]
    scores: dict[str, float]
    odds: dict[str, float] = {}
    meant: dict[str, float] = {}

    def features(self, topic: str) -> dict[str, float]:
        """What speaks for or against one topic: the word classes, and what the rules found for it."""
        score = self.scores.get(topic)
        return self.classes if score is None else {**self.classes, SIGNAL: 1.0, RULES: score}


class VoterFile(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/voter/weights.yaml, written by `python -m benchmarks.detection train`.

    made_from: how many texts of each kind. bias, weights: of each topic, in log odds; weights by word class.
    """

    made_from: dict[str, int]
    bias: dict[str, float]
    weights: dict[str, dict[str, float]]


class Voter:
    """The log odds of a topic are its bias, its classes' weights, and the product of meaning and vector, summed.

    meaning: by topic SIZE numbers, and the mean vector under "mean"; empty: the meaning is not looked at.
    """

    def __init__(self, file: VoterFile, meaning: Mapping[str, Vectors] | None = None) -> None:
        self.file, self.meaning = file, dict(meaning or {})

    @classmethod
    def load(cls, path: Path, topics: Iterable[str], classes: Iterable[str]) -> Self:
        """Reads the weights and meaning.csv beside them; without a file nobody votes.

        Raises SeedError: wrong, or an unknown topic or class.
        """
        if not path.exists():
            return cls(VoterFile({}, {}, {}))
        file = load_yaml(path, VoterFile)
        known, known_classes = set(topics), {*classes, SIGNAL, RULES}
        for topic, weights in file.weights.items():
            if topic not in known or topic not in file.bias:
                raise SeedError(path, f"no topic file or no bias for {topic!r}", field=f"weights.{topic}")
            if unknown := sorted(set(weights) - known_classes):
                raise SeedError(path, f"no word file has a class {unknown[0]!r}", field=f"weights.{topic}")
        return cls(file, _read_meaning(path.with_name("meaning.csv"), known))

    def open(
        self, text: Text, trigger: frozenset[str], scores: Mapping[int, Mapping[str, float]]
    ) -> list[Ballot | None]:
        """A ballot for each sentence that holds a word of the trigger classes; None for the others.

        scores: what the rules gave, by number of the sentence and topic.
        """
        if not self.file.weights:
            return [None] * len(text.sentences)
        return [
            self.weigh(Ballot(classes_around(text, at), dict(scores.get(at, {}))))
            if not trigger.isdisjoint(sentence.classes)
            else None
            for at, sentence in enumerate(text.sentences)
        ]

    def weigh(self, ballot: Ballot) -> Ballot:
        """The ballot with the log odds by its words."""
        odds = {
            topic: self.file.bias[topic] + sum(by for _, by in self.parts(topic, ballot)) for topic in self.file.weights
        }
        return structs.replace(ballot, odds=odds)

    def doubts(self, ballot: Ballot) -> bool:
        """Whether the words leave a topic open, so that the sentence's meaning is worth its cost."""
        return bool(self.meaning) and any(_DOUBT[0] < odds < _DOUBT[1] for odds in ballot.odds.values())

    def read(self, ballots: Sequence[Ballot], vectors: Vectors) -> list[Ballot]:
        """The ballots with what their sentences mean. vectors: one row a ballot."""
        topics = [topic for topic in self.file.weights if topic in self.meaning]
        if not topics or not ballots:
            return list(ballots)
        products = (vectors - self.meaning[MEAN]) @ np.stack([self.meaning[topic] for topic in topics]).T
        return [
            structs.replace(ballot, meant={topic: round(float(by), 2) for topic, by in zip(topics, row, strict=True)})
            for ballot, row in zip(ballots, products, strict=True)
        ]

    def share(self, topic: str, ballot: Ballot) -> float:
        """How probable the topic is, in [0, 1]."""
        odds = ballot.odds[topic] + ballot.meant.get(topic, 0.0)
        return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))

    def parts(self, topic: str, ballot: Ballot) -> list[tuple[str, float]]:
        """Each feature with what it adds to the log odds."""
        weights = self.file.weights[topic]
        words = [(cls, weights[cls] * much) for cls, much in ballot.features(topic).items() if cls in weights]
        return [*words, ("meaning", ballot.meant[topic])] if topic in ballot.meant else words


def classes_around(text: Text, at: int) -> dict[str, float]:
    """The word classes of a sentence, each 1, and those of the sentences beside it, each 0.5."""
    found: dict[str, float] = {}
    for place in (at - 1, at + 1, at):
        if 0 <= place < len(text.sentences):
            sentence = text.sentences[place]
            much = 1.0 if place == at else _BESIDE
            names = [*sentence.classes, *(cls for cls in _ASKED if sentence.hits(cls))]
            found |= {cls: much for cls in names if cls not in GRAMMAR}
    return found


def write_meaning(path: Path, meaning: Mapping[str, Vectors]) -> None:
    """One line a topic: its id and SIZE numbers."""
    lines = [",".join([name, *(f"{number:.4f}" for number in row)]) for name, row in sorted(meaning.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read_meaning(path: Path, topics: set[str]) -> dict[str, Vectors]:
    if not path.exists():
        return {}
    found: dict[str, Vectors] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, *cells = line.split(",")
        if len(cells) != SIZE or name not in topics | {MEAN}:
            raise SeedError(path, f"must be a topic or {MEAN!r}, and {SIZE} numbers", line=number)
        try:
            found[name] = np.array([float(cell) for cell in cells], dtype=np.float32)
        except ValueError as error:
            raise SeedError(path, str(error), line=number) from error
    if MEAN not in found:
        raise SeedError(path, f"has no line {MEAN!r}")
    return found
