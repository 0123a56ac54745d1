"""Inputs that were files, written to the archive as WARC `resource` records: the bytes as they came."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from processors.archive.places import Place, is_there, send


class Item(Struct, frozen=True):
    """One input. target: input:NAME or input:NAME#LINE; truncated: the body is only the beginning of it."""

    target: str
    content_type: str
    body: bytes
    truncated: bool = False


def write_items(items: Iterable[Item], archive: Place, now: datetime) -> Place:
    """Archive the items in a WARC whose name comes from their content, and return its path.

    The same items give the same file: one that is there already is left as it is, so that an input keeps the time
    at which it was first seen. The file appears whole or not at all. Memory: one item.
    """
    content = hashlib.sha256()
    with TemporaryDirectory(prefix="veille-") as scratch:
        written = Path(scratch) / "inputs.warc.gz"
        with written.open("wb") as file:
            for item in items:
                content.update(f"{item.target}\n{item.content_type}\n{len(item.body)}\n".encode())
                content.update(item.body)
                file.write(gzip.compress(resource_record(item, now), mtime=0))
            file.flush()
            os.fsync(file.fileno())
        final = archive / f"inputs-{content.hexdigest()[:20]}.warc.gz"
        if not is_there(final):
            send(written, final)
    return final


def resource_record(item: Item, now: datetime) -> bytes:
    """A WARC 1.1 resource record (ISO 28500:2017), uncompressed. Its id is derived from target and content."""
    sha256 = hashlib.sha256(item.body).hexdigest()
    sha1 = base64.b32encode(hashlib.sha1(item.body, usedforsecurity=False).digest()).decode("ascii")
    headers = [
        "WARC/1.1",
        "WARC-Type: resource",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{item.target} {sha256}')}>",
        f"WARC-Target-URI: {item.target}",
        f"Content-Type: {item.content_type}",
        *(["WARC-Truncated: length"] if item.truncated else []),
        f"WARC-Block-Digest: sha1:{sha1}",
        f"Content-Length: {len(item.body)}",
        f"WARC-Date: {now.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}",
    ]
    return "\r\n".join(headers).encode("utf-8") + b"\r\n\r\n" + item.body + b"\r\n\r\n"
