"""Runs and the quarantine."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence

from processors.exceptions import NotFound
from processors.models.runs import QuarantineItem, Run, RunState
from processors.store.elasticsearch import bulk
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Found, Source
from processors.store.elasticsearch.documents import as_record, shown, stamp

KIND = "runs"


def open_run(cluster: Cluster, run: Run) -> Run:
    """Records the run where it is not there; what is stored."""
    bulk.put(cluster, [Action("create", cluster.name(KIND), run.id, _document(run, (), time.time_ns(), False))])
    return get(cluster, run.id)


def get(cluster: Cluster, run_id: str) -> Run:
    """Raises NotFound."""
    return as_record(_found(cluster, run_id).source["record"], Run)


def months(cluster: Cluster, run_id: str) -> tuple[str, ...]:
    """The months that the run's articles lie in. Raises NotFound."""
    return tuple(_found(cluster, run_id).source["months"])


def put(cluster: Cluster, run: Run, months: Collection[str] = (), *, journal: bool | None = None) -> None:
    """Adds the months to those it has. journal: whether its journal has still to be applied; None: as before."""
    there = cluster.get(KIND, run.id)
    name = cluster.name(KIND)
    if there is None:
        bulk.put(cluster, [Action("create", name, run.id, _document(run, months, time.time_ns(), journal or False))])
        return
    known, order = there.source["months"], there.source["order"]
    source = _document(run, {*known, *months}, order, there.source["journal"] if journal is None else journal)
    bulk.put(cluster, [Action("index", name, run.id, source, there.seq_no, there.term)])


def every(cluster: Cluster, state: RunState | None) -> list[Run]:
    """Oldest first."""
    query: Source = {"term": {"state": state}} if state else {"match_all": {}}
    sort = [{"opened_at": "asc"}, {"order": "asc"}, {"id": "asc"}]
    return [as_record(found.source["record"], Run) for found in cluster.scan(KIND, query, sort)]


def open_ids(cluster: Cluster) -> list[str]:
    """The runs whose articles no search may find yet: few, those at work and those that a crash left."""
    found = cluster.scan(KIND, {"term": {"state": RunState.OPEN}}, [{"id": "asc"}], source=["id"])
    return [one.source["id"] for one in found]


def with_journal(cluster: Cluster) -> list[str]:
    """Committed runs of which a part may not be applied yet."""
    query = {"bool": {"filter": [{"term": {"journal": True}}], "must_not": [{"term": {"state": RunState.OPEN}}]}}
    return [one.id for one in cluster.scan(KIND, query, [{"id": "asc"}], source=["id"])]


def states(cluster: Cluster, ids: Collection[str]) -> dict[str, RunState]:
    """As they are at this moment."""
    return {id_: RunState(found.source["state"]) for id_, found in cluster.mget(KIND, sorted(ids)).items()}


def _found(cluster: Cluster, run_id: str) -> Found:
    found = cluster.get(KIND, run_id)
    if found is None:
        raise NotFound(f"no run {run_id} in {cluster.address}")
    return found


def _document(run: Run, months: Collection[str], order: int, journal: bool) -> Source:
    return {
        "id": run.id,
        "state": run.state,
        "opened_at": stamp(run.opened_at),
        "committed_at": stamp(run.committed_at),
        "matched_at": stamp(run.matched_at),
        "order": order,
        "months": sorted(months),
        "journal": journal,
        "record": run,
    }


def put_quarantine(cluster: Cluster, items: Iterable[QuarantineItem]) -> None:
    bulk.put(cluster, [Action("index", cluster.name("quarantine"), item.id, _quarantined(item)) for item in items])


def quarantine(cluster: Cluster) -> list[QuarantineItem]:
    """Oldest first."""
    found = cluster.scan("quarantine", {"match_all": {}}, [{"at": "asc"}, {"id": "asc"}])
    return [as_record(one.source["record"], QuarantineItem) for one in found]


def release_quarantine(cluster: Cluster, ids: Sequence[str]) -> None:
    bulk.put(cluster, [Action("delete", cluster.name("quarantine"), id_) for id_ in ids])


def _quarantined(item: QuarantineItem) -> Source:
    return {
        "id": item.id,
        "at": stamp(item.at),
        "stage": item.stage,
        "run": item.run_id,
        "input": shown(item.input),
        "reason": item.reason,
        "record": item,
    }
