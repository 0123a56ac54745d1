"""Indexing a run as Veille does, claims and record included, beside the bare client's helpers.parallel_bulk.

    python -m benchmarks.elasticsearch bulk --articles 2000 --times 3

Both write the same documents of articles and events, made beforehand for the bare client and as part of the work for
Veille, under new ids into the same indices, and refresh them. The two take turns; the best of each counts.
"""

from __future__ import annotations

import secrets

import msgspec
from elasticsearch import helpers

from benchmarks.elasticsearch import load
from benchmarks.elasticsearch.articles import Pair, articles
from benchmarks.elasticsearch.matching import Cost, now, since
from processors.models.runs import Run, RunState
from processors.store.elasticsearch import documents
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.schema import ensure_month, month_of
from processors.store.elasticsearch.store import ElasticsearchStore


def report(count: int, times: int) -> None:
    store = load.opened("bulk")
    cluster = store._cluster
    mine, bare = [], []
    for _ in range(times):
        mine.append(_veille(store, _new(count)))
        bare.append(_parallel_bulk(cluster, _new(count)))
    best, reference = (Cost(*map(min, zip(*costs, strict=True))) for costs in (mine, bare))
    print(f"{'ms an article':<28}{'wall':>8}{'CPU':>8}{'client':>8}{'server':>8}")
    print(best.line("Veille", count))
    print(reference.line("helpers.parallel_bulk", count))
    speed, thrift = reference.wall / best.wall, sum(reference[1:]) / sum(best[1:])
    print(f"Veille reaches {speed:.0%} of its speed (by CPU {thrift:.0%})")
    store.close()
    load.drop("bulk")


def _new(count: int) -> list[Pair]:
    """Articles of one month."""
    return list(articles(count, f"bulk-{secrets.token_hex(6)}"))


def _veille(store: ElasticsearchStore, made: list[Pair]) -> Cost:
    first = made[0][0]
    run = store.open_run(Run(first.run_id, RunState.OPEN, first.tagged.article.seen_at))
    began = now(store._cluster)
    with store.writing(run) as writer:
        writer.put_articles(made)
        writer.commit(run)
    return since(store._cluster, began)


def _parallel_bulk(cluster: Cluster, made: list[Pair]) -> Cost:
    actions = []
    for place, (indexed, member) in enumerate(made):
        month = month_of(indexed.tagged.article.seen_at)
        source = documents.article(indexed, member, place)
        actions.append(_action(ensure_month(cluster, "articles", month), source["id"], source))
        name = ensure_month(cluster, "events", month)
        actions += [_action(name, id_, event) for id_, event in documents.events(indexed)]
    began = now(cluster)
    for _ in helpers.parallel_bulk(cluster.client, actions):
        pass
    cluster.refresh({cluster.name("articles"), cluster.name("events")})
    return since(cluster, began)


def _action(name: str, id_: str, source: documents.Source) -> documents.Source:
    """As the bare client takes it: plain values."""
    return {"_index": name, "_id": id_, "_source": msgspec.to_builtins(source)}
