"""The ledger: exactly one outcome for every feed and entry that was taken up, written last as polls.jsonl."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from scrapy import signals
from scrapy.crawler import Crawler

from crawlers.archive import ArchivePipeline
from crawlers.items import Harvest
from crawlers.spiders.coverage import CoverageSpider, Key
from processors.models.feeds import EntryOutcome, EntryPoll, FeedOutcome, FeedPoll, Poll

WHOLE = ("finished", "closespider_timeout")  # what is left undone by a timeout is recorded as not reached


class Ledger:
    """Counts the items that passed the archive. A crawl that was broken off writes nothing."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._polls: dict[Key, Poll] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Ledger:
        ledger = cls(crawler)
        crawler.signals.connect(ledger.item_scraped, signals.item_scraped)
        crawler.signals.connect(ledger.spider_closed, signals.spider_closed)
        return ledger

    def item_scraped(self, item: Harvest) -> None:
        poll = item.poll
        stats = self._crawler.stats
        assert stats is not None
        key = (poll.feed_url, poll.entry.id if isinstance(poll, EntryPoll) else None)
        if key in self._polls:
            stats.inc_value("polls/repeated")
            return
        self._polls[key] = poll
        stats.inc_value(f"polls/{'entry' if key[1] is not None else 'feed'}/{poll.outcome}")

    def spider_closed(self, spider: CoverageSpider, reason: str) -> None:
        archive = self._crawler.get_item_pipeline(ArchivePipeline)
        if archive is None or archive.failure or reason not in WHOLE:
            spider.logger.error("the crawl is not whole: %s", (archive and archive.failure) or reason)
            return
        now = datetime.now(UTC)
        for key, (feed, entry, attempts) in spider.promises.items():
            if key in self._polls:
                continue
            detail = f"not reached before the crawl ended ({reason})"
            self._polls[key] = (
                EntryPoll(feed.url, entry, now, EntryOutcome.FAILED, detail=detail, attempts=attempts)
                if entry
                else FeedPoll(feed.url, now, FeedOutcome.FAILED, detail=detail)
            )
            spider.logger.warning("%s: %s", entry.url if entry else feed.url, detail)
        _write_whole(Path(spider.out) / "polls.jsonl", b"".join(map(_line, self._polls.values())))


def _line(poll: Poll) -> bytes:
    return msgspec.json.encode(poll) + b"\n"


def _write_whole(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}.tmp")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the rename itself
    finally:
        os.close(folder)
