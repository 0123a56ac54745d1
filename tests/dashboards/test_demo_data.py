"""The dashboards on the demo's data, in a genuine Elasticsearch: charts show something, fields can be asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.cli.context import gazetteer
from processors.config import Settings
from processors.dashboards.build import built
from processors.query.parse import parse
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect
from processors.store.open import open_store
from tests.cli.conftest import call
from tests.dashboards.checking import fields, objects, problems
from tests.dashboards.searching import buckets, search, written

pytestmark = pytest.mark.elasticsearch

SEEDS = Path(__file__).parents[2] / "seeds"
OBJECTS = {(one["type"], one["id"]): one for one in objects(built(SEEDS / "kibana"))}
PANELS = [
    (id_, board["attributes"]["timeFrom"])
    for (kind, _), board in OBJECTS.items()
    if kind == "dashboard"
    for id_ in [ref["id"] for ref in board["references"] if ref["type"] == "lens"]
]


@pytest.fixture(scope="module")
def cluster(demo_store: Settings) -> Iterator[Cluster]:
    made = connect(demo_store)
    yield made
    made.close()


def found(cluster: Cluster, kind: str, text: str) -> int:
    """How many documents the text in Kibana's search bar finds."""
    answer = cluster.client.search(index=cluster.name(kind), query=written(text), size=0, track_total_hits=True)
    return int(answer["hits"]["total"]["value"])


def test_no_problems_with_the_live_mappings(cluster: Cluster) -> None:
    titles = [one["attributes"]["title"] for (kind, _), one in OBJECTS.items() if kind == "index-pattern"]
    mappings = {}
    for title in titles:
        live = cluster.client.indices.get_mapping(index=cluster.name(title.removeprefix("veille-")))
        mappings[title] = {name: kind for one in live.values() for name, kind in fields(one["mappings"]).items()}
    assert problems(built(SEEDS / "kibana"), mappings) == []


@pytest.mark.parametrize(("panel", "since"), PANELS)
def test_every_chart_shows_at_least_three_things(cluster: Cluster, panel: str, since: str) -> None:
    lens = OBJECTS["lens", panel]
    view = OBJECTS["index-pattern", lens["references"][0]["id"]]["attributes"]
    body = search(lens, view.get("timeFieldName", ""), since)
    name = cluster.name(view["title"].removeprefix("veille-"))
    assert len(buckets(cluster.client.search(index=name, body=body).body)) >= 3


SAME = [
    'topic:"troop-deployment"',
    'entity:"North Korea"',
    "entity:Q423",
    "lang:fr",
    'source:"northwire.example"',
    "country:FR",
    'actor:"North Korea"',
    "actor:Q423",
    "target:Romania",
    "quantity:>=1000",
    "status:denied",
    "status:announced",
    'topic:"troop-deployment" AND entity:"North Korea"',
    'lang:uk AND NOT actor:"North Korea"',
    "seen:>=2020-01-01",
    "published:>=2020-01-01",
]


@pytest.mark.parametrize("text", SAME)
def test_a_query_of_the_analyst_finds_the_same_in_kibana_s_search_bar(
    demo_store: Settings, cluster: Cluster, text: str
) -> None:
    store = open_store(demo_store)
    wanted = store.count(parse(text, gazetteer(SEEDS)))
    store.close()
    assert found(cluster, "articles", text) == wanted > 0


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("articles", "author:*"),
        ("articles", "place:*"),
        ("articles", "title:missile"),
        ("articles", "body:soldats"),
        ("articles", "text:SOLDATS"),
        ("events", 'topic:"troop-deployment"'),
        ("events", 'entity:"North Korea"'),
        ("events", 'actor:"North Korea" and not status:denied'),
        ("events", "actor:Q423"),
        ("events", "target:Romania"),
        ("events", "place:*"),
        ("events", "quantity:>=1000"),
        ("events", "status:denied"),
        ("events", "lang:fr"),
        ("events", 'source:"northwire.example"'),
        ("events", "country:FR"),
        ("events", "author:*"),
        ("events", "published:[now-30d TO now]"),
        ("events", "seen:[now-1d TO now]"),
        ("events", "title:SOLDIERS"),
        ("events", "body:soldats"),
        ("events", "text:SOLDATS"),
        ("alerts", "story:*"),
        ("alerts", "text:soldats"),
        ("alerts", 'rule:"missile-launches" and severity:high and status:open'),
        ("feeds", "failing:true and not last_success_at:*"),
        ("polls", 'not outcome: ("ok" or "not-modified")'),
        ("quarantine", "stage:extract"),
    ],
)
def test_the_fields_of_the_query_language_are_there(cluster: Cluster, kind: str, text: str) -> None:
    assert found(cluster, kind, text) > 0


