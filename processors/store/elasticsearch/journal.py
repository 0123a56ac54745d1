"""What a run changes of what was there before: written down first, done once the run is committed.

Elasticsearch has no transactions. The commit of a run is one write, of its record; new articles were hidden until then,
and everything else (new bodies, stories, quarantine, polls) waits here. A crash after the commit leaves the journal to
the next who opens the store to write: doing it twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from msgspec import Struct

from processors.models.articles import IndexedArticle
from processors.models.feeds import FeedPoll, FeedState
from processors.models.runs import QuarantineItem
from processors.models.stories import Story, StoryMember
from processors.store.elasticsearch import articles, bulk, feeds, runs, stories
from processors.store.elasticsearch.bulk import Action, Outcome
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.documents import as_record, key
from processors.urls import digest

KIND = "journal"
_BATCH = 200  # records done at once


class Replacement(Struct, frozen=True):
    """An article that takes the place of one with the same id."""

    indexed: IndexedArticle
    member: StoryMember


Change = Replacement | Story | QuarantineItem | FeedPoll | FeedState
_TYPES: dict[str, Any] = {type_.__name__: type_ for type_ in Change.__args__}


def write(cluster: Cluster, run_id: str, changes: Sequence[Change]) -> None:
    """In place of whatever an earlier attempt at the same run wrote down."""
    clear(cluster, run_id)
    name = cluster.name(KIND)
    bulk.put(
        cluster,
        (
            Action(
                "index",
                name,
                key(run_id, str(place)),
                {"run": run_id, "order": place, "kind": type(change).__name__, "record": change},
            )
            for place, change in enumerate(changes)
        ),
    )


def apply(cluster: Cluster, run_id: str) -> None:
    """Does what the journal of a committed run says, then forgets it."""
    found = cluster.scan(KIND, {"term": {"run": run_id}}, [{"order": "asc"}])
    for kind, group in groupby(found, key=lambda one: one.source["kind"]):
        changes = [as_record(one.source["record"], _TYPES[kind]) for one in group]
        for start in range(0, len(changes), _BATCH):
            _do(cluster, run_id, kind, changes[start : start + _BATCH])
    clear(cluster, run_id)
    runs.put(cluster, runs.get(cluster, run_id), journal=False)


def recover(cluster: Cluster) -> None:
    """Finishes the runs that were committed and then cut off, be it before the server had refreshed what they wrote."""
    cluster.refresh({cluster.name(runs.KIND)})
    for run_id in runs.with_journal(cluster):
        apply(cluster, run_id)


def clear(cluster: Cluster, run_id: str) -> None:
    name = cluster.name(KIND)
    cluster.refresh({name})
    found = cluster.scan(KIND, {"term": {"run": run_id}}, [{"order": "asc"}], source=False)
    bulk.put(cluster, [Action("delete", name, one.id) for one in found])


def _do(cluster: Cluster, run_id: str, kind: str, changes: list[Any]) -> None:
    match kind:
        case "Replacement":
            refused = articles.replaced(cluster, [(change.indexed, change.member) for change in changes])
            at = runs.get(cluster, run_id).opened_at
            runs.put_quarantine(cluster, [quarantined(run_id, at, outcome) for outcome in refused])
            cluster.refresh({cluster.name("articles"), cluster.name("events")})
        case "Story":
            stories.put(cluster, changes)
        case "QuarantineItem":
            runs.put_quarantine(cluster, changes)
        case "FeedPoll":
            feeds.put_polls(cluster, changes, [])
        case "FeedState":
            feeds.put_polls(cluster, [], changes)


def quarantined(run_id: str, at: Any, outcome: Outcome) -> QuarantineItem:
    """A document that the server refused, with the server's reason."""
    name, id_ = outcome.action.name, outcome.action.id
    return QuarantineItem(digest("index", name, id_), "index", f"{name}/{id_}", outcome.reason, at, run_id)


def ordered(changes: Iterable[Change]) -> list[Change]:
    """One kind after another, in the order of `Change`."""
    places = {name: place for place, name in enumerate(_TYPES)}
    return sorted(changes, key=lambda change: places[type(change).__name__])
