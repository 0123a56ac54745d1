"""WARC → Page: our own archives, and foreign ones such as CC-NEWS.

Ours hold `response` records, each followed by a `metadata` record of type application/json that says which feed and
entry led to it, and `resource` records for inputs that were files. Foreign ones hold responses without metadata.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from fastwarc.warc import WarcRecord, WarcRecordType

from processors.archive.framing import BadRecord, RawRecord, read_records
from processors.archive.places import Place
from processors.exceptions import NotFound
from processors.models.articles import ArchiveLocator, Page
from processors.models.feeds import Entry

PAGE_LIMIT = 20 * 1024 * 1024  # bytes of a page after decompression
INPUT_SCHEME = "input:"  # the target of a record that was a file: input:NAME or input:NAME#LINE

_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_TEXT_FORMS = ("application/json", "text/plain")
_WANTED = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.metadata)


class CrawlNote(msgspec.Struct, frozen=True):
    """What the metadata record after a response says. kind: "page", or "feed" for a feed's own response."""

    feed_url: str | None = None
    entry: Entry | None = None
    country: str | None = None
    language: str | None = None
    kind: str = "page"


class _Unreadable(Exception):
    """Why a record gives no page though it should."""


def read_pages(path: Place, start: int = 0) -> Iterator[Page | BadRecord]:
    """The pages of a WARC file from byte `start`, in order, and what is wrong with each record that should give one.

    Pages are HTTP 200 responses of an HTML type, resource records of an HTML type, and inputs (see INPUT_SCHEME).
    Memory: one record. Raises InputError where the file cannot be opened.
    """
    held: tuple[str, Page] | None = None  # a response waits for the metadata record that may follow it
    for raw in read_records(path, start):
        result = raw if isinstance(raw, BadRecord) else _read(raw, path)
        if isinstance(result, _Metadata):
            if held and held[0] in result.about:
                page, held = _noted(held[1], result.note), None
                if page:
                    yield page
            continue
        if held:
            yield held[1]
        held = result if isinstance(result, tuple) else None
        if isinstance(result, BadRecord):
            yield result
    if held:
        yield held[1]


def read_page(path: Place, locator: ArchiveLocator, url: str | None = None) -> Page:
    """The one page at a locator, with its note. Raises NotFound where there is none, or not with this url."""
    for page in read_pages(path, locator.offset):
        at = page.locator.offset if isinstance(page, Page) else page.offset
        if at != locator.offset:
            break
        if isinstance(page, Page) and url in (None, page.url):
            return page
    raise NotFound(f"{path}: no page{f' {url}' if url else ''} at offset {locator.offset}")


class _Metadata(msgspec.Struct, frozen=True):
    """A metadata record: the ids of the records it is about, and our note where it is one of ours."""

    about: tuple[str, ...]
    note: CrawlNote | None


def _noted(page: Page, note: CrawlNote | None) -> Page | None:
    """The page with its feed and entry; None for a feed's own response."""
    if note is None:
        return page
    if note.kind != "page":
        return None
    return msgspec.structs.replace(
        page, feed_url=note.feed_url, entry=note.entry, country=note.country, language=note.language
    )


def _read(raw: RawRecord, path: Place) -> tuple[str, Page] | _Metadata | BadRecord | None:
    url = None
    try:
        record = WarcRecord.from_bytes(raw.data)
        if record.record_type not in _WANTED:
            return None
        url = (record.headers.get("WARC-Target-URI") or "").strip("<> ") or None
        _verify(record, raw)
        if record.record_type == WarcRecordType.metadata:
            return _metadata(record, raw)
        if record.headers.get("WARC-Truncated"):
            raise _Unreadable(f"it was cut short when it was written ({record.headers.get('WARC-Truncated')})")
        page = _page(record, raw, url, ArchiveLocator(path.name, raw.offset))
        return (record.headers.get("WARC-Record-ID") or "", page) if page else None
    except (_Unreadable, msgspec.DecodeError, OSError, ValueError) as error:
        # OSError and ValueError are what fastwarc raises for headers, chunks and compressed data it cannot parse.
        return BadRecord(str(path), raw.offset, url, str(error))


