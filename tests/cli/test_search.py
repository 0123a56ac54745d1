"""veille search, as an analyst and a script use it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import Veille

SEED_TITLE = "Guerre en Ukraine : l’ombre portée de Kim Jong Un, un soutien inébranlable à la Russie"

FIELDS = {
    *("id", "title", "url", "published", "seen", "lang", "source"),
    *("topic", "entity", "story", "highlights"),
}


@pytest.mark.parametrize(
    "query",
    [
        'topic:troop-deployment AND entity:"North Korea"',
        'entity:"Corée du Nord" AND text:"pacte de défense"',
        'actor:"North Korea" AND target:Russia AND place:"Kursk Oblast" AND quantity:>=11000',
        "topic:military-casualties AND actor:Q423",
    ],
)
def test_finds_the_seed_article(veille: Veille, query: str) -> None:
    found = json.loads(veille("search", query, "--json", "--limit", "100").stdout)
    assert SEED_TITLE in [hit["title"] for hit in found["hits"]]
    assert found["total"] == len(found["hits"])


def test_a_hit_has_the_names_of_the_query_language(veille: Veille) -> None:
    found = json.loads(veille("search", 'title:"l’ombre portée"', "--json").stdout)
    (hit,) = found["hits"]
    assert set(hit) == FIELDS
    assert hit["lang"] == "fr"
    assert {"troop-deployment", "defence-pact", "arms-transfer", "military-casualties"} <= set(hit["topic"])
    linked = {entity["id"]: entity["name"] for entity in hit["entity"]}
    assert {"Q423": "North Korea", "Q159": "Russia", "Q212": "Ukraine"}.items() <= linked.items()
    assert "Kim Jong Un" in linked.values()
    assert "Kursk Oblast" in linked.values()


def test_an_english_name_finds_coverage_in_every_language(veille: Veille) -> None:
    query = 'entity:Ukraine OR entity:"North Korea" OR entity:Egypt OR entity:Haiti OR entity:Poland'
    found = json.loads(veille("search", query, "--json", "--limit", "100").stdout)
    assert {hit["lang"] for hit in found["hits"]} >= {"fr", "en", "uk", "ru", "de", "pl", "ar", "es"}


def test_the_limit_does_not_change_the_total(veille: Veille) -> None:
    found = json.loads(veille("search", "*", "--json", "--limit", "3").stdout)
    assert len(found["hits"]) == 3
    assert found["total"] > 60


def test_newest_first(veille: Veille) -> None:
    found = json.loads(veille("search", "*", "--json", "--limit", "100", "--sort", "newest").stdout)
    times = [hit["published"] or hit["seen"] for hit in found["hits"]]
    assert times == sorted(times, reverse=True)


def test_csv_is_a_table_that_spreadsheets_read(veille: Veille) -> None:
    rows = list(csv.DictReader(io.StringIO(veille("search", "lang:de", "--csv", "--limit", "50").stdout)))
    assert rows
    assert {row["lang"] for row in rows} == {"de"}


@pytest.mark.parametrize(
    ("query", "caret_under"),
    [("topic:x AND (text:a", None), ("topik:troop-deployment", 0), ("*soldat", 0), ("text:a AND NOT titel:b", 15)],
)
def test_a_bad_query_is_shown_with_a_caret(veille: Veille, query: str, caret_under: int | None) -> None:
    ended = veille("search", query)
    assert ended.returncode == 2
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    shown = next(number for number, line in enumerate(lines) if line.strip() == query)
    caret = lines[shown + 1].index("^") - lines[shown].index(query[0])
    assert 0 <= caret <= len(query)
    assert caret_under in (None, caret)
    assert "Traceback" not in ended.stderr


def test_an_unknown_name_is_told(veille: Veille) -> None:
    assert "Atlantis" in veille("search", "entity:Atlantis").stderr
