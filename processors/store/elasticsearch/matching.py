"""Matching: the same compiled queries, by _msearch, on the run's own indices, articles and languages only.

A run is taken a slice at a time. What the slice's articles hold is read once; each query is asked about those of them
only that may match, and most queries about none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import msgspec

from processors.exceptions import NotFound, StoreError
from processors.models.alerts import Match
from processors.models.articles import IndexedArticle
from processors.models.runs import RunState
from processors.query.tree import Query
from processors.store.elasticsearch import runs, stories, vocabulary
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.compile import Dsl, compiled
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.skipping import Bits
from processors.store.elasticsearch.stemming import Stemming

SLICE = 500  # articles whose words are in memory at a time
_PAGE = 100  # articles of one answer: each may be some MB
_SEARCHES = 100  # of one request
_AT_ONCE = 2  # requests

Rules = Sequence[tuple[str, Query]]


class Asked(NamedTuple):
    """A rule that may match; the ids of the articles that it may match, and the languages that they are in."""

    rule_id: str
    query: Query
    articles: frozenset[str]
    languages: frozenset[str]


def match(cluster: Cluster, run_id: str, queries: Rules) -> Iterator[Match]:
    """Nothing of a run that is not committed. The order says nothing."""
    try:
        if runs.get(cluster, run_id).state is RunState.OPEN:
            return
    except NotFound:
        return
    names = [cluster.name("articles", month) for month in runs.months(cluster, run_id)]
    if not (names and queries):
        return
    stemming = Stemming(cluster, names[0])
    for articles in _slices(cluster, names, run_id):
        asked = possible(articles, queries, stemming)
        chunks = [asked[start : start + _SEARCHES] for start in range(0, len(asked), _SEARCHES)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # one chunk is made ready while the server works on another
            for matches in pool.map(lambda chunk: found(cluster, names, run_id, chunk), chunks):
                yield from matches


def possible(articles: Sequence[IndexedArticle], queries: Rules, stemming: Stemming) -> list[Asked]:
    """The rules that may match any of the articles. Words are stemmed for those rules only that hang on them."""
    held = vocabulary.held(articles, stemming)
    left = [(place, held.every) for place in range(len(queries))]
    more = True
    while more:
        tried = ((place, held.possible(queries[place][1].root, stemming)) for place, _ in left)
        left = [(place, bits) for place, bits in tried if bits]
        more = stemming.ask()
    return [Asked(*queries[place], *_those(articles, bits)) for place, bits in left]


def _those(articles: Sequence[IndexedArticle], bits: Bits) -> tuple[frozenset[str], frozenset[str]]:
    mine = []
    while bits:
        place = bits.bit_length() - 1
        mine.append(articles[place].tagged.article)
        bits ^= 1 << place
    return frozenset(one.id for one in mine), frozenset(one.lang for one in mine)


def found(cluster: Cluster, names: Sequence[str], run_id: str, asked: Sequence[Asked]) -> list[Match]:
    """What the searches say of the articles that they are asked about."""

    @cache
    def family(story_id: str) -> set[str]:
        return stories.family(cluster, [story_id])

    searches = [
        msgspec.json.encode(_search(run_id, compiled(one.query.root, one.languages, family), one.articles))
        for one in asked
    ]
    matches: list[Match] = []
    answers = cluster.msearch(names, searches, "responses.hits.hits.fields.id")
    for one, answer in zip(asked, answers, strict=True):
        if "error" in answer:
            raise StoreError(f"{cluster.address}: rule {one.rule_id} cannot be searched: {_reason(answer['error'])}")
        hits = answer.get("hits", {}).get("hits", ())
        matches += [Match(one.rule_id, hit["fields"]["id"][0], run_id) for hit in hits]
    return matches


def _search(run_id: str, query: Dsl, articles: frozenset[str]) -> Dsl:
    """Without scores, in the index's own order, and ids from a column: what costs least."""
    return {
        "query": {"bool": {"filter": [{"terms": {"id": sorted(articles)}}, {"term": {"run": run_id}}, query]}},
        "size": len(articles),
        "sort": ["_doc"],
        "stored_fields": "_none_",
        "docvalue_fields": ["id"],
        "track_total_hits": False,
    }


def _slices(cluster: Cluster, names: Sequence[str], run_id: str) -> Iterator[list[IndexedArticle]]:
    """The run's articles."""
    articles: list[IndexedArticle] = []
    after: dict[str, Any] = {}
    while True:
        answer = cluster.search(
            "articles",
            names=names,
            query={"bool": {"filter": [{"term": {"run": run_id}}]}},
            sort=[{"order": "asc"}, {"id": "asc"}],
            size=_PAGE,
            source=["document"],
            track_total_hits=False,
            filter_path="hits.hits._source,hits.hits.sort",
            **after,
        )
        hits = answer.get("hits", {}).get("hits", ())
        articles += [as_record(hit["_source"]["document"], IndexedArticle) for hit in hits]
        if len(hits) < _PAGE:
            break
        after = {"search_after": hits[-1]["sort"]}
        if len(articles) >= SLICE:
            yield articles
            articles = []
    if articles:
        yield articles


def _reason(error: dict[str, Any]) -> str:
    caused = error.get("caused_by") or {}
    return str(caused.get("reason") or error.get("reason", ""))
