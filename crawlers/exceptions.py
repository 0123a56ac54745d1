"""Why a request was given up: each has an outcome of its own."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class Refused(IgnoreRequest):
    """The address is not on the public Internet, or not HTTP, and the feed's settings do not allow it."""


class Disallowed(IgnoreRequest):
    """The site's robots.txt disallows it."""


class TooLarge(IgnoreRequest):
    """The body is larger than DOWNLOAD_MAXSIZE after decompression."""
