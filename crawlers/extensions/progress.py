"""One line of JSON on standard error now and then: {"stage": "crawl", "done": 12, "total": 80}."""

from __future__ import annotations

import sys

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from crawlers.spiders.coverage import CoverageSpider

EVERY = 2.0  # seconds


class Progress:
    """done: outcomes so far; total: feeds and entries taken up so far, which grows as feeds are read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._done = 0
        self._last = (-1, -1)
        self._loop = create_looping_call(self._report)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        progress = cls(crawler)
        crawler.signals.connect(progress._opened, signals.spider_opened)
        crawler.signals.connect(progress._scraped, signals.item_scraped)
        crawler.signals.connect(progress._closed, signals.spider_closed)
        return progress

    def _opened(self) -> None:
        self._loop.start(EVERY, now=False)

    def _scraped(self) -> None:
        self._done += 1

    def _closed(self) -> None:
        if self._loop.running:
            self._loop.stop()
        self._report()

    def _report(self) -> None:
        spider = self._crawler.spider
        assert isinstance(spider, CoverageSpider)
        now = self._done, len(spider.promises)
        if now != self._last:
            self._last = now
            line = {"stage": "crawl", "done": now[0], "total": now[1]}
            sys.stderr.write(msgspec.json.encode(line).decode() + "\n")
            sys.stderr.flush()
