from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.archive.reader import PAGE_LIMIT
from processors.extraction.errors import ExtractionError
from processors.extraction.extract import extract
from processors.models.articles import ArchiveLocator, Page
from processors.models.feeds import Entry
from tests.extraction.pages import NOW, PARAGRAPHS, TEXT, URL, document, page


def test_a_page_that_says_everything() -> None:
    article = extract(
        document(
            """<title>Convoy leaves | Outlet</title>
            <link rel="canonical" href="https://outlet.example/convoy?utm_source=rss">
            <meta property="og:site_name" content="Outlet"><meta property="og:image" content="/convoy.jpg">
            <script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "Convoy leaves",
            "datePublished": "2026-03-03T10:00:00+02:00", "author": [{"@id": "#a"}, {"name": "By Bob Dee"}]},
            {"@id": "#a", "@type": "Person", "name": "Ann Cee"}]}</script>"""
        )
    )
    assert article.title == "Convoy leaves"
    assert article.authors == ("Ann Cee", "Bob Dee")
    assert (article.published_at, article.published_from) == (datetime(2026, 3, 3, 8, tzinfo=UTC), "json-ld")
    assert (article.url, article.source) == ("https://outlet.example/convoy", "outlet.example")
    assert article.image == "https://www.outlet.example/convoy.jpg"
    assert article.lang == "en"
    assert article.text.split("\n") == list(TEXT)
    assert (article.seen_at, article.locator) == (NOW, ArchiveLocator("x.warc.gz", 7))


@pytest.mark.parametrize(
    ("head", "paywalled"),
    [
        ("", None),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>', True),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": true}</script>', False),
        (
            '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": true, "hasPart": '
            '{"@type": "WebPageElement", "isAccessibleForFree": false, "cssSelector": ".rest"}}</script>',
            True,
        ),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": null}</script>', None),
        ('<meta property="article:content_tier" content="metered">', True),
        ('<meta property="article:content_tier" content="free">', False),
        ('<meta property="article:content_tier" content="gold">', None),
    ],
)
def test_a_page_says_whether_it_is_behind_a_paywall(head: str, paywalled: bool | None) -> None:
    assert extract(document(head)).paywalled is paywalled


@pytest.mark.parametrize(
    "canonical",
    [
        "https://elsewhere.example.org/convoy",
        "http://127.0.0.1/admin",
        "http://localhost/x",
        "https://www.outlet.example/",
        "javascript:void(0)",
        "//[",
    ],
)
def test_a_canonical_address_that_cannot_be_trusted_is_not_taken(canonical: str) -> None:
    assert extract(document(f'<link rel="canonical" href="{canonical}">')).url == URL


@pytest.mark.parametrize(
    ("head", "day", "origin"),
    [
        ('<meta property="article:published_time" content="2026-03-02T08:00:00Z">', "2026-03-02", "meta"),
        ('<meta name="date" content="9999-12-31">', "2026-03-03", "url"),
        ('<meta name="date" content="2026-03-09T00:00:00Z">', "2026-03-03", "url"),  # after it was fetched
        ('<meta name="date" content="03/02/2026">', "2026-03-03", "url"),  # day or month first?
        ('<meta name="date" content="1970-01-01">', "2026-03-03", "url"),
        ('<meta name="date" content="Mon, 02 Mar 2026 08:00:00 +0100">', "2026-03-02", "meta"),
        ("<script type='application/ld+json'>{broken</script>", "2026-03-03", "url"),
    ],
)
def test_dates_are_read_where_they_are_stated_and_refused_in_doubt(head: str, day: str, origin: str) -> None:
    article = extract(document(head))
    assert article.published_at is not None
    assert (article.published_at.date().isoformat(), article.published_from) == (day, origin)


