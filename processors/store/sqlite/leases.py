"""Leases: one holder a name, until a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from processors.exceptions import LeaseHeld
from processors.store.sqlite.database import Database, micros, moment

FEED = "feed:"  # a feed's lease is named so, and its URL


def acquire(db: Database, name: str, owner: str, now: datetime, until: datetime) -> None:
    with db.transaction():
        if not _take(db, name, owner, now, until):
            found = db.row("SELECT owner, until FROM leases WHERE name = ?", (name,))
            holder, end = found or ("?", 0)
            raise LeaseHeld(f"{name} is held by {holder} until {moment(end):%Y-%m-%d %H:%M:%S} UTC: wait, or end it")


def release(db: Database, name: str, owner: str) -> None:
    db.run("DELETE FROM leases WHERE name = ? AND owner = ?", (name, owner))


def take_feeds(db: Database, urls: Iterable[str], owner: str, now: datetime, until: datetime) -> set[str]:
    with db.transaction():
        return {url for url in urls if _take(db, FEED + url, owner, now, until)}


def drop_feeds(db: Database, urls: Iterable[str]) -> None:
    db.many("DELETE FROM leases WHERE name = ?", ((FEED + url,) for url in urls))


def _take(db: Database, name: str, owner: str, now: datetime, until: datetime) -> bool:
    changed = db.run(
        "INSERT INTO leases VALUES (?1, ?2, ?3) ON CONFLICT (name) DO UPDATE SET owner = ?2, until = ?3"
        " WHERE owner = ?2 OR until <= ?4",
        (name, owner, micros(until), micros(now)),
    )
    return changed > 0