def _verify(record: WarcRecord, raw: RawRecord) -> None:
    """Raises _Unreadable where the block's digest is wrong. A payload's digest is asked only where nothing else
    vouches for the bytes: writers disagree on whether it is taken before or after decoding."""
    block = raw.data[raw.data.index(b"\r\n\r\n") + 4 :]
    stated = record.headers.get("WARC-Block-Digest")
    if stated:
        if not _matches(stated, block):
            raise _Unreadable("its block digest is wrong")
    elif not raw.checked and (stated := record.headers.get("WARC-Payload-Digest")):
        payload = block.partition(b"\r\n\r\n")[2] if _is_http(record) else block
        if not _matches(stated, payload) and not _matches(stated, _decoded(raw)):
            raise _Unreadable("its payload digest is wrong")


def _matches(stated: str, data: bytes) -> bool:
    """Whether `stated` ("sha1:BASE32" or hexadecimal) is the digest of data. An unknown algorithm passes."""
    algorithm, _, value = stated.strip().partition(":")
    if algorithm.lower().replace("-", "") not in ("sha1", "sha256", "sha512", "md5"):
        return True
    actual = hashlib.new(algorithm.lower().replace("-", ""), data, usedforsecurity=False)
    encoded = base64.b32encode(actual.digest()).decode("ascii").rstrip("=")
    return value.rstrip("=").upper() in (encoded, actual.hexdigest().upper())


def _is_http(record: WarcRecord) -> bool:
    return (record.headers.get("Content-Type") or "").replace(" ", "").lower().startswith("application/http")


def _metadata(record: WarcRecord, raw: RawRecord) -> _Metadata:
    about = tuple(filter(None, (record.headers.get(name) for name in ("WARC-Concurrent-To", "WARC-Refers-To"))))
    note = None
    if _media_type(record.headers.get("Content-Type")) == "application/json":
        note = msgspec.json.decode(_decoded(raw), type=CrawlNote)
    return _Metadata(about, note)


def _page(record: WarcRecord, raw: RawRecord, url: str | None, locator: ArchiveLocator) -> Page | None:
    if not url:
        return None
    content_type = record.headers.get("Content-Type")
    if record.record_type == WarcRecordType.response:
        if not _is_http(record):
            return None
        record.parse_http(strict_mode=False)
        if record.http_headers is None:
            raise _Unreadable("its HTTP header cannot be read")
        if record.http_headers.status_code != 200:
            return None
        content_type = record.http_headers.get("Content-Type")
    if not _is_page_type(content_type, url):
        return None
    body = _decoded(raw)
    if len(body) > PAGE_LIMIT:
        raise _Unreadable(f"its page is larger than {PAGE_LIMIT // 1024 // 1024} MB")
    return Page(url, body, _date(record), locator, content_type)


def _is_page_type(content_type: str | None, url: str) -> bool:
    media_type = _media_type(content_type)
    if url.startswith(INPUT_SCHEME):
        return media_type in _HTML_TYPES or media_type in _TEXT_FORMS
    return media_type in _HTML_TYPES or not media_type  # servers that state no type mostly serve pages


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _decoded(raw: RawRecord) -> bytes:
    """The payload without transfer and content encodings, at most PAGE_LIMIT + 1 bytes of it. Raises OSError.

    Archives often keep the encoding headers of bodies that they hold decoded: what does not decode but looks like
    markup is taken as it is.
    """
    failure: OSError | None = None
    for mode in ("all", "transfer", "content", "none"):
        record = WarcRecord.from_bytes(raw.data)
        try:
            if _is_http(record):
                record.parse_http(auto_decode=mode, strict_mode=False)
            body = bytes(record.reader.read(PAGE_LIMIT + 1))
        except OSError as error:
            failure = failure or error
            continue
        if failure is None or body.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
            return body
    raise failure or OSError("its payload cannot be decoded")


def _date(record: WarcRecord) -> datetime:
    date = record.record_date
    if date is None:
        raise _Unreadable("it states no date")
    return date.astimezone(UTC)
