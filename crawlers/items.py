"""What the spider hands on: an outcome, and the response that goes into the archive with it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from scrapy.http import Response

from processors.models.feeds import Entry, Poll


class Route(Struct, frozen=True):
    """How the requests of a feed may travel: the part of FeedSettings that the network sees."""

    proxy: str | None = None
    allow_private: bool = False


class Note(Struct, frozen=True, omit_defaults=True):
    """The metadata record after a response. kind: "page" or "feed"; redirected_from: addresses before the last."""

    kind: str
    feed_url: str
    entry: Entry | None = None
    country: str | None = None
    language: str | None = None
    redirected_from: tuple[str, ...] = ()


class Capture(Struct, frozen=True):
    """A response to archive. Its body is decompressed."""

    response: Response
    fetched_at: datetime
    note: Note


class Harvest(Struct, frozen=True):
    """An item of the spider: one outcome, and the captures to archive before it counts."""

    poll: Poll
    captures: tuple[Capture, ...] = ()
