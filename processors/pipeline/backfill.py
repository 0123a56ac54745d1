"""backfill: old coverage, by URL, into the store; it raises no alert."""

from __future__ import annotations

from datetime import datetime

from processors.config import Settings
from processors.pipeline.ingest import ingest
from processors.pipeline.operate import runs_of
from processors.pipeline.workspace import Progress, quiet
from processors.store.interface import Store


def backfill(
    store: Store, settings: Settings, url: str, now: datetime, *, progress: Progress = quiet
) -> dict[str, int]:
    """The counts by disposition of one WARC (or other input), named by URL or path, committed as a run of its own.

    Resumable: its copy in the archive, its tagged articles and its commit are each made once. Raises InputError for
    what is not there, ArchiveError for what cannot be reached.
    """
    run = ingest(store, settings, [url], now, alerting=False, runs=runs_of(settings), progress=progress)
    return run.counts
