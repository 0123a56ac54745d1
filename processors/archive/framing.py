"""Finding the records of a WARC file, so that a damaged record costs only itself.

The known readers return a record that was cut short as an empty one, and lose the rest of the file to one flipped
bit. This module checks each length and each gzip member's CRC, and starts again at the next record that it finds.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import Struct

from processors.archive.places import Place, reaching
from processors.archive.streams import CHUNK, Buffered, Damaged, GzipMember, PlainStream

RECORD_LIMIT = 24 * 1024 * 1024  # bytes of one record's block that are held in memory; larger ones are skipped
_SKIP_LIMIT = 256 * 1024 * 1024  # bytes of an oversized record that are read over before its gzip member is given up
_HEADER_LIMIT = 64 * 1024

_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r?\n", re.IGNORECASE)
_TARGET = re.compile(rb"\r?\nwarc-target-uri:[ \t]*<?([^\r\n>]+)", re.IGNORECASE)
_BEGINNING = re.compile(rb"WARC/1\.\d\r?\n[A-Za-z-]{1,40}:")
_GZIP_MAGIC = b"\x1f\x8b\x08"


class BadRecord(Struct, frozen=True):
    """A record that cannot be read. offset: its first byte in the file; url: its target, where that is known."""

    file: str
    offset: int
    url: str | None
    reason: str


class RawRecord(Struct, frozen=True):
    """The bytes of one record (header and block). checked: a gzip CRC vouches for them."""

    offset: int
    data: bytes
    checked: bool


class _Oversized(Struct, frozen=True):
    """Stands for a whole record that is too large to hold."""

    url: str | None


def read_records(path: Place, start: int = 0) -> Iterator[RawRecord | BadRecord]:
    """The records of a WARC file, gzipped or not, in order, from the one at byte `start`.

    Memory: one record, RECORD_LIMIT at most. Raises InputError where the file cannot be opened,
    ArchiveError where its server cannot be reached.
    """
    with reaching(path), path.open("rb") as file:
        zipped = _is_zipped(file.read(5), path.name)
        yield from (_zipped_records if zipped else _plain_records)(file, str(path), start)


def _is_zipped(beginning: bytes, name: str) -> bool:
    """By its first bytes; by its name where those are damaged."""
    return beginning.startswith(_GZIP_MAGIC) or (name.endswith(".gz") and beginning != b"WARC/")


def _zipped_records(file: BinaryIO, name: str, first: int) -> Iterator[RawRecord | BadRecord]:
    start: int | None = first
    while start is not None:
        file.seek(start)
        member = GzipMember(file)
        # One record back: the last record of a member is handed on once the member's CRC is known to be right.
        held: RawRecord | BadRecord | None = None
        try:
            while (record := _next_record(member)) is not None:
                if held:
                    yield held
                held = _framed(record, name, start, checked=True)
        except Damaged as damage:
            yield BadRecord(name, start, damage.url or _url_of(held), damage.reason)
            start = _next_member(file, start + 1)
            continue
        if held:
            yield held
        end = member.end  # it moves as the file is read on
        file.seek(end)
        start = end if file.read(1) else None


def _framed(record: bytes | _Oversized, name: str, offset: int, *, checked: bool) -> RawRecord | BadRecord:
    if isinstance(record, bytes):
        return RawRecord(offset, record, checked)
    return BadRecord(name, offset, record.url, f"it is larger than {RECORD_LIMIT // 1024 // 1024} MB")


def _next_member(file: BinaryIO, position: int) -> int | None:
    """The first place at or after `position` where a gzip member begins that holds a WARC record."""
    window, overlap = 16 * CHUNK, 1024  # the overlap holds a member's header and its first bytes
    while True:
        file.seek(position)
        chunk = file.read(window)
        found = -1
        while (found := chunk.find(_GZIP_MAGIC, found + 1)) >= 0:
            if _begins_record(chunk[found : found + overlap]):
                return position + found
        if len(chunk) < window:
            return None
        position += window - overlap


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 5) == b"WARC/"
    except zlib.error:
        return False


def _plain_records(file: BinaryIO, name: str, first: int) -> Iterator[RawRecord | BadRecord]:
    start: int | None = first
    while start is not None:
        file.seek(start)
        stream = PlainStream(file)
        try:
            while (record := _next_record(stream)) is not None:
                yield _framed(record, name, start, checked=False)
                start = stream.position
            return
        except Damaged as damage:
            yield BadRecord(name, start, damage.url, damage.reason)
            start = _next_plain(file, start + 1)


def _next_plain(file: BinaryIO, position: int) -> int | None:
    """The first record that starts at or after `position`: by its first line and the header that follows, for the
    blank lines before it may be what is damaged."""
    window, overlap = 16 * CHUNK, 64
    while True:
        file.seek(position)
        chunk = file.read(window)
        if found := _BEGINNING.search(chunk):
            return position + found.start()
        if len(chunk) < window:
            return None
        position += window - overlap


def _next_record(stream: Buffered) -> bytes | _Oversized | None:
    """Header and block of the next record, None at the end. Raises Damaged."""
    while stream.peek(2) == b"\r\n":
        stream.read(2)
    header = stream.until(b"\r\n\r\n", _HEADER_LIMIT)
    if not header:
        return None
    if not header.startswith(b"WARC/"):
        raise Damaged("no WARC record starts here")
    url = _target(header)
    length = _LENGTH.search(header)
    if not length or not header.endswith(b"\r\n\r\n"):
        raise Damaged("its header is cut short or states no length", url)
    size = int(length[1])
    block = stream.read(size) if size <= RECORD_LIMIT else _read_over(stream, size)
    if len(block) < size and size <= RECORD_LIMIT:
        raise Damaged(f"it is cut short: {len(block)} of {size} bytes", url)
    if stream.read(4) != b"\r\n\r\n":
        raise Damaged("its length is wrong: no blank lines follow it", url)
    return header + block if size <= RECORD_LIMIT else _Oversized(url)


def _read_over(stream: Buffered, size: int) -> bytes:
    if size > _SKIP_LIMIT:
        raise Damaged(f"it is larger than {_SKIP_LIMIT // 1024 // 1024} MB")
    while size > 0 and (passed := stream.read(min(size, CHUNK))):
        size -= len(passed)
    return b""


def _url_of(record: RawRecord | BadRecord | None) -> str | None:
    return _target(record.data) if isinstance(record, RawRecord) else None


def _target(record: bytes | _Oversized) -> str | None:
    if isinstance(record, _Oversized):
        return record.url
    found = _TARGET.search(record[:_HEADER_LIMIT])
    return found[1].decode("utf-8", "replace").strip() if found else None
