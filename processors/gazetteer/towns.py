"""Thousands of towns, looked up where a clause expects a place: two files that are searched, not loaded.

A town's name alone links nothing: "Nice", "Split" and "Victoria" are towns. Callers ask only for capitalised words that
a word of place leads to.
"""

from __future__ import annotations

import csv
import mmap
import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from processors.exceptions import SeedError
from processors.gazetteer.folding import key

_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_PLAIN = {ord(letter): plain for letter, plain in zip("ßłøđıæðœ", "slodiado", strict=True)}
_PLAIN |= {code: base for code in _LATIN if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()}
# Endings of cases in Russian, Ukrainian and Polish (folded, without accents); each text and each name loses one.
_CYRILLIC_ENDING = re.compile(
    "(?:(?<=ск)(?:ого|ому|ой|ою|ая|ую|им|ий)|ами|ями|ах|ях|ам|ям|ом|ем|єм|ой|ою|ею|єю|ому|[аяоеєуюыиіїьйъ])$"
)
_POSSESSIVE = re.compile("(?:ов|ев|єв|ів|їв)(?:а|у|і|е|ом|ым|им|ові)?$")  # Харків, Харкова; Киев, Киевом
_FLEETING = re.compile("[оеє](?=[кцнлр]$)")  # Сувалки, Сувалок
_POLISH_ENDING = re.compile("(?:ami|ach|iem|em|ie|iu|ow|om|iej|ej|ego|emu|a|e|i|o|u|y)$")
# Where a language is written in one country: the ids of Ukraine, Poland, Italy, Turkey.
_HOME = {"uk": "Q212", "pl": "Q36", "it": "Q38", "tr": "Q43"}
_NO_CAPITALS, _LARGE = ("ar", "zh", "ja"), 100_000
_VOWEL = re.compile("[аяоеєуюыиіїьйъaeiouy]$")
_STEM = 2  # letters that a stem keeps
_CHANGES = 3  # letters at a word's end that a case may change
_SURE = 5  # times as large as the next town of its name


class Place(Struct, frozen=True):
    """A town. country: the id of its country, "" where several countries have a town of this name."""

    label: str
    country: str


class Towns:
    """The files towns.csv (label, country, people) and town-names.csv (folded name, row of towns.csv; sorted)."""

    def __init__(self, directory: Path) -> None:
        self._towns, self._names = directory / "towns.csv", directory / "town-names.csv"

    def find(self, name: str, lang: str | None, near: Collection[str]) -> Place | None:
        """The town of this name, or None. near: ids of countries of which the text speaks.

        In scripts without capitals a town elsewhere must have 100,000 people: the small ones are words too.

        Russian, Ukrainian and Polish names may stand in any case. Of several towns the largest in the countries
        near is taken, else in the country of the language, else the largest of all; where it is not much larger than
        one abroad, its country stays open.
        Raises SeedError where the files cannot be read.
        """
        folded = town_key(name)
        if not folded:
            return None
        rows = set(self._rows(folded)) or (self._inflected(folded, lang) if lang in ("ru", "uk", "pl") else set())
        found = sorted((self._places[row] for row in rows), key=lambda place: (-place[2], place[0]))
        here = [place for place in found if place[1] in near] or [
            place for place in found if place[1] == _HOME.get(lang or "")
        ]
        if not found or (not here and lang in _NO_CAPITALS and found[0][2] < _LARGE):
            return None
        label, country, people = (here or found)[0]
        abroad = [place for place in found if place[1] != country]
        sure = bool(here) or not abroad or people >= _SURE * abroad[0][2]
        return Place(label, country if sure else "")

    @cached_property
    def _places(self) -> list[tuple[str, str, int]]:
        """Every town: label, country, people."""
        try:
            with self._towns.open(encoding="utf-8", newline="") as file:
                return [(label, country, int(people)) for label, country, people in list(csv.reader(file))[1:]]
        except (OSError, ValueError, csv.Error) as error:
            raise SeedError(self._towns, f"cannot be read: {error}") from error

    @cached_property
    def _index(self) -> mmap.mmap:
        try:
            with self._names.open("rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise SeedError(self._names, f"cannot be read: {error}") from error

    def _rows(self, folded: str) -> Iterator[int]:
        for name, row in self._from(folded.encode()):
            if name != folded:
                return
            yield row

    def _inflected(self, folded: str, lang: str | None) -> set[int]:
        """Rows of the names that are this one in another case: the same stems, word by word."""
        first = folded.split(" ")[0]
        start = first[: max(_STEM, len(first) - _CHANGES)]
        wanted = _text_stems(folded, lang)
        rows = set()
        for name, row in self._from(start.encode()):
            if not name.startswith(start):
                break
            if abs(len(name) - len(folded)) <= _CHANGES * 2:
                stems = _name_stems(name, lang)
                if len(stems) == len(wanted) and all(a in b for a, b in zip(stems, wanted, strict=True)):
                    rows.add(row)
        return rows

    def _from(self, name: bytes) -> Iterator[tuple[str, int]]:
        """Names and rows from the first that is not less than a name's bytes."""
        index = self._index
        low, high = index.find(b"\n") + 1, len(index)
        while low < high:
            middle = index.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = index.find(b"\n", middle)
            if index[middle:end].rpartition(b",")[0] < name:
                low = end + 1
            else:
                high = middle
        while low < len(index):
            end = index.find(b"\n", low)
            found, _, row = index[low:end].rpartition(b",")
            yield found.decode(), int(row)
            low = end + 1


def town_key(name: str) -> str:
    """A town's name as it is looked up: folded, without the accents of Latin letters, the Arabic article kept."""
    return key(name).translate(_PLAIN)


def _name_stems(folded: str, lang: str | None) -> list[str]:
    """The stems of a name's words: a name stands in the nominative, which has at most one vowel as its ending."""
    return [_cut(word, _VOWEL, lang) for word in folded.split(" ")]


def _text_stems(folded: str, lang: str | None) -> list[set[str]]:
    """What the stem of each word of a text may be."""
    ending = _POLISH_ENDING if lang == "pl" else _CYRILLIC_ENDING
    return [{_cut(word, ending, lang), _cut(word, _VOWEL, lang)} for word in folded.split(" ")]


def _cut(word: str, ending: re.Pattern[str], lang: str | None) -> str:
    if lang == "pl":
        bare = ending.sub("", word)
    else:
        plain = _POSSESSIVE.sub("в", word.replace("ськ", "ск"))
        bare = _FLEETING.sub("", plain if plain.endswith("в") else ending.sub("", plain))
    return bare if len(bare) >= _STEM else word
