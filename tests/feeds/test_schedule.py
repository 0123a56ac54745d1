"""When feeds are due, and what polls change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from processors.feeds.schedule import ATTEMPTS, DAY, HOUR, LONGEST, SEEN_LIMIT, SHORTEST, due, next_state
from processors.models.feeds import (
    Entry,
    EntryOutcome,
    EntryPoll,
    Feed,
    FeedOutcome,
    FeedPoll,
    FeedSettings,
    FeedState,
    RetryEntry,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed("http://f.example/feed", "F")


def poll(at: datetime = NOW, outcome: FeedOutcome = FeedOutcome.OK, **fields: object) -> FeedPoll:
    return FeedPoll(FEED.url, at, outcome, **fields)  # type: ignore[arg-type]


def tried(id: str, outcome: EntryOutcome = EntryOutcome.FETCHED, at: datetime = NOW, attempts: int = 1) -> EntryPoll:
    return EntryPoll(FEED.url, Entry(id, f"http://f.example/{id}"), at, outcome, attempts=attempts)


def wait(state: FeedState, at: datetime = NOW) -> float:
    return (state.next_poll_at - at).total_seconds()


def test_a_feed_never_polled_is_due() -> None:
    (planned,) = due([FEED], {}, NOW)
    assert (planned.feed, planned.poll, planned.seen) == (FEED, True, ())


def test_a_first_poll_sets_the_state() -> None:
    state = next_state(FEED, None, poll(entry_ids=("a", "b"), new_entries=2, etag="e"), [tried("a"), tried("b")])
    assert (state.seen, state.retries, state.etag) == (("a", "b"), (), "e")
    assert (state.outcome, state.failures, state.new_entry_at, state.polled_at) == ("ok", 0, NOW, NOW)
    assert HOUR <= wait(state) <= 1.1 * HOUR
    assert due([FEED], {FEED.url: state}, NOW + timedelta(minutes=59)) == ()
    (planned,) = due([FEED], {FEED.url: state}, NOW + timedelta(minutes=67))
    assert planned.seen == ("a", "b")


@pytest.mark.parametrize(("new", "expected"), [(0, 5400), (3, 5400), (4, 3600), (6, 3600), (7, 2400), (10, 2400)])
def test_the_interval_follows_the_share_of_new_entries(new: int, expected: int) -> None:
    before = FeedState(FEED.url, NOW, interval_seconds=HOUR, seen=("x",))
    state = next_state(FEED, before, poll(entry_ids=tuple("abcdefghij"), new_entries=new), [])
    assert state.interval_seconds == expected


@pytest.mark.parametrize(
    ("asked", "least", "most"), [(None, HOUR, 1.1 * HOUR), (3 * HOUR, 3 * HOUR, 3.3 * HOUR), (30 * DAY, DAY, DAY)]
)
def test_a_feeds_own_wishes_lengthen_the_wait(asked: int | None, least: float, most: float) -> None:
    state = next_state(FEED, None, poll(min_interval_seconds=asked), [])
    assert least <= wait(state) <= most


def test_failures_back_off_and_never_die() -> None:
    state, at, waits = None, NOW, []
    for _ in range(20):
        state = next_state(FEED, state, poll(at, FeedOutcome.FAILED), [])
        waits.append(wait(state, at))
        at = state.next_poll_at
    assert waits == sorted(waits)
    assert waits[0] >= 2 * HOUR
    assert waits[-1] == DAY
    assert state is not None
    assert state.failures == 20
    healed = next_state(FEED, state, poll(at), [])
    assert (healed.failures, healed.outcome) == (0, "ok")
    assert wait(healed, at) <= 1.7 * HOUR


def test_a_feed_that_is_gone_is_asked_once_a_week() -> None:
    assert wait(next_state(FEED, None, poll(outcome=FeedOutcome.FAILED, status=410), [])) == 7 * DAY


def test_an_interval_that_is_set_wins_at_once() -> None:
    state = next_state(FEED, None, poll(min_interval_seconds=DAY), [])
    fixed = replace(FEED, settings=FeedSettings(poll_minutes=5))
    assert due([fixed], {FEED.url: state}, NOW + timedelta(minutes=5))
    assert wait(next_state(fixed, None, poll(min_interval_seconds=DAY), [])) == 300
    assert wait(next_state(fixed, None, poll(outcome=FeedOutcome.FAILED), [])) == 300


def test_failed_pages_are_tried_again_with_growing_waits_then_given_up() -> None:
    state = next_state(FEED, None, poll(entry_ids=("a",), new_entries=1), [tried("a", EntryOutcome.FAILED)])
    waits = []
    for attempt in range(2, ATTEMPTS + 1):
        (retry,) = state.retries
        assert (retry.attempts, state.seen) == (attempt - 1, ())
        at = retry.not_before
        waits.append(at - (state.polled_at or NOW))
        assert not any(planned.retries for planned in due([FEED], {FEED.url: state}, at - timedelta(seconds=1)))
        (planned,) = due([FEED], {FEED.url: state}, at)
        assert planned.retries == (retry,)
        state = next_state(FEED, state, None, [tried("a", EntryOutcome.FAILED, at, attempt)])
    assert waits == [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=16)]
    assert (state.retries, state.seen) == ((), ("a",))
    assert "1 pages given up after 5 tries" in state.detail


def test_only_retries_due_do_not_poll_the_feed() -> None:
    retry = RetryEntry(Entry("a", "http://f.example/a"), 1, NOW)
    state = FeedState(FEED.url, NOW + timedelta(hours=1), polled_at=NOW - timedelta(hours=1), retries=(retry,))
    (planned,) = due([FEED], {FEED.url: state}, NOW)
    assert (planned.poll, planned.retries) == (False, (retry,))
    after = next_state(FEED, state, None, [tried("a")])
    assert (after.next_poll_at, after.seen, after.retries) == (state.next_poll_at, ("a",), ())


def test_a_page_to_retry_later_is_not_taken_up_as_new() -> None:
    later = RetryEntry(Entry("a", "http://f.example/a"), 1, NOW + timedelta(hours=9))
    state = FeedState(FEED.url, NOW, polled_at=NOW - timedelta(hours=1), retries=(later,))
    (planned,) = due([FEED], {FEED.url: state}, NOW)
    assert (planned.poll, planned.retries, planned.seen) == (True, (), ("a",))


def test_a_page_that_was_not_reached_is_due_at_once() -> None:
    state = next_state(FEED, None, poll(entry_ids=("a",)), [tried("a", EntryOutcome.FAILED, attempts=0)])
    assert due([FEED], {FEED.url: state}, NOW)[0].retries[0].attempts == 0


def test_validators_are_kept_through_304_but_for_a_day_at_most() -> None:
    state = next_state(FEED, None, poll(etag="e", last_modified="m"), [])
    unconditional, at = [], NOW
    for _ in range(60):
        state = next_state(FEED, state, poll(at, FeedOutcome.NOT_MODIFIED, etag="e", last_modified="m"), [])
        at = state.next_poll_at
        (planned,) = due([FEED], {FEED.url: state}, at)
        if planned.etag is None:
            unconditional.append(at)
    gaps = [later - earlier for earlier, later in pairwise(unconditional)]
    assert unconditional
    assert all(gap <= timedelta(days=2) for gap in gaps)
    (soon,) = due(
        [replace(FEED, settings=FeedSettings(poll_minutes=1))],
        {FEED.url: replace(state, polled_at=at)},
        at + timedelta(minutes=1),
    )
    assert (soon.etag, soon.last_modified) == ("e", "m")


def test_a_failure_keeps_validators_and_seen() -> None:
    state = next_state(FEED, None, poll(etag="e", entry_ids=("a",), new_entries=1), [tried("a")])
    later = NOW + timedelta(hours=1)
    failed = next_state(FEED, state, poll(later, FeedOutcome.MALFORMED), [])
    assert (failed.etag, failed.seen, failed.outcome) == ("e", ("a",), "malformed")


def test_an_id_without_outcome_stays_unknown_and_costs_the_validators() -> None:
    state = next_state(FEED, None, poll(etag="e", entry_ids=("a", "b"), new_entries=2), [tried("a")])
    assert (state.seen, state.etag) == (("a",), None)


def test_older_polls_change_nothing() -> None:
    state = next_state(FEED, None, poll(entry_ids=("a",), new_entries=1), [tried("a")])
    assert next_state(FEED, state, poll(entry_ids=("a",), new_entries=1), [tried("a")]) == state
    earlier = NOW - timedelta(hours=1)
    assert next_state(FEED, state, poll(earlier, FeedOutcome.FAILED), [tried("b", at=earlier)]) == state
    assert next_state(FEED, state, None, []) == state
    with pytest.raises(ValueError, match="neither polled"):
        next_state(FEED, None, None, [])


def test_seen_is_bounded_but_holds_the_last_poll() -> None:
    old = tuple(f"old {n}" for n in range(SEEN_LIMIT))
    state = next_state(FEED, FeedState(FEED.url, NOW, seen=old), poll(entry_ids=("a", "old 5")), [tried("a")])
    assert (len(state.seen), state.seen[:2]) == (SEEN_LIMIT, ("a", "old 5"))
    many = tuple(str(n) for n in range(SEEN_LIMIT + 500))
    state = next_state(FEED, None, poll(entry_ids=many), [tried(id) for id in many])
    assert state.seen == many
    later = NOW + timedelta(hours=1)
    assert next_state(FEED, state, poll(later, FeedOutcome.NOT_MODIFIED), []).seen == many


_ids = st.sampled_from([f"id{n}" for n in range(12)])
_times = st.integers(0, 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
_entries = st.builds(tried, _ids, st.sampled_from(EntryOutcome), _times, st.integers(0, ATTEMPTS))
_polls = st.builds(
    poll,
    _times,
    st.sampled_from(FeedOutcome),
    status=st.sampled_from([None, 200, 304, 410, 503]),
    entry_ids=st.lists(_ids, unique=True).map(tuple),
    new_entries=st.integers(0, 12),
    min_interval_seconds=st.none() | st.integers(0, 10**9),
)
_states = st.none() | st.builds(
    FeedState,
    st.just(FEED.url),
    _times,
    polled_at=st.none() | st.just(NOW - timedelta(seconds=1)),
    interval_seconds=st.integers(SHORTEST, LONGEST),
    failures=st.integers(0, 10**6),
    seen=st.lists(_ids, unique=True).map(tuple),
)


@given(_states, _polls)
def test_the_interval_stays_within_its_bounds(state: FeedState | None, given_poll: FeedPoll) -> None:
    after = next_state(FEED, state, given_poll, [])
    assert SHORTEST <= after.interval_seconds <= LONGEST
    assert SHORTEST <= wait(after, given_poll.polled_at) <= (7 * DAY if given_poll.status == 410 else DAY)


@given(_states, _polls, st.lists(_entries, unique_by=lambda each: each.entry.id))
def test_no_entry_is_lost(state: FeedState | None, given_poll: FeedPoll, entries: list[EntryPoll]) -> None:
    after = next_state(FEED, state, given_poll, entries)
    retried = {retry.entry.id for retry in after.retries}
    assert {each.entry.id for each in entries} <= {*after.seen, *retried}
    assert not retried & {each.entry.id for each in entries if each.outcome is not EntryOutcome.FAILED}
    assert set(state.seen if state else ()) <= set(after.seen)
    assert len(after.seen) == len(set(after.seen))
    assert next_state(FEED, after, given_poll, entries) == after
