"""seeds/kibana/*.yaml → seeds/kibana/veille.ndjson: one saved object a line. The same sources give the same bytes."""

from __future__ import annotations

from pathlib import Path

import msgspec

from processors.dashboards.objects import saved_objects
from processors.dashboards.sources import load_sources

FILE = "veille.ndjson"


def built(folder: Path) -> bytes:
    """The whole file. Raises SeedError naming file, line and field of a source that is wrong."""
    return msgspec.json.Encoder().encode_lines(saved_objects(load_sources(folder)))


def up_to_date(folder: Path) -> bool:
    """Whether the file is what its sources make. Raises SeedError as `built` does."""
    path = folder / FILE
    return path.is_file() and path.read_bytes() == built(folder)
