"""Feeds, their states and polls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from processors.models.feeds import Feed, FeedPoll, FeedState
from processors.store.sqlite import leases
from processors.store.sqlite.database import Database, micros, to_json


def put(db: Database, feeds: Iterable[Feed]) -> None:
    with db.transaction():
        db.many(
            "INSERT INTO feeds VALUES (?1, ?2) ON CONFLICT (url) DO UPDATE SET record = ?2",
            ((feed.url, to_json(feed)) for feed in feeds),
        )


def remove(db: Database, url: str) -> bool:
    with db.transaction():
        db.run("DELETE FROM feed_states WHERE feed_url = ?", (url,))
        leases.drop_feeds(db, [url])
        return db.run("DELETE FROM feeds WHERE url = ?", (url,)) > 0


def every(db: Database) -> list[Feed]:
    """In the order they were added."""
    return [msgspec.json.decode(record, type=Feed) for (record,) in db.rows("SELECT record FROM feeds ORDER BY rowid")]


def states(db: Database) -> dict[str, FeedState]:
    rows = db.rows("SELECT feed_url, record FROM feed_states")
    return {url: msgspec.json.decode(record, type=FeedState) for url, record in rows}


def put_polls(db: Database, polls: Iterable[FeedPoll], states: Iterable[FeedState]) -> None:
    """Inside a transaction. A state that is not newer than the stored one is left out; its lease ends all the same."""
    db.many(
        "INSERT OR IGNORE INTO polls VALUES (?, ?, ?)",
        ((poll.feed_url, micros(poll.polled_at), to_json(poll)) for poll in polls),
    )
    states = list(states)
    db.many(
        "INSERT INTO feed_states VALUES (?1, ?2, ?3) ON CONFLICT (feed_url) DO UPDATE SET polled_at = ?2, record = ?3"
        " WHERE feed_states.polled_at IS NULL OR ?2 > feed_states.polled_at",
        ((state.feed_url, state.polled_at and micros(state.polled_at), to_json(state)) for state in states),
    )
    leases.drop_feeds(db, (state.feed_url for state in states))


def polls(db: Database, since: datetime) -> Iterator[FeedPoll]:
    """Oldest first."""
    rows = db.rows("SELECT record FROM polls WHERE polled_at >= ? ORDER BY polled_at, feed_url", (micros(since),))
    return (msgspec.json.decode(record, type=FeedPoll) for (record,) in rows)
