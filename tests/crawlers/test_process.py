"""The process as the pipeline runs it: repeated polls, names that resolve inwards, time-outs, full disks, signals."""

from __future__ import annotations

import resource
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.archive.reader import read_pages
from processors.demo.site import SampleSite
from processors.models.articles import Page
from processors.models.feeds import EntryOutcome
from tests.crawlers.crawling import command, environment, free_port, planned, run
from tests.crawlers.hostile import HTML, PAGE, Response, feed, item, rss

REPOSITORY = Path(__file__).resolve().parents[2]
FEED = "http://site.example/feed.xml"


def _site(pages: dict[str, Response]) -> SampleSite:
    return SampleSite({}, (), {}).with_pages(pages)


@pytest.fixture
def released() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_the_sample_site_is_crawled_and_then_unchanged(tmp_path: Path) -> None:
    site = SampleSite.load(REPOSITORY / "seeds" / "sample_site", datetime.now(UTC))
    with site.serve() as server:
        feeds = [planned(each.url, server.proxy_url, allow_private=True) for each in site.feeds]
        first = run(tmp_path / "first", feeds, server)
        polls = first.feeds
        again = [
            planned(
                each.url,
                server.proxy_url,
                allow_private=True,
                etag=polls[each.url].etag,
                last_modified=polls[each.url].last_modified,
                seen=polls[each.url].entry_ids,
            )
            for each in site.feeds
        ]
        second = run(tmp_path / "second", again, server)
    assert (first.code, second.code) == (0, 0)
    assert {str(poll.outcome) for poll in first.feeds.values()} == {"ok"}
    assert {str(poll.outcome) for poll in second.feeds.values()} <= {"not-modified", "ok"}
    assert sum(poll.new_entries for poll in second.feeds.values()) == 0
    pages = {page.url for file in first.out.glob("*.warc.gz") for page in read_pages(file) if isinstance(page, Page)}
    fetched = {
        url for each in site.feeds for url, entry in first.entries(each.url).items() if entry.outcome == "fetched"
    }
    assert len(pages) == len(fetched) > 50  # redirects end at other addresses, but each at its own


def test_names_that_resolve_inwards_are_refused(tmp_path: Path) -> None:
    port = free_port()
    inner, rebind = f"http://inner.example:{port}", f"http://rebind.example:{port}"
    with _site({f"{host}/feed.xml": feed(rss(item(f"{host}/x"))) for host in (inner, rebind)}).serve(port) as server:
        crawl = run(
            tmp_path,
            [planned(f"{inner}/feed.xml"), planned(f"{rebind}/feed.xml")],
            server,
            DOWNLOAD_TIMEOUT="1",
            TWISTED_DNS_RESOLVER="rebinding.RebindingResolver",
        )
    assert crawl.feeds[f"{inner}/feed.xml"].outcome == "refused"
    assert "inner.example is 127.0.0.1" in crawl.feeds[f"{inner}/feed.xml"].detail
    assert crawl.feeds[f"{rebind}/feed.xml"].outcome == "failed"  # it keeps to the first answer
    assert not crawl.requests


def test_a_time_out_settles_everything_that_was_taken_up(tmp_path: Path, released: threading.Event) -> None:
    def slow() -> bytes:
        released.wait(20)
        return PAGE

    listed = rss("".join(item(f"http://site.example/{n}", f"g{n}") for n in range(8)))
    pages = {f"http://site.example/{n}": Response(200, HTML, slow) for n in range(8)}
    with _site({FEED: feed(listed), **pages}).serve() as server:
        limits = {"CLOSESPIDER_TIMEOUT": "1", "DOWNLOAD_TIMEOUT": "2", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}
        crawl = run(tmp_path, [planned(FEED, server.proxy_url)], **limits)
        released.set()
    assert crawl.code == 0, crawl.log
    found = crawl.entries(FEED)
    assert set(found) == set(pages)
    assert all(each.outcome is EntryOutcome.FAILED for each in found.values())
    unreached = [each for each in found.values() if "not reached" in each.detail]
    assert unreached
    assert all(each.attempts == 0 for each in unreached)


def test_a_full_disk_ends_the_crawl(tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))  # the next byte of a file raises EFBIG

    noise = bytes(range(256)) * 4000
    listed = rss("".join(item(f"http://site.example/{n}") for n in range(30)))
    pages = {
        f"http://site.example/{n}": Response(200, HTML, b"<html>%d" % n + bytes(b ^ n for b in noise[n:]))
        for n in range(30)
    }
    with _site({FEED: feed(listed), **pages}).serve() as server:
        ended = subprocess.run(
            command(tmp_path, [planned(FEED, server.proxy_url)]),
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            preexec_fn=limit,
        )
    assert ended.returncode == 1
    assert "the crawl is not whole" in ended.stderr
    assert not (tmp_path / "out" / "polls.jsonl").exists()


def test_a_crawl_that_is_stopped_is_not_whole(tmp_path: Path, released: threading.Event) -> None:
    asked = threading.Event()

    def slow() -> bytes:
        asked.set()
        released.wait(20)
        return PAGE

    site = _site({FEED: feed(rss(item("http://site.example/x"))), "http://site.example/x": Response(200, HTML, slow)})
    with site.serve() as server:
        arguments = command(tmp_path, [planned(FEED, server.proxy_url)], DOWNLOAD_TIMEOUT="5")
        with subprocess.Popen(arguments, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert asked.wait(30)
            process.send_signal(signal.SIGTERM)
            released.set()
            process.communicate(timeout=30)
    assert process.returncode == 1
    assert not (tmp_path / "out" / "polls.jsonl").exists()


def test_a_proxys_password_stays_out_of_log_and_outcomes(tmp_path: Path) -> None:
    with _site({FEED: feed(rss(item("http://site.example/gone")))}).serve() as server:
        proxy = server.proxy_url.replace("//", "//watch:s3cret@")
        crawl = run(tmp_path, [planned(FEED, proxy), planned("https://site.example/feed", proxy)], LOG_LEVEL="DEBUG")
    assert crawl.feeds[FEED].outcome == "ok"
    assert crawl.feeds["https://site.example/feed"].outcome == "failed"
    written = b"".join(path.read_bytes() for path in crawl.out.iterdir())
    assert "s3cret" not in crawl.log
    assert b"s3cret" not in written


def test_wrong_arguments_say_what_to_do(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"run_id": 7}')
    arguments = [*command(tmp_path / "other", [])[:3], str(plan), str(tmp_path / "out")]
    ended = subprocess.run(arguments, env=environment(), capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "no readable plan" in ended.stderr
    full = command(tmp_path, [planned(FEED)])
    (tmp_path / "out").mkdir(exist_ok=True)
    (tmp_path / "out" / "polls.jsonl").write_text("")
    ended = subprocess.run(full, env=environment(), capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "is not empty" in ended.stderr


def test_scrapys_own_command_works_too(tmp_path: Path) -> None:
    arguments = command(tmp_path, [planned("http://10.0.0.1/feed")])
    (tmp_path / "out").mkdir()
    scrapy = [*arguments[:2], "scrapy", "crawl", "coverage", "-a", f"plan={arguments[3]}", "-a", f"out={arguments[4]}"]
    settings = {**environment(), "SCRAPY_SETTINGS_MODULE": "crawlers.settings"}
    ended = subprocess.run(scrapy, env=settings, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 0
    assert b'"refused"' in (tmp_path / "out" / "polls.jsonl").read_bytes()
