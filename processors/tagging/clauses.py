"""Word classes that a clause makes of its words and names: places led to, men of a nation, relative pronouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from processors.tagging.lexicon import Hit

_LEADS = 2  # words between "for" and the place that it leads to

Classes = Mapping[str, Sequence[Hit]]


class Named(Protocol):
    """A name of the gazetteer in a sentence; offsets are of the folded text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def is_place(self) -> bool: ...
    @property
    def is_people(self) -> bool: ...


def national(classes: Classes, names: Sequence[Named]) -> list[Hit]:
    """Words like "forces" (class `forces`) beside a nationality: "Ethiopian forces", "forces éthiopiennes"."""
    known = {hit.span for hit in classes.get("troops", ())}
    return [
        Hit(hit.start, hit.end, "troops")
        for hit in classes.get("forces", ())
        if hit.span not in known
        and any(name.is_people and (name.start - hit.end == 1 or hit.start - name.end == 1) for name in names)
    ]


def bound(classes: Classes, names: Sequence[Named], folded: str) -> list[Hit]:
    """Places that a word like "bound for" (class `toward`) leads to, with that word."""
    return [
        Hit(lead.start, name.end, "bound")
        for lead in classes.get("toward", ())
        for name in names
        if name.is_place
        and lead.end <= name.start
        and len(between := folded[lead.end : name.start]) < 40
        and "  " not in between
        and len(between.split()) <= _LEADS
    ]


def pronouns(hits: Sequence[Hit], marks: str) -> list[Hit]:
    """German relative pronouns: only the comma before it tells "die", who, from "die", the."""
    return [hit for hit in hits if "," in marks[max(0, hit.start - 2) : hit.start]]