def test_a_story_is_asked_for_by_its_id(cluster: Cluster) -> None:
    hit = cluster.client.search(index=cluster.name("articles"), query=written("lang:fr"), size=1)["hits"]["hits"][0]
    assert found(cluster, "articles", f"story:{hit['_source']['story']}") > 0


def test_charts_have_names_not_numbers(cluster: Cluster) -> None:
    terms = {"names": {"terms": {"field": "entity_label", "size": 500}}}
    answer = cluster.client.search(index=cluster.name("articles"), size=0, aggs=terms)
    names = {bucket["key"] for bucket in answer["aggregations"]["names"]["buckets"]}
    assert {"North Korea", "Russia", "Ukraine"} < names
    assert not [name for name in names if name[0] == "Q" and name[1:].isdigit()]


def test_the_facet_of_entities_has_numbers_only(demo_store: Settings) -> None:
    store = open_store(demo_store)
    facet = store.facet(parse("lang:fr", gazetteer(SEEDS)), "entity", limit=500)
    store.close()
    assert facet
    assert not [bucket.key for bucket in facet if not re.fullmatch(r"Q[0-9]+|veille:[a-z-]+", bucket.key)]


def test_an_alert_says_how_long_it_took(cluster: Cluster) -> None:
    hits = cluster.client.search(index=cluster.name("alerts"), query=written("lag:*"), size=500)["hits"]["hits"]
    assert hits
    for hit in hits:
        alert = hit["_source"]
        assert alert["published"] <= alert["raised_at"]
        assert 0 <= alert["lag"] <= 30 * 86_400
        assert alert["size"] == len(alert["record"]["articles"])
    undated = cluster.client.search(index=cluster.name("alerts"), query=written("not published:*"), size=500)
    assert all("lag" not in hit["_source"] or hit["_source"]["lag"] is None for hit in undated["hits"]["hits"])


def test_a_failing_feed_is_told_apart(cluster: Cluster) -> None:
    hits = cluster.client.search(index=cluster.name("feeds"), query=written("kind:state"), size=100)["hits"]["hits"]
    failing = {hit["_source"]["url"] for hit in hits if hit["_source"]["failing"]}
    assert "http://closed-gazette.example/rss.xml" in failing
    answered = [hit["_source"] for hit in hits if hit["_source"]["outcome"] == "ok"]
    assert answered
    assert all(state["last_success_at"] == state["polled_at"] and not state["failing"] for state in answered)


def test_the_demo_is_never_mixed_with_other_news(demo_store: Settings, tmp_path: Path) -> None:
    url = f"{demo_store.store}-real"
    added = call(tmp_path, "feeds", "add", "https://example.org/world.xml", VEILLE_STORE=url)
    assert added.returncode == 0, added.stderr
    try:
        refused = call(tmp_path, "demo", VEILLE_STORE=url)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "name an empty one in VEILLE_STORE" in refused.stderr
        assert [
            feed["url"] for feed in json.loads(call(tmp_path, "feeds", "list", "--json", VEILLE_STORE=url).stdout)
        ] == ["https://example.org/world.xml"]
    finally:
        from tests.store.cleaning import delete_indices

        delete_indices(url)
