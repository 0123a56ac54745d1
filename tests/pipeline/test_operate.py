"""A run on many machines: they share a bucket and the store, and each call may be repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from processors.archive.places import found, is_there, place, write_whole
from processors.config import Settings
from processors.demo.site import SampleServer, SampleSite
from processors.exceptions import InputError, LeaseHeld, NotFound
from processors.models.feeds import Feed, FeedSettings, PlannedFeed
from processors.pipeline.operate import batches, crawl_shard, index_run, plan_shards, runs_of, tag_files
from processors.pipeline.run import PIPELINE
from processors.pipeline.shards import batched_by_size, sharded
from processors.query.tree import Everything, Query
from processors.store.interface import Store
from processors.store.open import open_store
from tests.archive.s3 import bucket, s3_server  # noqa: F401  (fixtures)
from tests.crawlers.hostile import HTML, Response, feed, item, rss

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SENT = "Kenya sent 400 police officers and soldiers to Haiti on Monday, its defence ministry said in Nairobi. " * 5
SITES = ("one.example", "two.example", "three.example")


@pytest.fixture
def server() -> Iterator[SampleServer]:
    pages = {}
    for site in SITES:
        url = f"http://{site}/story"
        body = f"<html lang=en><title>Report of {site}</title><article><h1>Report of {site}</h1><p>{SENT}</article>"
        pages |= {f"http://{site}/feed.xml": feed(rss(item(url))), url: Response(200, HTML, body.encode())}
    with SampleSite({}, (), {}).with_pages(pages).serve() as served:
        yield served


@pytest.fixture
def settings(bucket: str, tmp_path: Path) -> Settings:  # noqa: F811
    return Settings(home=tmp_path / "home", archive=f"{bucket}/veille", workers=1, _env_file=None)


@pytest.fixture
def store(settings: Settings, server: SampleServer) -> Iterator[Store]:
    opened = open_store(settings)
    reached = FeedSettings(proxy=server.proxy_url, allow_private=True)
    opened.put_feeds(Feed(f"http://{site}/feed.xml", site, "en", "GB", settings=reached) for site in SITES)
    yield opened
    opened.close()


def another(settings: Settings, tmp_path: Path, name: str) -> Settings:
    """Another machine: an empty disk of its own."""
    return settings.model_copy(update={"home": tmp_path / name, "store": f"sqlite:///{settings.store_path}"})


def test_machines_share_a_bucket_and_nothing_else(settings: Settings, store: Store, tmp_path: Path) -> None:
    shards = plan_shards(store, settings, NOW, shards=2)
    run = shards[0].partition("/")[0]
    assert shards == [f"{run}/0000", f"{run}/0001"]
    assert plan_shards(store, settings, NOW + timedelta(minutes=15)) == shards, "an unfinished run comes first"
    for number, shard in enumerate(shards):
        machine = another(settings, tmp_path, f"crawler-{number}")
        done = crawl_shard(machine, shard)
        assert done["files"] == 1
        assert crawl_shard(machine, shard) == done, "a shard that is whole is not crawled again"
        assert not machine.home.exists() or not list(machine.home.rglob("*.warc.gz"))
    (files,) = batches(settings, run)
    assert len(files) == 2
    with pytest.raises(InputError, match="not tagged"):
        index_run(store, settings, run, NOW)
    for number, name in enumerate(files):
        machine = another(settings, tmp_path, f"tagger-{number}")
        assert tag_files(machine, run, [name]) == tag_files(machine, run, [name])
    counts = index_run(store, settings, run, NOW)
    assert counts["indexed"] == 3
    assert index_run(store, settings, run, NOW) == counts, "committed once"
    assert store.count(Query("*", Everything())) == 3
    assert not is_there(runs_of(settings) / run)
    assert plan_shards(store, settings, NOW + timedelta(minutes=1)) == []


def test_what_failed_for_good_costs_only_itself(settings: Settings, store: Store) -> None:
    shards = plan_shards(store, settings, NOW, shards=3)
    run = shards[0].partition("/")[0]
    for shard in shards[:2]:
        crawl_shard(settings, shard)
    with pytest.raises(InputError, match=rf"{run}/0002.*give them up"):
        index_run(store, settings, run, NOW)
    (files,) = batches(settings, run)
    tag_files(settings, run, files[:1])
    counts = index_run(store, settings, run, NOW, give_up=True)
    assert (counts["indexed"], counts["quarantined"]) == (1, 1)
    (item_,) = store.quarantine()
    assert item_.input == f"{files[1]}:0"
    assert "veille backfill s3://" in item_.reason
    failures = sorted(state.failures for state in store.feed_states().values())
    assert failures == [0, 0, 1]


def test_a_file_that_is_no_archive_is_named_and_the_others_go_on(settings: Settings, store: Store) -> None:
    shards = plan_shards(store, settings, NOW, shards=2)
    run = shards[0].partition("/")[0]
    for shard in shards:
        crawl_shard(settings, shard)
    (files,) = batches(settings, run)
    write_whole(place(f"{settings.archive}/{files[0]}"), b"no archive at all")
    assert sum(tag_files(settings, run, files).values()) >= 2
    counts = index_run(store, settings, run, NOW)
    assert counts["indexed"] >= 1
    assert counts["quarantined"] == 1
    assert store.quarantine()[0].input == f"{files[0]}:0"


def test_index_waits_for_the_lease(settings: Settings, store: Store) -> None:
    (shard,) = plan_shards(store, settings, NOW, shards=1)
    crawl_shard(settings, shard)
    run = shard.partition("/")[0]
    tag_files(settings, run, batches(settings, run)[0])
    store.acquire_lease(PIPELINE, "another", NOW, NOW + timedelta(hours=1))
    with pytest.raises(LeaseHeld, match="another"):
        index_run(store, settings, run, NOW)
    store.release_lease(PIPELINE, "another")
    assert index_run(store, settings, run, NOW)["indexed"] == 3


def test_parameters_out_of_range_are_named(settings: Settings, store: Store) -> None:
    for shards in (0, 1001):
        with pytest.raises(InputError, match="1 to 1000"):
            plan_shards(store, settings, NOW, shards=shards)
    with pytest.raises(InputError, match="RUN/NNNN"):
        crawl_shard(settings, "run")
    with pytest.raises(NotFound, match="no run absent"):
        index_run(store, settings, "absent", NOW)
    with pytest.raises(InputError):
        crawl_shard(settings, "../0000")
    assert found(runs_of(settings), "*") == []


def test_the_feeds_of_a_site_are_in_one_shard() -> None:
    urls = [f"https://{host}.bbc.co.uk/{n}" for host in ("www", "feeds") for n in range(3)]
    urls += [f"https://site{n}.example/feed" for n in range(6)]
    shards = sharded([PlannedFeed(Feed(url, url)) for url in urls], 3)
    assert sorted(planned.feed.url for shard in shards for planned in shard) == sorted(urls)
    assert sum(any("bbc.co.uk" in planned.feed.url for planned in shard) for shard in shards) == 1
    assert [len(shard) for shard in shards] == [6, 3, 3]
    assert len(sharded([PlannedFeed(Feed("https://a.example/f", "a"))], 9)) == 1
    assert sharded([], 4) == []


def test_files_are_batched_by_size() -> None:
    assert batched_by_size([("a", 60), ("b", 50), ("c", 40), ("d", 300), ("e", 1)], 100) == [
        ["a"],
        ["b", "c"],
        ["d"],
        ["e"],
    ]
    assert batched_by_size([], 100) == []
