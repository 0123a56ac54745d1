"""Turn the sample site's records into HTTP responses: pages, feeds, robots.txt and home pages.

Pure: the same files and the same epoch give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime as http_date
from pathlib import Path

import jinja2
import msgspec
from babel.dates import format_datetime

from processors.demo.content import Article, ContentError, FeedSpec, Language, Outlet, offset

_DAY = re.compile(r"\{([Dd])ay([+-]\d)?\}")
_FEED_TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "news-sitemap": "application/xml",
}


class Response(msgspec.Struct, frozen=True):
    """What a URL answers. A callable body is made when it is asked for; `first` answers the first request only."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes | Callable[[], bytes] = b""
    first: Response | None = None


class Entry(msgspec.Struct, frozen=True):
    """An item of a feed, or an article ready for a template: dates in the outlet's zone, links absolute."""

    title: str
    url: str
    guid: str
    authors: tuple[str, ...]
    published: datetime | None
    published_text: str
    paragraphs: tuple[str, ...]

    @property
    def summary(self) -> str:
        return self.paragraphs[0] if self.paragraphs else ""


class Renderer:
    """Renders one outlet's pages at one epoch. `environment` holds the templates."""

    def __init__(self, environment: jinja2.Environment, outlet: Outlet, language: Language, epoch: datetime) -> None:
        self._environment = environment
        self._outlet = outlet
        self._language = language
        self._zone = timezone(timedelta(hours=outlet.utc_offset))
        self._epoch = epoch

    def pages(self, articles: Iterable[Article]) -> dict[str, Response]:
        """Every URL of the outlet with its response, given the outlet's articles (any order)."""
        ordered = sorted(articles, key=lambda a: (offset(a.published or "-99d"), a.slug), reverse=True)
        entries = [self._entry(article) for article in ordered]
        pages: dict[str, Response] = {}
        for position, article in enumerate(ordered):
            others = entries[position + 1 :] + entries[:position]
            pages[article.url] = self._article_page(article, entries[position], others[:4])
            if article.redirect_from:
                pages[article.listed_url] = Response(301, {"Location": article.url}, b"Moved permanently.\n")
        listed = self._listed(ordered, entries)
        for feed in self._outlet.feeds:
            pages[self._outlet.base + feed.path] = self._feed(feed, listed)
        pages[self._outlet.base + "/"] = self._home(entries)
        pages[self._outlet.base + "/robots.txt"] = self._robots()
        return pages

    def _entry(self, article: Article) -> Entry:
        published = self._when(article.published)
        day = (published or self._epoch.astimezone(self._zone)).weekday()
        return Entry(
            title=article.title,
            url=article.url,
            guid=article.guid or article.url,
            authors=article.authors,
            published=published,
            published_text=self._date_text(published),
            paragraphs=tuple(self._with_days(text, day) for text in article.paragraphs),
        )

    def _listed(self, articles: list[Article], entries: list[Entry]) -> list[Entry]:
        """The feed's entries: articles at the address the outlet still gives, and links that died."""
        moved = [
            msgspec.structs.replace(entry, url=article.listed_url, guid=article.guid or article.listed_url)
            for article, entry in zip(articles, entries, strict=True)
        ]
        dead = [
            Entry(
                title=link.title,
                url=self._outlet.base + link.path,
                guid=self._outlet.base + link.path,
                authors=(),
                published=self._when(link.published),
                published_text="",
                paragraphs=(),
            )
            for link in self._outlet.dead_links
        ]
        return moved + dead

    def _when(self, published: str | None) -> datetime | None:
        if published is None:
            return None
        return (self._epoch + offset(published)).astimezone(self._zone).replace(microsecond=0)

    def _date_text(self, when: datetime | None) -> str:
        if when is None:
            return ""
        return format_datetime(when, "d MMMM y, HH:mm", locale=self._outlet.language)

    def _with_days(self, text: str, published: int) -> str:
        """Fill in {day}, {Day} and {day-1}: weekdays counted from the day of publication."""

        def word(match: re.Match[str]) -> str:
            name = self._language.weekdays[(published + int(match[2] or 0)) % 7]
            return name[:1].upper() + name[1:] if match[1] == "D" else name

        return _DAY.sub(word, text)

    def _article_page(self, article: Article, entry: Entry, related: list[Entry]) -> Response:
        html = self._render(
            f"{self._outlet.template}.html.j2", entry=entry, related=related, charset=article.charset.meta
        )
        body = html.encode(article.charset.bytes, errors="xmlcharrefreplace")
        kind = f"text/html; charset={article.charset.header}" if article.charset.header else "text/html"
        page = _cacheable(body, kind, entry.published or self._epoch)
        if article.pad_to is not None:
            page = msgspec.structs.replace(page, body=_padded(body, article.pad_to, self._language.comments))
        if article.fail_first is not None:
            busy = Response(503, {"Retry-After": str(article.fail_first)}, b"Temporarily unavailable.\n")
            page = msgspec.structs.replace(page, first=busy)
        return page

    def _feed(self, feed: FeedSpec, entries: list[Entry]) -> Response:
        url = self._outlet.base + feed.path
        body = (
            _json_feed(self._outlet, url, entries)
            if feed.kind == "json"
            else self._render(f"{feed.kind}.xml.j2", feed_url=url, entries=entries, epoch=self._epoch).encode()
        )
        if feed.cut is not None:
            body = body[: int(len(body) * feed.cut)]
        return _cacheable(body, f"{_FEED_TYPES[feed.kind]}; charset=utf-8", self._epoch)

    def _home(self, entries: list[Entry]) -> Response:
        html = self._render("home.html.j2", entries=entries, charset="utf-8")
        return _cacheable(html.encode(), "text/html; charset=utf-8", self._epoch)

    def _robots(self) -> Response:
        rules = [f"Disallow: {path}" for path in self._outlet.disallow] or ["Disallow:"]
        return Response(200, {"Content-Type": "text/plain"}, "\n".join(["User-agent: *", *rules, ""]).encode())

    def _render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(
            outlet=self._outlet, words=self._language, http_date=http_date, **values
        )


