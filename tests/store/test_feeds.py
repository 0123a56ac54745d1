"""Feeds, their states, polls and leases; leases in general."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from processors.exceptions import LeaseHeld
from processors.models.feeds import Feed, FeedOutcome, FeedPoll, FeedSettings, FeedState
from processors.store.interface import Store
from tests.store.building import HOUR, NOW, run_of

A, B = (
    Feed("https://a.example/rss", "A", "fr"),
    Feed("https://b.example/rss", "B", settings=FeedSettings(poll_minutes=5)),
)


def test_feeds_are_kept_in_the_order_they_came(store: Store) -> None:
    store.put_feeds([B, A])
    store.put_feeds([replace(B, title="B2")])
    assert store.feeds() == [replace(B, title="B2"), A]
    assert store.remove_feed(B.url)
    assert not store.remove_feed(B.url)
    assert store.feeds() == [A]


def put(store: Store, polls: list[FeedPoll], states: list[FeedState], run: str = "r") -> None:
    with store.writing(store.open_run(run_of(run))) as writer:
        writer.put_polls(polls, states)
        writer.commit(run_of(run))


def test_only_newer_states_are_applied(store: Store) -> None:
    fresh = FeedState(A.url, next_poll_at=NOW + HOUR, polled_at=NOW, etag="new", seen=("1", "2"))
    put(store, [], [FeedState(A.url, next_poll_at=NOW)])
    put(store, [], [fresh])
    put(store, [], [replace(fresh, etag="older", polled_at=NOW - HOUR), replace(fresh, etag="same")])
    put(store, [], [replace(fresh, etag="never polled", polled_at=None)])
    assert store.feed_states() == {A.url: fresh}
    store.put_feeds([A])
    store.remove_feed(A.url)
    assert store.feed_states() == {}


def test_polls_since(store: Store) -> None:
    polls = [FeedPoll(A.url, NOW + HOUR * n, FeedOutcome.OK, status=200, entry_ids=("x",)) for n in range(3)]
    put(store, polls, [])
    put(store, polls[:1], [])
    assert list(store.polls(NOW - HOUR)) == polls
    assert list(store.polls(NOW + HOUR)) == polls[1:]


def test_two_plans_never_hold_one_feed(store: Store) -> None:
    until = NOW + HOUR
    assert store.lease_feeds([A.url], "one", NOW, until) == {A.url}
    assert store.lease_feeds([A.url, B.url], "two", NOW, until) == {B.url}
    assert store.lease_feeds([A.url], "one", NOW, until + HOUR) == {A.url}, "its own lease again"
    assert store.lease_feeds([A.url, B.url], "three", until, until + HOUR) == {B.url}, "an ended lease is free"


def test_applied_polls_let_go_of_the_lease(store: Store) -> None:
    store.lease_feeds([A.url, B.url], "one", NOW, NOW + HOUR)
    put(store, [], [FeedState(A.url, next_poll_at=NOW)])
    assert store.lease_feeds([A.url, B.url], "two", NOW, NOW + HOUR) == {A.url}


def test_a_lease_has_one_holder(store: Store) -> None:
    store.acquire_lease("index", "one", NOW, NOW + HOUR)
    store.acquire_lease("index", "one", NOW, NOW + HOUR)
    store.acquire_lease("other", "two", NOW, NOW + HOUR)
    with pytest.raises(LeaseHeld, match=r"index is held by one until 2024-11-10 13:00"):
        store.acquire_lease("index", "two", NOW, NOW + HOUR)
    store.release_lease("index", "two")
    with pytest.raises(LeaseHeld):
        store.acquire_lease("index", "two", NOW, NOW + HOUR)
    store.acquire_lease("index", "two", NOW + HOUR, NOW + 2 * HOUR)
    store.release_lease("index", "two")
    store.acquire_lease("index", "one", NOW, NOW + HOUR)
