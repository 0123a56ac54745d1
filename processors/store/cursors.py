"""Cursors: where a page of hits ended. Opaque to users, and refused for another query or sort order."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence

import msgspec

from processors.exceptions import InputError
from processors.query.tree import Query
from processors.store.interface import Sort

Key = float | int | str


def stamp(query: Query, sort: Sort) -> str:
    """Of what a cursor belongs to."""
    return hashlib.sha256(f"{sort} {query.root!r}".encode("utf-8", "backslashreplace")).hexdigest()[:8]


def written(stamp: str, keys: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((stamp, keys))).decode()


def read(cursor: str, stamp: str) -> list[Key]:
    """The keys. Raises InputError."""
    try:
        belongs, keys = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str, list[Key]])
    except (msgspec.DecodeError, binascii.Error, ValueError):
        belongs, keys = "", []
    if belongs != stamp:
        raise InputError("this cursor is not of this query and sort order: start again without it")
    return keys
