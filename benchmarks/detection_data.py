"""The labelled passages that detection is taught and measured on: what one half teaches is tried on the other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.config import SEEDS
from processors.tagging.evaluate import Passage, read_passages

FRESH = Path(__file__).parents[1] / "tests" / "tagging" / "fixtures" / "fresh.jsonl"
EXAMPLES = SEEDS / "topics" / "examples"
HALVES = ("one", "two")
BUILT = Path(__file__).parents[1] / "var" / "encoder"  # the encoders that were taught without a half


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


def own(half: str) -> list[Passage]:
    """The passages written for the project; the halves have other authors in each language, as far as there are two."""
    return [passage for path in sorted((EXAMPLES / half).glob("*.jsonl")) for passage in read_passages(path)]


def outside(data: Path | None) -> tuple[list[Passage], list[Passage]]:
    """The passages of topics-dev.jsonl, in halves: a publisher is never in both."""
    if data is None:
        return [], []
    passages, site = read_passages(data), sites(data)
    halves: tuple[list[Passage], list[Passage]] = [], []
    for passage in passages:
        halves[_number(site[passage.id]) % 2].append(passage)
    return halves


def labelled(data: Path | None) -> tuple[list[Passage], list[Passage]]:
    """All that teaches, in halves. data: topics-dev.jsonl, where it is there."""
    first, second = outside(data)
    return [*own("one"), *first], [*own("two"), *second, *fresh("develop")]


def sites(path: Path) -> dict[str, str]:
    """The publisher (host) of each passage of a file."""
    found = {}
    for line in path.read_bytes().splitlines():
        passage, place = msgspec.json.decode(line, type=Passage), msgspec.json.decode(line, type=_Place)
        found[passage.id] = place.url.split("/")[2] if place.url.count("/") > 1 else passage.id
    return found


def kinds(passages: Sequence[Passage], data: Sequence[Passage]) -> dict[str, int]:
    """How many of the passages are of the project, and how many of data."""
    others = {passage.id for passage in data}
    return {
        "own passages": sum(passage.id not in others for passage in passages),
        "passages of others": sum(passage.id in others for passage in passages),
    }


def _number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)
