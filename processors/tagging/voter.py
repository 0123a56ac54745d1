"""A second opinion beside the signals: a linear vote over the word classes that a sentence and its neighbours hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp
from pathlib import Path
from typing import Self

from msgspec import Struct

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.reading import Text

# Words of grammar: they say nothing on a subject.
GRAMMAR = frozenset({"to", "from", "by", "aux", "who", "area", "and", "since"})
_ASKED = ("counted", "old_year")  # classes that are looked for only when asked
_BESIDE = 0.5  # what a class counts in a neighbouring sentence


class Ballot(Struct, frozen=True):
    """What the voter says of one sentence. classes: how far each word class counts. shares: topic → [0, 1]."""

    classes: dict[str, float]
    shares: dict[str, float]


class VoterFile(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/voter/weights.yaml, written by `python -m benchmarks.detection train`.

    made_from: how many texts of each kind. bias, weights: of each topic, in log odds; weights by word class.
    """

    made_from: dict[str, int]
    bias: dict[str, float]
    weights: dict[str, dict[str, float]]


class Voter:
    """Logistic regression over word classes: the log odds of a topic are its bias and its classes' weights, summed."""

    def __init__(self, file: VoterFile) -> None:
        self.file = file

    @classmethod
    def load(cls, path: Path, topics: Iterable[str], classes: Iterable[str]) -> Self:
        """Reads the weights; without a file nobody votes. Raises SeedError: wrong, or an unknown topic or class."""
        if not path.exists():
            return cls(VoterFile({}, {}, {}))
        file = load_yaml(path, VoterFile)
        known, known_classes = set(topics), set(classes)
        for topic, weights in file.weights.items():
            if topic not in known or topic not in file.bias:
                raise SeedError(path, f"no topic file or no bias for {topic!r}", field=f"weights.{topic}")
            if unknown := sorted(set(weights) - known_classes):
                raise SeedError(path, f"no word file has a class {unknown[0]!r}", field=f"weights.{topic}")
        return cls(file)

    def vote(self, text: Text, trigger: frozenset[str]) -> list[Ballot | None]:
        """A ballot for each sentence that holds a word of the trigger classes; None for the others."""
        if not self.file.weights:
            return [None] * len(text.sentences)
        return [
            self._ballot(classes_around(text, at)) if not trigger.isdisjoint(sentence.classes) else None
            for at, sentence in enumerate(text.sentences)
        ]

    def _ballot(self, classes: dict[str, float]) -> Ballot:
        return Ballot(classes, {topic: self.share(topic, classes) for topic in self.file.weights})

    def share(self, topic: str, classes: Mapping[str, float]) -> float:
        """How probable the topic is by the classes alone, in [0, 1]."""
        odds = self.file.bias[topic] + sum(by for _, by in self.parts(topic, classes))
        return 1 / (1 + exp(-max(-30.0, min(30.0, odds))))

    def parts(self, topic: str, classes: Mapping[str, float]) -> list[tuple[str, float]]:
        """Each class with what it adds to the log odds."""
        weights = self.file.weights[topic]
        return [(cls, weights[cls] * much) for cls, much in classes.items() if cls in weights]


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
