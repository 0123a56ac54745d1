"""Which candidate fills a slot: a conditional logit (McFadden 1974) over what speaks for each, "none" included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from msgspec import Struct

from processors.seedfile import load_yaml

Features = Mapping[str, float]


class Ranking(Struct, frozen=True, forbid_unknown_fields=True):
    """seeds/topics/voter/slots.yaml, written by `python -m benchmarks.detection train`.

    made_from: how many labelled slots. weights: by slot and feature, in log odds.
    """

    made_from: dict[str, int]
    weights: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads the weights; without a file the rules decide alone. Raises SeedError."""
        return load_yaml(path, cls) if path.exists() else cls({}, {})

    def knows(self, slot: str) -> bool:
        return slot in self.weights

    def best(self, slot: str, candidates: Sequence[Features]) -> int:
        """The number of the candidate that most speaks for; the first of equals."""
        odds = self.odds(slot, candidates)
        return max(range(len(odds)), key=lambda at: (odds[at], -at))

    def odds(self, slot: str, candidates: Sequence[Features]) -> list[float]:
        """The log odds of each candidate, up to one sum."""
        weights = self.weights[slot]
        return [sum(weights.get(name, 0.0) * much for name, much in features.items()) for features in candidates]


def write_ranking(path: Path, ranking: Ranking) -> None:
    """One line a feature, the strongest first, so that a change can be read in a diff."""
    lines = ["# Written by `python -m benchmarks.detection train`; in log odds. See ../README.md.", "made_from:"]
    lines += [f"  {name}: {count}" for name, count in ranking.made_from.items()]
    lines.append("weights:")
    for slot, weights in ranking.weights.items():
        lines.append(f"  {slot}:")
        lines += [f'    "{name}": {value}' for name, value in sorted(weights.items(), key=lambda item: -item[1])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
