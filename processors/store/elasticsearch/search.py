"""Searching: pages with stable cursors, counts and facets."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from processors.exceptions import InputError
from processors.models.articles import IndexedArticle
from processors.query.tree import Everything, Node, Query
from processors.store import analysis, cursors, highlight, reasons
from processors.store.elasticsearch import articles, runs, stories
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.compile import Dsl, compiled
from processors.store.elasticsearch.documents import as_record
from processors.store.interface import BARS, FACETS, Bucket, Hit, Reason, SearchPage, Sort

_ORDERS: dict[Sort, list[dict[str, str]]] = {
    "relevance": [{"_score": "desc"}, {"timestamp": "desc"}, {"id": "asc"}],
    "newest": [{"timestamp": "desc"}, {"id": "asc"}],
    "oldest": [{"timestamp": "asc"}, {"id": "asc"}],
}
_BATCH = 200  # articles read at a time of a scan
_KEEP = "5m"  # how long a scan's reader may take over a batch


def _compiled(cluster: Cluster, node: Node) -> Dsl:
    return compiled(node, analysis.STEMMED, lambda story_id: stories.family(cluster, [story_id]))


def found(cluster: Cluster, query: Query) -> Dsl:
    """The query, without the articles of runs that are not committed."""
    wanted = _compiled(cluster, query.root)
    hidden = runs.open_ids(cluster)
    return {"bool": {"must": [wanted], "must_not": [{"terms": {"run": hidden}}]}} if hidden else wanted


def search(
    cluster: Cluster,
    query: Query,
    sort: Sort,
    limit: int,
    cursor: str | None,
    highlighted: bool,
    facets: Sequence[str],
) -> SearchPage:
    """One page. A cursor continues after the last hit's own sort values, so that new articles repeat no old one.

    By relevance that holds as long as nothing is written: a score depends on how rare its words are in all articles.
    """
    stamp = cursors.stamp(query, sort)
    after: dict[str, Any] = {"search_after": cursors.read(cursor, stamp)} if cursor else {}
    counted: dict[str, Any] = {"aggs": {field: _bars(field, BARS) for field in facets}} if facets else {}
    wanted = found(cluster, query)
    bars: dict[str, Any] = {}
    if facets and isinstance(query.root, Everything):
        # the first page that everybody sees counts all articles: by itself, so that the server remembers what it
        # counted in the months that nobody writes to
        bars, counted = cluster.search("articles", query=wanted, size=0, track_total_hits=False, **counted), {}
    answer = cluster.search(
        "articles",
        query=wanted,
        sort=_ORDERS[sort],
        size=limit + 1,
        source=["document"],
        track_total_hits=True,
        track_scores=sort == "relevance",
        **after,
        **counted,
    )
    hits = answer["hits"]["hits"]
    page = hits[:limit]
    return SearchPage(
        answer["hits"]["total"]["value"],
        _hits(cluster, page, highlight.Highlighter(query.root) if highlighted else None),
        cursors.written(stamp, page[-1]["sort"]) if len(hits) > limit and page else None,
        {field: _counts(bars or answer, field, BARS) for field in facets},
    )


def scan(cluster: Cluster, query: Query, sort: Sort, highlighted: bool) -> Generator[Hit, None, None]:
    """See Store.scan. A point in time holds the state; the server lets go of it when nothing is asked for a while."""
    marks = highlight.Highlighter(query.root) if highlighted else None
    wanted = found(cluster, query)
    opened = cluster.call(
        cluster.client.open_point_in_time,
        index=cluster.name("articles"),
        keep_alive=_KEEP,
        ignore_unavailable=True,
    )
    pit = opened["id"]
    after: dict[str, Any] = {}
    try:
        while True:
            answer = cluster.call(
                cluster.client.search,
                pit={"id": pit, "keep_alive": _KEEP},
                query=wanted,
                sort=_ORDERS[sort],
                size=_BATCH,
                source=["document"],
                track_total_hits=False,
                track_scores=sort == "relevance",
                allow_partial_search_results=False,
                **after,
            )
            pit, hits = answer["pit_id"], answer["hits"]["hits"]
            yield from _hits(cluster, hits, marks)
            if len(hits) < _BATCH:
                return
            after = {"search_after": hits[-1]["sort"]}
    finally:
        cluster.once(cluster.client.options(ignore_status=404).close_point_in_time, id=pit)


def _hits(cluster: Cluster, found: Sequence[dict[str, Any]], marks: highlight.Highlighter | None) -> tuple[Hit, ...]:
    """The server is asked for the stories while the passages are marked."""
    told = [as_record(hit["_source"]["document"], IndexedArticle) for hit in found]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(articles.in_their_stories, cluster, told)
        passages = [marks.passages(one.tagged) if marks else () for one in told]
        made = asked.result()
    return tuple(
        Hit(one, float(hit["_score"] or 0.0), why) for one, hit, why in zip(made, found, passages, strict=True)
    )


def explain(cluster: Cluster, query: Query, wanted: Sequence[IndexedArticle]) -> list[tuple[Reason, ...]]:
    """See Store.explain: each clause is compiled by itself under a name, and the server names those that match."""
    clauses = reasons.clauses(query.root)
    ids = [one.tagged.article.id for one in wanted]
    named = [
        {"bool": {"filter": [_compiled(cluster, clause.node)], "_name": str(place)}}
        for place, clause in enumerate(clauses)
    ]
    answer = cluster.search(
        "articles",
        query={"bool": {"filter": [{"terms": {"id": ids}}], "should": named}},
        size=len(ids),
        source=False,
    )
    holding = {hit["_id"]: set(map(int, hit.get("matched_queries", ()))) for hit in answer["hits"]["hits"]}
    return [reasons.told(clauses, holding.get(one.tagged.article.id, ()), one.tagged) for one in wanted]


def count(cluster: Cluster, query: Query) -> int:
    answer = cluster.search("articles", query=found(cluster, query), size=0, track_total_hits=True)
    return int(answer["hits"]["total"]["value"])


def facet(cluster: Cluster, query: Query, field: str, split: str, limit: int) -> list[Bucket]:
    """See Store.facet. Of days the newest `limit`; of each bar the largest `limit` parts."""
    bars = _bars(field, limit)
    if split:
        bars["aggs"] = {"parts": _bars(split, limit)}
    answer = cluster.search("articles", query=found(cluster, query), size=0, aggs={"bars": bars})
    if not split:
        return list(_counts(answer, field, limit, "bars"))
    made = []
    for bar in _newest(_buckets(answer, "bars"), field, limit):
        parts = sorted(bar["parts"]["buckets"], key=lambda part: (-part["doc_count"], _key(part)))
        made += [Bucket(_key(bar), part["doc_count"], split=_key(part)) for part in parts[:limit]]
    return made


def _counts(answer: dict[str, Any], field: str, limit: int, name: str = "") -> tuple[Bucket, ...]:
    bars = _newest(_buckets(answer, name or field), field, limit)
    return tuple(Bucket(_key(bar), bar["doc_count"]) for bar in bars)


def _buckets(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """None where no index is there yet."""
    found: list[dict[str, Any]] = answer.get("aggregations", {}).get(name, {}).get("buckets", [])
    return found


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
    counted = "entity_id" if field == "entity" else field  # `entity` holds names too, for Kibana
    return {"terms": {"field": counted, "size": limit, "shard_size": 10 * limit, "order": order}}


def _newest(buckets: list[dict[str, Any]], field: str, limit: int) -> list[dict[str, Any]]:
    return buckets[-limit:] if field == "day" and limit else buckets[:limit]


def _key(bucket: dict[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))
