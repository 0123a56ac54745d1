"""Bytes of a WARC file, as they lie there or as one gzip member holds them."""

from __future__ import annotations

import zlib
from typing import BinaryIO

CHUNK = 64 * 1024


class Damaged(Exception):
    """The record in hand cannot be read; what follows it may be."""

    def __init__(self, reason: str, url: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.url = reason, url


class Buffered:
    """read, peek and until over a source of chunks."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._buffer = bytearray()

    def _more(self) -> bytes:
        return self._file.read(CHUNK)

    def peek(self, size: int) -> bytes:
        while len(self._buffer) < size and (chunk := self._more()):
            self._buffer += chunk
        return bytes(self._buffer[:size])

    def read(self, size: int) -> bytes:
        taken = self.peek(size)
        del self._buffer[: len(taken)]
        return taken

    def until(self, mark: bytes, limit: int) -> bytes:
        """Bytes up to and including mark; what there is, up to about limit bytes, where it does not come."""
        searched = 0
        while (found := self._buffer.find(mark, searched)) < 0 and len(self._buffer) < limit:
            searched = max(0, len(self._buffer) - len(mark))
            chunk = self._more()
            if not chunk:
                break
            self._buffer += chunk
        return self.read(found + len(mark) if found >= 0 else min(limit, len(self._buffer)))


class PlainStream(Buffered):
    """An uncompressed file from where it stands."""

    @property
    def position(self) -> int:
        return self._file.tell() - len(self._buffer)


class GzipMember(Buffered):
    """One gzip member, decompressed as it is asked for. Raises Damaged where it is cut short or fails its CRC."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self._inflate = zlib.decompressobj(wbits=31)
        self._pending = b""

    def _more(self) -> bytes:
        while not self._inflate.eof:
            pending = self._pending or self._file.read(CHUNK)
            try:
                chunk = self._inflate.decompress(pending, 4 * CHUNK)
            except zlib.error as error:
                raise Damaged(f"its gzip member is corrupt ({error})") from None
            self._pending = self._inflate.unconsumed_tail
            if chunk:
                return chunk
            if not pending and not self._inflate.eof:
                raise Damaged("its gzip member is cut short")
        return b""

    @property
    def end(self) -> int:
        """Where the next member starts, once all of this one has been read."""
        return self._file.tell() - len(self._inflate.unused_data)
