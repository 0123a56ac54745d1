"""Names that mean several things: decided by what stands near, by case, by the longest match, or left open."""

from __future__ import annotations

import pytest

from processors.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Protests in Georgia: police in Tbilisi used water cannon.", {"Georgia"}),
        ("Georgia's governor called the National Guard to Atlanta.", {"Georgia (U.S. state)"}),
        ("A soldier from Georgia.", {"Georgia", "Georgia (U.S. state)"}),
        ("In Congo, M23 rebels took Goma.", {"Democratic Republic of the Congo"}),
        ("Congo, said Brazzaville, is calm.", {"Republic of the Congo"}),
    ],
)
def test_context_decides_and_silence_leaves_it_open(gazetteer: Gazetteer, text: str, labels: set[str]) -> None:
    [span] = [span for span in gazetteer.find(text, "en") if span.text in {"Georgia", "Congo"}]
    assert {gazetteer.label(id_) for id_ in span.qids} == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Troops in Guinea-Bissau", ["Guinea-Bissau"]),
        ("Troops in Equatorial Guinea", ["Equatorial Guinea"]),
        ("Troops in Papua New Guinea", ["Papua New Guinea"]),
        ("Troops in Guinea", ["Guinea"]),
        ("Troops in South Sudan and Sudan", ["South Sudan", "Sudan"]),
        ("Troops in Niger, Nigeria and the Niger Delta", ["Niger", "Nigeria"]),
        ("The Democratic Republic of the Congo", ["Democratic Republic of the Congo"]),
    ],
)
def test_the_longest_name_wins(gazetteer: Gazetteer, text: str, labels: list[str]) -> None:
    assert [gazetteer.label(span.qids[0]) for span in gazetteer.find(text, "en")] == labels


@pytest.mark.parametrize(
    "text", ["Michael Jordan scored", "Chad Smithers sang", "Jordan Pickles won", "The Washington Post wrote"]
)
def test_people_and_papers_are_not_countries(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text, "en") == []


@pytest.mark.parametrize(
    "text", ["troops in Jordan", "the Jordan Valley", "in Jordan, Amman said", "Chad sent 300 men"]
)
def test_jordan_and_chad_are_countries_elsewhere(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text, "en")[0].text in {"Jordan", "Chad"}


@pytest.mark.parametrize(
    ("lang", "text", "label"),
    [
        ("en", "The RSF took another district of Khartoum.", "Rapid Support Forces"),
        ("fr", "Selon RSF, douze journalistes sont en prison.", "Reporters Without Borders"),
        ("fr", "Les RSF tiennent le Darfour.", "Rapid Support Forces"),
        ("en", "Wagner left Mali in June.", "Wagner Group"),
    ],
)
def test_what_stands_near_tells_one_from_the_other(gazetteer: Gazetteer, lang: str, text: str, label: str) -> None:
    assert [gazetteer.label(id_) for id_ in gazetteer.find(text, lang)[0].qids] == [label]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "Robert Wagner dirigierte in Bayreuth."),
        ("fr", "Maurice et Dominique dînent ce soir."),
        ("en", "Victoria smiled."),
        ("fr", "UN SOLDAT RENTRE AU PAYS APRES DES ANNEES"),
        ("en", "THE MAYOR TELLS US TO STAY CALM"),
    ],
)
def test_a_name_that_is_mostly_something_else_needs_a_cue(gazetteer: Gazetteer, lang: str, text: str) -> None:
    assert gazetteer.find(text, lang) == []


def test_a_capital_named_like_its_country_is_the_country(gazetteer: Gazetteer) -> None:
    assert [gazetteer.label(id_) for id_ in gazetteer.find("в Алжире", "ru")[0].qids] == ["Algeria"]


@pytest.mark.parametrize(
    ("lang", "text", "label"),
    [
        ("fr", "Berne a réagi.", "Bern"),
        ("fr", "Tunis a réagi.", "Tunis"),
        ("es", "Estocolmo respondió.", "Stockholm"),
        ("es", "Llegaron a Puerto Príncipe.", "Port-au-Prince"),
        ("de", "Neu-Delhi hat reagiert.", "New Delhi"),
        ("it", "Praga ha risposto.", "Prague"),
        ("pt", "Tóquio respondeu.", "Tokyo"),
        ("pl", "Wizyta w Budapeszcie.", "Budapest"),
        ("ru", "Рейс в Порт-о-Пренс отменён.", "Port-au-Prince"),
    ],
)
def test_capitals_by_their_names_in_other_languages(gazetteer: Gazetteer, lang: str, text: str, label: str) -> None:
    found = [span.qids for span in gazetteer.find(text, lang)]
    assert [gazetteer.label(qid) for qids in found for qid in qids] == [label]
