"""Articles go to the server in batches, some at a time: while it works on one, the next is made ready.

A batch's claims are made before its documents. Two batches that share an article are written one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from processors.models.runs import Run
from processors.store.elasticsearch import articles, claims, journal
from processors.store.elasticsearch.articles import Pair
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.journal import Change, Replacement

AT_WORK = 3  # batches: one more waits, so that memory is bounded


class Written(NamedTuple):
    """What became of some articles. changes: what has to wait for the commit, refused ones to quarantine among it."""

    months: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    refused: int = 0

    def and_then(self, other: Written) -> Written:
        return Written(self.months | other.months, self.changes + other.changes, self.refused + other.refused)


class Batches:
    """The batches of one run. An error of one is raised by the next call."""

    def __init__(self, cluster: Cluster, run: Run, streaming: bool) -> None:
        """streaming: the run is open, so that no search finds its articles yet."""
        self._cluster, self._run, self._streaming = cluster, run, streaming
        self._threads = ThreadPoolExecutor(AT_WORK, "bulk")
        self._at_work: deque[tuple[Future[Written], Mapping[str, Pair]]] = deque()
        self._written = Written()

    def add(self, batch: Mapping[str, Pair]) -> None:
        while len(self._at_work) == AT_WORK or any(batch.keys() & mine.keys() for _, mine in self._at_work):
            self._fold()
        self._at_work.append((self._threads.submit(write, self._cluster, self._run, batch, self._streaming), batch))

    def all(self) -> Written:
        """Of all batches, once they are done."""
        while self._at_work:
            self._fold()
        return self._written

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _fold(self) -> None:
        done, _ = self._at_work.popleft()
        self._written = self._written.and_then(done.result())


def write(cluster: Cluster, run: Run, batch: Mapping[str, Pair], streaming: bool) -> Written:
    """Claims first. Articles that were there wait for the commit, unless an attempt at this run made them."""
    made, there = claims.make(cluster, [pair[0] for pair in batch.values()])
    alive = {id_: found for id_, found in there.items() if not found.source["removed"]}
    months = {claim["month"] for claim in (*made.values(), *(found.source for found in alive.values()))}
    fresh = made.keys() if streaming else set()
    ours = {id_ for id_ in alive if streaming and alive[id_].source["run"] == run.id}
    later = batch.keys() - fresh - ours - (there.keys() - alive.keys())
    changes: list[Change] = [Replacement(*pair) for id_, pair in batch.items() if id_ in later]
    refused = articles.add(cluster, [(pair, made[id_]) for id_, pair in batch.items() if id_ in fresh])
    refused += articles.replaced(cluster, [pair for id_, pair in batch.items() if id_ in ours])
    claims.drop(cluster, {outcome.action.id for outcome in refused} & made.keys())
    changes += [journal.quarantined(run.id, run.opened_at, outcome) for outcome in refused]
    return Written(frozenset(months), tuple(changes), len(refused))
