"""When a feed is due, and what a poll changes: pure functions of records and `now`.

The interval adapts as Media Cloud's fetcher does (longer when at least 67% of the entries are known, shorter under
33%, within ten minutes and a day); as in Miniflux, a feed's own wishes (ttl, max-age, Expires, Retry-After) lengthen
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from processors.models.feeds import (
    EntryOutcome,
    EntryPoll,
    Feed,
    FeedOutcome,
    FeedPoll,
    FeedState,
    PlannedFeed,
    RetryEntry,
)
from processors.urls import digest

HOUR = 3600
DAY = 24 * HOUR
SHORTEST, LONGEST, START = 600, DAY, HOUR  # seconds
STEP = 1.5  # factor by which the interval grows or shrinks
GONE_WAIT = 7 * DAY  # after 410: feeds do come back
JITTER = 0.1  # share of the interval that is added, so that feeds added together part ways
SEEN_LIMIT = 2000  # ids, or as many as the feed lists
ATTEMPTS = 5  # tries for a page before it is given up
FIRST_RETRY = timedelta(minutes=15)  # then four times as long after each further try: 1, 4 and 16 hours


def due(feeds: Iterable[Feed], states: Mapping[str, FeedState], now: datetime) -> tuple[PlannedFeed, ...]:
    """The feeds to poll now, and those of which only pages to retry are due (poll=False), in the order given."""
    planned = (_planned(feed, states.get(feed.url), now) for feed in feeds)
    return tuple(feed for feed in planned if feed is not None)


def next_state(feed: Feed, state: FeedState | None, poll: FeedPoll | None, entries: Sequence[EntryPoll]) -> FeedState:
    """The feed's state after one crawl: its poll, if it was polled, and the outcomes of its entries.

    A crawl that ended before the state's own, or the same again, changes nothing. Raises ValueError where there is
    neither a state nor an outcome.
    """
    times = [each.polled_at for each in (poll, *entries) if each is not None]
    if not times:
        if state is None:
            raise ValueError(f"{feed.url}: neither polled before nor now")
        return state
    at = max(times)
    if state and state.polled_at and at <= state.polled_at:
        return state
    before = state or FeedState(feed.url, next_poll_at=at)
    after = _with_entries(before, poll, entries)
    if poll is not None:
        after = _with_poll(feed, before, after, poll)
    return msgspec.structs.replace(after, polled_at=at)


def _planned(feed: Feed, state: FeedState | None, now: datetime) -> PlannedFeed | None:
    if state is None:
        return PlannedFeed(feed)
    retries = tuple(retry for retry in state.retries if retry.not_before <= now)
    later = tuple(retry.entry.id for retry in state.retries if retry.not_before > now)
    poll = _due_at(feed, state) <= now
    if not poll and not retries:
        return None
    trusted = poll and _validators_hold(state, now)
    return PlannedFeed(
        feed,
        poll=poll,
        etag=state.etag if trusted else None,
        last_modified=state.last_modified if trusted else None,
        seen=(*state.seen, *later),  # the crawler leaves alone what is to be retried later
        retries=retries,
    )


def _due_at(feed: Feed, state: FeedState) -> datetime:
    """An interval that an operator sets holds at once, not after the next poll."""
    if feed.settings.poll_minutes and state.polled_at:
        return min(state.next_poll_at, state.polled_at + timedelta(minutes=feed.settings.poll_minutes))
    return state.next_poll_at


def _validators_hold(state: FeedState, now: datetime) -> bool:
    """Some feeds answer 304 for ever: the first poll of a feed's day asks without validators.

    Its day starts at an hour of its own.
    """
    if state.polled_at is None:
        return False
    shift = timedelta(seconds=_share(state.feed_url) * DAY)

    def day(time: datetime) -> date:
        return (time + shift).date()

    return day(state.polled_at) == day(now)


def _share(url: str) -> float:
    """A number in [0, 1) that the URL always gives."""
    return int(digest(url)[:8], 16) / 16**8


def _with_entries(state: FeedState, poll: FeedPoll | None, entries: Sequence[EntryPoll]) -> FeedState:
    """seen and retries after the outcomes: each entry tried is in one of them."""
    retries = {retry.entry.id: retry for retry in state.retries}
    done: dict[str, None] = {}
    given_up = 0
    for tried in entries:
        retries.pop(tried.entry.id, None)
        if tried.outcome is EntryOutcome.FAILED and tried.attempts < ATTEMPTS:
            retries[tried.entry.id] = RetryEntry(tried.entry, tried.attempts, _not_before(tried))
            continue
        given_up += tried.outcome is EntryOutcome.FAILED
        done[tried.entry.id] = None
    return msgspec.structs.replace(
        state,
        seen=_seen(state.seen, poll, done),
        retries=tuple(retries.values()),
        detail=f"{given_up} pages given up after {ATTEMPTS} tries" if given_up else "",
    )


def _not_before(tried: EntryPoll) -> datetime:
    """When to try again; at once where the crawl ended before it tried at all (no attempts)."""
    if tried.attempts == 0:
        return tried.polled_at
    return tried.polled_at + FIRST_RETRY * int(4 ** (tried.attempts - 1))


def _seen(before: tuple[str, ...], poll: FeedPoll | None, done: Iterable[str]) -> tuple[str, ...]:
    """Newest first. An id that was listed without any outcome is not seen: the next poll takes it up."""
    done = dict.fromkeys(done)
    known = {*before, *done}
    listed = dict.fromkeys(id for id in (poll.entry_ids if poll else ()) if id in known)
    kept = {**listed, **done}
    limit = max(SEEN_LIMIT, len(kept)) if listed else len(before) + len(kept)
    return tuple({**kept, **dict.fromkeys(before)})[:limit]


def _with_poll(feed: Feed, before: FeedState, after: FeedState, poll: FeedPoll) -> FeedState:
    answered = poll.outcome in (FeedOutcome.OK, FeedOutcome.NOT_MODIFIED)
    failures = 0 if answered else before.failures + 1
    interval = _interval(before, poll) if answered else before.interval_seconds or START
    wait = _wait(feed, poll, interval, failures)
    etag, last_modified = _validators(before, after, poll)
    return msgspec.structs.replace(
        after,
        next_poll_at=poll.polled_at + timedelta(seconds=wait),
        interval_seconds=interval,
        failures=failures,
        outcome=str(poll.outcome),
        detail="; ".join(filter(None, (poll.detail, after.detail))),
        etag=etag,
        last_modified=last_modified,
        new_entry_at=poll.polled_at if poll.new_entries else before.new_entry_at,
    )


def _validators(before: FeedState, after: FeedState, poll: FeedPoll) -> tuple[str | None, str | None]:
    """(etag, last_modified) for the next poll: none where entries were listed that nobody dealt with."""
    if poll.outcome is not FeedOutcome.OK:
        return before.etag, before.last_modified
    dealt_with = {*after.seen, *(retry.entry.id for retry in after.retries)}
    return (poll.etag, poll.last_modified) if dealt_with.issuperset(poll.entry_ids) else (None, None)


def _interval(before: FeedState, poll: FeedPoll) -> int:
    """The adaptive interval in seconds. A first poll says nothing: all its entries are new."""
    current = before.interval_seconds or START
    if not before.seen and not before.retries:
        return current
    listed = len(poll.entry_ids)
    old = (listed - poll.new_entries) / listed if listed else 1.0
    if old >= 0.67:
        current = round(current * STEP)
    elif old < 0.33:
        current = round(current / STEP)
    return min(max(current, SHORTEST), LONGEST)


def _wait(feed: Feed, poll: FeedPoll, interval: int, failures: int) -> float:
    """Seconds until the next poll. Failures double it up to a day: a feed never dies."""
    if feed.settings.poll_minutes:
        return feed.settings.poll_minutes * 60.0
    if poll.status == 410:
        return GONE_WAIT
    wait = max(interval << min(failures, 10), poll.min_interval_seconds or 0)
    return min(wait * (1 + JITTER * _share(feed.url)), DAY)
