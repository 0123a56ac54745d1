"""Which feeds fell silent, became noisy or fail: pure decisions on their polls.

A week is judged by the weeks before it, as Media Cloud's source health alerts do: silent where its mean is below
μ − 1.5σ, noisy above μ + 2σ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import fmean, pstdev
from typing import Literal

from msgspec import Struct

from processors.models.feeds import FeedPoll, FeedState

WEEK = timedelta(days=7)
BEFORE = 8  # weeks that the last one is compared with
FEWEST = 4  # of them that a feed must have been polled in, else nothing is said
FAILURES = 5  # in a row, by which a feed counts as failing
HISTORY = WEEK * (BEFORE + 1)

Trouble = Literal["failing", "silent", "noisy"]


class FeedHealth(Struct, frozen=True):
    """A feed that is not as it was, and why one thinks so."""

    url: str
    trouble: Trouble
    detail: str


def judge_feeds(polls: Iterable[FeedPoll], states: Mapping[str, FeedState], now: datetime) -> list[FeedHealth]:
    """By URL. polls: of the last HISTORY, oldest first; a feed's first one says nothing: all its entries are new."""
    weeks: dict[str, dict[int, int]] = defaultdict(dict)
    known: set[str] = set()
    for poll in polls:
        counts = weeks[poll.feed_url]
        week = int((now - poll.polled_at) / WEEK)
        counts[week] = counts.get(week, 0) + (poll.new_entries if poll.feed_url in known else 0)
        known.add(poll.feed_url)
    troubled = (_judged(url, weeks.get(url, {}), state) for url, state in sorted(states.items()))
    return [found for found in troubled if found is not None]


def _judged(url: str, weeks: Mapping[int, int], state: FeedState) -> FeedHealth | None:
    if state.failures >= FAILURES:
        return FeedHealth(url, "failing", f"{state.failures} polls in a row failed: {state.detail or state.outcome}")
    before = [weeks[week] / 7 for week in range(1, BEFORE + 1) if week in weeks]
    if 0 not in weeks or len(before) < FEWEST:
        return None
    last, mean, deviation = weeks[0] / 7, fmean(before), pstdev(before)
    said = f"{last:.1f} new entries a day in the last week, {mean:.1f} in the {len(before)} weeks before"
    if last < mean - 1.5 * deviation:
        return FeedHealth(url, "silent", said)
    if last > mean + 2 * deviation:
        return FeedHealth(url, "noisy", said)
    return None
