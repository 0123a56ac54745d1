"""What keeps the cluster fit: whole months go as indices, months are rebuilt beside the old ones, ended leases go.

A month is rebuilt in new indices that nobody reads. At the end writes to the old articles are blocked for a moment,
what changed meanwhile is taken over, and one request puts the new indices behind the aliases and deletes the old ones.
Killed anywhere before that request, the old indices serve as they did; a block that was left is lifted by the next
call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.store.elasticsearch import articles, bulk, claims, documents, leases, runs, schema
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Found
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.migration import New, block, everything, swap
from processors.store.elasticsearch.schema import Installed

_BATCH = 200
_FEW_SEGMENTS = 4  # so many may come after a merge, by revisions, before it is made anew
_REBUILT = re.compile(r"-r(\d+)$")

Item = TypeVar("Item")
Pair = tuple[IndexedArticle, StoryMember]


class _Copied(NamedTuple):
    """A document taken over: its state then, and how many events the new index has of it."""

    seq_no: int
    events: int


def months(cluster: Cluster) -> list[str]:
    return sorted({one.month for one in _of(cluster, "articles") if _has_any(cluster, one)})


def of_month(cluster: Cluster, month: str) -> Iterator[IndexedArticle]:
    hidden = set(runs.open_ids(cluster))
    for one in _of(cluster, "articles", month):
        for batch in _batched(everything(cluster, one.index)):
            yield from articles.decoded(cluster, [found.source for found in batch if found.source["run"] not in hidden])


def rebuild(cluster: Cluster, month: str, rebuilt: Iterable[Pair], alone: AbstractContextManager[object]) -> int:
    if not _of(cluster, "articles", month):
        return 0
    schema.ensure_month(cluster, "events", month)
    old = _only(cluster, "articles", month)
    block(cluster, old.index, False)  # an attempt that was killed may have left it
    new = {one.kind: _begun(cluster, one) for one in (old, _only(cluster, "events", month))}
    copied: dict[str, _Copied] = {}
    _copy(cluster, new, everything(cluster, old.index), copied)
    done = sum(_replace(cluster, new, batch, copied) for batch in _batched(rebuilt))
    with alone, _unwritten(cluster, old.index):
        _catch_up(cluster, new, copied)
        swap(cluster, new.values())
    return done


def delete(cluster: Cluster, month: str) -> int:
    """The claims first: killed in between, the next call finds the index and goes on."""
    ids = [found.id for one in _of(cluster, "articles", month) for found in everything(cluster, one.index, ["id"])]
    claims.drop(cluster, ids)
    for one in schema.installed(cluster):
        if one.month == month:
            cluster.call(cluster.client.indices.delete, index=one.index, ignore_unavailable=True)
            cluster.made.discard(one.base)
    return len(ids)


def settle(cluster: Cluster, now: datetime) -> int:
    """Merges each month that has ended into one segment, unless it has few: a search looks into every one of them."""
    current = schema.month_of(now)
    begun = 0
    for one in schema.installed(cluster):
        if one.month and one.month < current and _segments(cluster, one.index) > _FEW_SEGMENTS:
            cluster.call(
                cluster.client.indices.forcemerge, index=one.index, max_num_segments=1, wait_for_completion=False
            )
            begun += 1
    return begun


def _segments(cluster: Cluster, index: str) -> int:
    """Of the copy that is written to."""
    told = cluster.call(cluster.client.indices.stats, index=index, metric="segments")
    return int(told["_all"]["primaries"]["segments"]["count"])


def end_leases(cluster: Cluster, now: datetime) -> int:
    """Those that are still as they were found: one taken anew meanwhile stays."""
    cluster.refresh({cluster.name(leases.KIND)})
    ended = cluster.scan(leases.KIND, {"range": {"until": {"lte": now.isoformat()}}}, [{"name": "asc"}])
    name = cluster.name(leases.KIND)
    outcomes = bulk.write(cluster, [Action("delete", name, one.id, None, one.seq_no, one.term) for one in ended])
    return sum(outcome.done for outcome in outcomes)


def _of(cluster: Cluster, kind: str, month: str = "") -> list[Installed]:
    return [one for one in schema.installed(cluster) if one.kind == kind and month in ("", one.month)]


def _only(cluster: Cluster, kind: str, month: str) -> Installed:
    there = _of(cluster, kind, month)
    if len(there) != 1:
        name = cluster.name(kind, month)
        raise StoreError(
            f"{cluster.address}: {name} is in {len(there)} indices and not in one: remove what is too many"
        )
    return there[0]


def _has_any(cluster: Cluster, one: Installed) -> bool:
    return int(cluster.call(cluster.client.count, index=one.index)["count"]) > 0


def _begun(cluster: Cluster, old: Installed) -> New:
    """A fresh, empty index; one that a killed attempt left goes first."""
    number = int(found[1]) + 1 if (found := _REBUILT.search(old.index)) else 1
    index = f"{old.base}-v{schema.version(old.kind)}-r{number}"
    name = f"{old.base}-rebuilt"
    cluster.call(cluster.client.indices.delete, index=index, ignore_unavailable=True)
    cluster.create_index(
        index, aliases={name: {}}, mappings=schema.mapping(old.kind), settings=schema.settings(old.kind)
    )
    return New(old, index, name)


def _copy(cluster: Cluster, new: Mapping[str, New], found: Iterable[Found], copied: dict[str, _Copied]) -> None:
    """Takes documents over, and the events that they tell of."""

    def actions() -> Iterator[Action]:
        for one in found:
            before = copied[one.id].events if one.id in copied else 0
            indexed = as_record(one.source["document"], IndexedArticle)
            # the stored source lacks fields that are only searched: they are made again from the record
            kept = documents.article(indexed, as_record(one.source["member"], StoryMember), one.source["order"])
            yield Action("index", new["articles"].name, one.id, kept)
            yield from _events(new, indexed, before)
            copied[one.id] = _Copied(one.seq_no, len(indexed.tagged.tags.events))

    bulk.put(cluster, actions(), refresh=False)


def _events(new: Mapping[str, New], indexed: IndexedArticle, before: int) -> Iterator[Action]:
    name, made = new["events"].name, documents.events(indexed)
    yield from (Action("index", name, id_, source) for id_, source in made)
    yield from articles.surplus(name, indexed.tagged.article.id, len(made), before)


def _replace(cluster: Cluster, new: Mapping[str, New], batch: list[Pair], copied: dict[str, _Copied]) -> int:
    """Puts rebuilt articles in the place of their copies, where those are still the ones that they were made of."""
    ids = [pair[0].tagged.article.id for pair in batch]
    there = cluster.mget("articles", ids, name=new["articles"].name)
    known = cluster.mget(claims.KIND, ids)
    actions: list[Action] = []
    claimed: list[Action] = []
    done = 0
    for indexed, member in batch:
        id_ = indexed.tagged.article.id
        found, claim = there.get(id_), known.get(id_)
        if found is None or claim is None or claim.source["removed"]:
            continue
        before = as_record(found.source["document"], IndexedArticle)
        if (before.run_id, before.revision) != (indexed.run_id, indexed.revision):
            continue
        kept = replace(indexed, story_id=found.source["story"])
        actions.append(
            Action("index", new["articles"].name, id_, documents.article(kept, member, found.source["order"]))
        )
        actions += _events(new, kept, copied[id_].events)
        copied[id_] = _Copied(copied[id_].seq_no, len(kept.tagged.tags.events))
        claimed.append(_claim(cluster, claim, kept))
        done += 1
    bulk.put(cluster, actions, refresh=False)
    bulk.write(cluster, claimed)  # one that somebody changed meanwhile is newer
    return done


def _claim(cluster: Cluster, claim: Found, indexed: IndexedArticle) -> Action:
    """It counts the events of both indices, so that no later revision leaves one behind."""
    source = {**claim.source, "content_hash": indexed.tagged.article.content_hash}
    source["events"] = max(claim.source["events"], len(indexed.tagged.tags.events))
    return Action("index", cluster.name(claims.KIND), claim.id, source, claim.seq_no, claim.term)


def _catch_up(cluster: Cluster, new: Mapping[str, New], copied: dict[str, _Copied]) -> None:
    """Takes over what was written to the old index since it was copied, and drops what was taken down."""
    gone = set(copied)

    def changed() -> Iterator[Found]:
        for one in everything(cluster, new["articles"].old.index):
            gone.discard(one.id)
            if one.id not in copied or copied[one.id].seq_no != one.seq_no:
                yield one

    _copy(cluster, new, changed(), copied)
    actions = [Action("delete", new["articles"].name, id_) for id_ in sorted(gone)]
    for id_ in gone:
        actions += articles.surplus(new["events"].name, id_, 0, copied[id_].events)
    bulk.put(cluster, actions, refresh=False)
    cluster.refresh({one.made for one in new.values()})


@contextmanager
def _unwritten(cluster: Cluster, index: str) -> Iterator[None]:
    """Blocks writes to the index; lifted again where the block ends in an error (else the index is gone)."""
    block(cluster, index, True)
    try:
        yield
    except BaseException:
        block(cluster, index, False)
        raise


def _batched(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch
