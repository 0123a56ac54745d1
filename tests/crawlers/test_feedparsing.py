"""Feeds in all their forms, right and wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawlers.feedparsing import MalformedFeed, ParsedFeed, parse_feed
from crawlers.text import decoded
from tests.crawlers.hostile import item, rss

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "http://site.example/news/feed.xml"


def read(body: bytes | str, charset: str | None = None) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, URL, NOW, charset)


def test_rss() -> None:
    (entry,) = read(
        """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>T</title><ttl>60</ttl>
        <item><title> Two
        lines &amp; more </title><link>../a?x=1&amp;y=2</link><guid isPermaLink="false">g1</guid>
        <dc:creator>Ann Lee</dc:creator><pubDate>Fri, 20 Nov 2026 10:00:00 +0200</pubDate></item></channel></rss>"""
    ).entries
    assert entry.url == "http://site.example/a?x=1&y=2"
    assert (entry.id, entry.title, entry.authors) == ("g1", "Two lines & more", ("Ann Lee",))
    assert entry.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_atom_takes_the_page_not_the_enclosure() -> None:
    (entry,) = read(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id><title>A</title>
        <link rel="enclosure" href="http://site.example/a.mp3"/><link href="/a"/><updated>2026-11-20T10:00:00Z</updated>
        <author><name>Q</name></author></entry></feed>"""
    ).entries
    assert (entry.id, entry.url, entry.authors) == ("urn:1", "http://site.example/a", ("Q",))
    assert entry.published_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_rdf() -> None:
    (entry,) = read(
        """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t
        </title></channel><item rdf:about="http://site.example/1"><title>A</title><link>http://site.example/1</link>
        <dc:date>2026-11-20T10:00:00+01:00</dc:date></item></rdf:RDF>"""
    ).entries
    assert (entry.url, entry.published_at) == ("http://site.example/1", datetime(2026, 11, 20, 9, tzinfo=UTC))


def test_json_feed_leaves_out_what_is_wrong() -> None:
    entries = read(
        """{"version": "https://jsonfeed.org/version/1.1", "items": [null, 3, {"id": 5, "url": "/a", "title": "A",
        "authors": [{"name": "X"}, {"name": "Y"}, 4], "date_published": "2026-11-20T10:00:00+02:00", "language": "pl"},
        {"id": "b", "authors": "nobody"}]}"""
    ).entries
    (entry,) = entries
    assert (entry.id, entry.url, entry.authors) == ("5", "http://site.example/a", ("X", "Y"))
    assert (entry.language, entry.published_at) == ("pl", datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_news_sitemap() -> None:
    (entry,) = read(
        """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://i.example"><url>
        <loc>http://site.example/a</loc><news:news><news:publication><news:name>N</news:name>
        <news:language>fr</news:language></news:publication><news:publication_date>2026-11-20T10:00:00+01:00
        </news:publication_date><news:title>Titre</news:title></news:news><image:image><image:title>no</image:title>
        </image:image></url></urlset>"""
    ).entries
    assert (entry.id, entry.title, entry.language) == ("http://site.example/a", "Titre", "fr")
    assert entry.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


def test_a_sitemap_index_names_the_newest_first() -> None:
    found = read(
        """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>/old.xml</loc><lastmod>2025-01-01</lastmod></sitemap>
        <sitemap><loc>/new.xml</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"""
    )
    assert found.sitemaps == ("http://site.example/new.xml", "http://site.example/old.xml")


@pytest.mark.parametrize(
    ("declared", "charset", "encoding"),
    [
        ("utf-8", None, "latin-1"),  # the declaration lies
        ("iso-8859-1", "iso-8859-1", "utf-8"),  # header and declaration lie
        ("windows-1251", None, "utf-8"),
        ("utf-16", None, "utf-16"),
        ("", "iso-8859-15", "iso-8859-15"),
    ],
)
def test_a_wrong_charset_is_seen_through(declared: str, charset: str | None, encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    feed = declaration + rss(item("/a", title="Déjà vu à Évian")).decode().partition("?>")[2]
    (entry,) = read(feed.encode(encoding), charset).entries
    assert entry.title == "Déjà vu à Évian"


def test_cyrillic_by_declaration() -> None:
    feed = '<?xml version="1.0" encoding="windows-1251"?>' + rss(item("/a", title="Війна")).decode().partition("?>")[2]
    assert read(feed.encode("windows-1251")).entries[0].title == "Війна"


def test_text_cut_inside_a_character() -> None:
    assert decoded("né à".encode()[:-1]) == "né "


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Mon, 06 Jan 9999 10:00:00 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),  # a default, not a date
        ("Mon, 30 Nov 2026 10:00:00 +0000", None),  # a week ahead
        ("Sun, 22 Nov 2026 20:00:00 +0000", datetime(2026, 11, 22, 20, tzinfo=UTC)),  # a zone that is wrong
        ("Sat, 21 Nov 2026 10:00:00", datetime(2026, 11, 21, 10, tzinfo=UTC)),  # no zone
        ("", None),
    ],
)
def test_dates(stated: str, expected: datetime | None) -> None:
    assert read(rss(item("/a", "g", stated))).entries[0].published_at == expected


