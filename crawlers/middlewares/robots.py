"""robots.txt, with an exception of its own for what it disallows."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.downloadermiddlewares.robotstxt import logger as scrapys_logger
from scrapy.exceptions import IgnoreRequest
from scrapy.robotstxt import RobotParser

from crawlers.exceptions import Disallowed


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, raising Disallowed."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # A traceback for every host that is down: the outcomes of its pages say it in a line.
        scrapys_logger.setLevel(logging.CRITICAL)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise Disallowed(str(error)) from error
