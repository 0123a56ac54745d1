"""One more try within the crawl, after the wait that the site asks for, if that is short."""

from __future__ import annotations

import asyncio

from scrapy import Request
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawlers.freshness import retry_after

PATIENCE = 5.0  # seconds; a longer wait is left to the next run
DEFAULT_WAIT = 1.0


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's, waiting as Retry-After says. An answer that asks for more than PATIENCE is final for this crawl."""

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if response.status not in self.retry_http_codes:
            return response
        asked = retry_after(response.headers)
        wait = DEFAULT_WAIT if asked is None else asked
        again = self._retry(request, response_status_message(response.status)) if wait <= PATIENCE else None
        if again is None:
            return response
        await asyncio.sleep(wait)
        return again