def test_a_guid_is_no_date() -> None:
    assert read(rss(item("/a", "m5") + item("/b", "2026-05-01"))).entries[0].published_at is None
    assert read(rss(item("/a", "m5") + item("/b", "2026-05-01"))).entries[1].published_at is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"  \n ",
        b"<html><body>Sign in</body></html>",
        b"not a feed at all",
        b"/etc/passwd",
        b"http://127.0.0.1/feed",
        b'<?xml version="1.0"?><rss',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1',
        b'{"items": "none"}',
        b"\x1f\x8b\x08 half a gzip",
        b"[" * 100_000,
        b"<urlset></urls",
    ],
)
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(MalformedFeed):
        read(body)


def test_entities_are_not_expanded() -> None:
    bomb = "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9))
    feed = rss(item("/a", title="&j;")).decode().partition("?>")[2]
    try:
        entries = read(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{bomb}]>{feed}').entries
    except MalformedFeed:
        return
    assert all(len(entry.title) < 100 for entry in entries)


def test_files_are_not_read() -> None:
    feed = rss(item("/a", title="&e;")).decode().partition("?>")[2]
    entries = read(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{feed}').entries
    assert all("root" not in entry.title for entry in entries)


WHOLE = rss("".join(item(f"/{n}", f"g{n}", "Fri, 20 Nov 2026 10:00:00 GMT") for n in range(5)))


def entries_or_reason(body: bytes) -> tuple[str, ...]:
    """The ids that are read, or none where there is a reason."""
    try:
        found = read(body).entries
    except MalformedFeed:
        return ()
    assert all(entry.url for entry in found)
    return tuple(entry.id for entry in found)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cut=st.integers(0, len(WHOLE)), flips=st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))))
def test_damage_gives_entries_or_a_reason(cut: int, flips: list[tuple[int, int]]) -> None:
    body = bytearray(WHOLE)
    for place, bits in flips[:3]:
        body[place] ^= bits
    ids = entries_or_reason(bytes(body[:cut]))
    assert len(ids) == len(set(ids)) <= 6


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_entries_or_a_reason(body: bytes) -> None:
    entries_or_reason(body)


@pytest.mark.parametrize(
    "parts",
    [
        '<atom:link rel="self" href="http://site.example/self"/><link>http://site.example/a</link>',
        '<link>http://site.example/a</link><atom:link rel="self" href="http://site.example/self"/>',
        "<link><![CDATA[ http://site.example/a ]]></link>",
        '<link/><guid isPermaLink="true">http://site.example/a</guid>',
        '<guid>http://site.example/a</guid><enclosure url="http://site.example/x.mp3" type="audio/mpeg"/>',
    ],
)
def test_the_link_is_found_wherever_it_is(parts: str) -> None:
    date = "<pubDate>Fri, 20 Nov 2026 10:00:00 GMT</pubDate>"
    feed = f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><item>{parts}{date}</item></channel></rss>'
    assert [entry.url for entry in read(feed).entries] == ["http://site.example/a"]


def test_half_of_a_feed_gives_half_of_its_entries() -> None:
    whole = len(WHOLE) // 2
    assert entries_or_reason(WHOLE[:whole])[:2] == ("g0", "g1")
