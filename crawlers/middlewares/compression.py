"""Decompression, with an exception of its own for bodies that grow beyond DOWNLOAD_MAXSIZE (zip bombs)."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawlers.exceptions import TooLarge


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, raising TooLarge."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise TooLarge(
                f"larger than {self._max_size:,} bytes once decompressed ({len(response.body):,} compressed)"
            ) from error
