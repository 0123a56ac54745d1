"""reprocess: a month's articles read anew from the archive under the tagger of now. Stories stay; nothing is raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from processors.archive.framing import BadRecord
from processors.archive.places import Place, below, fetch, is_there, remove_tree, replacing
from processors.archive.reader import read_pages
from processors.config import Settings
from processors.exceptions import InputError
from processors.models.articles import ArchiveLocator, Article, IndexedArticle, Page, TaggedArticle
from processors.models.stories import StoryMember
from processors.pipeline.measure import StageLine, Stopwatch, say
from processors.pipeline.operate import runs_of
from processors.pipeline.run import LEASE, PIPELINE
from processors.pipeline.tag import read_lines, tag_articles, tag_batches
from processors.pipeline.workspace import Progress, archive_of, quiet
from processors.store.interface import Store
from processors.store.months import bounds
from processors.stories.join import member
from processors.tagging.tagger import version_of
from processors.urls import digest

STEPS = ("extract", "tag")
_FETCHED = 200  # articles read from the store at a time


class _Wanted(Struct, frozen=True):
    """What of an article stays as it is, and where its page lies in the archive (file: empty where it does not)."""

    story_id: str
    run_id: str
    revision: int
    file: str
    offset: int


def months_of(store: Store, months: Sequence[str]) -> list[str]:
    """The months named; ["all"] names every one that has articles. Raises InputError for one that has none."""
    there = store.months()
    if list(months) == ["all"]:
        return there
    for month in months:
        try:
            bounds(month)
        except ValueError as error:
            raise InputError(f"months: {error}") from None
        if month not in there:
            raise InputError(
                f"months: the store has no articles of {month}; it has {', '.join(there) or 'none at all'}"
            )
    return sorted(set(months))


def reprocess_month(
    store: Store,
    settings: Settings,
    month: str,
    now: datetime,
    *,
    sources: Sequence[str] = (),
    steps: Sequence[str] = STEPS,
    progress: Progress = quiet,
) -> dict[str, int]:
    """rebuilt: articles that took the place of their old selves, all at once; kept: all others.

    sources: hosts such as "bbc.co.uk"; none: all. steps: "tag" alone takes the text from the store and not from the
    archive. An article that the archive no longer gives is kept. Ingest goes on meanwhile, and waits for the short end.
    What is tagged waits below ARCHIVE/runs: called again after an end before its time, this goes on from there.
    Raises InputError where a parameter is out of range, LeaseHeld where another run is being written at the end.
    """
    if unknown := [step for step in steps if step not in STEPS] or (["nothing"] if not steps else []):
        raise InputError(f"steps: {unknown[0]!r} is none; give {' and '.join(STEPS)}, or tag alone")
    months_of(store, [month])
    watch = Stopwatch()
    folder = _folder(settings, month, sources, steps)
    wanted = {
        article.tagged.article.id: _wanted(article)
        for article in store.month_articles(month)
        if not sources or article.tagged.article.source in sources
    }
    files: dict[str, list[str]] = defaultdict(list)
    for id_, one in wanted.items():
        files[one.file].append(id_)
    with TemporaryDirectory(prefix="veille-") as scratch:
        done, tagged = 0, []
        for name, ids in sorted(files.items()):
            target = folder / f"{digest(name, *sorted(f'{id_} {wanted[id_].revision}' for id_ in ids))}.jsonl"
            if not is_there(target):
                with replacing(target) as file:
                    for lines, _ in _tagged(store, settings, name, {id_: wanted[id_] for id_ in ids}, steps):
                        file.write(lines)
            tagged.append(fetch(target, Path(scratch) / target.name))
            done += len(ids)
            progress("reprocess", done, len(wanted))
        rebuilt = store.rebuild_month(month, _pairs(tagged, wanted), _alone(store, month, now))
    remove_tree(folder)
    counts = {"rebuilt": rebuilt, "kept": sum(1 for _ in store.month_articles(month)) - rebuilt}
    say(StageLine("reprocess", watch.seconds, f"reprocess-{month}", counts))
    return counts


def _folder(settings: Settings, month: str, sources: Sequence[str], steps: Sequence[str]) -> Place:
    """Where the articles tagged anew wait for the exchange: an attempt that was cut short, or found the lease held,
    is taken up again under the same tagger."""
    work = digest(version_of(settings.seeds), *sorted(steps), "of", *sorted(sources))
    return runs_of(settings) / f"reprocess-{month}-{work[:12]}"


def _wanted(indexed: IndexedArticle) -> _Wanted:
    locator = indexed.tagged.article.locator
    file, offset = (locator.file, locator.offset) if locator else ("", 0)
    return _Wanted(indexed.story_id, indexed.run_id, indexed.revision, file, offset)


def _tagged(
    store: Store, settings: Settings, name: str, wanted: dict[str, _Wanted], steps: Sequence[str]
) -> Iterator[tuple[bytes, int]]:
    """JSON Lines of what these articles of one archive file have become."""
    if "extract" in steps:
        pages = _pages(settings, name, {one.offset for one in wanted.values()})
        return tag_batches(pages, settings.seeds, settings.workers or 1)
    return tag_articles(_stored(store, list(wanted)), settings.seeds)


def _pages(settings: Settings, name: str, offsets: set[int]) -> Iterator[Page | BadRecord]:
    """The file's pages at these offsets; none where it is gone: its articles are kept."""
    try:
        for page in read_pages(below(archive_of(settings), name), min(offsets)):
            if isinstance(page, Page) and page.locator.offset in offsets:
                yield msgspec.structs.replace(page, locator=ArchiveLocator(name, page.locator.offset))
    except InputError:
        return


def _stored(store: Store, ids: Sequence[str]) -> Iterator[Article]:
    for start in range(0, len(ids), _FETCHED):
        yield from (indexed.tagged.article for indexed in store.articles(ids[start : start + _FETCHED]))


def _pairs(tagged: Sequence[Path], wanted: dict[str, _Wanted]) -> Iterator[tuple[IndexedArticle, StoryMember]]:
    for path in tagged:
        for _, line in read_lines(path):
            found: TaggedArticle | None = line.article
            kept = wanted.get(found.article.id) if found is not None else None
            if found is not None and kept is not None:
                yield IndexedArticle(found, kept.story_id, kept.run_id, kept.revision), member(found)


@contextmanager
def _alone(store: Store, month: str, now: datetime) -> Iterator[None]:
    owner = f"reprocess-{month}"
    store.acquire_lease(PIPELINE, owner, now, now + LEASE)
    try:
        yield
    finally:
        store.release_lease(PIPELINE, owner)
