"""Searching: pages with stable cursors, counts and facets."""

from __future__ import annotations

from typing import Any

from processors.exceptions import InputError
from processors.query.tree import Query
from processors.store import analysis, cursors, highlight
from processors.store.elasticsearch import articles, runs, stories
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.compile import Dsl, compiled
from processors.store.interface import Bucket, Hit, SearchPage, Sort

_ORDERS: dict[Sort, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"timestamp": "desc"}, {"id": "asc"}],
    "newest": [{"timestamp": "desc"}, {"id": "asc"}],
    "oldest": [{"timestamp": "asc"}, {"id": "asc"}],
}
FACETS = ("topic", "entity", "lang", "source", "country", "day")


def found(cluster: Cluster, query: Query) -> Dsl:
    """The query, without the articles of runs that are not committed."""
    wanted = compiled(query.root, analysis.STEMMED, lambda story_id: stories.family(cluster, [story_id]))
    hidden = runs.open_ids(cluster)
    return {"bool": {"must": [wanted], "must_not": [{"terms": {"run": hidden}}]}} if hidden else wanted


def search(cluster: Cluster, query: Query, sort: Sort, limit: int, cursor: str | None, highlighted: bool) -> SearchPage:
    """One page. A cursor continues after the last hit's own sort values, so that new articles repeat no old one.

    By relevance that holds as long as nothing is written: a score depends on how rare its words are in all articles.
    """
    stamp = cursors.stamp(query, sort)
    after = {"search_after": cursors.read(cursor, stamp)} if cursor else {}
    answer = cluster.search(
        "articles",
        query=found(cluster, query),
        sort=_ORDERS[sort],
        size=limit + 1,
        source=["document"],
        track_total_hits=True,
        track_scores=sort == "relevance",
        **after,
    )
    hits = answer["hits"]["hits"]
    page = hits[:limit]
    made = articles.decoded(cluster, [hit["_source"] for hit in page])
    marks = highlight.Highlighter(query.root) if highlighted else None
    return SearchPage(
        answer["hits"]["total"]["value"],
        tuple(
            Hit(one, float(hit["_score"] or 0.0), marks.passages(one.tagged) if marks else ())
            for one, hit in zip(made, page, strict=True)
        ),
        cursors.written(stamp, page[-1]["sort"]) if len(hits) > limit and page else None,
    )


def count(cluster: Cluster, query: Query) -> int:
    answer = cluster.search("articles", query=found(cluster, query), size=0, track_total_hits=True)
    return int(answer["hits"]["total"]["value"])


def facet(cluster: Cluster, query: Query, field: str, split: str, limit: int) -> list[Bucket]:
    """See Store.facet. Of days the newest `limit`; of each bar the largest `limit` parts."""
    bars = _bars(field, limit)
    if split:
        bars["aggs"] = {"parts": _bars(split, limit)}
    answer = cluster.search("articles", query=found(cluster, query), size=0, aggs={"bars": bars})
    if "aggregations" not in answer:  # no index yet
        return []
    made = []
    for bar in _newest(answer["aggregations"]["bars"]["buckets"], field, limit):
        if not split:
            made.append(Bucket(_key(bar), bar["doc_count"]))
            continue
        parts = sorted(bar["parts"]["buckets"], key=lambda part: (-part["doc_count"], _key(part)))
        made += [Bucket(_key(bar), part["doc_count"], split=_key(part)) for part in parts[:limit]]
    return made


def _bars(field: str, limit: int) -> dict[str, Any]:
    if field not in FACETS:
        raise InputError(f"no facet {field!r}: choose of {', '.join(FACETS)}")
    if field == "day":
        return {
            "date_histogram": {
                "field": "timestamp", "calendar_interval": "day", "format": "yyyy-MM-dd", "min_doc_count": 1,
            }
        }  # fmt: skip
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": field, "size": limit, "shard_size": max(1000, 10 * limit), "order": order}}


def _newest(buckets: list[dict[str, Any]], field: str, limit: int) -> list[dict[str, Any]]:
    return buckets[-limit:] if field == "day" and limit else buckets[:limit]


def _key(bucket: dict[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))
