"""Feeds, their states and polls."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime

from processors.models.feeds import Feed, FeedOutcome, FeedPoll, FeedState
from processors.store.elasticsearch import bulk, leases
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Found
from processors.store.elasticsearch.documents import as_record, key, stamp
from processors.store.elasticsearch.schema import ensure_month, month_of
from processors.urls import source_of

KIND = "feeds"
_TRIES = 20  # of a state that others write at the same time


def put(cluster: Cluster, feeds: Iterable[Feed]) -> None:
    by_id = {key("feed", feed.url): feed for feed in feeds}
    there = cluster.mget(KIND, list(by_id))
    order = time.time_ns()
    actions = []
    for place, (id_, feed) in enumerate(by_id.items()):
        source = {
            "kind": "feed",
            "url": feed.url,
            "source": source_of(feed.url),
            "title": feed.title,
            "lang": feed.language,
            "country": feed.country,
            "order": there[id_].source["order"] if id_ in there else order + place,
            "record": feed,
        }
        actions.append(Action("index", cluster.name(KIND), id_, source))
    bulk.put(cluster, actions)


def remove(cluster: Cluster, url: str) -> bool:
    there = cluster.get(KIND, key("feed", url)) is not None
    name = cluster.name(KIND)
    bulk.put(cluster, [Action("delete", name, key(kind, url)) for kind in ("state", "feed")])
    leases.drop_feeds(cluster, [url])
    return there


def every(cluster: Cluster) -> list[Feed]:
    """In the order they were added."""
    found = cluster.scan(KIND, {"term": {"kind": "feed"}}, [{"order": "asc"}, {"url": "asc"}])
    return [as_record(one.source["record"], Feed) for one in found]


def states(cluster: Cluster) -> dict[str, FeedState]:
    found = cluster.scan(KIND, {"term": {"kind": "state"}}, [{"url": "asc"}])
    return {one.source["url"]: as_record(one.source["record"], FeedState) for one in found}


def put_polls(cluster: Cluster, polls: Iterable[FeedPoll], states: Iterable[FeedState]) -> None:
    """A state that is not newer than the stored one is left out; its lease ends all the same."""
    bulk.put(cluster, (_poll(cluster, poll) for poll in polls))
    states = list(states)
    pending = states
    for _ in range(_TRIES):
        pending = _put_states(cluster, pending)
        if not pending:
            break
    leases.drop_feeds(cluster, (state.feed_url for state in states))


def polls(cluster: Cluster, since: datetime) -> Iterator[FeedPoll]:
    """Oldest first."""
    query = {"range": {"polled_at": {"gte": since.isoformat()}}}
    found = cluster.scan("polls", query, [{"polled_at": "asc"}, {"feed_url": "asc"}])
    return (as_record(one.source["record"], FeedPoll) for one in found)


def _poll(cluster: Cluster, poll: FeedPoll) -> Action:
    source = {
        "feed_url": poll.feed_url,
        "source": source_of(poll.feed_url),
        "detail": poll.detail,
        "polled_at": stamp(poll.polled_at),
        "outcome": poll.outcome,
        "status": poll.status,
        "new_entries": poll.new_entries,
        "record": poll,
    }
    name = ensure_month(cluster, "polls", month_of(poll.polled_at))
    return Action("create", name, key(poll.feed_url, poll.polled_at.isoformat()), source)


def _put_states(cluster: Cluster, states: list[FeedState]) -> list[FeedState]:
    """Writes each feed's newest state, if it is newer than the stored one; those that somebody else wrote meanwhile."""
    stored = cluster.mget(KIND, list({key("state", state.feed_url) for state in states}))
    newest = {id_: as_record(found.source["record"], FeedState) for id_, found in stored.items()}
    changed = {}
    for state in states:
        id_ = key("state", state.feed_url)
        if id_ not in newest or _newer(state, newest[id_]):
            newest[id_] = changed[id_] = state
    actions = []
    for id_, state in changed.items():
        source = {
            "kind": "state",
            "url": state.feed_url,
            "source": source_of(state.feed_url),
            "next_poll_at": stamp(state.next_poll_at),
            "polled_at": stamp(state.polled_at),
            "last_success_at": _last_success(state, stored.get(id_)),
            "new_entry_at": stamp(state.new_entry_at),
            "failing": state.failures > 0,
            "outcome": state.outcome,
            "failures": state.failures,
            "record": state,
        }
        found = stored.get(id_)
        if found:
            actions.append(Action("index", cluster.name(KIND), id_, source, found.seq_no, found.term))
        else:
            actions.append(Action("create", cluster.name(KIND), id_, source))
    lost = []
    for outcome in bulk.write(cluster, actions, refresh=True):
        if outcome.status == bulk.CONFLICT:
            lost.append(changed[outcome.action.id])
        elif not outcome.done:
            raise bulk.refused(cluster, outcome)
    return lost


def _last_success(state: FeedState, before: Found | None) -> str | None:
    """When a poll last got an answer that was a feed; a state tells of its last poll only."""
    if state.outcome in (FeedOutcome.OK, FeedOutcome.NOT_MODIFIED):
        return stamp(state.polled_at)
    return before.source.get("last_success_at") if before else None


def _newer(state: FeedState, stored: FeedState) -> bool:
    return stored.polled_at is None or (state.polled_at is not None and state.polled_at > stored.polled_at)
