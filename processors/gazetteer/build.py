"""Builds the entities, names and towns of seeds/gazetteer from their sources: `python -m processors.gazetteer.build`.

With --check nothing is written: exit code 1 says that the built files are not those that the sources give.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from processors.exceptions import SeedError, VeilleError
from processors.gazetteer import cldr, demonyms
from processors.gazetteer.declension import decline
from processors.gazetteer.folding import key
from processors.gazetteer.geonames import town_files
from processors.gazetteer.reading import rows
from processors.gazetteer.records import Entity, Name
from processors.gazetteer.scripts import is_latin
from processors.gazetteer.sources import (
    SourceCountry,
    SourceEntity,
    SourceName,
    read_countries,
    read_entities,
    read_names,
    read_seen,
)

DIRECTORY = Path(__file__).parents[2] / "seeds" / "gazetteer"
_FILES = ("capitals.txt", "places.txt", "persons.txt", "forces.txt", "organisations.txt")
_ACCENTED_CAPITALS = str.maketrans("ÀÂÉÈÊËÎÏÔÙÛÇ", "AAEEEEIIOUUC")


def build(directory: Path) -> tuple[list[Entity], list[Name]]:
    """Makes entities and names from the sources under a directory. Raises SeedError."""
    sources = directory / "sources"
    countries = read_countries(sources / "countries.csv")
    ids = {country.iso: country.qid for country in countries if country.iso}
    seen = read_seen(sources / "qids.csv")
    entities: dict[str, Entity] = {}
    names: dict[tuple[str, str, str, str], Name] = {}

    def add(entity: Entity, found: Iterable[Name]) -> None:
        if entity.id in entities and entities[entity.id].label != entity.label:
            raise SeedError(sources, f"{entity.id} is both {entities[entity.id].label} and {entity.label}")
        entities[entity.id] = entity
        for name in found:
            names.setdefault((name.id, name.lang, name.text, ""), name)

    for country in countries:
        entity = Entity(country.qid, country.type, country.label, ids.get(country.parent), country.source)
        add(entity, _country_names(country, entity.id))
    for file in _FILES:
        for source in read_entities(sources / file, seen):
            entity = Entity(_id(source), source.type, source.label, ids.get(source.iso), source.source)
            if source.iso and source.iso not in ids:
                raise SeedError(sources / file, f"{source.iso!r} of {source.label} is not in countries.csv")
            add(entity, _names(source, entity.id))
    by_label = {entity.label: entity.id for entity in entities.values()}
    for name in _extra(sources, ids, by_label):
        names.setdefault((name.id, name.lang, name.text, ""), name)
    ordered = sorted(entities.values(), key=lambda entity: (entity.type, entity.label, entity.id))
    kept = _without_capitals_named_like_their_country(entities, list(names.values()))
    return ordered, sorted(kept, key=lambda name: (name.id, name.lang, name.text, name.kind))


def _without_capitals_named_like_their_country(entities: dict[str, Entity], names: list[Name]) -> list[Name]:
    """Algiers and Algeria are one word in Russian and Arabic: it is kept for the country. Names in Latin letters that
    are not English hold in their own language: Croatian "Tunis", the country, is no French one.
    """
    taken = {
        (name.id, key(name.text), name.lang if name.lang != "en" and is_latin(key(name.text)) else "")
        for name in names
        if entities[name.id].type == "country"
    }
    return [
        name
        for name in names
        if entities[name.id].type != "city"
        or taken.isdisjoint((entities[name.id].country, key(name.text), lang) for lang in ("", name.lang))
    ]


def _id(source: SourceEntity) -> str:
    plain = unicodedata.normalize("NFKD", source.label.lower()).encode("ascii", "ignore").decode()
    return source.qid or "veille:" + "-".join(re.findall("[a-z0-9]+", plain))


def _country_names(country: SourceCountry, id_: str) -> Iterator[Name]:
    yield Name(id_, "en", country.label, "name")
    if country.iso:
        for lang, text in cldr.country_names(country.iso):
            yield from _inflected(id_, SourceName(lang, text, "name", False))


def _names(source: SourceEntity, id_: str) -> Iterator[Name]:
    yield Name(id_, "en", source.label, next((n.kind for n in source.names if n.text == source.label), "name"))
    capital = (
        "metonym" if any(name.kind == "metonym" and name.text == source.label for name in source.names) else "name"
    )
    if source.type == "city":
        for lang, text in cldr.city_names(source.label, source.iso):
            yield from _inflected(id_, SourceName(lang, text, capital, False))
    for name in source.names:
        yield from _inflected(id_, name, person=source.type == "person")


def _inflected(id_: str, name: SourceName, *, person: bool = False) -> Iterator[Name]:
    """A name with its case forms, and with its capitals bare of accents in French, Spanish and Portuguese."""
    texts = [name.text]
    lang = name.lang
    if not name.fixed:
        cyrillic = bool(re.search("[а-яё]", name.text)) and lang == ""
        texts += decline("ru" if cyrillic else lang, name.text, person=person)
        texts += demonyms.forms(lang, name.text) if name.kind == "demonym" else []
    if lang in {"fr", "es", "pt"}:
        texts += [
            re.sub("(?<![a-zà-ÿ])[ÀÂÉÈÊËÎÏÔÙÛÇ]", lambda m: m.group().translate(_ACCENTED_CAPITALS), text)
            for text in texts
        ]
    if "ß" in name.text:
        texts += [text.replace("ß", "ss") for text in texts]
    if lang in {"ar", "fa"}:
        texts += ["لل" + text[2:] for text in texts if text.startswith("ال")]
    if lang in {"ru", "uk"}:
        texts = [text.replace("ё", "е") for text in texts]
    for text in dict.fromkeys(texts):
        if key(text):
            yield Name(id_, lang, unicodedata.normalize("NFC", text), name.kind)


def _extra(sources: Path, ids: dict[str, str], by_label: dict[str, str]) -> Iterator[Name]:
    """Other names of countries (names.csv) and their demonyms (demonyms.csv)."""
    path = sources / "names.csv"
    for line, (who, cell) in rows(path, ("who", "names")):
        id_ = ids.get(who) or by_label.get(who)
        if id_ is None:
            raise SeedError(path, f"{who!r} is neither an ISO code nor a label", line, "who")
        for name in read_names(cell, path, line):
            yield from _inflected(id_, name)
    path = sources / "demonyms.csv"
    languages = ("fr", "en", "de", "es", "it", "pt", "nl", "pl", "ru", "uk", "ar", "tr")
    for line, (iso, *cells) in rows(path, ("iso", *languages)):
        if iso not in ids:
            raise SeedError(path, f"{iso!r} is not in countries.csv", line, "iso")
        for lang, cell in zip(languages, cells, strict=True):
            for base in filter(None, cell.split("/")):
                for form in demonyms.forms(lang, base.strip()):
                    yield Name(ids[iso], lang, form, "demonym")


def _csv(header: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue()


def render(directory: Path) -> dict[str, str]:
    """File name to the content that the sources give. Raises SeedError."""
    entities, names = build(directory)
    ids = {c.iso: c.qid for c in read_countries(directory / "sources" / "countries.csv") if c.iso}
    towns = town_files(ids, directory / "sources" / "subdivisions.csv")
    return {
        "entities.csv": _csv(
            ("id", "type", "label", "country", "source"),
            ((e.id, e.type, e.label, e.country or "", e.source) for e in entities),
        ),
        "names.csv": _csv(("id", "lang", "text", "kind"), ((n.id, n.lang, n.text, n.kind) for n in names)),
        "towns.csv": _csv(("label", "country", "people"), towns["towns.csv"]),
        "town-names.csv": _csv(("name", "town"), towns["town-names.csv"]),
    }


def main(arguments: list[str]) -> int:
    """Runs the command. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m processors.gazetteer.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the files are out of date")
    check = parser.parse_args(arguments).check
    try:
        files = render(DIRECTORY)
    except VeilleError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    stale = [name for name, text in files.items() if not _same(DIRECTORY / name, text)]
    if not check:
        for name, text in files.items():
            (DIRECTORY / name).write_text(text, encoding="utf-8")
            print(f"{name}: {text.count(chr(10)) - 1:,} rows, {len(text.encode()) / 1e6:.2f} MB")
    elif stale:
        print(f"out of date: {', '.join(stale)}; run python -m processors.gazetteer.build", file=sys.stderr)
    return int(check and bool(stale))


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
