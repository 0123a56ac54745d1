"""retry: inputs in quarantine, read again from the archive; what works leaves the quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from processors.archive.framing import BadRecord
from processors.archive.places import below, replacing
from processors.archive.reader import read_page
from processors.config import Settings
from processors.exceptions import InputError, NotFound
from processors.models.articles import ArchiveLocator, Page
from processors.models.runs import Disposition, QuarantineItem, Run
from processors.pipeline.index import index
from processors.pipeline.tag import read_lines, tag_batches
from processors.pipeline.workspace import RunFolder, archive_of, runs_folder
from processors.store.interface import Store
from processors.urls import digest


def retry(store: Store, settings: Settings, items: Sequence[QuarantineItem], now: datetime) -> Run | None:
    """The run of those inputs that gave an article or failed again; None where nothing could be read."""
    if not items:
        return None
    run_id = f"retry-{digest(now.isoformat(), *(item.id for item in items))}"
    tagged = RunFolder(runs_folder(settings.home) / run_id).tagged / "0000-retry.jsonl"
    pages = [_page(settings, item) for item in items]
    with replacing(tagged) as file:
        for lines, _ in tag_batches(pages, settings.seeds, 1):
            file.write(lines)
    run = index(store, run_id, [tagged], now)
    again = {line.rejected.where for _, line in read_lines(tagged) if line.rejected is not None}
    store.release_quarantine([item.id for item in items if item.input not in again])
    return run


def rescued(run: Run) -> int:
    """How many of a retried run's inputs left the quarantine."""
    return sum(count for name, count in run.counts.items() if name != Disposition.QUARANTINED)


def _page(settings: Settings, item: QuarantineItem) -> Page | BadRecord:
    locator = msgspec.json.decode(item.payload, type=ArchiveLocator)
    try:
        path = below(archive_of(settings), locator.file)
        page = read_page(path, ArchiveLocator(path.name, locator.offset))
    except (InputError, NotFound) as error:
        return BadRecord(locator.file, locator.offset, item.input, str(error))
    return msgspec.structs.replace(page, locator=locator)
