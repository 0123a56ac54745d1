"""Leases: one holder a name, until a time. Conditional writes decide between two that ask at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from processors.exceptions import LeaseHeld
from processors.store.elasticsearch import bulk
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Source
from processors.store.elasticsearch.documents import key

KIND = "leases"
FEED = "feed:"  # a feed's lease is named so, and its URL


def acquire(cluster: Cluster, name: str, owner: str, now: datetime, until: datetime) -> None:
    if not _take(cluster, [name], owner, now, until):
        found = cluster.get(KIND, key(name))
        holder, end = _holder(found.source) if found else ("another", until)
        raise LeaseHeld(f"{name} is held by {holder} until {end:%Y-%m-%d %H:%M:%S} UTC: wait, or end it")


def release(cluster: Cluster, name: str, owner: str) -> None:
    found = cluster.get(KIND, key(name))
    if found and found.source["owner"] == owner:
        bulk.write(cluster, [Action("delete", cluster.name(KIND), found.id, None, found.seq_no, found.term)])


def take_feeds(cluster: Cluster, urls: Iterable[str], owner: str, now: datetime, until: datetime) -> set[str]:
    taken = _take(cluster, [FEED + url for url in urls], owner, now, until)
    return {name.removeprefix(FEED) for name in taken}


def drop_feeds(cluster: Cluster, urls: Iterable[str]) -> None:
    name = cluster.name(KIND)
    bulk.put(cluster, [Action("delete", name, key(FEED + url)) for url in set(urls)], refresh=False)


def _take(cluster: Cluster, names: list[str], owner: str, now: datetime, until: datetime) -> set[str]:
    """Those that were free, ended or the owner's own, and that nobody else took at this moment."""
    by_id = {key(name): name for name in names}
    held = cluster.mget(KIND, list(by_id))
    actions = []
    for id_, name in by_id.items():
        source = {"name": name, "owner": owner, "until": until.isoformat()}
        found = held.get(id_)
        if found is None:
            actions.append(Action("create", cluster.name(KIND), id_, source))
        elif found.source["owner"] == owner or _holder(found.source)[1] <= now:
            actions.append(Action("index", cluster.name(KIND), id_, source, found.seq_no, found.term))
    taken = set()
    for outcome in bulk.write(cluster, actions):
        if outcome.done:
            taken.add(by_id[outcome.action.id])
        elif outcome.status != bulk.CONFLICT:
            raise bulk.refused(cluster, outcome)
    return taken


def _holder(source: Source) -> tuple[str, datetime]:
    return source["owner"], datetime.fromisoformat(source["until"])