def test_the_feed_entry_fills_what_the_page_does_not_say() -> None:
    entry = Entry("g", URL, "Entry title", ("Eve Eff",), datetime(2026, 3, 1, tzinfo=UTC))
    bare = Page(
        "https://outlet.example/x", f"<body>{PARAGRAPHS}</body>".encode(), NOW, ArchiveLocator("", 0), entry=entry
    )
    article = extract(bare)
    assert (article.title, article.authors, article.published_from) == ("Entry title", ("Eve Eff",), "feed")


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("windows-1251", "text/html; charset=utf-8", "windows-1251"),
        ("windows-1251", "text/html; charset=utf-8", "utf-8"),
        ("utf-8", "text/html; charset=windows-1251", ""),
        ("utf-8", "text/html; charset=nonsense", "iso-8859-1"),
        ("utf-16", "text/html", ""),
        ("koi8-r", "text/html; charset=koi8-r", ""),
    ],
)
def test_wrong_and_right_charsets(encoding: str, header: str, meta: str) -> None:
    sentence = "Министерство сообщило, что триста солдат покинули гарнизон и направились к восточной границе."
    html = f"<html><head><meta charset='{meta}'><title>Колонна</title></head><body>{f'<p>{sentence}</p>' * 2}"
    html = html.replace("charset=''", "name='x'")
    article = extract(page(html.encode(encoding), header))
    assert sentence in article.text
    assert article.title == "Колонна"
    assert article.lang == "ru"


def test_characters_that_do_not_show_are_removed() -> None:
    hidden = TEXT[0].replace("soldiers", "sol\u200bdi\u00aders\u202e").replace("Monday", "Mon\x00day")
    assert TEXT[0] in extract(document(body=f"<article><p>{hidden}</p>{PARAGRAPHS}</article>")).text


def test_a_page_of_five_megabytes_of_comments_gives_its_article() -> None:
    comments = "".join(
        f"<div class='c'><b>r{n}</b><p>I do not think that this is true at all.</p></div>" for n in range(60000)
    )
    article = extract(
        document(body=f"<article><h1>Convoy leaves</h1>{PARAGRAPHS}</article><section id='comments'>{comments}")
    )
    assert article.text.split("\n") == list(TEXT)


def test_menus_teasers_and_the_title_are_no_text() -> None:
    menu = "".join(f"<li><a href='/{n}'>Section {n}</a></li>" for n in range(40))
    body = f"<nav><ul>{menu}</ul></nav><article><h1>Convoy leaves</h1><p>Convoy leaves</p>{PARAGRAPHS}</article>"
    assert extract(document("<title>Convoy leaves</title>", body)).text.split("\n") == list(TEXT)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<html></html>", "no text"),
        (b"<div role=dialog><p>We use cookies of our own to measure our audience.</p></div><h1>News</h1>", "no text"),
        (bytes(PAGE_LIMIT + 1), "larger"),
    ],
)
def test_pages_without_an_article_say_why(body: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        extract(page(body))


def test_the_seed_text_form() -> None:
    article = extract(page("Le convoi part\nAuteur: Ann Cee\nUn premier alinéa.\n\nUn second alinéa.\n", "text/plain"))
    assert (article.title, article.authors) == ("Le convoi part", ("Ann Cee",))
    assert article.text == "Un premier alinéa.\nUn second alinéa."
    assert (article.url, article.id, article.lang) == ("", article.content_hash, "fr")


MARKUP = st.sampled_from(
    ["<p>", "</p>", "<article>", "<script type='application/ld+json'>", "</script>", "[",
     '{"@type":"Article","author":',
     "<meta name='author' content='", "'>", "<time datetime='2026", "<a rel=author>", "<title>", "&#0;",
     "<h1>", "<nav>", "<b>Author</b>", "<div itemprop='author headline'>", "<b itemprop=name>", " y ", " - ",
     "Outlet", "…",
     "\x00", "\ud800",
     "<link rel=canonical href='http://[", "Some words. ", "<div class=byline>", "<![CDATA[", "<!--", "}"]
)  # fmt: skip


PAGES = st.lists(MARKUP, max_size=25).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))
TYPES = ["text/html", "text/html; charset=utf-16", "text/html; charset=rot13", "text/plain", "application/json"]


@settings(max_examples=200, deadline=None)
@given(body=st.one_of(st.binary(max_size=600), PAGES), content_type=st.sampled_from(TYPES))
def test_any_bytes_give_an_article_or_an_extraction_error(body: bytes, content_type: str) -> None:
    try:
        article = extract(page(body, content_type))
    except ExtractionError:
        return
    assert article.text == article.text.strip()
    assert "\x00" not in article.text + article.title
    article.text.encode("utf-8")


def test_two_unregistered_names_are_two_sites() -> None:
    """Neither an IP address nor a name without a registered domain may speak for another."""
    stated = document('<link rel="canonical" href="http://127.0.0.1/admin">')
    for url in ("http://10.1.2.3/story", "http://intranet/story"):
        assert extract(Page(url, stated.body, NOW, stated.locator, "text/html")).url == url
