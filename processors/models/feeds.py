"""Feeds, their entries, and what became of each poll."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class FeedSettings(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an operator may set for one feed.

    proxy: the HTTP proxy for this feed's requests, e.g. "http://127.0.0.1:3128".
    allow_private: let its requests reach private, loopback and link-local addresses.
    poll_minutes: poll at this fixed interval instead of the adaptive one.
    """

    proxy: str | None = None
    allow_private: bool = False
    poll_minutes: int | None = None


class Feed(Struct, frozen=True):
    """A polled URL. language: ISO 639-1; country: ISO 3166-1 alpha-2 or "INT"."""

    url: str
    title: str
    language: str | None = None
    country: str | None = None
    category: str | None = None
    site_url: str | None = None
    settings: FeedSettings = FeedSettings()


class Entry(Struct, frozen=True):
    """An item of a feed, as the feed gives it. id: its guid, else its URL."""

    id: str
    url: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    language: str | None = None


class RetryEntry(Struct, frozen=True):
    """An entry whose page could not be fetched yet; attempts counts the tries made."""

    entry: Entry
    attempts: int
    not_before: datetime


class FeedState(Struct, frozen=True):
    """What is remembered of a feed between polls.

    seen: ids of the entries already handed on, newest first, bounded.
    interval_seconds: the adaptive polling interval now in force.
    """

    feed_url: str
    next_poll_at: datetime
    polled_at: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    interval_seconds: int = 0
    failures: int = 0
    outcome: str = ""
    detail: str = ""
    new_entry_at: datetime | None = None
    seen: tuple[str, ...] = ()
    retries: tuple[RetryEntry, ...] = ()


class PlannedFeed(Struct, frozen=True):
    """A feed that is due, with what its poll needs to know. poll=False: only its retries are due."""

    feed: Feed
    poll: bool = True
    etag: str | None = None
    last_modified: str | None = None
    seen: tuple[str, ...] = ()
    retries: tuple[RetryEntry, ...] = ()


class Plan(Struct, frozen=True):
    """plan.json: the work of one crawl."""

    run_id: str
    made_at: datetime
    feeds: tuple[PlannedFeed, ...]


class FeedOutcome(StrEnum):
    OK = "ok"
    NOT_MODIFIED = "not-modified"
    MALFORMED = "malformed"  # answered, but no feed could be read from it
    FAILED = "failed"  # no answer, or an HTTP error
    REFUSED = "refused"  # a private address, or a scheme that is not HTTP
    ROBOTS = "robots"  # robots.txt disallows it


class EntryOutcome(StrEnum):
    FETCHED = "fetched"
    FAILED = "failed"  # worth another try: no answer, 429, 5xx
    GONE = "gone"  # 404, 410 and other final HTTP errors
    REFUSED = "refused"
    ROBOTS = "robots"
    TOO_LARGE = "too-large"
    NOT_HTML = "not-html"


class FeedPoll(Struct, frozen=True, tag="feed", tag_field="kind"):
    """A line of polls.jsonl: what one poll of a feed gave.

    entry_ids: ids of all entries the feed listed, in its order; new_entries: how many of them were not seen
    before. min_interval_seconds: the longest wait that ttl, max-age, Expires or Retry-After ask for.
    """

    feed_url: str
    polled_at: datetime
    outcome: FeedOutcome
    status: int | None = None
    detail: str = ""
    etag: str | None = None
    last_modified: str | None = None
    entry_ids: tuple[str, ...] = ()
    new_entries: int = 0
    min_interval_seconds: int | None = None
    moved_to: str | None = None


class EntryPoll(Struct, frozen=True, tag="entry", tag_field="kind"):
    """A line of polls.jsonl: what became of one entry. attempts includes this one."""

    feed_url: str
    entry: Entry
    polled_at: datetime
    outcome: EntryOutcome
    status: int | None = None
    detail: str = ""
    attempts: int = 1


Poll = FeedPoll | EntryPoll
