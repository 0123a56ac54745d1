"""Which of the articles that share keys with a newcomer are worth comparing: the same choice on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.store.interface import CANDIDATES


class Sharer(NamedTuple):
    """An article that shares a key. order: of arrival."""

    timestamp: int
    order: int
    id: str = ""


def newest(sharers: Iterable[Sharer]) -> list[Sharer]:
    """The newest CANDIDATES of a key, newest first."""
    return sorted(sharers, reverse=True)[:CANDIDATES]


def best(by_key: Iterable[Sequence[Sharer]]) -> list[Sharer]:
    """At most CANDIDATES of the sharers of all keys, in the order of arrival.

    Each key counts the more the fewer share it: one sentence in common says more than one war in common. Of those that
    count the same, the newest.
    """
    weights: dict[Sharer, float] = {}
    for sharers in by_key:
        for one in sharers:
            weights[one] = weights.get(one, 0.0) + 1 / len(sharers)
    chosen = sorted(weights, key=lambda one: (-round(weights[one], 9), -one.timestamp, -one.order, one.id))[:CANDIDATES]
    return sorted(chosen, key=lambda one: (one.order, one.id))
