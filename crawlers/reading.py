"""A feed as it is being read: its own response, then those of its sitemaps; at the end its poll."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding

from crawlers.feedparsing import MalformedFeed, parse_feed
from crawlers.freshness import fresh_for, retry_after
from crawlers.items import Capture
from crawlers.outcomes import of_feed_status
from processors.models.feeds import Entry, FeedOutcome, FeedPoll, PlannedFeed

SITEMAPS = 3  # children of a sitemap index that are read in one poll, the newest first


class Reading:
    """captures: the responses read, to be archived. sitemaps: addresses still to be read."""

    def __init__(self, response: Response, planned: PlannedFeed, now: datetime) -> None:
        self.captures: list[Capture] = []
        self.sitemaps: list[str] = []
        self._planned = planned
        self._poll = polled(response, planned, now)
        self._entries: dict[str, Entry] = {}
        self._problems: list[str] = []
        self._notes: list[str] = []
        self._is_index = False
        self._parts = 0  # documents that could be read

    def take(self, response: Response, now: datetime) -> None:
        """Reads one document. Sitemaps that the first one names are to be read too; what those name is not."""
        header = response.headers.get("Content-Type")
        charset = http_content_type_encoding(header.decode("latin-1")) if header else None
        try:
            parsed = parse_feed(response.body, response.url, now, charset)
        except MalformedFeed as error:
            self._problems.append(str(error))
            return
        for entry in parsed.entries:
            self._entries.setdefault(entry.id, entry)
        self._notes.extend(parsed.notes)
        waits = [wait for wait in (self._poll.min_interval_seconds, parsed.ttl_seconds) if wait]
        self._poll = msgspec.structs.replace(self._poll, min_interval_seconds=max(waits, default=None))
        if parsed.sitemaps and not self._is_index:
            self._is_index = True
            self.sitemaps = list(parsed.sitemaps[:SITEMAPS])
            if len(parsed.sitemaps) > SITEMAPS:
                self._notes.append(f"the {SITEMAPS} newest of {len(parsed.sitemaps)} sitemaps read")
        else:
            self._parts += 1

    def miss(self, url: str, reason: str) -> None:
        """A sitemap could not be had."""
        self._problems.append(f"{url}: {reason}")

    def result(self, limit: int) -> tuple[FeedPoll, list[Entry]]:
        """The poll, and the entries to fetch: the new ones, at most `limit`."""
        if not self._parts:
            outcome = FeedOutcome.FAILED if self._is_index else FeedOutcome.MALFORMED
            reason = "; ".join(self._problems) or "an index without readable sitemaps"
            return self._poll_with(outcome=outcome, detail=reason[:500], etag=None, last_modified=None), []
        known = {*self._planned.seen, *(retry.entry.id for retry in self._planned.retries)}
        fresh = [entry for entry in self._entries.values() if entry.id not in known]
        taken = newest(fresh, limit)
        if left := len(fresh) - len(taken):
            self._notes.append(
                f"{len(self._entries)} entries: the {len(taken)} newest of {len(fresh)} new ones taken up, "
                f"{left} left for the next polls"
            )
        listed = {*known, *(entry.id for entry in taken)}
        poll = self._poll_with(
            entry_ids=tuple(id for id in self._entries if id in listed),
            new_entries=len(taken),
            detail="; ".join([*self._problems, *self._notes])[:500],
        )
        if left or self._is_index or self._problems:
            # Without validators, so that the next poll sees what is left even where this document has not changed.
            poll = msgspec.structs.replace(poll, etag=None, last_modified=None)
        return poll, taken

    def _poll_with(self, **changes: object) -> FeedPoll:
        return msgspec.structs.replace(self._poll, **changes)


def polled(response: Response, planned: PlannedFeed, now: datetime) -> FeedPoll:
    """What status and headers say of a poll; entries come later."""
    detail = ""
    if response.status == 304:
        outcome = FeedOutcome.NOT_MODIFIED
    elif response.status == 200:
        outcome = FeedOutcome.OK
    else:
        outcome, detail = of_feed_status(response)
    etag, last_modified = (planned.etag, planned.last_modified) if response.status == 304 else (None, None)
    waits = [fresh_for(response.headers, now), retry_after(response.headers, now)]
    reasons = response.meta.get("redirect_reasons", [])
    moved = bool(reasons) and all(reason in (301, 308) for reason in reasons)
    return FeedPoll(
        planned.feed.url,
        now,
        outcome,
        response.status,
        detail,
        etag=_header(response, "ETag") or etag,
        last_modified=_header(response, "Last-Modified") or last_modified,
        min_interval_seconds=max((int(wait) for wait in waits if wait), default=None),
        moved_to=response.url if moved else None,
    )


def newest(entries: Iterable[Entry], limit: int) -> list[Entry]:
    """At most `limit` entries, the newest, in the feed's order; undated ones only where there is room."""
    listed = list(entries)
    if len(listed) <= limit:
        return listed
    oldest = datetime.min.replace(tzinfo=UTC)
    best = sorted(range(len(listed)), key=lambda i: listed[i].published_at or oldest, reverse=True)[:limit]
    return [listed[i] for i in sorted(best)]


def _header(response: Response, name: str) -> str | None:
    return (response.headers.get(name) or b"").decode("latin-1").strip() or None