def _environment(directory: Path) -> jinja2.Environment:
    """The templates in `directory`/templates; an undefined name in one is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(directory / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_site(
    directory: Path,
    outlets: Iterable[Outlet],
    languages: Mapping[str, Language],
    articles: Iterable[Article],
    epoch: datetime,
) -> dict[str, Response]:
    """Every URL of the site with its response. Raises ContentError naming the template that is wrong."""
    templates = _environment(directory)
    pages: dict[str, Response] = {}
    articles = tuple(articles)
    for outlet in outlets:
        renderer = Renderer(templates, outlet, languages[outlet.language], epoch)
        try:
            pages.update(renderer.pages(a for a in articles if a.host == outlet.host))
        except jinja2.TemplateError as error:
            name = getattr(error, "name", None) or outlet.template
            raise ContentError(f"{directory}/templates: {name}: {error} (outlet {outlet.host})") from error
    return pages


def _cacheable(body: bytes, content_type: str, modified: datetime) -> Response:
    headers = {
        "Content-Type": content_type,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        "Last-Modified": http_date(modified.astimezone(UTC), usegmt=True),
    }
    return Response(200, headers, body)


def _padded(body: bytes, size: int, heading: str) -> Callable[[], bytes]:
    """The page with a reader-comment section before </body> that brings it to `size` bytes."""

    def make() -> bytes:
        head, end = body.rsplit(b"</body>", 1)
        opening = f'<section id="comments"><h2>{heading}</h2>\n'.encode()
        closing = b"</section>\n"
        missing = size - len(body) - len(opening) - len(closing)
        comments = bytearray()
        number = 0
        while len(comments) < missing:
            number += 1
            comments += b'<div class="comment" id="c%d"><b>reader%d</b> <p>+1</p></div>\n' % (number, number)
        return head + opening + bytes(comments) + closing + b"</body>" + end

    return make


def _json_feed(outlet: Outlet, url: str, entries: list[Entry]) -> bytes:
    items: list[dict[str, object]] = []
    for entry in entries:
        item: dict[str, object] = {"id": entry.guid, "url": entry.url, "title": entry.title}
        item["content_text"] = entry.summary
        if entry.published:
            item["date_published"] = entry.published.isoformat()
        if entry.authors:
            item["authors"] = [{"name": name} for name in entry.authors]
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": outlet.base + "/",
        "feed_url": url,
        "language": outlet.language,
        "items": items,
    }
    return msgspec.json.format(msgspec.json.encode(feed), indent=2)
