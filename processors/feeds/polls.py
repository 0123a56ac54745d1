"""polls.jsonl, the crawler's record of outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from upath import UPath

from processors.exceptions import InputError
from processors.models.feeds import Poll


def read_polls(path: Path | UPath) -> Iterator[Poll]:
    """The outcomes of a crawl, in the order of the file. Raises InputError naming file and line."""
    decoder = msgspec.json.Decoder(Poll)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield decoder.decode(line)
                except msgspec.DecodeError as error:
                    raise InputError(f"{path}:{number}: is no poll: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
