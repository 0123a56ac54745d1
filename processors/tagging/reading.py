"""A text read: its sentences with the words, names and counts found in each. What judging and slots work on."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from processors.gazetteer import Gazetteer, Span
from processors.tagging import clauses
from processors.tagging.lexicon import Hit, Lexicon
from processors.tagging.meaning import Meaning
from processors.tagging.numbers import Count, Numerals
from processors.tagging.surface import Measure, Surface

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d|[.,]\d)")
_PLACES = frozenset({"country", "territory", "region", "city", "sea", "facility"})
_OLD = 4  # years before the article's own year from which a stated year tells history
_REACH = 4
_HEADLINE = 12  # words
_SUFFIXING = frozenset({"tr", "az", "hu", "ja", "zh"})  # no prepositions say where to
_VERBS_LAST = frozenset({"tr", "az", "ja"})
_QUESTION = ("?", "؟", "？")
COUNTED = ("troops", "weak", "police")


class Name(Struct, frozen=True):
    """A gazetteer span in folded offsets. id: "" where it stays ambiguous. country: of the entity, or "".

    lead: "to" of a town that was found by the word that leads to it (see processors.tagging.towns).
    """

    start: int
    end: int
    id: str
    country: str
    kind: str
    type: str
    lead: str = ""

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end

    @property
    def is_place(self) -> bool:
        return self.type in _PLACES and self.kind != "demonym"

    @property
    def is_people(self) -> bool:
        return self.kind == "demonym"


class Sentence:
    """One sentence: hits by class, names, counts. Offsets are of the surface's folded text.

    at: its number in the text, from 0.
    """

    def __init__(self, text: Text, at: int, bounds: tuple[int, int], hits: list[Hit], names: list[Name]) -> None:
        start, end = bounds
        self.text, self.at, self.start, self.end, self.names = text, at, start, end, names
        self.classes: dict[str, list[Hit]] = {}
        for hit in hits:
            self.classes.setdefault(hit.cls, []).append(hit)
        if text.lang == "de" and "who" in self.classes:  # only a comma tells "die", who, from "die", the
            marks = text.surface.marks
            self.classes["who"] = [
                hit for hit in self.classes["who"] if "," in marks[max(0, hit.start - 2) : hit.start]
            ]
        for name in names:
            for cls in _classes(name):
                self.classes.setdefault(cls, []).append(Hit(name.start, name.end, cls))
        if len({name.country for name in names if name.country}) > 1:
            self.classes["abroad"] = [Hit(start, start, "abroad")]
        if national := clauses.national(self.classes, names):
            self.classes["troops"] = [*self.classes.get("troops", ()), *national]
        if bound := clauses.bound(self.classes, names, text.surface.folded):
            self.classes["bound"] = bound
        if text.surface.marks[end - 1 : end] in _QUESTION:
            self.classes["question"] = [Hit(end - 1, end, "question")]

    @cached_property
    def meant(self) -> list[Hit]:
        """Pronouns that stand for men of the sentence before: "Others will go on to Gao"."""
        if not self.at or self.classes.get("troops") or self.classes.get("unit"):
            return []
        before = self.text.sentences[self.at - 1]
        if not before.hits("troops", "unit", "force"):
            return []
        return [Hit(hit.start, hit.end, "meant") for hit in self.classes.get("they", ())]

    @cached_property
    def opening(self) -> list[Hit]:
        """A count that begins a headline without a helping verb: "2,000 soldiers deployed in Mitrovica"."""
        if self.classes.get("aux"):
            return []
        marks = self.text.surface.marks
        return [
            Hit(count.start, count.end, "opening")
            for count, _ in self.counted
            if count.start - self.start <= 1 or marks[self.start : count.start].rstrip()[-1:] == ":"
        ]

    @property
    def is_headline(self) -> bool:
        """Whether it opens the text and is short: what it says holds for the lead too."""
        return self.at == 0 and self.measure.words(self.start, self.end) <= _HEADLINE

    @cached_property
    def measure(self) -> Measure:
        return Measure(self.text.surface, self.start, self.end)

    @cached_property
    def counts(self) -> list[Count]:
        surface = self.text.surface
        return self.text.numerals.find(surface.marks, surface.plain, self.start, self.end)

    def hits(self, *classes: str) -> list[Hit]:
        """Hits of any of the classes; "counted", "old_year", "meant" and "opening" only when asked."""
        found = [hit for cls in classes for hit in self.classes.get(cls, ()) if cls != "not" or not self._corrects(hit)]
        if "counted" in classes:
            found += [Hit(count.start, count.end, "counted") for count, _ in self.counted]
        if "old_year" in classes:
            found += self._old_years()
        if "meant" in classes:
            found += self.meant
        if "opening" in classes:
            found += self.opening
        return found

    def _corrects(self, negation: Hit) -> bool:
        """Whether a negation only corrects a count: "not a thousand but two thousand soldiers"."""
        after = [count for count in self.counts if 0 <= self.measure.words(negation.end, count.start) <= 1]
        return any(
            count.start >= negation.end
            and count.quantity.max != 1
            and (len(self.counts) > 1 or count.quantity.min != count.quantity.max)
            for count in after
        )

    @cached_property
    def counted(self) -> list[tuple[Count, Hit]]:
        """Counts of people: each with the noun it counts, at most four words on, no comma and no other counted noun
        between ("three tanks and crews"; but "three tank crews").
        """
        found = []
        nouns, others = self.hits(*COUNTED), self.hits("unit", "materiel")
        for count in self.counts:
            if count.quantity.max == 1 or (count.plain_year and not self._follows_closely(count, nouns)):
                continue
            near = [
                (self.measure.words(count.end, noun.start), noun)
                for noun in nouns
                if noun.start >= count.end
                and not self.measure.pauses(count.end, noun.start)
                and not any(count.end <= other.start and other.end + 1 < noun.start for other in others)
            ]
            if near and min(near, key=lambda pair: pair[0])[0] <= _REACH:
                found.append((count, min(near, key=lambda pair: pair[0])[1]))
        return found

    def _follows_closely(self, count: Count, nouns: list[Hit]) -> bool:
        return any(0 <= noun.start - count.end <= 2 for noun in nouns)

    def _old_years(self) -> list[Hit]:
        marks, latest = self.text.surface.marks, self.text.old_until
        counted = {count.start for count, _ in self.counted}
        return [
            Hit(*found.span(), "old_year")
            for found in _YEAR.finditer(marks, self.start, self.end)
            if int(found.group()) <= latest
            and found.start() not in counted
            and (not self.measure.dense or marks.startswith("年", found.end()))
        ]

    def follows(self, offset: int) -> str:
        """What stands after an offset, without leading blanks: a few characters."""
        return self.text.surface.marks[offset : min(offset + 8, self.end)].lstrip()

    def words(self, span: tuple[int, int]) -> str:
        """The original characters of a span."""
        return self.text.surface.original(*span)

    def __str__(self) -> str:
        return self.words((self.start, self.end))


class Text:
    """A text with its language's lexicon applied."""

    def __init__(
        self,
        surface: Surface,
        lexicon: Lexicon | None,
        numerals: Numerals,
        spans: Iterable[Span],
        gazetteer: Gazetteer,
        published_at: datetime | None = None,
    ) -> None:
        self.surface, self.numerals, self.gazetteer = surface, numerals, gazetteer
        self.published_at = published_at
        self.lang = lexicon.lang if lexicon else ""
        self.suffixing = lexicon is not None and lexicon.lang in _SUFFIXING
        self.verbs_last = self.lang in _VERBS_LAST
        self.dense = lexicon is not None and lexicon.file.dense
        self.meaning = Meaning()  # the tagger sets it once the text has been read
        hits = lexicon.scan(surface.folded) if lexicon else []
        self.names = [_name(span, surface, gazetteer) for span in spans]
        self.counts = Counter(hit.cls for hit in hits)
        self.size = max(1, len(surface.folded) // 2 if self.dense else len(surface.folded.split()))
        self.sentences: list[Sentence] = list(self._sentences(hits))

    def _sentences(self, hits: list[Hit]) -> Iterable[Sentence]:
        bounds = self.surface.sentences
        starts = [start for start, _ in bounds]
        by_hit: list[list[Hit]] = [[] for _ in bounds]
        by_name: list[list[Name]] = [[] for _ in bounds]
        for hit in hits:
            by_hit[max(0, bisect_right(starts, hit.start) - 1)].append(hit)
        for name in self.names:
            by_name[max(0, bisect_right(starts, name.start) - 1)].append(name)
        for at, (bound, found, names) in enumerate(zip(bounds, by_hit, by_name, strict=True)):
            yield Sentence(self, at, bound, found, names)

    def seated(self, name: Name) -> Name:
        """The place where a mission stands, instead of the mission: "joins UNIFIL" leads to Lebanon."""
        seat = self.gazetteer.seat_of(name.id)
        if seat is None:
            return name
        country = self.gazetteer.country_of(seat) or ""
        return Name(name.start, name.end, seat, country, "name", self.gazetteer.type_of(seat))

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries that the names of the text speak of."""
        return frozenset(name.country for name in self.names if name.country)

    @property
    def only_country(self) -> str:
        """The country that the names of the text speak of, if there is just one."""
        return next(iter(self.countries)) if len(self.countries) == 1 else ""

    @cached_property
    def old_until(self) -> int:
        """The last year that counts as history: some years before publication, or before the latest year named."""
        if self.published_at:
            return self.published_at.year - _OLD
        years = [int(found.group()) for found in _YEAR.finditer(self.surface.marks)]
        return max(2000, max((year for year in years if year <= 2100), default=0) - _OLD)


def _name(span: Span, surface: Surface, gazetteer: Gazetteer) -> Name:
    id_ = span.qids[0] if len(span.qids) == 1 else ""
    country = (gazetteer.country_of(id_) or "") if id_ else ""
    return Name(surface.locate(span.start), surface.locate(span.end), id_, country, span.kind, span.type)


def _classes(name: Name) -> tuple[str, ...]:
    if name.kind == "demonym":
        return ("people",)
    if name.type == "country":
        return ("country", "place")
    if name.is_place:
        return ("place",)
    return {"person": ("person",), "armed-force": ("force",), "armed-group": ("group",), "organisation": ("org",)}.get(
        name.type, ()
    )
