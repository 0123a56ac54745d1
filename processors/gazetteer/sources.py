"""Reads the hand-written sources of the gazetteer. seeds/gazetteer/README.md describes their format."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from processors.exceptions import SeedError
from processors.gazetteer.reading import rows
from processors.gazetteer.records import TYPES

_QID = re.compile(r"Q[1-9][0-9]*")
_MARKS = {"~": "surname", "*": "metonym", "#": "abbreviation", "%": "demonym"}


class SourceName(Struct, frozen=True):
    """A name as written in a source. fixed: no case forms are made of it."""

    lang: str
    text: str
    kind: str
    fixed: bool


class SourceCountry(Struct, frozen=True):
    """A row of countries.csv. iso: its own ISO 3166 code or ""; parent: that of the country it belongs to or ""."""

    qid: str
    iso: str
    type: str
    label: str
    parent: str
    source: str


class SourceEntity(Struct, frozen=True):
    """An entity as written in a source. iso: the code of the country that it belongs to, or ""."""

    qid: str
    type: str
    iso: str
    label: str
    source: str
    names: tuple[SourceName, ...]


def read_countries(path: Path) -> list[SourceCountry]:
    """Reads countries.csv: countries, and parts of them with a code or a contested status. Raises SeedError."""
    fields = ("id", "iso", "type", "label", "country", "source")
    return [SourceCountry(*values) for _, values in rows(path, fields)]


def read_seen(path: Path) -> dict[str, tuple[str, str]]:
    """Reads qids.csv: for each label, its QID and the public source in which both were seen. Raises SeedError."""
    seen = {}
    for line, (label, qid, source) in rows(path, ("label", "qid", "source")):
        if not _QID.fullmatch(qid):
            raise SeedError(path, f"{qid!r} is not a QID", line, "qid")
        seen[label] = (qid, source)
    return seen


def read_entities(path: Path, seen: dict[str, tuple[str, str]]) -> list[SourceEntity]:
    """Reads a file of lines `type | ISO | label | lang=name, name; lang=name`. Raises SeedError."""
    entities = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 4:
            raise SeedError(path, f"{len(cells)} cells, 4 expected", number)
        type_, iso, label, names = cells
        if type_ not in TYPES:
            raise SeedError(path, f"{type_!r} is none of {', '.join(sorted(TYPES))}", number, "type")
        qid, source = seen.get(label, ("", "none"))
        entities.append(SourceEntity(qid, type_, iso, label, source, read_names(names, path, number)))
    return entities


def read_names(cell: str, path: Path, line: int) -> tuple[SourceName, ...]:
    """Reads `lang=name, name; lang=name`. Marks before a name: ~ surname, * metonym, # abbreviation, % demonym,

    ^ no case forms. A name that is written in capitals is an abbreviation. Raises SeedError.
    """
    names = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        lang, equals, listed = part.partition("=")
        if not equals or not re.fullmatch("[a-z]{2}", lang.strip()):
            raise SeedError(path, f"{part!r} is not lang=name", line, "names")
        for raw in filter(None, (name.strip() for name in listed.split(","))):
            text = raw.lstrip("".join(_MARKS) + "^")
            marks = raw[: len(raw) - len(text)]
            capitals = sum(letter.isupper() for letter in text)
            kind = "abbreviation" if capitals > 1 and not re.search("[a-zа-яёіїєąćęłńóśźż]", text) else "name"
            for mark in marks:
                kind = _MARKS.get(mark, kind)
            names.append(SourceName(lang.strip(), text, kind, "^" in marks))
    return tuple(names)
