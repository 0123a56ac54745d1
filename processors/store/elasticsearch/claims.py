"""Claims: which month an article's document lies in, and what is known of it.

A claim is made with `create` before the document, so that one article is one document however many workers and months
meet. It names the run that wrote the document: as long as that run is open, the article counts as unknown, and is
written again by whoever meets it next.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from processors.models.articles import IndexedArticle
from processors.models.runs import RunState
from processors.store.elasticsearch import bulk, runs
from processors.store.elasticsearch.bulk import Action, Outcome
from processors.store.elasticsearch.cluster import Cluster, Found, Source
from processors.store.elasticsearch.schema import month_of
from processors.store.interface import Known

KIND = "ids"


def new(indexed: IndexedArticle, month: str = "") -> Source:
    """A claim. month: where the document lies already."""
    made = indexed.tagged.article
    return {
        "month": month or month_of(made.seen_at),
        "run": indexed.run_id,
        "content_hash": made.content_hash,
        "story": indexed.story_id,
        "revision": indexed.revision,
        "events": len(indexed.tagged.tags.events),
        "removed": False,
    }


def make(cluster: Cluster, articles: Sequence[IndexedArticle]) -> tuple[dict[str, Source], dict[str, Found]]:
    """The claims made, and those that were there before, by article."""
    made, there = {}, []
    name = cluster.name(KIND)
    by_id = {indexed.tagged.article.id: new(indexed) for indexed in articles}
    for outcome in bulk.write(cluster, (Action("create", name, id_, claim) for id_, claim in by_id.items())):
        if outcome.done:
            made[outcome.action.id] = by_id[outcome.action.id]
        elif outcome.status == bulk.CONFLICT:
            there.append(outcome.action.id)
        else:
            raise bulk.refused(cluster, outcome)
    return made, cluster.mget(KIND, there)


def renew(cluster: Cluster, found: Found, indexed: IndexedArticle) -> Action:
    """Writes what is known anew; the month stays. Fails where somebody changed the claim meanwhile."""
    claim = new(indexed, found.source["month"])
    return Action("index", cluster.name(KIND), found.id, claim, found.seq_no, found.term)


def known(cluster: Cluster, ids: Collection[str]) -> dict[str, Known]:
    found = cluster.mget(KIND, sorted(ids))
    states = runs.states(cluster, {one.source["run"] for one in found.values() if not one.source["removed"]})
    return {
        id_: Known("", "", 0, removed=True) if one.source["removed"] else _known(one.source)
        for id_, one in found.items()
        if one.source["removed"] or states.get(one.source["run"]) not in (None, RunState.OPEN)
    }


def _known(claim: Source) -> Known:
    return Known(claim["content_hash"], claim["story"], claim["revision"])


def remove(cluster: Cluster, found: Found, reason: str, now: datetime) -> Outcome:
    """Turns the claim into a tombstone."""
    claim = {
        "month": found.source["month"],
        "events": found.source["events"],
        "run": "",
        "removed": True,
        "removed_at": now.isoformat(),
        "reason": reason,
    }
    action = Action("index", cluster.name(KIND), found.id, claim, found.seq_no, found.term)
    return bulk.write(cluster, [action])[0]


def drop(cluster: Cluster, ids: Collection[str]) -> None:
    """Of articles that have no document, so that they are unknown again."""
    bulk.put(cluster, [Action("delete", cluster.name(KIND), id_) for id_ in ids], refresh=False)
