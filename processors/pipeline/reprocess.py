"""reprocess: a month's articles read anew from the archive under the tagger of now. Stories stay; nothing is raised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec
from msgspec import Struct

from processors.archive.framing import BadRecord
from processors.archive.places import below
from processors.archive.reader import read_pages
from processors.config import Settings
from processors.exceptions import InputError
from processors.models.articles import ArchiveLocator, Article, IndexedArticle, Page, TaggedArticle
from processors.models.stories import StoryMember
from processors.pipeline.run import LEASE, PIPELINE
from processors.pipeline.tag import read_lines, tag_articles, tag_batches
from processors.pipeline.workspace import Progress, archive_of, quiet
from processors.store.interface import Store
from processors.store.months import bounds
from processors.stories.join import member

STEPS = ("extract", "tag")


class _Wanted(Struct, frozen=True):
    """What of an article stays as it is."""

    story_id: str
    run_id: str
    revision: int


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
    Raises InputError where a parameter is out of range, LeaseHeld where another run is being written at the end.
    """
    if unknown := [step for step in steps if step not in STEPS] or (["nothing"] if not steps else []):
        raise InputError(f"steps: {unknown[0]!r} is none; give {' and '.join(STEPS)}, or tag alone")
    months_of(store, [month])
    total, wanted = 0, {}
    files: dict[str, set[int]] = defaultdict(set)
    with TemporaryDirectory(prefix="veille-") as scratch:
        spool = Path(scratch) / "rebuilt.jsonl"
        with spool.open("wb") as out, (Path(scratch) / "texts.jsonl").open("wb+") as texts:
            for indexed in store.month_articles(month):
                article = indexed.tagged.article
                total += 1
                if sources and article.source not in sources:
                    continue
                wanted[article.id] = _Wanted(indexed.story_id, indexed.run_id, indexed.revision)
                if article.locator is not None:
                    files[article.locator.file].add(article.locator.offset)
                if "extract" not in steps:
                    texts.write(msgspec.json.encode(article) + b"\n")
            lines = (
                tag_batches(_pages(settings, files), settings.seeds, settings.workers or 1)
                if "extract" in steps
                else tag_articles(_texts(texts), settings.seeds)
            )
            done = 0
            for line, count in lines:
                out.write(line)
                done += count
                progress("reprocess", done, len(wanted))
        rebuilt = store.rebuild_month(month, _pairs(spool, wanted), _alone(store, month, now))
    return {"rebuilt": rebuilt, "kept": total - rebuilt}


def _pages(settings: Settings, files: dict[str, set[int]]) -> Iterator[Page | BadRecord]:
    """The pages at these offsets; a file that is gone gives none, and its articles are kept."""
    archive = archive_of(settings)
    for name, offsets in sorted(files.items()):
        try:
            for page in read_pages(below(archive, name), min(offsets)):
                if isinstance(page, Page) and page.locator.offset in offsets:
                    yield msgspec.structs.replace(page, locator=ArchiveLocator(name, page.locator.offset))
        except InputError:
            continue


def _texts(file: IO[bytes]) -> Iterator[Article]:
    file.seek(0)
    decoder = msgspec.json.Decoder(Article)
    return (decoder.decode(line) for line in file)


def _pairs(spool: Path, wanted: dict[str, _Wanted]) -> Iterator[tuple[IndexedArticle, StoryMember]]:
    for _, line in read_lines(spool):
        tagged: TaggedArticle | None = line.article
        kept = wanted.get(tagged.article.id) if tagged is not None else None
        if tagged is not None and kept is not None:
            yield IndexedArticle(tagged, kept.story_id, kept.run_id, kept.revision), member(tagged)


@contextmanager
def _alone(store: Store, month: str, now: datetime) -> Iterator[None]:
    owner = f"reprocess-{month}"
    store.acquire_lease(PIPELINE, owner, now, now + LEASE)
    try:
        yield
    finally:
        store.release_lease(PIPELINE, owner)
