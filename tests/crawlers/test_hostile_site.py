"""One crawl of a hostile site by the real process over real HTTP; each outcome that an operator may meet."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.archive.reader import read_pages
from processors.demo.site import SampleSite
from processors.models.articles import Page
from processors.models.feeds import Entry, EntryOutcome, RetryEntry
from tests.crawlers.crawling import Crawl, free_port, planned, run
from tests.crawlers.hostile import ENTRIES, HTML, PAGE, REFUSED_LINKS, Response, feed, item, pages, rss

MAIN = "http://main.example/feed.xml"


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    released = threading.Event()
    port = free_port()
    own = f"http://127.0.0.1:{port}"
    site = SampleSite({}, (), {}).with_pages(
        {
            **pages(released),
            f"{own}/feed.xml": feed(rss(item(f"{own}/page", "own"))),
            f"{own}/page": Response(200, HTML, PAGE),
            # Lists an address that only the feed above may reach.
            "http://thief.example/feed.xml": feed(rss(item(f"{own}/page", "stolen"))),
        }
    )
    late = Entry("late", "http://main.example/ok?late", "retried")
    with site.serve(port) as server:
        proxy = server.proxy_url
        feeds = [
            planned(MAIN, proxy),
            planned("http://many.example/feed.xml", proxy, etag='"many-0"'),
            planned("http://none.example/feed.xml", proxy),
            *(
                planned(f"http://{host}.example/feed.xml", proxy)
                for host in ("cut", "null", "bomb", "old", "dead", "ill")
            ),
            *(planned(f"http://{host}.example/feed.xml", proxy) for host in ("inward", "shut", "thief")),
            planned("http://web.example/", proxy),
            planned("http://maps.example/index.xml", proxy),
            planned("http://json.example/feed.json", proxy),
            planned(
                "http://known.example/feed.xml",
                proxy,
                poll=False,
                retries=(RetryEntry(late, 2, datetime(2026, 1, 1, tzinfo=UTC)),),
            ),
            planned(f"{own}/feed.xml", allow_private=True),
            planned(f"{own}/feed.xml?not-allowed"),
            planned("http://10.1.2.3/feed.xml"),
            planned("gopher://main.example/feed.xml"),
        ]
        settings = {"DOWNLOAD_TIMEOUT": "3", "FEED_MAX_NEW_ENTRIES": "50"}
        done = run(tmp_path_factory.mktemp("hostile"), feeds, server, **settings)
        released.set()
    assert done.code == 0, done.log
    return done


@pytest.mark.parametrize("path", ENTRIES)
def test_each_page_has_its_outcome(crawl: Crawl, path: str) -> None:
    outcome, detail, requests = ENTRIES[path]
    url = f"http://main.example{path}"
    found = crawl.entries(MAIN)[url]
    assert found.outcome == outcome, found
    assert detail in found.detail
    # At least: Twisted sends a request again when a kept connection closes under it.
    assert crawl.requests[url] >= requests if requests else url not in crawl.requests
    assert found.attempts == 1


@pytest.mark.parametrize("link", REFUSED_LINKS, ids=range(len(REFUSED_LINKS)))
def test_links_that_are_not_public_are_refused(crawl: Crawl, link: str) -> None:
    assert crawl.entries(MAIN)[link].outcome is EntryOutcome.REFUSED


def test_nothing_private_was_asked_for(crawl: Crawl) -> None:
    hosts = {url.split("/")[2] for url in crawl.requests}
    assert all(host.endswith(".example") or host.startswith("127.0.0.1:") for host in hosts)
    assert not any("secret" in url or "meta-data" in url for url in crawl.requests)


def test_exactly_one_line_for_each_feed_and_entry(crawl: Crawl) -> None:
    counts = Counter(crawl.lines())
    assert max(counts.values()) == 1
    assert len(crawl.feeds) == 19  # of 20 planned: one for its retry only
    listed = {(poll.feed_url, id) for poll in crawl.feeds.values() for id in poll.entry_ids}
    assert listed <= set(counts)


def test_a_feed_gives_validators_waits_and_notes(crawl: Crawl) -> None:
    poll = crawl.feeds[MAIN]
    assert (poll.outcome, poll.status, poll.etag) == ("ok", 200, '"main-1"')
    assert poll.min_interval_seconds == 45 * 60  # its ttl asks for more than its max-age
    assert "1 entries have no link" in poll.detail
    assert "listed twice" in poll.detail


def test_a_guid_for_two_addresses_names_neither(crawl: Crawl) -> None:
    ids = {entry.entry.id for entry in crawl.entries(MAIN).values()}
    assert {"http://main.example/twins/a", "http://main.example/twins/b"} <= ids
    assert "twin" not in ids


def test_year_9999_is_no_date(crawl: Crawl) -> None:
    assert crawl.entries(MAIN)["http://main.example/year-9999"].entry.published_at is None


@pytest.mark.parametrize(
    ("host", "outcome", "detail"),
    [
        ("cut", "ok", ""),
        ("null", "malformed", "empty"),
        ("none", "ok", ""),
        ("bomb", "failed", "once decompressed"),
        ("dead", "failed", "HTTP 410"),
        ("ill", "failed", "HTTP 503"),
        ("inward", "refused", "192.168.1.1 is not a public address"),
        ("shut", "robots", "robots.txt"),
    ],
)
def test_each_feed_has_its_outcome(crawl: Crawl, host: str, outcome: str, detail: str) -> None:
    poll = crawl.feeds[f"http://{host}.example/feed.xml"]
    assert poll.outcome == outcome
    assert detail in poll.detail


def test_a_web_page_is_no_feed(crawl: Crawl) -> None:
    assert crawl.feeds["http://web.example/"].outcome == "malformed"


def test_addresses_that_are_no_feeds_are_refused(crawl: Crawl) -> None:
    for url in ("http://10.1.2.3/feed.xml", "gopher://main.example/feed.xml"):
        assert crawl.feeds[url].outcome == "refused"
    private = [poll for url, poll in crawl.feeds.items() if url.endswith("?not-allowed")]
    assert [poll.outcome for poll in private] == ["refused"]


def test_a_feed_cut_short_gives_its_whole_entries(crawl: Crawl) -> None:
    found = crawl.entries("http://cut.example/feed.xml")
    assert {f"http://cut.example/{number}" for number in range(3)} <= set(found)
    assert all(found[f"http://cut.example/{number}"].outcome is EntryOutcome.FETCHED for number in range(3))


def test_ten_thousand_entries_are_taken_in_turns(crawl: Crawl) -> None:
    poll = crawl.feeds["http://many.example/feed.xml"]
    assert (poll.new_entries, len(poll.entry_ids), len(crawl.entries(poll.feed_url))) == (50, 50, 50)
    assert "9950 left for the next polls" in poll.detail
    assert poll.etag is None  # or the next poll would be told that nothing has changed


def test_a_moved_feed_says_where(crawl: Crawl) -> None:
    assert crawl.feeds["http://old.example/feed.xml"].moved_to == "http://new.example/feed.xml"
    assert crawl.feeds[MAIN].moved_to is None


def test_a_page_of_two_feeds_is_fetched_once(crawl: Crawl) -> None:
    assert crawl.entries("http://old.example/feed.xml")["http://main.example/ok"].outcome is EntryOutcome.FETCHED
    records = [page for file in _warcs(crawl) for page in read_pages(file) if isinstance(page, Page)]
    assert [page.url for page in records].count("http://main.example/ok") == 1


def test_a_sitemap_index_is_read_in_part(crawl: Crawl) -> None:
    poll = crawl.feeds["http://maps.example/index.xml"]
    assert set(crawl.entries(poll.feed_url)) == {"http://maps.example/five", "http://maps.example/three"}
    assert "the 3 newest of 6 sitemaps read" in poll.detail
    assert "http://maps.example/2024.xml: HTTP 404" in poll.detail


def test_retries_are_counted(crawl: Crawl) -> None:
    found = crawl.entries("http://known.example/feed.xml")["http://main.example/ok?late"]
    assert (found.outcome, found.attempts) == ("gone", 3)
    assert "http://known.example/feed.xml" not in crawl.feeds


def test_one_feeds_allowance_is_not_anothers(crawl: Crawl) -> None:
    own = next(url for url in crawl.feeds if url.startswith("http://127.0.0.1:") and url.endswith("/feed.xml"))
    page = own.replace("feed.xml", "page")
    assert crawl.entries(own)[page].outcome is EntryOutcome.FETCHED
    assert crawl.entries("http://thief.example/feed.xml")[page].outcome is EntryOutcome.REFUSED


def test_robots_are_asked_by_the_feeds_proxy(crawl: Crawl) -> None:
    assert crawl.requests["http://main.example/robots.txt"]


def test_the_archive_holds_pages_with_feed_and_entry(crawl: Crawl) -> None:
    found = {page.url: page for file in _warcs(crawl) for page in read_pages(file) if isinstance(page, Page)}
    moved = found["http://main.example/new-place"]
    assert moved.body == PAGE
    assert (moved.feed_url, moved.country, moved.language) == (MAIN, "GB", "en")
    assert moved.entry
    assert moved.entry.id == "guid /moved"
    assert found["http://main.example/null-bytes"].body == b"\0\0" + PAGE + b"\0"
    assert not {MAIN, "http://main.example/video", "http://main.example/bomb"} & set(found)


def test_every_record_of_the_archive_is_whole(crawl: Crawl) -> None:
    results = [page for file in _warcs(crawl) for page in read_pages(file)]
    assert all(isinstance(page, Page) for page in results)


def test_no_error_in_the_log(crawl: Crawl) -> None:
    assert "Traceback" not in crawl.log, crawl.log[-5000:]


def _warcs(crawl: Crawl) -> list[Path]:
    return sorted(crawl.out.glob("*.warc.gz"))
