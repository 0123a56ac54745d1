"""Stops the download of a page's body once its headers say that it is no HTML: videos and PDFs are never fetched."""

from __future__ import annotations

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})


def media_type(headers: Headers) -> str:
    """The media type without parameters, in lower case; "" where the server states none."""
    return (headers.get("Content-Type") or b"").decode("latin-1").partition(";")[0].strip().lower()


class PagesOnly:
    """Listens to headers_received for requests with meta["kind"] == "page"."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PagesOnly:
        extension = cls()
        crawler.signals.connect(extension.headers_received, signals.headers_received)
        return extension

    def headers_received(self, headers: Headers, request: Request) -> None:
        """Raises StopDownload: the response goes on without a body, flagged "download_stopped"."""
        stated = media_type(headers)
        if request.meta.get("kind") == "page" and stated and stated not in HTML_TYPES:
            raise StopDownload(fail=False)
