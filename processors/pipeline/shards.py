"""How a plan is divided among workers, and archive files among tasks: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from courlan import extract_domain

from processors.models.feeds import PlannedFeed
from processors.urls import source_of

BATCH_BYTES = 64_000_000  # of compressed WARC: ten times the processor time of loading models (docs/operations.md)
MOST_SHARDS = 1000


def sharded(feeds: Iterable[PlannedFeed], count: int) -> list[tuple[PlannedFeed, ...]]:
    """At most `count` shards of about equal size, none empty; the feeds of one site are in one of them.

    A site is a registered domain (the feed's site, else its own), so that no two workers are impolite to it together.
    """
    sites: dict[str, list[PlannedFeed]] = {}
    for planned in feeds:
        url = planned.feed.site_url or planned.feed.url
        sites.setdefault(extract_domain(url) or source_of(url), []).append(planned)
    shards: list[list[PlannedFeed]] = [[] for _ in range(min(count, len(sites)))]
    for _, group in sorted(sites.items(), key=lambda item: (-len(item[1]), item[0])):
        min(shards, key=len).extend(group)
    return [tuple(shard) for shard in shards]


def batched_by_size(files: Sequence[tuple[str, int]], limit: int = BATCH_BYTES) -> list[list[str]]:
    """(name, bytes) → names in batches of about `limit` bytes, in order; a larger file is a batch of its own."""
    batches: list[list[str]] = []
    room = 0
    for name, size in files:
        if size > room or not batches:
            batches.append([])
            room = limit
        batches[-1].append(name)
        room -= size
    return batches
