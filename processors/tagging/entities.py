"""Entities of an article: gazetteer names by id, partial names resolved within the text, other names from spaCy."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from processors.gazetteer import Gazetteer, Span
from processors.models.articles import Entity


class Mention(Struct, frozen=True):
    """A name that spaCy found. type: person, organisation or place. Offsets of the original text."""

    start: int
    end: int
    text: str
    type: str


@dataclass
class _Gathered:
    name: str
    type: str
    count: int = 0
    forms: dict[str, None] = field(default_factory=dict)


def gather(spans: Iterable[Span], mentions: Iterable[Mention], gazetteer: Gazetteer) -> tuple[Entity, ...]:
    """Counts names by entity, most frequent first.

    A short name takes the person it is part of in this text ("Kim" after "Kim Jong Un"), if there is only one such;
    a gazetteer name that stays ambiguous is left out.
    """
    found: dict[tuple[str, str], _Gathered] = {}
    spans = list(spans)
    for span in spans:
        if len(span.qids) == 1:
            id_ = span.qids[0]
            _add(found, (id_, ""), gazetteer.label(id_), gazetteer.type_of(id_), span.text)
    people = {id_ for id_, _ in found if id_ and gazetteer.type_of(id_) == "person"}
    for span in spans:
        chosen = people.intersection(span.qids)
        if len(span.qids) > 1 and len(chosen) == 1:
            _add(found, (chosen.pop(), ""), span.text, "person", span.text)
    _add_mentions(found, spans, mentions, gazetteer)
    ranked = sorted(found.items(), key=lambda item: (-item[1].count, item[0]))
    return tuple(Entity(id_, e.name, e.type, e.count, tuple(e.forms)) for (id_, _), e in ranked)


def _add_mentions(
    found: dict[tuple[str, str], _Gathered], spans: list[Span], mentions: Iterable[Mention], gazetteer: Gazetteer
) -> None:
    """Adds spaCy's names that no gazetteer name covers; a partial name joins the longer one it ends."""
    starts = [span.start for span in spans]
    fresh = []
    for mention in mentions:
        before = bisect_left(starts, mention.end) - 1  # the last span that starts before the mention's end
        if before < 0 or spans[before].end <= mention.start:
            fresh.append(mention)
    full: dict[str, tuple[str, str]] = {}  # a word of a person's name → that person
    for id_, e in [(key, e) for key, e in found.items() if e.type == "person"]:
        for form in e.forms:
            for word in form.split():
                full.setdefault(word, id_)
    for mention in sorted(fresh, key=lambda m: (-len(m.text.split()), m.start)):
        form = " ".join(mention.text.split()).casefold()
        key = full.get(form) or ("", form)  # a known person's name is that person, whatever type spaCy gives it
        _add(found, key, " ".join(mention.text.split()), mention.type, mention.text)
        if mention.type == "person":
            for word in form.split():
                full.setdefault(word, key)


def _add(found: dict[tuple[str, str], _Gathered], key: tuple[str, str], name: str, type_: str, form: str) -> None:
    entity = found.setdefault(key, _Gathered(name, type_))
    entity.count += 1
    entity.forms.setdefault(" ".join(form.split()).casefold())
