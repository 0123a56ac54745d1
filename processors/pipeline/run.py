"""run: all six verbs; what an earlier run left unfinished comes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from processors.alerting.rules import CompiledRule
from processors.archive.places import Place, write_whole
from processors.config import Settings
from processors.models.runs import Run
from processors.pipeline.crawl import crawl, crawled
from processors.pipeline.index import index
from processors.pipeline.match import match
from processors.pipeline.notify import notify
from processors.pipeline.plan import finish_plan, plan
from processors.pipeline.tag import tag
from processors.pipeline.workspace import Progress, RunFolder, archive_of, leftovers, owner_of, quiet, runs_folder
from processors.store.interface import Store

LEASE = timedelta(hours=2)
PIPELINE = "pipeline"  # the store's lease that keeps two homes from writing at once


class Outcome(Struct, frozen=True):
    """What one pass did. runs: those that were finished; raised: new alerts; sent, failed: notifications."""

    runs: tuple[Run, ...]
    raised: int
    sent: int
    failed: int


def run(
    store: Store,
    settings: Settings,
    rules: Sequence[CompiledRule],
    clock: Callable[[], datetime],
    *,
    keep_open: Sequence[int] = (),
    progress: Progress = quiet,
) -> Outcome:
    """One pass of the verbs. clock: asked once a verb, so that long runs carry true times."""
    owner = owner_of(settings.home)
    store.acquire_lease(PIPELINE, owner, clock(), clock() + LEASE)
    try:
        runs = [
            finish(store, settings, folder, clock, keep_open, progress)
            for folder in leftovers(runs_folder(settings.home))
        ]
        planned = plan(store, settings.home, clock())
        if planned is not None:
            runs.append(finish(store, settings, planned, clock, keep_open, progress))
        raised = match(store, rules, clock(), progress=progress)
        delivered = notify(store, settings, rules, clock(), owner)
    finally:
        store.release_lease(PIPELINE, owner)
    return Outcome(tuple(run for run in runs if run is not None), raised, delivered.sent, delivered.failed)


def finish(
    store: Store,
    settings: Settings,
    folder: RunFolder,
    clock: Callable[[], datetime],
    keep_open: Sequence[int],
    progress: Progress,
) -> Run | None:
    """Takes one run from wherever it stands to its commit. None: others hold all its feeds."""
    if finish_plan(store, settings.home, folder, clock()) is None:
        return None
    progress("crawl", 0, None)
    crawl(folder, archive_of(settings), contact=settings.contact, keep_open=keep_open)
    tagged = tag_run(settings, folder, progress=progress)
    committed = index(store, folder.run_id, tagged, clock(), polls=folder.polls, progress=progress)
    write_whole(folder.done, b"")
    return committed


def tag_run(settings: Settings, folder: RunFolder, *, progress: Progress = quiet) -> list[Place]:
    """The tagged files of a run whose crawl is whole. Raises InputError where it is not."""
    archive = archive_of(settings)
    sources = crawled(folder, archive)
    return tag(
        sources,
        folder.tagged,
        settings.seeds,
        archive=archive,
        run=folder.run_id,
        workers=settings.workers,
        progress=progress,
    )
