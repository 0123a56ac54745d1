"""The loaded gazetteer: finds names in text, resolves names to ids."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple, Self

import ahocorasick

from processors.exceptions import VeilleError
from processors.gazetteer import scripts
from processors.gazetteer.bodies import Bodies
from processors.gazetteer.folding import fold, key
from processors.gazetteer.forms import Form, forms_by_key
from processors.gazetteer.reading import (
    ID,
    Body,
    Context,
    read_blockers,
    read_bodies,
    read_contexts,
    read_entities,
    read_names,
    read_seats,
)
from processors.gazetteer.records import KINDS, Entity, Name, Span
from processors.gazetteer.towns import Towns

_WINDOW = 240  # characters on each side in which a cue may stand


class _Candidate(NamedTuple):
    """A name at [start, end) of the folded text; no forms: a phrase that blocks the names inside it."""

    start: int
    end: int
    name: str
    forms: list[Form]


class Gazetteer:
    """Names in many languages and the entities that they mean. Immutable once loaded, safe to share by threads."""

    def __init__(
        self,
        entities: dict[str, Entity],
        names: Iterable[Name],
        contexts: Iterable[Context] = (),
        blockers: Iterable[str] = (),
        towns: Towns | None = None,
        bodies: Iterable[Body] = (),
        seats: dict[str, str] | None = None,
    ) -> None:
        self._entities, self.towns, self.bodies, self._seats = entities, towns, Bodies(bodies), seats or {}
        self._by_key = forms_by_key(names)
        self._languages = {lang for forms in self._by_key.values() for form in forms for lang in form.langs}
        self._contexts: dict[str, dict[str, Context]] = defaultdict(dict)
        for context in contexts:
            self._contexts[key(context.name)][context.id] = _folded(context)
        for phrase in blockers:
            self._by_key.setdefault(key(phrase), [])
        self._automaton = self._build()

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Reads a directory's entities, names, contexts, blockers, bodies and seats; its towns when first asked.

        Raises SeedError, which names file, line and field.
        """
        entities = read_entities(directory / "entities.csv")
        return cls(
            entities,
            read_names(directory / "names.csv", entities),
            read_contexts(directory / "contexts.csv", entities),
            read_blockers(directory / "blockers.csv"),
            Towns(directory),
            read_bodies(directory / "bodies.csv", entities),
            read_seats(directory / "seats.csv", entities),
        )

    def find(self, text: str, lang: str | None) -> list[Span]:
        """Finds names, leftmost first and longest first, without overlaps.

        lang: the text's language (ISO 639-1). Names in another language's Latin spelling are left out, those in
        English or in another script are not; with None, or a language the gazetteer does not know, all are tried.
        """
        folded, offsets = fold(text)
        known = lang if lang in self._languages else None
        spans: list[Span] = []
        end = 0
        for found in sorted(self._candidates(text, folded, offsets, known), key=_leftmost_longest):
            if found.start < end:
                continue
            end = found.end
            forms = self._disambiguate(found, text, folded, offsets)
            if forms:
                spans.append(self._span(found, forms, text, offsets))
        return spans

    def resolve(self, name: str) -> tuple[str, ...]:
        """Ids that a name in any language may mean, () for none. A QID resolves to itself.

        Case, accents and punctuation do not matter. Names and abbreviations go before surnames, metonyms and demonyms.
        """
        stripped = name.strip()
        if ID.fullmatch(stripped) or ID.fullmatch(stripped.upper()):
            return (stripped if stripped in self._entities else stripped.upper(),)
        folded = key(name)
        if folded not in self._by_key:
            folded = self._accentless.get(_strip_accents(folded), "")
        forms = self._by_key.get(folded, [])
        proper = [form for form in forms if form.kind in {"name", "short", "abbreviation"}]
        return tuple(dict.fromkeys(form.id for form in proper or forms))

    def label(self, id: str) -> str:
        """The English label. Raises VeilleError for an unknown id."""
        return self._entity(id).label

    def country_of(self, id: str) -> str | None:
        """The id of the country of an entity: whose forces, territory or office. A country is its own."""
        entity = self._entity(id)
        return entity.id if entity.type == "country" else entity.country

    def seat_of(self, id: str) -> str | None:
        """The id of the place where a mission stands: Lebanon of UNIFIL; None for other entities."""
        return self._seats.get(id)

    def type_of(self, id: str) -> str:
        """The type: country, territory, region, city, sea, facility, person, armed-force, armed-group, organisation."""
        return self._entity(id).type

    def entities(self) -> Iterable[Entity]:
        """All entities, in the order of the file."""
        return self._entities.values()

    @cached_property
    def _accentless(self) -> dict[str, str]:
        return {_strip_accents(folded): folded for folded in reversed(self._by_key)}

    def _span(self, found: _Candidate, forms: list[Form], text: str, offsets: Sequence[int] | None) -> Span:
        start, end = found.start, found.end
        if offsets is not None:
            start, end = offsets[start], offsets[end]
            while end > start and not (text[end - 1].isalnum() or unicodedata.combining(text[end - 1])):
                end -= 1  # invisible characters after the name
        ids = tuple(dict.fromkeys(form.id for form in forms))
        kind = min((form.kind for form in forms), key=KINDS.index)
        return Span(start, end, text[start:end], ids, kind, self._entities[ids[0]].type)

    def _entity(self, id: str) -> Entity:
        try:
            return self._entities[id]
        except KeyError:
            raise VeilleError(f"{id!r} is not in the gazetteer") from None

    def _build(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for folded, forms in self._by_key.items():
            word = scripts.padded(folded)
            automaton.add_word(word, (folded, forms, word.endswith(" "), scripts.needs_look(folded)))
        automaton.make_automaton()
        return automaton

    def _candidates(
        self, text: str, folded: str, offsets: Sequence[int] | None, lang: str | None
    ) -> Iterator[_Candidate]:
        """Yields every name at word boundaries that may be one in this language and case."""
        if not self._by_key:
            return
        for last, (name, known, boundary, look) in self._automaton.iter(f" {folded} "):
            end = last - boundary  # in the folded text, which has no leading space
            start = end - len(name)
            if look and not scripts.starts_word(folded, start, end):
                continue
            forms = [form for form in known if form.fits(text, start, offsets, lang)]
            if len(forms) > 1:
                forms = [form for form in forms if lang in form.langs] or forms
            if forms or not known:
                yield _Candidate(start, end, name, forms)

    def _disambiguate(self, found: _Candidate, text: str, folded: str, offsets: Sequence[int] | None) -> list[Form]:
        """Keeps the forms that the neighbourhood speaks for; all of them where it says nothing."""
        contexts = self._contexts.get(found.name)
        if not contexts:
            return found.forms
        forms = [form for form in found.forms if _follows(contexts.get(form.id), found.end, text, folded, offsets)]
        around = f" {folded[max(0, found.start - _WINDOW) : found.start]} {folded[found.end : found.end + _WINDOW]} "
        scores = {
            form.id: sum(f" {cue} " in around for cue in contexts[form.id].cues) if form.id in contexts else 0
            for form in forms
        }
        best = max(scores.values(), default=0)
        forms = [form for form in forms if scores[form.id] == best]
        return [form for form in forms if best or not (form.id in contexts and contexts[form.id].needed)]


@cache
def load_gazetteer(directory: Path) -> Gazetteer:
    """As Gazetteer.load, once a process: what it gives never changes, and takes half a second and much memory."""
    return Gazetteer.load(directory)


def _follows(context: Context | None, end: int, text: str, folded: str, offsets: Sequence[int] | None) -> bool:
    """Refuses a country that is also a given name where another capitalised word follows it directly."""
    if context is None or not context.after:
        return True
    follower = re.compile(" [^ ]+").match(folded, end)
    if follower is None:
        return True
    at = end + 1 if offsets is None else offsets[end + 1]
    if text[at - 1] != " " or not text[at].isupper():
        return True
    return follower.group().strip() in context.after


def _leftmost_longest(found: _Candidate) -> tuple[int, int]:
    return found.start, -found.end


def _folded(context: Context) -> Context:
    cues, after = tuple(map(key, context.cues)), tuple(map(key, context.after))
    return Context(context.name, context.id, cues, context.needed, after)


def _strip_accents(folded: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
