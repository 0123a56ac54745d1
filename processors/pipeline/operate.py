"""One run on many machines: the functions that an orchestrator calls, each idempotent, each taking and giving names.

The machines share the archive and the store alone. A run's files lie in ARCHIVE/runs/RUN until it is committed:
plan.json, shards/NNNN/plan.json and polls.jsonl (its presence says that the shard is whole), tagged/*.jsonl.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from processors.archive.places import (
    Place,
    below,
    fetch,
    found,
    is_there,
    name_below,
    read_whole,
    remove_tree,
    size_of,
    write_whole,
)
from processors.config import Settings
from processors.exceptions import InputError, NotFound
from processors.feeds.schedule import due
from processors.models.articles import ArchiveLocator
from processors.models.feeds import EntryOutcome, EntryPoll, FeedOutcome, FeedPoll, Plan, PlannedFeed, Poll
from processors.models.runs import Run
from processors.pipeline.crawl import POLLS, archived, move_up, run_crawler
from processors.pipeline.plan import LEASE as FEED_LEASE
from processors.pipeline.plan import run_id_of
from processors.pipeline.run import LEASE, PIPELINE
from processors.pipeline.shards import MOST_SHARDS, batched_by_size, sharded
from processors.pipeline.workspace import RunFolder, archive_of, leftovers
from processors.store.interface import Store


def plan_shards(store: Store, settings: Settings, now: datetime, *, shards: int = 4) -> list[str]:
    """The names (RUN/NNNN) of the shards to crawl; none where no feed is due.

    A run that was not finished comes first: its shards are given again, and those that are whole cost nothing. Not to
    be called while another run is under way. Raises InputError where `shards` is out of range.
    """
    if not 1 <= shards <= MOST_SHARDS:
        raise InputError(f"shards: {shards} is out of range: give a number from 1 to {MOST_SHARDS}")
    for folder in leftovers(runs_of(settings)):
        if names := _handed_out(store, folder, now, shards):
            return names
    planned = due(store.feeds(), store.feed_states(), now)
    if not planned:
        return []
    run_id = run_id_of(now, planned)
    folder = _folder(settings, run_id)
    write_whole(folder.draft, msgspec.json.encode(Plan(run_id, now, planned)))
    return _handed_out(store, folder, now, shards)


def crawl_shard(settings: Settings, shard: str) -> dict[str, int]:
    """How many feeds were taken up and WARC files written. A shard that is whole is not crawled again.

    The crawler writes on this machine; its files then move to the archive, the polls last. Raises CrawlError.
    """
    run_id, folder = _shard(settings, shard)
    plan = folder.read_plan()
    target = archived(archive_of(settings), run_id, plan.made_at)
    if not is_there(folder.polls):
        with TemporaryDirectory(prefix="veille-") as scratch:
            here = Path(scratch) / plan.run_id
            write_whole(here / "plan.json", msgspec.json.encode(plan))
            run_crawler(here / "plan.json", here / "out", here / "crawl.log", settings.contact)
            move_up(here / "out", target, folder.polls)
    return {"feeds": len(plan.feeds), "files": len(found(target, f"{plan.run_id}-*.warc.gz"))}


def batches(settings: Settings, run_id: str) -> list[list[str]]:
    """The archive files of the run's whole shards, by name, in batches that are worth loading the models for."""
    files = _crawled(settings, _folder(settings, run_id))
    root = archive_of(settings)
    return batched_by_size([(name, size_of(below(root, name))) for name in files])


def tag_files(settings: Settings, run_id: str, files: list[str]) -> dict[str, int]:
    """How many articles these archive files of a run gave, and how many inputs were rejected; done files stay."""
    from processors.pipeline.tag import read_lines, tag

    folder, archive = _folder(settings, run_id), archive_of(settings)
    sources = [below(archive, name) for name in files]
    tagged = tag(sources, folder.tagged, settings.seeds, archive=archive, run=folder.run_id, workers=settings.workers)
    counts = {"articles": 0, "rejected": 0}
    with TemporaryDirectory(prefix="veille-") as scratch:
        for path in tagged:
            for _, line in read_lines(fetch(path, Path(scratch) / path.name)):
                counts["articles" if line.article is not None else "rejected"] += 1
    return counts


def index_run(store: Store, settings: Settings, run_id: str, now: datetime, *, give_up: bool = False) -> dict[str, int]:
    """The run's counts by disposition, once it is committed; its files in ARCHIVE/runs go.

    give_up: what failed for good is set down as failed, and the rest goes on: the feeds of shards that are not whole
    count as failed polls, archive files that are not tagged are quarantined. Otherwise raises InputError naming them.
    Raises LeaseHeld where another run is being written.
    """
    from processors.pipeline.index import index

    folder = _folder(settings, run_id)
    if not is_there(folder.plan):
        return _committed(store, run_id).counts
    with TemporaryDirectory(prefix="veille-") as scratch:
        here = Path(scratch)
        polls = _gathered_polls(folder, here, now, give_up)
        tagged = _gathered_tags(settings, folder, here, give_up)
        store.acquire_lease(PIPELINE, run_id, now, now + LEASE)
        try:
            run = index(store, run_id, tagged, now, polls=polls)
        finally:
            store.release_lease(PIPELINE, run_id)
    remove_tree(folder.tagged)
    remove_tree(folder.path)
    return run.counts


