"""The labelled passages that detection is measured on, in parts, and the folds for cross-validation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.tagging.evaluate import Passage

FRESH = Path(__file__).parents[1] / "tests" / "tagging" / "fixtures" / "fresh.jsonl"
_FOLDS = 5


class _Place(Struct, frozen=True):
    """Where a passage of a labelled file comes from; the project's own have a part instead."""

    url: str = ""
    part: str = ""


def fresh(wanted: str) -> list[Passage]:
    """The project's own passages that are for "develop" or only for "score"."""
    lines = FRESH.read_bytes().splitlines()
    return [
        msgspec.json.decode(line, type=Passage)
        for line in lines
        if msgspec.json.decode(line, type=_Place).part == wanted
    ]


def sites(path: Path) -> dict[str, str]:
    """The publisher (host) of each passage of a file: passages of one publisher must stay in one fold."""
    found = {}
    for line in path.read_bytes().splitlines():
        passage, place = msgspec.json.decode(line, type=Passage), msgspec.json.decode(line, type=_Place)
        found[passage.id] = place.url.split("/")[2] if place.url.count("/") > 1 else passage.id
    return found


def folds(
    passages: Sequence[Passage], group: Callable[[Passage], str]
) -> Iterator[tuple[list[Passage], list[Passage]]]:
    """(to learn from, to score) five times; a group is never on both sides."""
    numbers = [_number(group(passage)) % _FOLDS for passage in passages]
    for fold in range(_FOLDS):
        yield (
            [p for p, number in zip(passages, numbers, strict=True) if number != fold],
            [p for p, number in zip(passages, numbers, strict=True) if number == fold],
        )


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
