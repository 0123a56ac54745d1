"""Months that go, months that are rebuilt while runs are written, leases that have ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from processors.exceptions import LeaseHeld
from processors.models.articles import IndexedArticle
from processors.models.feeds import FeedOutcome, FeedPoll
from processors.models.stories import StoryMember
from processors.store.interface import Store
from processors.store.months import bounds, expired
from tests.store.building import NOW, article, event, found, ids_of, run_of, write

SEPTEMBER = datetime(2024, 9, 30, 23, 59, tzinfo=UTC)
OCTOBER = datetime(2024, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(("month", "next_month"), [("2024-09", OCTOBER), ("2024-12", datetime(2025, 1, 1, tzinfo=UTC))])
def test_a_month_ends_where_the_next_begins(month: str, next_month: datetime) -> None:
    assert bounds(month)[1] == next_month


@pytest.mark.parametrize("month", ["2024-13", "2024", "24-01", "2024-1", "", "9999-12", "२०२४-०१"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM"):
        bounds(month)


@pytest.mark.parametrize(
    ("keep", "gone"), [(0, []), (1, ["2023-12", "2024-01"]), (2, ["2023-12"]), (3, []), (1200, [])]
)
def test_the_running_month_counts_among_those_kept(keep: int, gone: list[str]) -> None:
    now = datetime(2024, 2, 15, tzinfo=UTC)
    assert expired(["2023-12", "2024-01", "2024-02"], keep, now) == gone


def test_a_month_goes_whole_and_no_other(store: Store) -> None:
    troops = event("Q884", count=(300, 300))
    write(store, article("old", "alpha", seen=SEPTEMBER, events=(troops,)), article("new", "alpha", seen=OCTOBER))
    assert store.months() == ["2024-09", "2024-10"]
    assert store.delete_month("2024-09") == 1
    assert store.months() == ["2024-10"]
    assert found(store, "alpha") == {"new"}
    assert store.articles(["old", "new"]) == store.articles(["new"])
    assert store.delete_month("2024-09") == 0


def test_an_article_of_a_month_that_went_is_new_again(store: Store) -> None:
    write(store, article("a", "alpha", seen=SEPTEMBER))
    store.delete_month("2024-09")
    write(store, article("a", "alpha", seen=OCTOBER), run="run-2")
    assert found(store, "alpha") == {"a"}
    assert store.months() == ["2024-10"]


def test_polls_go_with_their_month(store: Store) -> None:
    polls = [FeedPoll("https://a.example/f", at, FeedOutcome.OK) for at in (SEPTEMBER, OCTOBER)]
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        writer.put_articles([article("old", seen=SEPTEMBER)])
        writer.put_polls(polls, [])
        writer.commit(run)
    store.delete_month("2024-09")
    assert [poll.polled_at for poll in store.polls(SEPTEMBER - timedelta(days=9))] == [OCTOBER]


def test_the_articles_of_a_month(store: Store) -> None:
    write(store, *(article(f"s{n}", seen=SEPTEMBER) for n in range(3)), article("o", seen=OCTOBER))
    assert sorted(ids_of(store.month_articles("2024-09"))) == ["s0", "s1", "s2"]
    assert list(store.month_articles("2024-08")) == []


def test_a_rebuilt_month_is_searched_by_its_new_tags(store: Store) -> None:
    write(store, *(article(f"a{n}", "alpha", seen=SEPTEMBER, topics=("old",), story="s1") for n in range(3)))
    new = [
        article(f"a{n}", "alpha", seen=SEPTEMBER, topics=("new",), events=(event("Q884", count=(7, 7)),), story="other")
        for n in range(2)
    ]
    assert store.rebuild_month("2024-09", new, nullcontext()) == 2
    assert found(store, "topic:new") == found(store, "quantity:>=7") == {"a0", "a1"}
    assert found(store, "topic:old") == {"a2"}
    assert {indexed.story_id for indexed in store.articles(["a0", "a1", "a2"])} == {"s1"}


def test_a_month_can_be_rebuilt_again(store: Store) -> None:
    write(store, article("a", "alpha", seen=SEPTEMBER))
    for topic in ("one", "two", "three"):
        store.rebuild_month("2024-09", [article("a", "alpha", seen=SEPTEMBER, topics=(topic,))], nullcontext())
    assert found(store, "topic:three") == {"a"}
    assert found(store, "topic:one OR topic:two") == set()
    write(store, article("a", "beta", seen=SEPTEMBER, revision=1), article("b", "beta", seen=SEPTEMBER), run="run-2")
    assert found(store, "beta") == {"a", "b"}


def test_a_rebuilt_article_that_is_unknown_or_newer_is_left_alone(store: Store) -> None:
    write(store, article("a", "alpha", seen=SEPTEMBER))
    write(store, article("a", "beta", seen=SEPTEMBER, revision=1, run="run-2"), run="run-2")
    stale = [article("a", "alpha", seen=SEPTEMBER), article("unknown", "alpha", seen=SEPTEMBER)]
    assert store.rebuild_month("2024-09", stale, nullcontext()) == 0
    assert found(store, "*") == found(store, "beta") == {"a"}
    assert store.rebuild_month("2023-01", stale, nullcontext()) == 0


def test_what_is_written_while_a_month_is_rebuilt_is_not_lost(store_factory: Callable[[], Store]) -> None:
    store, other = store_factory(), store_factory()
    write(
        store,
        article("stays", "alpha", seen=SEPTEMBER, topics=("old",)),
        article("revised", "alpha", seen=SEPTEMBER, topics=("old",), events=(event("Q884", count=(5, 5)),)),
        article("removed", "alpha", seen=SEPTEMBER, topics=("old",), events=(event("Q884", count=(6, 6)),)),
    )

    def rebuilt() -> Iterator[tuple[IndexedArticle, StoryMember]]:
        yield article("stays", "alpha", seen=SEPTEMBER, topics=("new",))
        yield article("revised", "alpha", seen=SEPTEMBER, topics=("new",))
        yield article("removed", "alpha", seen=SEPTEMBER, topics=("new",))

    @contextmanager
    def alone() -> Iterator[None]:  # the last moment in which others may write
        write(
            other,
            article("fresh", "beta", seen=SEPTEMBER, run="run-2"),
            article("revised", "beta", seen=SEPTEMBER, revision=1, run="run-2"),
            run="run-2",
        )
        other.remove_article("removed", "asked for", NOW)
        assert found(other, "topic:new") == set(), "nothing of a rebuilt month is seen before its end"
        yield

    store.rebuild_month("2024-09", rebuilt(), alone())
    assert found(store, "*") == {"stays", "revised", "fresh"}
    assert found(store, "topic:new") == {"stays"}
    assert found(store, "beta") == {"revised", "fresh"}
    assert found(store, "quantity:>=1") == set()


def test_ended_leases_are_dropped_and_running_ones_stay(store: Store) -> None:
    store.acquire_lease("ended", "a", NOW, NOW + timedelta(hours=1))
    store.acquire_lease("running", "a", NOW, NOW + timedelta(hours=3))
    assert store.end_leases(NOW + timedelta(hours=2)) == 1
    with pytest.raises(LeaseHeld):
        store.acquire_lease("running", "b", NOW, NOW + timedelta(hours=1))
