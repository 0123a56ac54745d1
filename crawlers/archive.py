"""The item pipeline that writes each response to a WARC file, at once, with its note after it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.utils.response import response_status_message
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawlers.items import Capture, Harvest

_AFTER_DECODING = (b"Content-Encoding", b"Transfer-Encoding", b"Content-Length")  # untrue of the decoded body


class ArchivePipeline:
    """Writes OUT/<run id>-00001.warc.gz and so on. `failure` is the first write error: the crawl is not whole then."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._limit = crawler.settings.getint("ARCHIVE_FILE_BYTES")
        self._file: IO[bytes] | None = None
        self._number = 0
        self._closing: asyncio.Future[None] | None = None
        self.failure: OSError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivePipeline:
        return cls(crawler)

    def process_item(self, item: Harvest) -> Harvest:
        """The item, once its captures are written. Raises DropItem where they cannot be, and ends the crawl."""
        if self.failure:
            raise DropItem(f"the archive cannot be written ({self.failure})")
        try:
            for capture in item.captures:
                self._write(capture)
        except OSError as error:
            self.failure = error
            self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="archive_failed"))
            raise DropItem(f"the archive cannot be written ({error})") from error
        return item

    def close_spider(self) -> None:
        try:
            self._close()
        except OSError as error:
            self.failure = self.failure or error

    def _write(self, capture: Capture) -> None:
        if self._file and self._file.tell() > self._limit:
            self._close()
        writer = WARCWriter(self._file or self._open(), gzip=True)
        date = capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        response = writer.create_warc_record(
            capture.response.url,
            "response",
            payload=BytesIO(capture.response.body),
            http_headers=_http_headers(capture.response),
            warc_headers_dict={"WARC-Date": date},
        )
        note = writer.create_warc_record(
            capture.response.url,
            "metadata",
            payload=BytesIO(msgspec.json.encode(capture.note)),
            warc_content_type="application/json",
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
            },
        )
        writer.write_record(response)
        writer.write_record(note)
        self._crawler.stats.inc_value("archive/responses")

    def _open(self) -> IO[bytes]:
        self._number += 1
        spider = self._crawler.spider
        name = f"{spider.plan.run_id}-{self._number:05d}.warc.gz"  # type: ignore[union-attr]
        self._file = (Path(spider.out) / name).open("wb")  # type: ignore[union-attr]
        writer = WARCWriter(self._file, gzip=True)
        about = {
            "software": self._crawler.settings["USER_AGENT"],
            "format": "WARC File Format 1.0",
            "robots": "obey",
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        writer.write_record(writer.create_warcinfo_record(name, about))
        return self._file

    def _close(self) -> None:
        if self._file:
            file, self._file = self._file, None
            with file:
                file.flush()
                os.fsync(file.fileno())


def _http_headers(response: Response) -> StatusAndHeaders:
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        if name.title() not in _AFTER_DECODING
        for value in values
    ]
    headers.append(("Content-Length", str(len(response.body))))
    return StatusAndHeaders(response_status_message(response.status), headers, protocol="HTTP/1.1")
