"""A feed's bytes → its entries: RSS, Atom, RDF, JSON Feed and news sitemaps. Pure; hostile input is expected."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import fastfeedparser
import feedparser
from msgspec import Struct

from crawlers.jsonfeed import read_json_feed
from crawlers.rawentry import RawEntry, date_of
from crawlers.sitemaps import read_sitemap
from crawlers.text import decoded
from processors.models.feeds import Entry

SLOW_PARSER_LIMIT = 3 * 1024 * 1024  # bytes; feedparser takes about a second a megabyte, and the crawl waits for it
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older than the web: a default value, not a date
_TITLE_LIMIT = 1000
_ITEM = re.compile(r"<item[\s>]", re.IGNORECASE)
_ITEM_DATE = re.compile(r"<(?:pubDate|(?:dc|dcterms):(?:date|created|issued)|published)[\s>]", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,4})\s*<", re.IGNORECASE)
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


class MalformedFeed(ValueError):
    """No feed can be read from these bytes; says why."""


class ParsedFeed(Struct, frozen=True):
    """entries in the feed's order, ids unique. ttl_seconds: how long the feed asks to be left alone.

    sitemaps: addresses of further sitemaps, where this is a sitemap index. notes: what was odd, in words.
    """

    entries: tuple[Entry, ...] = ()
    ttl_seconds: int | None = None
    sitemaps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def parse_feed(body: bytes, url: str, now: datetime, charset: str | None = None) -> ParsedFeed:
    """The feed in a response's body. url: its address, for relative links; charset: what the HTTP header says.

    Of a feed that is cut short, what can be read is taken. Raises MalformedFeed where that is nothing.
    """
    text = decoded(body, charset).lstrip("\ufeff \t\r\n")
    if not text:
        raise MalformedFeed("the body is empty")
    head = text[:4096]
    if "<urlset" in head or "<sitemapindex" in head:
        raw, sitemaps = read_sitemap(text)
        if not raw and not sitemaps and "</urlset>" not in text[-4096:]:
            raise MalformedFeed("a sitemap without addresses")
        entries, notes = _entries(raw, url, now)
        return ParsedFeed(entries, None, tuple(urljoin(url, each) for each in sitemaps), notes)
    entries, notes = _entries(_read(text), url, now)
    return ParsedFeed(entries, _ttl(text), (), notes)


def _read(text: str) -> list[RawEntry]:
    if text.startswith(("{", "[")):
        try:
            return read_json_feed(text)
        except ValueError as error:
            raise MalformedFeed(f"no JSON Feed: {error}"[:200]) from error
    # Bytes, never text: both parsers take text that looks like an address or a path for something to open.
    data = text.encode("utf-8", "replace")
    fast, reason = _read_fast(data) if _is_dated(text) else (None, "entries without dates")
    if fast is not None and all(entry.link for entry in fast):
        return fast
    if len(data) <= SLOW_PARSER_LIMIT:
        slow = feedparser.parse(BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
        if slow["entries"] or slow.get("version"):
            return [_from_slow(entry) for entry in slow["entries"]]
    if fast is None:
        raise MalformedFeed(f"no feed of a known form: {reason}"[:200])
    return fast


def _read_fast(data: bytes) -> tuple[list[RawEntry] | None, str]:
    """(entries, ""), or (None, why not). It misses the <link> of an item that follows an <atom:link>."""
    try:
        found = fastfeedparser.parse(data, include_content=False, include_media=False, include_tags=False)
        return [_from_fast(entry) for entry in found["entries"]], ""
    except Exception as error:  # noqa: BLE001  # fed hostile bytes it fails in any way; its successor decides
        return None, str(error).partition("(first")[0].strip() or type(error).__name__


def _is_dated(text: str) -> bool:
    """Whether all items have dates. fastfeedparser reads dates into the guids of those that have none ("m5": May)."""
    return len(_ITEM.findall(text)) <= len(_ITEM_DATE.findall(text))


def _from_fast(entry: Any) -> RawEntry:
    links = [link for link in entry.get("links") or () if link.get("href")]
    pages = [link["href"] for link in links if (link.get("rel") or "alternate") == "alternate"]
    link = pages[0] if pages else entry.get("link") or ""
    media = {each["href"] for each in links if each.get("rel") in ("enclosure", "self", "related", "via")}
    stated = entry.get("published") or entry.get("updated")
    return RawEntry(
        id=str(entry.get("id") or ""),
        link="" if link in media and not pages else str(link),
        title=str(entry.get("title") or ""),
        authors=tuple(_author(each) for each in entry.get("authors") or ()),
        published=date_of(stated),
    )


def _from_slow(entry: Any) -> RawEntry:
    when = entry.get("published_parsed") or entry.get("updated_parsed")
    return RawEntry(
        id=str(entry.get("id") or ""),
        link=str(entry.get("link") or ""),
        title=str(entry.get("title") or ""),
        authors=tuple(_author(each) for each in entry.get("authors") or ()),
        published=_from_seconds(calendar.timegm(when)) if when else None,
    )


def _author(author: Any) -> str:
    """A name; RSS writes "mail (Name)"."""
    name = " ".join(str(author.get("name") or "").split())
    return parseaddr(name)[0] if "@" in name else name


def _from_seconds(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _entries(raw: Iterable[RawEntry], base: str, now: datetime) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """Entries with absolute links and unique ids, and notes on those left out."""
    listed: list[tuple[str, Entry]] = []
    unlinked = 0
    for item in raw:
        url = _absolute(item.link, base) or (item.id if item.id.startswith(("http://", "https://")) else "")
        if not url:
            unlinked += 1
            continue
        title = " ".join(item.title.replace("\0", "").split())[:_TITLE_LIMIT]
        authors = tuple(name for name in dict.fromkeys(item.authors) if name)
        when = item.published if item.published and _EARLIEST < item.published < now + timedelta(days=1) else None
        listed.append((url, Entry(item.id or url, url, title, authors, when, item.language)))
    # A guid that stands for several addresses identifies none of them.
    addresses = Counter(guid for guid, _ in {(entry.id, url) for url, entry in listed})
    unique: dict[str, Entry] = {}
    for url, entry in listed:
        key = entry.id if addresses[entry.id] == 1 else url
        unique.setdefault(key, Entry(key, url, entry.title, entry.authors, entry.published_at, entry.language))
    notes = [f"{unlinked} entries have no link"] if unlinked else []
    if len(unique) < len(listed):
        notes.append(f"{len(listed) - len(unique)} entries are listed twice")
    return tuple(unique.values()), tuple(notes)


def _absolute(link: str, base: str) -> str:
    try:
        url = urljoin(base, link.strip()) if link.strip() else ""
        return url if urlsplit(url).scheme else ""
    except ValueError:
        return link


def _ttl(text: str) -> int | None:
    """Seconds of RSS's <ttl> (minutes) or of RSS 1.0's syndication module."""
    head = text[:16_384]
    if found := _TTL.search(head):
        return int(found[1]) * 60
    if period := _PERIOD.search(head):
        times = _FREQUENCY.search(head)
        return _PERIODS[period[1].lower()] // max(1, int(times[1]) if times else 1)
    return None
