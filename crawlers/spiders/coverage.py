"""The spider: polls the planned feeds and fetches the pages of their new entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.addresses import public_host
from crawlers.items import Capture, Harvest, Note, Route
from crawlers.outcomes import of_error, of_feed_error, of_page
from crawlers.reading import Reading, polled
from processors.models.feeds import (
    Entry,
    EntryOutcome,
    EntryPoll,
    Feed,
    FeedOutcome,
    FeedPoll,
    Plan,
    PlannedFeed,
)

Key = tuple[str, str | None]  # feed URL; entry id, or None for the feed itself
Output = Iterator[Request | Harvest]


class Claim(Struct, frozen=True):
    """An entry of a feed that wants a page. attempts: the tries made before this crawl."""

    feed: Feed
    entry: Entry
    attempts: int


class Answer(Struct, frozen=True):
    """What became of a page, for every entry that wants it."""

    outcome: EntryOutcome
    detail: str
    status: int | None
    at: datetime


class CoverageSpider(Spider):
    """plan: the plan.json to carry out; out: an existing folder for *.warc.gz and polls.jsonl."""

    name = "coverage"

    def __init__(self, plan: str, out: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = msgspec.json.decode(Path(plan).read_bytes(), type=Plan)
        self.out = out
        # What the ledger must settle: feed, entry (None: the feed's own poll), attempts made before.
        self.promises: dict[Key, tuple[Feed, Entry | None, int]] = {}
        for planned in self.plan.feeds:
            if planned.poll:
                self.promises[planned.feed.url, None] = planned.feed, None, 0
            for retry in planned.retries:
                key = planned.feed.url, retry.entry.id
                self.promises[key] = planned.feed, retry.entry, retry.attempts
        self._rank = {planned.feed.url: rank for rank, planned in enumerate(self.plan.feeds)}
        # Pages of a site wait until all its feeds have answered, so that which feed found a page is no matter of luck.
        self._unread = Counter(_host(planned.feed.url) for planned in self.plan.feeds if planned.poll)
        self._held: dict[str, list[Claim]] = {}
        # One address is fetched once a crawl by one route, however many feeds list it.
        self._waiting: dict[tuple[str, Route], list[Claim]] = {}
        self._answers: dict[tuple[str, Route], Answer] = {}

    async def start(self) -> AsyncIterator[Request | Harvest]:
        for planned in self.plan.feeds:
            if planned.poll:
                for output in self._poll(planned):
                    yield output
            for retry in planned.retries:
                for output in self._want(Claim(planned.feed, retry.entry, retry.attempts)):
                    yield output

    # feeds

    def _poll(self, planned: PlannedFeed) -> Output:
        headers = {"If-None-Match": planned.etag, "If-Modified-Since": planned.last_modified}
        try:
            public_host(planned.feed.url)
            yield self._feed_request(planned.feed.url, planned, {k: v for k, v in headers.items() if v})
        except ValueError as error:
            yield Harvest(FeedPoll(planned.feed.url, _now(), FeedOutcome.REFUSED, detail=str(error)))
            yield from self._settle(planned.feed)

    def _feed_request(self, url: str, planned: PlannedFeed, headers: dict[str, str], **kwargs: Any) -> Request:
        return Request(
            url,
            callback=self.read_feed,
            errback=self.feed_failed,
            headers=headers,
            dont_filter=True,
            priority=10,
            meta={"kind": "feed", "route": _route(planned.feed)},
            cb_kwargs={"planned": planned, **kwargs},
        )

    def feed_failed(self, failure: Failure) -> Output:
        request: Request = failure.request  # type: ignore[attr-defined]
        reading: Reading | None = request.cb_kwargs.get("reading")
        planned: PlannedFeed = request.cb_kwargs["planned"]
        if reading is None:
            outcome, detail = of_feed_error(_cause(failure))
            yield Harvest(FeedPoll(planned.feed.url, _now(), outcome, detail=detail))
            yield from self._settle(planned.feed)
            return
        reading.miss(request.url, of_error(_cause(failure))[1])
        yield from self._go_on(planned, reading)

    def read_feed(self, response: Response, planned: PlannedFeed, reading: Reading | None = None) -> Output:
        """The feed's own response; or, with what was read so far, that of a sitemap which it names."""
        if response.status == 200:
            reading = reading or Reading(response, planned, _now())
            reading.captures.append(_capture(response, Note("feed", planned.feed.url), planned.feed))
            reading.take(response, _now())
        elif reading is None:
            yield Harvest(polled(response, planned, _now()))
            yield from self._settle(planned.feed)
            return
        else:
            reading.miss(response.url, f"HTTP {response.status}")
        yield from self._go_on(planned, reading)

    def _go_on(self, planned: PlannedFeed, reading: Reading) -> Output:
        """The next sitemap; after the last one the poll, and the pages of new entries."""
        while reading.sitemaps:
            url = reading.sitemaps.pop(0)
            try:
                public_host(url)
                yield self._feed_request(url, planned, {}, reading=reading)
                return
            except ValueError as error:
                reading.miss(url, str(error))
        poll, taken = reading.result(self.settings.getint("FEED_MAX_NEW_ENTRIES"))
        for entry in taken:
            self.promises[planned.feed.url, entry.id] = planned.feed, entry, 0
        yield Harvest(poll, tuple(reading.captures))
        for entry in taken:
            yield from self._want(Claim(planned.feed, entry, 0))
        yield from self._settle(planned.feed)

    def _settle(self, feed: Feed) -> Output:
        """The feed has answered; after the last one of its site, the site's pages."""
        host = _host(feed.url)
        self._unread[host] -= 1
        if not self._unread[host]:
            for claim in sorted(self._held.pop(host, ()), key=lambda claim: self._rank[claim.feed.url]):
                yield from self._want(claim)

    # pages

    def _want(self, claim: Claim) -> Output:
        """A request for the claim's page, unless another claim asked for the same page before, or feeds are unread."""
        host = _host(claim.entry.url)
        if self._unread[host] > 0:
            self._held.setdefault(host, []).append(claim)
            return
        page = claim.entry.url, _route(claim.feed)
        if answer := self._answers.get(page):
            yield _settled(claim, answer)
            return
        if page in self._waiting:
            self._waiting[page].append(claim)
            return
        try:
            public_host(claim.entry.url)
            request = Request(
                claim.entry.url,
                callback=self.read_page,
                errback=self.page_failed,
                dont_filter=True,
                meta={"kind": "page", "route": page[1]},
                cb_kwargs={"page": page},
            )
        except ValueError as error:
            yield _settled(claim, Answer(EntryOutcome.REFUSED, str(error), None, _now()))
            return
        self._waiting[page] = [claim]
        yield request

    def read_page(self, response: Response, page: tuple[str, Route]) -> Output:
        outcome, detail = of_page(response)
        yield from self._answered(page, Answer(outcome, detail, response.status, _now()), response)

    def page_failed(self, failure: Failure) -> Output:
        page = failure.request.cb_kwargs["page"]  # type: ignore[attr-defined]
        outcome, detail = of_error(_cause(failure))
        yield from self._answered(page, Answer(outcome, detail, None, _now()))

    def _answered(self, page: tuple[str, Route], answer: Answer, response: Response | None = None) -> Output:
        self._answers[page] = answer
        # The feed that the plan names first has found the page, whichever feed's answer came first.
        first, *others = sorted(self._waiting.pop(page), key=lambda claim: self._rank[claim.feed.url])
        captures: tuple[Capture, ...] = ()
        if response is not None and "download_stopped" not in response.flags:
            captures = (_capture(response, Note("page", first.feed.url, first.entry), first.feed),)
        yield _settled(first, answer, captures)
        for claim in others:
            yield _settled(claim, answer)


def _settled(claim: Claim, answer: Answer, captures: tuple[Capture, ...] = ()) -> Harvest:
    poll = EntryPoll(
        claim.feed.url, claim.entry, answer.at, answer.outcome, answer.status, answer.detail, claim.attempts + 1
    )
    return Harvest(poll, captures)


def _capture(response: Response, note: Note, feed: Feed) -> Capture:
    before = tuple(response.meta.get("redirect_urls", ()))
    note = msgspec.structs.replace(note, country=feed.country, language=feed.language, redirected_from=before)
    return Capture(response, _now(), note)


def _route(feed: Feed) -> Route:
    return Route(feed.settings.proxy, feed.settings.allow_private)


def _host(url: str) -> str:
    """The site that a URL is of, "" where it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _cause(failure: Failure) -> BaseException:
    assert failure.value is not None
    return failure.value


def _now() -> datetime:
    return datetime.now(UTC)
