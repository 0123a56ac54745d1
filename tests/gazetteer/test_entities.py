"""What the data holds: countries, labels, countries of forces; and that the built files are those of the sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.exceptions import SeedError, VeilleError
from processors.gazetteer import Gazetteer
from processors.gazetteer.build import DIRECTORY, render

# An own sample, from the flags and names that these countries use themselves.
COUNTRIES = {
    "Q30": ("United States", "US", "États-Unis", "США", "美国", "الولايات المتحدة"),
    "Q159": ("Russia", "Russian Federation", "Russie", "Россия", "俄罗斯", "روسيا"),
    "Q423": ("North Korea", "DPRK", "RPDC", "КНДР", "朝鲜", "كوريا الشمالية"),
    "Q212": ("Ukraine", "Ukraina", "Україна", "乌克兰", "أوكرانيا"),
    "Q145": ("United Kingdom", "UK", "Royaume-Uni", "Великобритания", "英国"),
    "Q43": ("Turkey", "Türkiye", "Turquie", "Турция"),
    "Q213": ("Czech Republic", "Czechia", "Tchéquie", "Чехия"),
    "Q1008": ("Ivory Coast", "Côte d'Ivoire", "Кот-д'Ивуар"),
    "Q836": ("Myanmar", "Birmanie", "Мьянма"),
    "Q974": ("Democratic Republic of the Congo", "DRC", "RDC", "ДРК"),
    "Q971": ("Republic of the Congo", "Congo-Brazzaville"),
    "Q1246": ("Kosovo", "Косово"),
    "Q865": ("Taiwan", "台湾"),
    "Q907112": ("Transnistria", "Приднестровье"),
    "Q23681": ("Northern Cyprus", "KKTC"),
}


@pytest.mark.parametrize("qid", COUNTRIES)
def test_every_name_resolves_to_its_country(gazetteer: Gazetteer, qid: str) -> None:
    assert gazetteer.label(qid) == COUNTRIES[qid][0]
    assert {name: gazetteer.resolve(name) for name in COUNTRIES[qid]} == dict.fromkeys(COUNTRIES[qid], (qid,))


def test_labels_of_all_countries_resolve_back(gazetteer: Gazetteer) -> None:
    countries = [entity for entity in gazetteer.entities() if entity.type == "country"]
    assert len(countries) == 197
    assert [c.label for c in countries if c.id not in gazetteer.resolve(c.label)] == []
    assert all(gazetteer.country_of(c.id) == c.id for c in countries)


def test_resolve_is_lenient_and_says_all_meanings(gazetteer: Gazetteer) -> None:
    assert gazetteer.resolve("q423") == ("Q423",)
    assert gazetteer.resolve("coree du nord") == ("Q423",)
    assert set(gazetteer.resolve("Congo")) == {"Q974", "Q971"}
    assert gazetteer.resolve("Nowhere at all") == ()


def test_forces_and_places_know_their_country(gazetteer: Gazetteer) -> None:
    def country(name: str) -> str:
        [id_] = gazetteer.resolve(name)
        return gazetteer.label(gazetteer.country_of(id_) or "")

    assert {name: country(name) for name in ("Bundeswehr", "Korean People's Army", "Kursk Oblast", "Rosgvardia")} == {
        "Bundeswehr": "Germany",
        "Korean People's Army": "North Korea",
        "Kursk Oblast": "Russia",
        "Rosgvardia": "Russia",
    }
    [nato] = gazetteer.resolve("OTAN")
    assert gazetteer.country_of(nato) is None
    assert gazetteer.type_of(nato) == "organisation"


def test_every_row_names_its_source_and_only_local_ids_have_none(gazetteer: Gazetteer) -> None:
    assert [e for e in gazetteer.entities() if e.id.startswith("Q") == (e.source == "none")] == []
    forces = [e for e in gazetteer.entities() if e.type not in {"country", "territory", "person"}]
    assert len(forces) >= 300


def test_capitals_have_qids(gazetteer: Gazetteer) -> None:
    lines = (DIRECTORY / "sources" / "capitals.txt").read_text(encoding="utf-8").splitlines()
    labels = [line.split("|")[2].strip() for line in lines if line.startswith("city")]
    cities = {entity.label: entity.id for entity in gazetteer.entities() if entity.type == "city"}
    assert [label for label in labels if not cities[label].startswith("Q")] == []


# An own sample: the items of these names on Wikidata.
ITEMS = {
    "Strait of Hormuz": "Q79883",
    "détroit de Taïwan": "Q127031",
    "Sahel": "Q66065",
    "North Kivu": "Q130625",
    "Ali Khamenei": "Q57336",
    "Marco Rubio": "Q324546",
    "Keir Starmer": "Q6383803",
    "Verkhovna Rada": "Q176296",
}


@pytest.mark.parametrize("name", ITEMS)
def test_often_named_entities_have_their_wikidata_item(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.resolve(name) == (ITEMS[name],)


# An own sample, from what the countries' own sites say.
LEADERS = {"João Lourenço": "Q916", "Samia Suluhu Hassan": "Q924", "Эмомали Рахмон": "Q863", "Рамзан Кадыров": "Q159"}


def test_leaders_belong_to_their_country(gazetteer: Gazetteer) -> None:
    found = {name: [gazetteer.country_of(id_) for id_ in gazetteer.resolve(name)] for name in LEADERS}
    assert found == {name: [country] for name, country in LEADERS.items()}


def test_unknown_ids_are_refused(gazetteer: Gazetteer) -> None:
    with pytest.raises(VeilleError, match="Q99999999"):
        gazetteer.label("Q99999999")


def test_the_built_files_are_up_to_date() -> None:
    for name, text in render(DIRECTORY).items():
        assert (DIRECTORY / name).read_text(encoding="utf-8") == text, "run python -m processors.gazetteer.build"


GOOD = {
    "entities.csv": "id,type,label,country,source\nQ1,country,Testland,,a test\n",
    "names.csv": "id,lang,text,kind\nQ1,en,Testland,name\n",
    "contexts.csv": "name,id,cues,after\n",
    "blockers.csv": "phrase,why\n",
    "bodies.csv": "lang,words,country\n",
    "seats.csv": "organisation,place\n",
}


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("entities.csv", "id,type,label,country,source\nX1,country,T,,s\n", "entities.csv:2: id: "),
        ("entities.csv", "id,type,label,country,source\nQ1,planet,T,,s\n", "entities.csv:2: type: "),
        ("entities.csv", "id,type,label,country,source\nQ1,city,T,Q9,s\n", "entities.csv:2: country: "),
        ("entities.csv", "id,type\nQ1,city\n", "entities.csv:1: the header must be"),
        ("names.csv", "id,lang,text,kind\nQ2,en,T,name\n", "names.csv:2: id: "),
        ("names.csv", "id,lang,text,kind\nQ1,english,T,name\n", "names.csv:2: lang: "),
        ("names.csv", "id,lang,text,kind\nQ1,en,T,nickname\n", "names.csv:2: kind: "),
        ("names.csv", "id,lang,text,kind\nQ1,en,T\n", "names.csv:2: 3 values, 4 expected"),
        ("contexts.csv", "name,id,cues,after\nT,Q1,,\n", "contexts.csv:2: cues: "),
        ("blockers.csv", None, "blockers.csv: cannot be read"),
        ("bodies.csv", "lang,words,country\nen,army,Atlantis\n", "bodies.csv:2: country: "),
        ("bodies.csv", "lang,words,country\nen,,Testland\n", "bodies.csv:2: words: "),
        ("seats.csv", "organisation,place\nTestland,Atlantis\n", "seats.csv:2: place: "),
    ],
)
def test_a_bad_file_is_refused_by_file_line_and_field(
    tmp_path: Path, file: str, text: str | None, message: str
) -> None:
    for name, good in GOOD.items():
        (tmp_path / name).write_text(good, encoding="utf-8")
    if text is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(SeedError) as error:
        Gazetteer.load(tmp_path)
    assert message in str(error.value)


def test_a_small_good_directory_loads(tmp_path: Path) -> None:
    for name, good in GOOD.items():
        (tmp_path / name).write_text(good, encoding="utf-8")
    assert Gazetteer.load(tmp_path).find("in Testland.", "en")[0].qids == ("Q1",)
