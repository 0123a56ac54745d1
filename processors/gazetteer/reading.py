"""Reads and validates the gazetteer's files; errors name file, line and field."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from processors.exceptions import SeedError
from processors.gazetteer.records import KINDS, TYPES, Entity, Name

ID = re.compile(r"Q[1-9][0-9]*|veille:[a-z0-9-]+")
_LANG = re.compile(r"(?:[a-z]{2,3})?")


class Context(Struct, frozen=True):
    """Words that decide what an ambiguous name means. cues speak for the entity when they stand near;

    needed: without any cue the name is not the entity; after: for a country that is also a given name, the
    capitalised words that may follow the country.
    """

    name: str
    id: str
    cues: tuple[str, ...]
    needed: bool
    after: tuple[str, ...]


class Body(Struct, frozen=True):
    """Words for forces and offices whose country readers of a language know; country "": that of the text."""

    lang: str
    words: tuple[str, ...]
    country: str


def rows(path: Path, fields: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """Yields line number and values of a CSV file with exactly these columns. Raises SeedError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if tuple(header) != fields:
                raise SeedError(path, f"the header must be {','.join(fields)}", 1)
            for values in reader:
                if len(values) != len(fields):
                    raise SeedError(path, f"{len(values)} values, {len(fields)} expected", reader.line_num)
                yield reader.line_num, values
    except OSError as error:
        raise SeedError(path, f"cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SeedError(path, f"is not CSV in UTF-8: {error}") from error


def read_entities(path: Path) -> dict[str, Entity]:
    """Reads entities.csv. Raises SeedError."""
    entities: dict[str, Entity] = {}
    lines: dict[str, int] = {}
    for line, (id_, type_, label, country, source) in rows(path, ("id", "type", "label", "country", "source")):
        if not ID.fullmatch(id_):
            raise SeedError(path, f"{id_!r} is neither a QID nor veille:slug", line, "id")
        if id_ in entities:
            raise SeedError(path, f"{id_} is on line {lines[id_]} already", line, "id")
        if type_ not in TYPES:
            raise SeedError(path, f"{type_!r} is none of {', '.join(sorted(TYPES))}", line, "type")
        if not label or not source:
            raise SeedError(path, "is empty", line, "source" if label else "label")
        entities[id_], lines[id_] = Entity(id_, type_, label, country or None, source), line
    for entity in entities.values():
        if entity.country and entity.country not in entities:
            raise SeedError(path, f"{entity.country} is not an entity", lines[entity.id], "country")
    return entities


def read_names(path: Path, entities: dict[str, Entity]) -> list[Name]:
    """Reads names.csv. Raises SeedError."""
    names = []
    for line, (id_, lang, text, kind) in rows(path, ("id", "lang", "text", "kind")):
        if id_ not in entities:
            raise SeedError(path, f"{id_!r} is not in entities.csv", line, "id")
        if not _LANG.fullmatch(lang):
            raise SeedError(path, f"{lang!r} is not a language code", line, "lang")
        if not text.strip():
            raise SeedError(path, "is empty", line, "text")
        if kind not in KINDS:
            raise SeedError(path, f"{kind!r} is none of {', '.join(KINDS)}", line, "kind")
        names.append(Name(id_, lang, text, kind))
    return names


def read_contexts(path: Path, entities: dict[str, Entity]) -> list[Context]:
    """Reads contexts.csv. Raises SeedError."""
    contexts = []
    for line, (name, id_, cues, after) in rows(path, ("name", "id", "cues", "after")):
        if id_ not in entities:
            raise SeedError(path, f"{id_!r} is not in entities.csv", line, "id")
        if not cues and not after:
            raise SeedError(path, "cues or after must have words", line, "cues")
        contexts.append(Context(name, id_, _words(cues.lstrip("!")), cues.startswith("!"), _words(after)))
    return contexts


def read_blockers(path: Path) -> list[str]:
    """Reads blockers.csv: phrases in which a name means nothing of the gazetteer. Raises SeedError."""
    return [phrase for _, (phrase, _why) in rows(path, ("phrase", "why"))]


def read_seats(path: Path, entities: dict[str, Entity]) -> dict[str, str]:
    """Reads seats.csv: for the id of each mission that of the place where it stands. Raises SeedError."""
    labels = {entity.label: entity.id for entity in entities.values()}
    seats = {}
    for line, (organisation, place) in rows(path, ("organisation", "place")):
        for field, label in (("organisation", organisation), ("place", place)):
            if label not in labels:
                raise SeedError(path, f"{label!r} is not the label of an entity", line, field)
        seats[labels[organisation]] = labels[place]
    return seats


def read_bodies(path: Path, entities: dict[str, Entity]) -> list[Body]:
    """Reads bodies.csv: language, words, label of the country or nothing. Raises SeedError."""
    labels = {entity.label: entity.id for entity in entities.values() if entity.type == "country"}
    bodies = []
    for line, (lang, cell, country) in rows(path, ("lang", "words", "country")):
        if country and country not in labels:
            raise SeedError(path, f"{country!r} is not the label of a country", line, "country")
        if not _words(cell):
            raise SeedError(path, "is empty", line, "words")
        bodies.append(Body(lang, _words(cell), labels.get(country, "")))
    return bodies


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())
