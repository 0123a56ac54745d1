"""plan: which feeds to poll now, leased so that no other plan holds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from processors.archive.places import is_there, write_whole
from processors.feeds.schedule import due
from processors.models.feeds import Plan, PlannedFeed
from processors.pipeline.workspace import RunFolder, owner_of, runs_folder
from processors.store.interface import Store
from processors.urls import digest

LEASE = timedelta(hours=6)  # longer than any crawl: CLOSESPIDER_TIMEOUT in crawlers/settings.py is below it


def plan(store: Store, home: Path, now: datetime) -> RunFolder | None:
    """A new run with plan.json in its folder, or None where no feed is due.

    The draft is written before the leases are taken: killed between the two, finish_plan() goes on from the draft.
    """
    planned = due(store.feeds(), store.feed_states(), now)
    if not planned:
        return None
    run_id = run_id_of(now, planned)
    folder = RunFolder(runs_folder(home) / run_id)
    write_whole(folder.draft, msgspec.json.encode(Plan(run_id, now, planned)))
    return finish_plan(store, home, folder, now)


def run_id_of(now: datetime, planned: Iterable[PlannedFeed]) -> str:
    """When it was planned, and eight digits of what."""
    return f"{now:%Y%m%dT%H%M%SZ}-{digest(now.isoformat(), *(feed.feed.url for feed in planned))[:8]}"


def finish_plan(store: Store, home: Path, folder: RunFolder, now: datetime) -> RunFolder | None:
    """Leases the draft's feeds and keeps those that were free; None where others hold them all."""
    if is_there(folder.plan):
        return folder
    draft = folder.read_plan(folder.draft)
    owner = owner_of(home)
    granted = store.lease_feeds([feed.feed.url for feed in draft.feeds], owner, now, now + LEASE)
    feeds = tuple(feed for feed in draft.feeds if feed.feed.url in granted)
    write_whole(folder.plan, msgspec.json.encode(Plan(draft.run_id, draft.made_at, feeds)))
    if not feeds:
        write_whole(folder.done, b"")
        return None
    return folder
