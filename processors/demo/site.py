"""Serve the sample site on loopback, as an HTTP proxy that knows only the `.example` hosts.

    site = SampleSite.load(Path("seeds/sample_site"), epoch=datetime.now(UTC))
    with site.serve() as server:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": server.proxy_url}))
        opener.open("http://northwire.example/rss.xml")

Nothing is ever forwarded: a host that is not of the site gets a 502 that says so.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from processors.demo.content import (
    Article,
    ContentError,
    Expected,
    Outlet,
    load_articles,
    load_expected,
    load_languages,
    load_outlets,
)
from processors.demo.render import Response, render_site
from processors.demo.server import Request, SampleServer, normal

__all__ = ["ContentError", "Request", "Response", "SampleFeed", "SampleServer", "SampleSite"]


class SampleFeed(msgspec.Struct, frozen=True):
    """A feed that the site serves, with what a feed list says of it. `language` and `country` are ISO codes."""

    url: str
    title: str
    language: str
    country: str
    category: str


class SampleSite(msgspec.Struct, frozen=True):
    """The rendered site: responses by URL, its feeds, and the expected labels by article URL."""

    pages: dict[str, Response]
    feeds: tuple[SampleFeed, ...]
    expected: dict[str, Expected]

    @classmethod
    def load(cls, directory: Path, epoch: datetime) -> SampleSite:
        """Read, check and render the site in `directory`; every date is relative to `epoch` (aware).

        Raises ContentError, naming file and field, for anything that does not fit together.
        """
        if epoch.tzinfo is None:
            raise ValueError("epoch must have a time zone")
        outlets = load_outlets(directory)
        languages = load_languages(directory)
        articles = load_articles(directory)
        expected = load_expected(directory)
        _check(directory, outlets, set(languages), articles, expected)
        urls = {article.key: article.url for article in articles}
        return cls(
            pages=render_site(directory, outlets, languages, articles, epoch),
            feeds=tuple(_feed(outlet, index) for outlet in outlets for index in range(len(outlet.feeds))),
            expected={urls[key]: truth for key, truth in expected.items()},
        )

    def with_pages(self, pages: Mapping[str, Response]) -> SampleSite:
        """The same site with more pages, by absolute http URL; a page of the same URL is replaced.

        Any host named in `pages` becomes a host of the site. Raises ValueError for another scheme.
        """
        for url in pages:
            if urlsplit(url).scheme != "http":
                raise ValueError(f"{url}: the sample site serves http:// URLs only")
        return msgspec.structs.replace(self, pages={**self.pages, **{normal(url): page for url, page in pages.items()}})

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[SampleServer]:
        """Serve on 127.0.0.1 until the block ends; port 0 takes a free one. Raises OSError if `port` is taken."""
        server = SampleServer(self.pages, port)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _check(
    directory: Path,
    outlets: tuple[Outlet, ...],
    languages: set[str],
    articles: tuple[Article, ...],
    expected: Mapping[str, Expected],
) -> None:
    hosts = {outlet.host for outlet in outlets}
    for outlet in outlets:
        if outlet.language not in languages:
            raise ContentError(f"{directory}/outlets.yaml: language: {outlet.language} is not in languages.yaml")
    seen: dict[str, str] = {}
    for article in articles:
        where = f"{directory}/articles/{article.key}.md"
        if article.host not in hosts:
            raise ContentError(f"{where}: host: {article.host} is not in outlets.yaml")
        if article.url in seen:
            raise ContentError(f"{where}: path: {article.path} is also the path of {seen[article.url]}")
        if article.key not in expected:
            raise ContentError(f"{directory}/expected.yaml: {article.key}: missing")
        seen[article.url] = article.key
    keys = set(seen.values())
    for key, truth in expected.items():
        for name in filter(None, (key, truth.copy_of)):
            if name not in keys:
                raise ContentError(f"{directory}/expected.yaml: {key}: there is no article {name}")


def _feed(outlet: Outlet, index: int) -> SampleFeed:
    title = outlet.name if index == 0 else f"{outlet.name} ({outlet.feeds[index].path.strip('/')})"
    return SampleFeed(
        url=outlet.base + outlet.feeds[index].path,
        title=title,
        language=outlet.language,
        country=outlet.country,
        category=outlet.category,
    )
