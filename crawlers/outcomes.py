"""What a response or an error means for a feed or an entry: pure."""

from __future__ import annotations

from scrapy.exceptions import (
    DownloadCancelledError,
    NotSupported,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response

from crawlers.exceptions import Disallowed, Refused, TooLarge
from crawlers.extensions.pages_only import media_type
from processors.models.feeds import EntryOutcome, FeedOutcome

_TRY_AGAIN = frozenset({408, 425, 429})
_LONGEST_DETAIL = 300


def of_page(response: Response) -> tuple[EntryOutcome, str]:
    """(outcome, detail) of an entry whose page answered."""
    status = response.status
    if 300 <= status < 400:
        return _of_location(response)
    if status >= 500 or status in _TRY_AGAIN:
        return EntryOutcome.FAILED, f"HTTP {status}"
    if status != 200:
        return EntryOutcome.GONE, f"HTTP {status}"
    if "download_stopped" in response.flags:
        return EntryOutcome.NOT_HTML, media_type(response.headers)
    return EntryOutcome.FETCHED, ""


def of_error(error: BaseException) -> tuple[EntryOutcome, str]:
    """(outcome, detail) of an entry whose page could not be had."""
    match error:
        case Refused() | NotSupported() | UnsupportedURLSchemeError():
            return EntryOutcome.REFUSED, _detail(error)
        case Disallowed():
            return EntryOutcome.ROBOTS, "robots.txt disallows it"
        case TooLarge():
            return EntryOutcome.TOO_LARGE, _detail(error)
        case DownloadCancelledError():  # raised at DOWNLOAD_MAXSIZE
            return EntryOutcome.TOO_LARGE, _detail(error).partition(" in request ")[0]
        case _:
            return EntryOutcome.FAILED, _detail(error)


def of_feed_error(error: BaseException) -> tuple[FeedOutcome, str]:
    """(outcome, detail) of a feed that could not be had."""
    outcome, detail = of_error(error)
    match outcome:
        case EntryOutcome.REFUSED:
            return FeedOutcome.REFUSED, detail
        case EntryOutcome.ROBOTS:
            return FeedOutcome.ROBOTS, detail
        case _:
            return FeedOutcome.FAILED, detail


def of_feed_status(response: Response) -> tuple[FeedOutcome, str]:
    """(outcome, detail) of a feed that answered with anything but 200 or 304."""
    if 300 <= response.status < 400 and _of_location(response)[0] is EntryOutcome.REFUSED:
        return FeedOutcome.REFUSED, _of_location(response)[1]
    return FeedOutcome.FAILED, f"HTTP {response.status}"


def _of_location(response: Response) -> tuple[EntryOutcome, str]:
    """Redirects that Scrapy did not follow: to another scheme, or to nowhere."""
    location = (response.headers.get("Location") or b"").decode("latin-1")
    if ":" in location.partition("/")[0] and not location.lower().startswith(("http:", "https:")):
        return EntryOutcome.REFUSED, f"redirects to {location[:100]}: only http and https are fetched"
    return EntryOutcome.GONE, f"HTTP {response.status} without a usable Location"


def _detail(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:_LONGEST_DETAIL] if text else type(error).__name__
