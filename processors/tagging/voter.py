"""The second opinion: logistic regression over what the rules found and the word classes beside it, put together with
what the sentence means, where it was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import exp
from pathlib import Path
from typing import Self

from msgspec import Struct, structs

from processors.exceptions import SeedError
from processors.seedfile import load_yaml
from processors.tagging.meaning import Understood
from processors.tagging.reading import Text

# Words of grammar: they say nothing on a subject.
GRAMMAR = frozenset({"to", "from", "by", "aux", "who", "area", "and", "since", "with", "between", "upon", "measures"})
SIGNAL, RULES = "rules: signal", "rules: score"  # beside the word classes: whether a signal was found, and its score
_ASKED = ("counted", "old_year")  # classes that are looked for only when asked
_BESIDE = 0.5  # what a class counts in a neighbouring sentence


class Ballot(Struct, frozen=True):
    """What the voter looks at in one sentence. classes: how far each word class counts. scores: of the rules, by topic.

    odds: by topic, the log odds by these. meant: by topic, what the sentence's meaning adds; empty where it was not
    read.
    """

    classes: dict[str, float]
    scores: dict[str, float]
    odds: dict[str, float] = {}
    meant: dict[str, float] = {}

    def features(self, topic: str) -> dict[str, float]:
        """What speaks for or against one topic: the word classes, and what the rules found for it."""
        score = self.scores.get(topic)
        return self.classes if score is None else {**self.classes, SIGNAL: 1.0, RULES: score}


class Scale(Struct, frozen=True, forbid_unknown_fields=True):
    """How the log odds by the words and by the meaning are put together: their weights, and each topic's bias."""

    words: float
    meaning: float
    bias: dict[str, float]


class VoterFile(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/voter/weights.yaml, written by `python -m benchmarks.detection train`.

    made_from: how many texts of each kind. bias, weights: of each topic, in log odds; weights by word class.
    scale: None: the meaning is not listened to.
    """

    made_from: dict[str, int]
    bias: dict[str, float]
    weights: dict[str, dict[str, float]]
    scale: Scale | None = None


class Voter:
    """The log odds of a topic are its bias and its classes' weights, summed; where the sentence was read, that sum and
    the meaning's log odds are weighed against each other.
    """

    def __init__(self, file: VoterFile) -> None:
        self.file = file

    @classmethod
    def load(cls, path: Path, topics: Iterable[str], classes: Iterable[str]) -> Self:
        """Reads the weights; without a file nobody votes. Raises SeedError: wrong, or an unknown topic or class."""
        if not path.exists():
            return cls(VoterFile({}, {}, {}))
        file = load_yaml(path, VoterFile)
        known, known_classes = set(topics), {*classes, SIGNAL, RULES}
        for topic, weights in file.weights.items():
            if topic not in known or topic not in file.bias:
                raise SeedError(path, f"no topic file or no bias for {topic!r}", field=f"weights.{topic}")
            if unknown := sorted(set(weights) - known_classes):
                raise SeedError(path, f"no word file has a class {unknown[0]!r}", field=f"weights.{topic}")
        if file.scale and (unheard := sorted(set(file.weights) - set(file.scale.bias))):
            raise SeedError(path, f"no bias for {unheard[0]!r}", field="scale.bias")
        return cls(file)

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

    def hear(self, ballot: Ballot | None, read: Understood) -> Ballot:
        """The ballot with what its sentence means; an empty one where the words had opened none."""
        ballot = ballot or self.weigh(Ballot({}, {}))
        scale = self.file.scale
        if scale is None:
            return ballot
        meant = {
            topic: round((scale.words - 1) * odds + scale.meaning * read.odds[topic] + scale.bias[topic], 3)
            for topic, odds in ballot.odds.items()
            if topic in read.odds
        }
        return structs.replace(ballot, meant=meant)

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
