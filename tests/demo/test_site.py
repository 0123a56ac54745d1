"""The sample site answers over real HTTP as its files say."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from processors.demo.content import Article, load_articles, load_outlets
from processors.demo.site import ContentError, Response, SampleServer, SampleSite

DIRECTORY = Path(__file__).parents[2] / "seeds" / "sample_site"
EPOCH = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ARTICLES = {article.key: article for article in load_articles(DIRECTORY)}
SITEMAP_LOC = re.compile(r"<loc>(.*?)</loc>")


class Reply:
    def __init__(self, status: int, headers: Message, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body


class _Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def get(server: SampleServer, url: str, method: str = "GET", **headers: str) -> Reply:
    """One request through the proxy, redirects not followed, errors as replies."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": server.proxy_url}), _Unredirected())
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, headers=named, method=method)
    try:
        with opener.open(request, timeout=30) as reply:
            return Reply(reply.status, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.headers, error.read())


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite.load(DIRECTORY, EPOCH)


@pytest.fixture
def server(site: SampleSite) -> Iterator[SampleServer]:
    with site.serve() as running:
        yield running


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DIRECTORY, tmp_path / "site"))


def one(**wanted: object) -> Article:
    """The only article whose fields are as wanted."""
    found = [a for a in ARTICLES.values() if all(getattr(a, name) == value for name, value in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_the_site_is_large_and_in_eight_languages(site: SampleSite) -> None:
    assert len(ARTICLES) >= 64
    assert len(load_outlets(DIRECTORY)) >= 8
    by_language = Counter(truth.lang for truth in site.expected.values())
    assert set(by_language) == {"fr", "en", "uk", "ru", "de", "es", "ar", "pl"}
    assert min(by_language.values()) >= 5


def test_labels_cover_every_topic_and_enough_hard_negatives(site: SampleSite) -> None:
    truths = site.expected.values()
    assert len({topic for truth in truths for topic in truth.topics}) == 12
    assert sum(not truth.topics and truth.indexed for truth in truths) >= 15
    assert len({truth.story for truth in truths if truth.story}) >= 14
    assert sum(truth.copy_of is not None for truth in truths) >= 6
    for url, truth in site.expected.items():
        for event in truth.events:
            assert event.status == "denied" or event.topic in truth.topics, url


def test_copies_share_their_original_s_story_and_most_of_its_words(site: SampleSite) -> None:
    for article in ARTICLES.values():
        truth = site.expected[article.url]
        if truth.copy_of is None:
            continue
        original = ARTICLES[truth.copy_of]
        assert site.expected[original.url].story == truth.story
        assert article.title != original.title
        words, others = set(" ".join(article.paragraphs).split()), set(" ".join(original.paragraphs).split())
        assert len(words & others) / len(words | others) > 0.6


def test_every_article_answers_with_its_text(site: SampleSite, server: SampleServer) -> None:
    get(server, one(fail_first=1).url)
    for article in ARTICLES.values():
        if article.pad_to:
            continue
        reply = get(server, article.url)
        assert (reply.status, int(reply.headers["Content-Length"])) == (200, len(reply.body)), article.url
        html = reply.body.decode(article.charset.bytes)
        assert "{" not in "".join(re.findall(r"<p>(.*?)</p>", html, re.S)), article.url
        for paragraph in article.paragraphs:
            first_words = paragraph.split("{")[0][:20].replace("&", "&amp;").replace("'", "&#39;")
            assert first_words.split('"')[0] in html, article.url


@pytest.mark.parametrize("kind", ["rss", "atom", "json", "news-sitemap"])
def test_each_kind_of_feed_lists_every_article_of_its_outlet(server: SampleServer, kind: str) -> None:
    seen = 0
    for outlet in load_outlets(DIRECTORY):
        wanted = {a.listed_url for a in ARTICLES.values() if a.host == outlet.host}
        wanted |= {outlet.base + link.path for link in outlet.dead_links}
        for feed in outlet.feeds:
            if feed.kind == kind and feed.cut is None:
                seen += 1
                body = get(server, outlet.base + feed.path).body
                assert links(kind, body) == wanted
    assert seen >= 1


def links(kind: str, body: bytes) -> set[str]:
    if kind == "json":
        return {item["url"] for item in json.loads(body)["items"]}
    if kind == "news-sitemap":
        return set(SITEMAP_LOC.findall(body.decode()))
    parsed = feedparser.parse(body)
    assert not parsed.bozo
    return {entry.link for entry in parsed.entries}


def test_dates_are_relative_to_the_epoch(server: SampleServer) -> None:
    entries = feedparser.parse(get(server, "http://northwire.example/rss.xml").body).entries
    launch = next(entry for entry in entries if "fires ballistic missile" in entry.title)
    assert datetime(*launch.published_parsed[:6], tzinfo=UTC) == EPOCH - timedelta(hours=15)
    page = get(server, launch.link).body.decode()
    assert '"datePublished": "2026-03-03T18:30:00+00:00"' in page
    assert "early on Tuesday" in page  # 3 March 2026 is a Tuesday


def test_the_same_epoch_gives_the_same_bytes_and_another_one_other_dates(site: SampleSite) -> None:
    again, later = SampleSite.load(DIRECTORY, EPOCH), SampleSite.load(DIRECTORY, EPOCH + timedelta(days=1))
    feed = "http://elbkurier.example/feed/atom.xml"
    fixed = {url: page.body for url, page in site.pages.items() if isinstance(page.body, bytes)}
    assert all(again.pages[url].body == body for url, body in fixed.items())
    assert later.pages[feed].body != site.pages[feed].body
    assert set(later.pages) == set(site.pages)


def test_conditional_requests_get_304(server: SampleServer) -> None:
    url = "http://stepova-khvylia.example/rss/all.xml"
    first = get(server, url)
    by_tag = get(server, url, If_None_Match=first.headers["ETag"])
    by_date = get(server, url, If_Modified_Since=first.headers["Last-Modified"])
    assert (by_tag.status, by_tag.body) == (304, b"")
    assert by_date.status == 304
    assert get(server, url, If_None_Match='"another"').status == 200
    assert get(server, url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
    assert get(server, url, If_Modified_Since="not a date").status == 200


def test_a_busy_page_heals_and_reset_makes_it_busy_again(server: SampleServer) -> None:
    url = one(fail_first=1).url
    busy = get(server, url)
    assert (busy.status, busy.headers["Retry-After"]) == (503, "1")
    assert get(server, url).status == 200
    assert [request.status for request in server.requests] == [503, 200]
    server.reset()
    assert server.requests == ()
    assert get(server, url).status == 503


def test_a_moved_page_redirects_to_the_address_that_answers(server: SampleServer) -> None:
    article = next(a for a in ARTICLES.values() if a.redirect_from)
    moved = get(server, article.listed_url)
    assert (moved.status, moved.headers["Location"]) == (301, article.url)
    assert get(server, article.url).status == 200


def test_a_dead_link_and_an_unknown_host_say_what_is_wrong(server: SampleServer) -> None:
    dead = get(server, "http://harbour-courier.example/local/ferry-timetable")
    assert dead.status == 404
    foreign = get(server, "http://elsewhere.example/")
    assert foreign.status == 502
    assert b"elsewhere.example" in foreign.body


def test_robots_are_per_host_and_forbid_a_listed_page(site: SampleSite, server: SampleServer) -> None:
    robots = get(server, "http://elbkurier.example/robots.txt").body.decode()
    assert "Disallow: /premium/" in robots
    assert "/premium/" not in get(server, "http://alpenpost.example/robots.txt").body.decode()
    listed = links("atom", get(server, "http://elbkurier.example/feed/atom.xml").body)
    forbidden = [url for url in listed if urlsplit(url).path.startswith("/premium/")]
    assert forbidden
    assert not any(site.expected[url].indexed for url in forbidden)


def test_the_wrong_charset_is_wrong(server: SampleServer) -> None:
    article = next(a for a in ARTICLES.values() if a.charset.bytes == "windows-1251")
    reply = get(server, article.url)
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        reply.body.decode("utf-8")
    assert article.title in reply.body.decode("windows-1251")


def test_the_large_page_has_its_article_first_and_five_million_bytes(server: SampleServer) -> None:
    article = next(a for a in ARTICLES.values() if a.pad_to)
    body = get(server, article.url).body
    assert 5_000_000 <= len(body) < 5_000_200
    assert article.title.encode() in body[:10_000]
    assert body.rstrip().endswith(b"</html>")


def test_an_undated_page_has_no_date_anywhere(server: SampleServer) -> None:
    article = one(published=None)
    page = get(server, article.url).body.decode()
    assert "2026" not in page
    assert "{day" not in "".join(article.paragraphs)
    entries = feedparser.parse(get(server, "http://litoral-sur.example/rss.xml").body).entries
    assert "published" not in next(entry for entry in entries if entry.link == article.url)


def test_the_empty_page_has_no_paragraph(site: SampleSite, server: SampleServer) -> None:
    article = one(paragraphs=())
    assert get(server, article.url).status == 200
    assert not site.expected[article.url].indexed


def test_one_outlet_has_a_feed_cut_short_beside_a_good_one(site: SampleSite, server: SampleServer) -> None:
    assert "http://elbkurier.example/feed/alt.rss" in {feed.url for feed in site.feeds}
    parsed = feedparser.parse(get(server, "http://elbkurier.example/feed/alt.rss").body)
    assert parsed.bozo


def test_a_feed_repeats_a_guid_for_two_pages(server: SampleServer) -> None:
    entries = feedparser.parse(get(server, "http://elbkurier.example/feed/atom.xml").body).entries
    twice = [guid for guid, count in Counter(entry.id for entry in entries).items() if count == 2]
    assert len(twice) == 1
    assert len({entry.link for entry in entries if entry.id == twice[0]}) == 2


def test_home_pages_and_articles_link_only_to_pages_that_exist(site: SampleSite, server: SampleServer) -> None:
    for outlet in load_outlets(DIRECTORY):
        html = get(server, outlet.base + "/").body.decode()
        hrefs = {href.split("#")[0] for href in re.findall(r'href="(http[^"]+)"', html)}
        assert hrefs <= set(site.pages)
        assert {a.url for a in ARTICLES.values() if a.host == outlet.host} <= hrefs


def test_arabic_pages_run_from_right_to_left(server: SampleServer) -> None:
    assert b'<html lang="ar" dir="rtl">' in get(server, "http://sada-almashriq.example/").body


def test_origin_form_requests_go_by_host_and_a_head_has_no_body(server: SampleServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    connection.request("GET", "/robots.txt", headers={"Host": "Alpenpost.example:80"})
    assert connection.getresponse().read().startswith(b"User-agent: *")
    connection.request("HEAD", "http://alpenpost.example/rss")
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 1000
    connection.request("CONNECT", "alpenpost.example:443")
    assert connection.getresponse().status == 502
    connection.close()
    assert [request.method for request in server.requests] == ["GET", "HEAD", "CONNECT"]


def test_added_pages_may_be_hostile_and_leave_the_rest_alone(site: SampleSite) -> None:
    url = "http://hostile.example/lie"
    hostile = site.with_pages(
        {
            url: Response(200, {"Content-Length": "10", "Content-Encoding": "gzip"}, b"short"),
            "http://hostile.example": Response(599, {}, lambda: b"\x00" * 3),
        }
    )
    assert url not in site.pages
    with hostile.serve() as server:
        with pytest.raises(http.client.IncompleteRead):
            get(server, url)
        odd = get(server, "http://hostile.example/")
        assert (odd.status, odd.body) == (599, b"\x00\x00\x00")
        assert get(server, "http://northwire.example/").status == 200
    with pytest.raises(ValueError, match="http://"):
        site.with_pages({"https://hostile.example/": Response()})


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("outlets.yaml", "template: jsonld", "template: nosuch", "nosuch"),
        ("outlets.yaml", "host: northwire.example", "host: northwire.com", "host: northwire.com"),
        ("outlets.yaml", "utc_offset: 0", "utc_offset: zero", r"utc_offset"),
        ("outlets.yaml", "language: pl", "language: xx", "language: xx"),
        ("languages.yaml", "cookies: We", "cookys: We", r"cookys"),
        ("expected.yaml", "topics: [troop-withdrawal]", "topics: [troop-withdrawl]", r"troop-withdrawl"),
        ("expected.yaml", "\nnorthwire.example/", "\nnorthwire.example/x-", "missing|no article"),
        ("articles/alpenpost.example/lawinengefahr-tirol.md", "-7h", "gestern", "published: 'gestern'"),
        ("articles/alpenpost.example/lawinengefahr-tirol.md", "path: /", "path: ", "path: "),
        ("articles/alpenpost.example/lawinengefahr-tirol.md", "---\ntitle", "title", "front matter"),
        ("articles/alpenpost.example/lawinengefahr-tirol.md", "title:", "headline:", "headline|title"),
        ("articles/alpenpost.example/lawinengefahr-tirol.md", "authors: [", "authors: [[", "YAML"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(copy: Path, file: str, old: str, new: str, message: str) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=message) as caught:
        SampleSite.load(copy, EPOCH)
    assert str(copy) in str(caught.value)


def test_a_taken_path_is_refused(copy: Path) -> None:
    folder = copy / "articles" / "alpenpost.example"
    shutil.copy(folder / "lawinengefahr-tirol.md", folder / "zweimal.md")
    with pytest.raises(ContentError, match=r"zweimal\.md: path: .* is also the path of"):
        SampleSite.load(copy, EPOCH)


def test_an_epoch_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SampleSite.load(DIRECTORY, EPOCH.replace(tzinfo=None))
