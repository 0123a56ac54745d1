"""ingest: files → archive → tag → index, as one run whose id is derived from what the files hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from processors.archive.inputs import open_inputs
from processors.archive.places import Place, fetch, write_whole
from processors.config import Settings
from processors.models.runs import Run
from processors.pipeline.index import index
from processors.pipeline.tag import tag
from processors.pipeline.workspace import Progress, RunFolder, archive_of, quiet, runs_folder
from processors.store.interface import Store
from processors.urls import digest


def ingest(
    store: Store,
    settings: Settings,
    inputs: Sequence[Path | str],
    now: datetime,
    *,
    alerting: bool = True,
    runs: Place | None = None,
    progress: Progress = quiet,
) -> Run:
    """The committed run of these files; the same files again are the same run, and nothing is done twice.

    inputs: paths or URLs. runs: the folder of the run's files; None: VEILLE_HOME/runs. Files of any kind lie in the
    archive first, so that the index can be rebuilt from it. Raises InputError naming a path that cannot be read.
    """
    archive = archive_of(settings)
    sources = open_inputs(inputs, archive / "inputs", now)
    run_id = f"ingest-{digest(*sorted(source.name for source in sources))}"
    folder = RunFolder((runs or runs_folder(settings.home)) / run_id)
    tagged = tag(
        sources,
        folder.tagged,
        settings.seeds,
        archive=archive,
        run=folder.run_id,
        workers=settings.workers,
        progress=progress,
    )
    with TemporaryDirectory(prefix="veille-") as scratch:
        here = [fetch(path, Path(scratch) / path.name) for path in tagged]
        run = index(store, run_id, here, now, alerting=alerting, progress=progress)
    write_whole(folder.done, b"")
    return run
