"""ingest: files → archive → tag → index, as one run whose id is derived from what the files hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from processors.archive.inputs import open_inputs
from processors.config import Settings
from processors.models.runs import Run
from processors.pipeline.index import index
from processors.pipeline.tag import tag
from processors.pipeline.workspace import Progress, RunFolder, quiet, runs_folder
from processors.store.interface import Store
from processors.urls import digest


def ingest(
    store: Store,
    settings: Settings,
    inputs: Sequence[Path],
    now: datetime,
    *,
    alerting: bool = True,
    progress: Progress = quiet,
) -> Run:
    """The committed run of these files; the same files again are the same run, and nothing is done twice.

    Files of any kind lie in the archive first, so that the index can be rebuilt from it. Raises InputError naming a
    path that cannot be read.
    """
    archive = settings.archive_path
    sources = open_inputs(inputs, archive / "inputs", now)
    run_id = f"ingest-{digest(*sorted(source.name for source in sources))}"
    folder = RunFolder(runs_folder(settings.home) / run_id)
    tagged = tag(sources, folder.tagged, settings.seeds, archive=archive, workers=settings.workers, progress=progress)
    run = index(store, run_id, tagged, now, alerting=alerting, progress=progress)
    folder.done.touch()
    return run
