"""An archive of generated articles in a server of its own, loaded once and used by all benchmarks.

    python -m benchmarks.elasticsearch load --articles 500000      prints its address, for VEILLE_STORE
    python -m benchmarks.elasticsearch load --articles 20000 --prefix small

Articles go in as Veille writes them, claims and events too. An archive that is there already is left as it is; one
that is smaller, or was cut off, is continued. The server's data lie below VEILLE_BENCH_DATA (without it: where the
test server lies).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.elasticsearch.articles import MONTHS, articles
from processors.config import Settings
from processors.models.runs import Run, RunState
from processors.store.elasticsearch.connect import connect
from processors.store.elasticsearch.store import ElasticsearchStore
from processors.store.open import open_store
from tests.elasticsearch.install import default_home
from tests.elasticsearch.node import Node
from tests.elasticsearch.server import start, stop

PREFIX = "bench"
RUN = 5_000  # articles of one run of the archive


def node() -> Node:
    """The server of the benchmarks: Java compiles as in production."""
    folder = os.environ.get("VEILLE_BENCH_DATA")
    home = Path(folder).resolve() / "elasticsearch" if folder else default_home()
    return Node("bench", heap="2g", java_options="", home=home)


def address() -> str:
    """Of the server, started if it does not run."""
    return start(node())


def stop_server() -> bool:
    return stop(node())


def opened(prefix: str = PREFIX) -> ElasticsearchStore:
    """The store with that prefix on the benchmark's server."""
    store = open_store(Settings(store=f"{address()}?prefix={prefix}", _env_file=None))
    assert isinstance(store, ElasticsearchStore)
    return store


def load(count: int, prefix: str = PREFIX) -> str:
    """An archive of that many articles; its address as VEILLE_STORE takes it."""
    store = opened(prefix)
    there = {run.id for run in store.runs() if run.state is not RunState.OPEN}
    began, done = perf_counter(), 0
    for number in range(-(-count // RUN)):
        id_ = f"archive-{number:05}"
        size = min(RUN, count - number * RUN)
        if id_ in there:
            continue
        write(store, id_, size, number % MONTHS)
        done += size
        rate = done / (perf_counter() - began)
        print(f"\r{number * RUN + size:,} of {count:,} articles, {rate:,.0f}/s ", end="", file=sys.stderr, flush=True)
    if done:
        print(file=sys.stderr)
    store.close()
    return f"{address()}?prefix={prefix}"


def write(store: ElasticsearchStore, run_id: str, count: int, month: int = 0) -> None:
    """One committed run of articles."""
    made = list(articles(count, run_id, month))
    run = store.open_run(Run(run_id, RunState.OPEN, made[0][0].tagged.article.seen_at))
    with store.writing(run) as writer:
        writer.put_articles(made)
        writer.commit(run)


def drop(prefix: str) -> None:
    """Deletes an archive."""
    cluster = connect(Settings(store=f"{address()}?prefix={prefix}", _env_file=None))
    found = cluster.client.indices.get(index=f"{prefix}-*", expand_wildcards="open,closed")
    for index in found:
        cluster.client.indices.delete(index=index)
    cluster.close()
