"""`veille extract --jsonl`: pages in, articles out, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from processors.archive.reader import INPUT_SCHEME
from processors.extraction.errors import ExtractionError
from processors.extraction.extract import extract_line
from processors.extraction.forms import read_line
from processors.models.articles import ArchiveLocator, Article, Page

_NOWHERE = ArchiveLocator("", 0)


class Extracted(msgspec.Struct, frozen=True):
    """A line of output. id: as it came in."""

    id: str | int | None
    title: str
    authors: tuple[str, ...]
    published_at: datetime | None
    lang: str
    text: str
    canonical_url: str | None
    image: str | None
    paywalled: bool | None


class BadLine(msgspec.Struct, frozen=True):
    """A line that gave no article. line: its number, from 1."""

    line: int
    error: str


def extract_lines(lines: Iterable[bytes], now: datetime) -> Iterator[bytes]:
    """Lines {"id", "url", "html"} (or "text" for "html") → a line each, in order, each ended by a newline.

    A line that gives no article gives {"line", "error"}; empty lines give nothing. now: no date of publication is
    later.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield msgspec.json.encode(_extracted(line, number, now)) + b"\n"


def _extracted(line: bytes, number: int, now: datetime) -> Extracted | BadLine:
    try:
        read = read_line(line)
        article = extract_line(read, Page(f"{INPUT_SCHEME}#{number}", line, now, _NOWHERE))
    except ExtractionError as error:
        return BadLine(number, str(error))
    return _as_line(article, read.id)


def _as_line(article: Article, id_: str | int | None) -> Extracted:
    return Extracted(
        id=id_,
        title=article.title,
        authors=article.authors,
        published_at=article.published_at,
        lang=article.lang,
        text=article.text,
        canonical_url=article.url or None,
        image=article.image,
        paywalled=article.paywalled,
    )
