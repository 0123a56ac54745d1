"""Backfill, reprocessing and upkeep on a store: what changes, what stays, what is raised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.config import Settings
from processors.exceptions import InputError
from processors.feeds.health import judge_feeds
from processors.models.feeds import FeedOutcome, FeedPoll, FeedState
from processors.pipeline.backfill import backfill
from processors.pipeline.ingest import ingest
from processors.pipeline.maintain import maintain
from processors.pipeline.reprocess import months_of, reprocess_month
from processors.query.tree import Everything, Query
from processors.store.interface import Store
from processors.store.open import open_store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SENT = "Kenya sent 400 police officers and soldiers to Haiti on Monday, its defence ministry said in Nairobi."
EVERYTHING = Query("*", Everything())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", workers=1, _env_file=None)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    texts = [{"url": f"https://s{n}.example/a", "title": f"Report {n}", "text": SENT, "lang": "en"} for n in range(2)]
    path.write_text("".join(json.dumps(text) + "\n" for text in texts))
    return path


@pytest.mark.parametrize("steps", [("extract", "tag"), ("tag",)])
def test_a_month_read_anew_is_the_same_month(
    store: Store, settings: Settings, lines: Path, steps: tuple[str, ...]
) -> None:
    ingest(store, settings, [lines], NOW)
    before = [hit.article for hit in store.search(EVERYTHING, sort="oldest").hits]
    assert months_of(store, ["all"]) == ["2026-03"]
    assert reprocess_month(store, settings, "2026-03", NOW, steps=steps) == {"rebuilt": 2, "kept": 0}
    assert sorted((hit.article for hit in store.search(EVERYTHING).hits), key=str) == sorted(before, key=str)
    only = reprocess_month(store, settings, "2026-03", NOW, sources=["s1.example"], steps=steps)
    assert only == {"rebuilt": 1, "kept": 1}
    assert store.alerts() == []


def test_what_the_archive_no_longer_has_is_kept(store: Store, settings: Settings, lines: Path) -> None:
    ingest(store, settings, [lines], NOW)
    for path in Path(settings.archive_url).rglob("*.warc.gz"):
        path.unlink()
    assert reprocess_month(store, settings, "2026-03", NOW) == {"rebuilt": 0, "kept": 2}
    assert store.count(EVERYTHING) == 2


def test_wrong_parameters_are_named(store: Store, settings: Settings) -> None:
    with pytest.raises(InputError, match="YYYY-MM"):
        months_of(store, ["March"])
    with pytest.raises(InputError, match="no articles of 2026-03"):
        months_of(store, ["2026-03"])
    with pytest.raises(InputError, match="steps: 'fly'"):
        reprocess_month(store, settings, "2026-03", NOW, steps=["fly"])


def test_a_backfill_is_done_once(store: Store, settings: Settings, lines: Path) -> None:
    done = backfill(store, settings, lines.as_uri(), NOW)
    assert done["indexed"] == 2
    assert backfill(store, settings, lines.as_uri(), NOW) == done
    assert [run.alerting for run in store.runs()] == [False]


def test_upkeep_deletes_months_that_are_not_kept(store: Store, settings: Settings, lines: Path) -> None:
    ingest(store, settings, [lines], NOW)
    later = NOW + timedelta(days=62)
    assert maintain(store, settings, later)["months"] == 0
    done = maintain(store, settings.model_copy(update={"retention_months": 2}), later)
    assert (done["months"], done["articles"], store.count(EVERYTHING)) == (1, 2, 0)


@pytest.mark.parametrize(
    ("last", "failures", "trouble"), [(5, 0, None), (0, 0, "silent"), (60, 0, "noisy"), (5, 5, "failing")]
)
def test_feeds_are_judged_by_the_weeks_before(last: int, failures: int, trouble: str | None) -> None:
    weekly = [9, 4, 6, 5, 4, 6, 5, 4, 6]  # the first poll says nothing
    polls = [
        FeedPoll("u", NOW - timedelta(days=7 * (9 - n) - 1), FeedOutcome.OK, new_entries=count)
        for n, count in enumerate([*weekly[:8], last])
    ]
    states = {"u": FeedState("u", NOW, failures=failures)}
    assert [found.trouble for found in judge_feeds(polls, states, NOW)] == ([trouble] if trouble else [])
