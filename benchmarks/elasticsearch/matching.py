"""Matching 10,000 rules against runs of 500 articles: with skipping, and the same queries unskipped.

    python -m benchmarks.elasticsearch matching --prefix bench --runs 3

Runs are written once and matched as often as asked; the best time of each kind is printed, for the machine may be
busy with other work. `CPU` is that of this process and of the server together. Both kinds must find the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter, process_time
from typing import NamedTuple

from benchmarks.elasticsearch import load
from benchmarks.elasticsearch.articles import LANGUAGES
from benchmarks.elasticsearch.rules import rules
from processors.models.alerts import Match
from processors.query.tree import Query
from processors.store.elasticsearch import matching, runs
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.compile import compiled

RUN = 500  # articles
CHUNK = 200  # queries of one request


class Cost(NamedTuple):
    """Seconds."""

    wall: float
    client: float
    server: float

    def line(self, name: str, articles: int) -> str:
        wall, client, server = (1000 * seconds / articles for seconds in self)
        return f"{name:<28}{wall:8.2f}{client + server:8.2f}{client:8.2f}{server:8.2f}"


def report(prefix: str, times: int, *, unskipped: bool) -> None:
    store = load.opened(prefix)
    cluster = store._cluster
    there = {run.id for run in store.runs()}
    if "matched" not in there:
        load.write(store, "matched", RUN)
    began = process_time()
    queries = rules()
    print(f"{len(queries):,} rules, parsed in {process_time() - began:.1f} s; {_archive(cluster):,} articles in all")
    skipped, mine = _best(cluster, lambda: list(store.match("matched", queries)), times)
    print(f"{'ms an article of the run':<28}{'wall':>8}{'CPU':>8}{'client':>8}{'server':>8}")
    print(skipped.line("skipped", RUN))
    if unskipped:
        plain, theirs = _best(cluster, lambda: everything(cluster, "matched", queries), max(1, times - 1))
        print(plain.line("unskipped", RUN))
        ratio = sum(plain[1:]) / sum(skipped[1:])
        print(f"unskipped costs {ratio:.1f} times the CPU, {plain.wall / skipped.wall:.1f} times the time")
        if set(mine) != set(theirs):
            sys.exit("the two do not find the same")
    print(f"{len(mine):,} matches of {len({match.rule_id for match in mine}):,} rules")
    store.close()


def everything(cluster: Cluster, run_id: str, queries: matching.Rules) -> list[Match]:
    """Every query, compiled, by _msearch on the run's own index, articles and languages: in its cheapest form."""
    names = [cluster.name("articles", month) for month in runs.months(cluster, run_id)]
    languages = list(LANGUAGES)
    found = []
    for start in range(0, len(queries), CHUNK):
        chunk = queries[start : start + CHUNK]
        answer = cluster.call(
            cluster.client.msearch,
            index=names,
            searches=[line for _, query in chunk for line in ({}, _search(run_id, query, languages))],
            filter_path="responses.error,responses.status,responses.hits.hits._id",
        )
        for (rule_id, _), result in zip(chunk, answer["responses"], strict=True):
            assert "error" not in result, result
            found += [Match(rule_id, hit["_id"], run_id) for hit in result.get("hits", {}).get("hits", ())]
    return found


def _search(run_id: str, query: Query, languages: list[str]) -> dict[str, object]:
    wanted = compiled(query.root, languages, lambda story_id: [story_id])
    return {
        "query": {"bool": {"filter": [{"term": {"run": run_id}}, wanted]}},
        "size": RUN,
        "sort": ["_doc"],
        "_source": False,
        "track_total_hits": False,
    }


def _best(cluster: Cluster, work: Callable[[], list[Match]], times: int) -> tuple[Cost, list[Match]]:
    costs = []
    for _ in range(times):
        began = now(cluster)
        found = work()
        costs.append(since(cluster, began))
    return Cost(*map(min, zip(*costs, strict=True))), found


def now(cluster: Cluster) -> Cost:
    """What the clocks say."""
    nodes = cluster.client.nodes.stats(metric="process")["nodes"]
    server = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values()) / 1000
    return Cost(perf_counter(), process_time(), server)


def since(cluster: Cluster, began: Cost) -> Cost:
    return Cost(*(after - before for after, before in zip(now(cluster), began, strict=True)))


def _archive(cluster: Cluster) -> int:
    return int(cluster.client.count(index=cluster.name("articles"))["count"])
