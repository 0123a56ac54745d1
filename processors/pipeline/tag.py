"""tag: archived pages → tagged articles, one JSON Lines file an archive file. Pure, and parallel over batches."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import chain, islice
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.archive.framing import BadRecord
from processors.archive.places import Place, is_there, name_below, replacing
from processors.archive.reader import read_pages
from processors.exceptions import InputError
from processors.extraction.errors import ExtractionError
from processors.extraction.extract import extract
from processors.models.articles import ArchiveLocator, Article, Page, TaggedArticle
from processors.pipeline.measure import StageLine, Stopwatch, say
from processors.pipeline.workspace import Progress, quiet
from processors.stories.signature import signature
from processors.tagging.names import load_models
from processors.tagging.tagger import Tagger, TextInput

BATCH = 32  # pages a task: large enough for spaCy's batches, small enough to hold in memory (12 MB at 377 kB a page)
LOOK_AHEAD = 2  # batches in flight a worker


class Rejected(Struct, frozen=True):
    """An input that gave no article. where: its URL, or archive file and offset; locator: to try it again."""

    where: str
    reason: str
    locator: ArchiveLocator


class TaggedLine(Struct, frozen=True, omit_defaults=True):
    """A line of tagged/*.jsonl: an article, or why there is none."""

    article: TaggedArticle | None = None
    rejected: Rejected | None = None


def tag(
    sources: Sequence[Place],
    out: Place,
    seeds: Path,
    *,
    archive: Place,
    run: str = "",
    workers: int = 0,
    progress: Progress = quiet,
) -> list[Place]:
    """Tags each WARC file of sources, which lie in the archive, into a file of `out`; one that is there already stays.

    A file that cannot be read becomes one rejected line. Raises ArchiveError where the archive cannot be reached.
    """
    watch = Stopwatch()
    written = []
    done = 0
    for source in sources:
        target = tagged_of(name_below(source, archive) or source.name, out)
        written.append(target)
        if is_there(target):
            continue
        with replacing(target) as file:
            for lines, count in tag_batches(_pages(source, archive), seeds, workers or os.cpu_count() or 1):
                file.write(lines)
                done += count
                progress("tag", done, None)
    say(StageLine("tag", watch.seconds, run, {"files": len(written), "inputs": done}))
    return written


def tagged_of(name: str, out: Place) -> Place:
    """Where the tagged articles of an archive file go. name: its name below the archive."""
    return out / f"{name.partition('.warc')[0].replace('/', '--')}.jsonl"


def tag_batches(pages: Iterable[Page | BadRecord], seeds: Path, workers: int) -> Iterator[tuple[bytes, int]]:
    """JSON Lines of TaggedLine and their number, batch by batch, in the order of the pages."""
    batches = _batched(pages, BATCH)
    ahead = list(islice(batches, 2))
    batches = chain(ahead, batches)
    if workers == 1 or len(ahead) < 2:
        for batch in batches:
            yield tag_batch(seeds, batch), len(batch)
        return
    _tagger(seeds)  # loaded before the fork, so that the workers share tagger and models
    load_models(page.language for page in ahead[0] if isinstance(page, Page))
    pending: deque[tuple[Future[bytes], int]] = deque()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        for batch in batches:
            pending.append((pool.submit(tag_batch, seeds, batch), len(batch)))
            if len(pending) >= LOOK_AHEAD * workers:
                future, count = pending.popleft()
                yield future.result(), count
        for future, count in pending:
            yield future.result(), count


def tag_articles(articles: Iterable[Article], seeds: Path) -> Iterator[tuple[bytes, int]]:
    """As tag_batches, of articles that were extracted before."""
    iterator = iter(articles)
    while batch := list(islice(iterator, BATCH)):
        tags = _tagger(seeds).tag_all([TextInput(a.text, a.title, a.lang, a.published_at) for a in batch])
        lines = [TaggedLine(TaggedArticle(a, next(tags), signature(a.title, a.text))) for a in batch]
        yield b"".join(msgspec.json.encode(line) + b"\n" for line in lines), len(lines)


def tag_batch(seeds: Path, batch: Sequence[Page | BadRecord]) -> bytes:
    """What a worker does: extract, tag and sign a batch; JSON Lines of TaggedLine in the batch's order."""
    extracted = [_extract(item) for item in batch]
    articles = [item for item in extracted if isinstance(item, Article)]
    inputs = [TextInput(a.text, a.title, a.lang, a.published_at) for a in articles]
    tags = _tagger(seeds).tag_all(inputs)
    lines = []
    for item in extracted:
        if isinstance(item, Rejected):
            lines.append(TaggedLine(rejected=item))
        else:
            lines.append(TaggedLine(TaggedArticle(item, next(tags), signature(item.title, item.text))))
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def read_lines(path: Place) -> Iterator[tuple[int, TaggedLine]]:
    """(byte offset, line) of a tagged file."""
    offset = 0
    decoder = msgspec.json.Decoder(TaggedLine)
    with path.open("rb") as file:
        for line in file:
            yield offset, decoder.decode(line)
            offset += len(line)


def _pages(source: Place, archive: Place) -> Iterator[Page | BadRecord]:
    """The file's pages, each with its place in the archive; of a file that cannot be read, one bad record."""
    name = name_below(source, archive) or source.name
    try:
        for item in read_pages(source):
            if isinstance(item, BadRecord):
                yield msgspec.structs.replace(item, file=name)
            else:
                yield msgspec.structs.replace(item, locator=ArchiveLocator(name, item.locator.offset))
    except InputError as error:
        yield BadRecord(name, 0, None, str(error))


def _extract(item: Page | BadRecord) -> Article | Rejected:
    if isinstance(item, BadRecord):
        return Rejected(item.url or f"{item.file}:{item.offset}", item.reason, ArchiveLocator(item.file, item.offset))
    try:
        return extract(item)
    except ExtractionError as error:
        return Rejected(item.url or f"{item.locator.file}:{item.locator.offset}", str(error), item.locator)


@cache
def _tagger(seeds: Path) -> Tagger:
    """One tagger a process: it takes a second to load and never changes."""
    return Tagger.load(seeds)


def _batched(items: Iterable[Page | BadRecord], size: int) -> Iterator[list[Page | BadRecord]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
