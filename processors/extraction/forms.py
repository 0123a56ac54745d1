"""Inputs that are no web pages: the seed's text form, and JSON lines."""

from __future__ import annotations

import re

import msgspec

from processors.extraction.clean import clean_line
from processors.extraction.errors import ExtractionError

_AUTHOR_LINE = re.compile(
    r"^(?:auteur|autrice|author|autora?|autore|autorin|автор|автор[ки]а|yazar|作者|المؤلف|بقلم)s?\s*[::]\s*(?P<name>.+)$",
    re.IGNORECASE,
)


class Line(msgspec.Struct, frozen=True):
    """A line of JSON Lines: `text`, or `html` of a page; the rest as far as it is known."""

    id: str | int | None = None
    text: str | None = None
    html: str | None = None
    title: str | None = None
    lang: str | None = None
    url: str | None = None
    published_at: str | None = None
    authors: list[str] | str | None = None
    image: str | None = None
    country: str | None = None


class SeedText(msgspec.Struct, frozen=True):
    """The seed's text form: a title, an author line, paragraphs."""

    title: str
    authors: tuple[str, ...]
    text: str


def read_line(line: bytes) -> Line:
    """One JSON line. Raises ExtractionError: not JSON, a field of a wrong type, or neither text nor html."""
    try:
        read = msgspec.json.decode(line, type=Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ExtractionError(f"not a line that can be read: {error}") from error
    if read.text is None and read.html is None:
        raise ExtractionError('the line has neither "text" nor "html"')
    return read


def read_seed_text(text: str) -> SeedText:
    """The first line is the title, a second "Auteur: NAME" (or its like in other languages) the author."""
    title, _, rest = text.strip().partition("\n")
    line, _, paragraphs = rest.strip().partition("\n")
    author = _AUTHOR_LINE.match(line.strip())
    if author:
        return SeedText(clean_line(title), (author["name"],), paragraphs)
    return SeedText(clean_line(title), (), rest)
