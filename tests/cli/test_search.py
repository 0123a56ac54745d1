"""veille search, as an analyst and a script use it."""

from __future__ import annotations

import csv
import io
import json
import re

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


def test_facets_count_all_hits_and_name_entities(veille: Veille) -> None:
    found = json.loads(veille("search", "*", "--json", "--limit", "1", "--facets", "lang, entity,day").stdout)
    assert list(found["facets"]) == ["lang", "entity", "day"]
    assert sum(bar["count"] for bar in found["facets"]["lang"]) > 60
    names = {bar["key"]: bar["name"] for bar in found["facets"]["entity"]}
    assert names.items() & {("Q212", "Ukraine"), ("Q159", "Russia"), ("Q142", "France")}
    shown = veille("search", "*", "--limit", "1", "--facets", "entity").stdout
    assert "Russia (Q159)" in shown


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--facets", "colour"), "topic, entity, lang"),
        (("--facets", "lang", "--csv"), "--json"),
        (("--csv", "--jsonl"), "one of --json, --jsonl"),
        (("--since", "2024-11-06", "--until", "2024-11-05"), "not before"),
    ],
)
def test_options_that_do_not_fit(veille: Veille, options: tuple[str, ...], reason: str) -> None:
    ended = veille("search", "*", *options)
    assert ended.returncode == 2
    assert reason in " ".join(ended.stderr.replace("│", "").split())


def test_why_a_hit_was_found(veille: Veille) -> None:
    query = 'actor:"North Korea" AND quantity:>=11000 AND soldats -lang:de'
    (hit, *_) = json.loads(veille("search", query, "--json", "--explain").stdout)["hits"]
    why = {line["clause"]: line for line in hit["why"]}
    assert why["NOT lang:de"] == {"clause": "NOT lang:de", "speaks": True, "words": [], "events": []}
    assert {"soldats"} <= {word.lower() for word in why["body:soldats"]["words"]}
    (event,) = why["actor:Q423 AND quantity:[11000 TO *]"]["events"]
    assert event["actor"]["id"] == "Q423"
    assert event["quantity"][0] >= 11_000
    shown = veille("search", query, "--explain", "--limit", "1").stdout
    assert "why: actor:Q423 AND quantity:[11000 TO *]; event troop-deployment, North Korea" in shown
    assert event["evidence"] in shown
    rows = list(csv.DictReader(io.StringIO(veille("search", query, "--explain", "--csv").stdout)))
    assert "NOT lang:de" in rows[0]["why"]


def test_exports_of_everything_agree(veille: Veille) -> None:
    total = json.loads(veille("search", "*", "--json").stdout)["total"]
    lines = [
        json.loads(line) for line in veille("search", "*", "--all", "--jsonl", "--sort", "newest").stdout.splitlines()
    ]
    rows = list(csv.DictReader(io.StringIO(veille("search", "*", "--all", "--csv", "--sort", "newest").stdout)))
    assert len(lines) == total
    assert [line["id"] for line in lines] == [row["id"] for row in rows]
    assert set(lines[0]) == FIELDS == set(rows[0])
    assert [line["published"] or "" for line in lines] == [row["published"] for row in rows]
    assert all(row["seen"].endswith("Z") for row in rows)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("lang:zz", "no language has the code 'zz'"),
        ("entity:Q99999999", "Q99999999 is not in the gazetteer"),
        ("topic:nonsense", "no topic has the id 'nonsense'; known: armed-attack"),
    ],
)
def test_values_that_cannot_be_found_are_told(veille: Veille, query: str, note: str) -> None:
    ended = veille("search", query)
    assert ended.returncode == 0
    assert f"note: {note}" in ended.stderr


def test_a_hit_without_an_address_shows_where_it_came_from(veille: Veille) -> None:
    shown = veille("search", "title:inébranlable").stdout
    assert re.search(r"no address · \S+\.warc\.gz  [0-9a-f]{20}", shown)
