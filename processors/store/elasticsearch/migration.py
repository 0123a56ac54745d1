"""`veille store init` on a server: makes what is missing, and brings older indices to this version's mappings.

An older index is blocked for writes, copied into a new one, and replaced by it in one request: readers see either the
one or the other; writers are refused with a sentence that says why, and run again. Killed anywhere, the old index is
still the one behind the aliases, or gone because the copy took its place; the next call begins the copy anew. The copy
is made here and not by _reindex: a record is written as this version writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from processors.exceptions import StoreError
from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.store.elasticsearch import bulk, documents, leases, schema
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Found, Source
from processors.store.elasticsearch.documents import as_record
from processors.store.elasticsearch.schema import Installed

_PAGE = 100  # documents read at once; one may have megabytes
_KEEP = "10m"  # how long the server keeps what a page needs


class Migrated(NamedTuple):
    """name: of the index, without the version. before, after: the mapping's versions."""

    name: str
    before: int
    after: int
    documents: int


class New(NamedTuple):
    """An index that is to take another's place. name: the alias to write it by meanwhile."""

    old: Installed
    made: str
    name: str


def initialise(cluster: Cluster, now: datetime, renew: Callable[[], None]) -> tuple[list[str], list[Migrated]]:
    """The names of the indices made, and what was migrated. Raises StoreError where a newer Veille was here.

    now: dated indices are made for its month, so that Kibana finds them. renew: takes the lease, or takes it again;
    called before each index is touched.
    """
    there = schema.installed(cluster)
    made = schema.make_missing(cluster, there)
    older = [one for one in there if one.version < schema.version(one.kind)]
    for one in older:
        if one.kind == leases.KIND:  # an attempt that was killed left it blocked, and we need it for the lease
            block(cluster, one.index, False)
    renew()
    done = []
    for one in older:
        renew()
        if any(other.base == one.base and other != one for other in there):
            raise StoreError(
                f"{cluster.address}: {one.base} is in two indices: remove the one that should not be there"
            )
        done.append(_migrated(cluster, one))
    bases = {one.base for one in there}
    month = schema.month_of(now)
    made += [name for kind in schema.DATED if (name := cluster.name(kind, month)) not in bases]
    for kind in schema.DATED:
        schema.ensure_month(cluster, kind, month)
    return made, done


def _migrated(cluster: Cluster, old: Installed) -> Migrated:
    block(cluster, old.index, True)
    copy = f"{old.base}-next"
    _drop_unfinished(cluster, old)
    index = schema.create(cluster, old.kind, old.base, aliases=(copy,))
    count = 0

    def actions() -> Iterator[Action]:
        nonlocal count
        for id_, source in _documents(cluster, old):
            count += 1
            yield Action("index", copy, id_, source)

    bulk.put(cluster, actions())
    there = int(cluster.call(cluster.client.count, index=index)["count"])
    if there != count:
        raise StoreError(f"{cluster.address}: {index} has {there} of {count} documents: run `veille store init` again")
    swap(cluster, [New(old, index, copy)])
    return Migrated(old.base, old.version, schema.version(old.kind), count)


def _documents(cluster: Cluster, old: Installed) -> Iterator[tuple[str, Source]]:
    """What the new index has to hold: where the old one has the record, as this version writes it."""
    match old.kind:
        case "articles":
            for found in everything(cluster, old.index):
                member = as_record(found.source["member"], StoryMember)
                yield found.id, documents.article(_indexed(found), member, found.source["order"])
        case "events":
            for found in everything(cluster, cluster.name("articles", old.month), ["document"]):
                yield from documents.events(_indexed(found))
        case _:
            for found in everything(cluster, old.index):
                yield found.id, found.source


def _indexed(found: Found) -> IndexedArticle:
    return as_record(found.source["document"], IndexedArticle)


def everything(cluster: Cluster, name: str, fields: list[str] | None = None) -> Iterator[Found]:
    """All documents, from one moment's view of the index: of now, not of its last refresh."""
    cluster.call(cluster.client.indices.refresh, index=name)
    pit: str = cluster.call(cluster.client.open_point_in_time, index=name, keep_alive=_KEEP)["id"]
    after: dict[str, Any] = {}
    try:
        while True:
            answer = cluster.call(
                cluster.client.search,
                pit={"id": pit, "keep_alive": _KEEP},
                query={"match_all": {}},
                sort=["_shard_doc"],
                size=_PAGE,
                source=fields or True,
                seq_no_primary_term=True,
                track_total_hits=False,
                allow_partial_search_results=False,
                **after,
            )
            pit = answer["pit_id"]
            hits = answer["hits"]["hits"]
            yield from (Found(hit["_id"], hit["_source"], hit["_seq_no"], hit["_primary_term"]) for hit in hits)
            if len(hits) < _PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}
    finally:
        cluster.call(cluster.client.close_point_in_time, id=pit)


def block(cluster: Cluster, index: str, blocked: bool) -> None:
    """Setting it returns once writes under way have ended."""
    if blocked:
        cluster.call(cluster.client.indices.add_block, index=index, block="write")
    else:
        cluster.call(cluster.client.indices.put_settings, index=index, settings={"index.blocks.write": None})


def _drop_unfinished(cluster: Cluster, old: Installed) -> None:
    """The copy of an attempt that was killed: it is behind no alias that anybody reads."""
    index = f"{old.base}-v{schema.version(old.kind)}"
    cluster.call(cluster.client.indices.delete, index=index, ignore_unavailable=True)


def swap(cluster: Cluster, new: Iterable[New]) -> None:
    """In one request, so that no reader ever finds both or neither."""
    actions: list[dict[str, dict[str, str]]] = []
    for one in new:
        names = (one.old.base, cluster.name(one.old.kind))
        actions.append({"remove": {"index": one.made, "alias": one.name}})
        actions += [{"add": {"index": one.made, "alias": name}} for name in dict.fromkeys(names)]
        actions.append({"remove_index": {"index": one.old.index}})
    cluster.call(cluster.client.indices.update_aliases, actions=actions)
