"""Matching: the same compiled queries, by _msearch, on the run's own indices, articles and languages only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from processors.exceptions import NotFound, StoreError
from processors.models.alerts import Match
from processors.models.runs import RunState
from processors.query.tree import Query
from processors.store.elasticsearch import runs, stories
from processors.store.elasticsearch.cluster import PAGE, Cluster
from processors.store.elasticsearch.compile import Dsl, compiled

CHUNK = 200  # queries of one request


def match(cluster: Cluster, run_id: str, queries: Sequence[tuple[str, Query]]) -> Iterator[Match]:
    """Rule by rule, each in the order of the articles' arrival. Nothing of a run that is not committed."""
    try:
        if runs.get(cluster, run_id).state is RunState.OPEN:
            return
    except NotFound:
        return
    names = [cluster.name("articles", month) for month in runs.months(cluster, run_id)]
    languages = _languages(cluster, names, run_id)
    if not languages:
        return

    def family(story_id: str) -> set[str]:
        return stories.family(cluster, [story_id])

    for start in range(0, len(queries), CHUNK):
        chunk = queries[start : start + CHUNK]
        wanted = [(rule_id, compiled(query.root, languages, family)) for rule_id, query in chunk]
        yield from _found(cluster, names, run_id, [(rule_id, _of_run(run_id, one), None) for rule_id, one in wanted])


def _found(cluster: Cluster, names: list[str], run_id: str, asked: list[tuple[str, Dsl, Any]]) -> Iterator[Match]:
    """Further pages only of the queries that fill one."""
    while asked:
        header = {"index": names, "ignore_unavailable": True}
        searches = [line for _, query, after in asked for line in (header, _page(query, after))]
        answers = cluster.call(cluster.client.msearch, searches=searches)["responses"]
        more = []
        for (rule_id, query, _), answer in zip(asked, answers, strict=True):
            if "error" in answer:
                raise StoreError(f"{cluster.address}: rule {rule_id} cannot be searched: {_reason(answer['error'])}")
            hits = answer["hits"]["hits"]
            yield from (Match(rule_id, hit["_id"], run_id) for hit in hits)
            if len(hits) == PAGE:
                more.append((rule_id, query, hits[-1]["sort"]))
        asked = more


def _page(query: Dsl, after: Any) -> Dsl:
    page: Dsl = {
        "query": query,
        "size": PAGE,
        "sort": [{"order": "asc"}, {"id": "asc"}],
        "_source": False,
        "track_total_hits": False,
    }
    return page | ({"search_after": after} if after else {})


def _of_run(run_id: str, query: Dsl) -> Dsl:
    return {"bool": {"filter": [{"term": {"run": run_id}}, query]}}


def _languages(cluster: Cluster, names: list[str], run_id: str) -> list[str]:
    """The languages that the run's articles are in."""
    if not names:
        return []
    answer = cluster.call(
        cluster.client.search,
        index=names,
        ignore_unavailable=True,
        query={"term": {"run": run_id}},
        size=0,
        aggs={"languages": {"terms": {"field": "lang", "size": 1000}}},
    )
    buckets = answer.get("aggregations", {}).get("languages", {}).get("buckets", [])
    return [bucket["key"] for bucket in buckets]


def _reason(error: dict[str, Any]) -> str:
    caused = error.get("caused_by") or {}
    return str(caused.get("reason") or error.get("reason", ""))