def runs_of(settings: Settings) -> Place:
    """Where the runs of the operator have their files."""
    return archive_of(settings) / "runs"


def failed_polls(feeds: tuple[PlannedFeed, ...], now: datetime, detail: str) -> Iterator[Poll]:
    """The outcomes of feeds that nobody could crawl: each polled feed failed, each page to retry waits as before."""
    for planned in feeds:
        if planned.poll:
            yield FeedPoll(planned.feed.url, now, FeedOutcome.FAILED, detail=detail)
        for retry in planned.retries:
            yield EntryPoll(
                planned.feed.url, retry.entry, now, EntryOutcome.FAILED, detail=detail, attempts=retry.attempts
            )


def _handed_out(store: Store, folder: RunFolder, now: datetime, shards: int) -> list[str]:
    """The names of the run's shards; where they are not there yet, its feeds are leased and divided first."""
    if not is_there(folder.plan):
        draft = folder.read_plan(folder.draft)
        urls = [planned.feed.url for planned in draft.feeds]
        granted = store.lease_feeds(urls, folder.run_id, now, now + FEED_LEASE)
        feeds = tuple(planned for planned in draft.feeds if planned.feed.url in granted)
        if not feeds:  # others hold them all
            remove_tree(folder.path)
            return []
        remove_tree(folder.shards)  # of an attempt that was cut off
        for number, part in enumerate(sharded(feeds, shards)):
            one = folder.shard(number)
            write_whole(one.plan, msgspec.json.encode(Plan(f"{folder.run_id}-{number:04}", draft.made_at, part)))
        write_whole(folder.plan, msgspec.json.encode(Plan(folder.run_id, draft.made_at, feeds)))
    return [f"{folder.run_id}/{path.name}" for path in found(folder.shards, "*")]


def _folder(settings: Settings, run_id: str) -> RunFolder:
    return RunFolder(below(runs_of(settings), run_id))


def _shard(settings: Settings, shard: str) -> tuple[str, RunFolder]:
    run_id, _, number = shard.partition("/")
    if not number.isdecimal():
        raise InputError(f"{shard!r} is no shard: write RUN/NNNN, as planning gave it")
    return run_id, _folder(settings, run_id).shard(int(number))


def _parts(folder: RunFolder) -> list[RunFolder]:
    return [RunFolder(path) for path in found(folder.shards, "*")]


def _crawled(settings: Settings, folder: RunFolder) -> list[str]:
    """The names of the archive files of shards that are whole."""
    archive = archive_of(settings)
    target = archived(archive, folder.run_id, folder.read_plan().made_at)
    whole = {part.read_plan().run_id for part in _parts(folder) if is_there(part.polls)}
    files = found(target, "*.warc.gz")
    return [name_below(path, archive) or "" for path in files if path.name.rpartition("-")[0] in whole]


def _gathered_polls(folder: RunFolder, here: Path, now: datetime, give_up: bool) -> Path:
    """The polls of all shards in one file of this machine."""
    missing = [part for part in _parts(folder) if not is_there(part.polls)]
    if missing and not give_up:
        names = ", ".join(f"{folder.run_id}/{part.path.name}" for part in missing)
        raise InputError(f"these shards have no whole crawl: {names}; crawl them again, or give them up")
    lines = [read_whole(part.polls) for part in _parts(folder) if is_there(part.polls)]
    for part in missing:
        lines += [
            msgspec.json.encode(poll) + b"\n"
            for poll in failed_polls(part.read_plan().feeds, now, "the crawl of its shard failed")
        ]
    polls = here / POLLS
    write_whole(polls, b"".join(lines))
    return polls


def _gathered_tags(settings: Settings, folder: RunFolder, here: Path, give_up: bool) -> list[Path]:
    """The tagged files on this machine; of an archive file without one, a file that says so."""
    from processors.pipeline.tag import Rejected, TaggedLine, tagged_of

    targets = {name: tagged_of(name, folder.tagged) for name in _crawled(settings, folder)}
    missing = [name for name, target in targets.items() if not is_there(target)]
    if missing and not give_up:
        raise InputError(f"these archive files are not tagged: {', '.join(missing)}; tag them again, or give them up")
    for name in missing:
        reason = f"tagging it failed; mend the cause, then `veille backfill {archive_of(settings) / name}`"
        rejected = Rejected(f"{name}:0", reason, ArchiveLocator(name, 0))
        write_whole(here / targets[name].name, msgspec.json.encode(TaggedLine(rejected=rejected)) + b"\n")
    return [
        here / target.name if name in missing else fetch(target, here / target.name) for name, target in targets.items()
    ]


def _committed(store: Store, run_id: str) -> Run:
    """A run whose files are gone. Raises NotFound."""
    for run in store.runs():
        if run.id == run_id and run.committed_at is not None:
            return run
    raise NotFound(f"no run {run_id}: neither planned nor committed; planning gives the names of runs")
