"""Towns of the great list: their names in many scripts and cases, and which of several is meant."""

from pathlib import Path

import pytest

from processors.exceptions import SeedError
from processors.gazetteer import Gazetteer
from processors.gazetteer.towns import Towns

ITALY, UKRAINE, DRC = "Q38", "Q212", "Q974"


@pytest.fixture(scope="module")
def towns(gazetteer: Gazetteer) -> Towns:
    assert gazetteer.towns is not None
    return gazetteer.towns


@pytest.mark.parametrize(
    ("name", "lang", "label"),
    [
        ("Torino", "it", "Turin"),
        ("Mailand", "de", "Milan"),
        ("Бунии", "ru", "Bunia"),
        ("Луцька", "uk", "Lutsk"),
        ("Харкова", "uk", "Kharkiv"),
        ("Радоме", "ru", "Radom"),
        ("Radomiu", "pl", "Radom"),
        ("Butembo", "fr", "Butembo"),
        ("بوكافو", "ar", "Bukavu"),
        ("布里斯班", "zh", "Brisbane"),
        ("ブリスベン", "ja", "Brisbane"),
    ],
)
def test_a_town_is_found_in_its_script_and_case(towns: Towns, name: str, lang: str, label: str) -> None:
    place = towns.find(name, lang, ())
    assert place is not None
    assert place.label == label


@pytest.mark.parametrize("name", ["", "Ministry", "Zzyzx Qwert", "XVII", "…"])
def test_what_is_no_town_is_not_found(towns: Towns, name: str) -> None:
    assert towns.find(name, "en", ()) is None


def test_the_countries_near_decide_between_towns_of_one_name(towns: Towns) -> None:
    first, second = towns.find("Valencia", "en", {"Q29"}), towns.find("Valencia", "en", {"Q717"})
    assert first is not None
    assert second is not None
    assert (first.country, second.country) == ("Q29", "Q717")


def test_without_a_sign_the_country_of_a_shared_name_stays_open(towns: Towns) -> None:
    place = towns.find("Valencia", "en", ())
    assert place is not None
    assert (place.label, place.country) == ("Valencia", "")


def test_an_arabic_word_is_no_small_town_far_away(towns: Towns) -> None:
    assert towns.find("دور", "ar", ()) is None


def test_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"town-names\.csv"):
        Towns(tmp_path).find("Turin", "en", ())
