"""Quantities: what a phrase counts, in [min, max]."""

import pytest

from processors.tagging.numbers import Numerals
from processors.tagging.surface import Surface
from processors.tagging.topics import Taxonomy

from .conftest import SEEDS

CASES = [
    ("en", "300 soldiers", (300, 300)),
    ("en", "about 4,500 marines", (4500, 4500)),
    ("en", "more than 130 troops", (130, None)),
    ("en", "at least 1,200 troops", (1200, None)),
    ("en", "up to 8,000 troops", (None, 8000)),
    ("en", "between 500 and 700 soldiers", (500, 700)),
    ("en", "11,000-12,000 soldiers", (11000, 12000)),
    ("en", "hundreds of soldiers", (200, None)),
    ("en", "tens of thousands of troops", (20000, None)),
    ("en", "two hundred and fifty soldiers", (250, 250)),
    ("en", "twelve thousand men", (12000, 12000)),
    ("en", "three and a half thousand men", (3500, 3500)),
    ("uk", "щонайменше три з половиною тисячі військових", (3500, None)),
    ("ru", "две с половиной тысячи солдат", (2500, 2500)),
    ("ru", "три тысячи солдат", (3000, 3000)),
    ("ru", "тысячи солдат", (2000, None)),
    ("pl", "cztery i pół tysiąca żołnierzy", (4500, 4500)),
    ("fr", "environ 300 militaires", (300, 300)),
    ("fr", "entre 11 000 et 30 000 soldats", (11000, 30000)),
    ("fr", "11\u202f000 soldats", (11000, 11000)),
    ("fr", "plus de 130 soldats", (130, None)),
    ("fr", "au moins 130 soldats", (130, None)),
    ("fr", "jusqu'à 8.000 soldats", (None, 8000)),
    ("fr", "plusieurs milliers de soldats", (2000, None)),
    ("fr", "des dizaines de milliers de soldats", (20000, None)),
    ("fr", "deux cents policiers", (200, 200)),
    ("fr", "un millier de soldats", (1000, 1000)),
    ("fr", "8 à 10 000 militaires", (8000, 10000)),
    ("fr", "passer de 3.000 à 7.000 hommes", (7000, 7000)),
    ("fr", "une trentaine de soldats", (30, 30)),
    ("de", "rund 5.000 Soldaten", (5000, 5000)),
    ("de", "zweihundertfünfzig Soldaten", (250, 250)),
    ("de", "bis zu 50 Soldaten", (None, 50)),
    ("de", "mehrere tausend Soldaten", (2000, None)),
    ("es", "diez mil soldados", (10000, 10000)),
    ("es", "mil 500 soldados", (1500, 1500)),
    ("es", "entre 2.000 y 2.500 mercenarios", (2000, 2500)),
    ("it", "tra i 500 e i 1.000 militari", (500, 1000)),
    ("it", "duecento soldati", (200, 200)),
    ("pt", "cento e vinte e sete militares", (127, 127)),
    ("ru", "около 3 тыс. военных", (3000, 3000)),
    ("ru", "более 2000 солдат", (2000, None)),
    ("ru", "от 500 до 700 солдат", (500, 700)),
    ("uk", "до 10 000 військових", (None, 10000)),
    ("uk", "кілька сотень військових", (200, None)),
    ("uk", "дві тисячі військових", (2000, 2000)),
    ("pl", "2,5 tys. żołnierzy", (2500, 2500)),
    ("pl", "ponad 300 żołnierzy", (300, None)),
    ("ar", "نحو 3 آلاف جندي", (3000, 3000)),
    ("ar", "أكثر من 500 جندي", (500, None)),
    ("tr", "1500 asker", (1500, 1500)),
    ("tr", "binlerce asker", (2000, None)),
    ("zh", "3750名士兵", (3750, 3750)),
    ("zh", "3万名士兵", (30000, 30000)),
    ("zh", "数千名士兵", (2000, None)),
    ("nl", "zeventig militairen", (70, 70)),
]


@pytest.fixture(scope="module")
def numerals() -> dict[str, Numerals]:
    lexicons = Taxonomy.load(SEEDS / "topics").lexicons
    return {lang: Numerals(lexicon.file.numbers, lexicon.file.dense) for lang, lexicon in lexicons.items()}


@pytest.mark.parametrize(("lang", "phrase", "expected"), CASES)
def test_count(numerals, lang, phrase, expected):
    surface = Surface(phrase)
    counts = numerals[lang].find(surface.marks, surface.plain, 0, len(surface.folded))
    assert [(count.quantity.min, count.quantity.max) for count in counts] == [expected]


@pytest.mark.parametrize("phrase", ["the 7th battalion", "126e régiment", "40%", "12:30", "at 9h", "3.5.2024"])
def test_no_count(numerals, phrase):
    surface = Surface(phrase)
    assert numerals["fr"].find(surface.marks, surface.plain, 0, len(surface.folded)) == []
