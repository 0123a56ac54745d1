"""Page → Article, for every kind of input."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from processors.archive.reader import PAGE_LIMIT
from processors.extraction import body, forms
from processors.extraction.charset import decode
from processors.extraction.clean import clean_line, clean_text
from processors.extraction.dates import read_date
from processors.extraction.errors import ExtractionError
from processors.extraction.language import identify
from processors.extraction.metadata import read_metadata
from processors.extraction.names import clean_authors
from processors.extraction.tree import parse
from processors.models.articles import Article, Page
from processors.urls import canonical_url, digest, source_of

TEXT_LIMIT = 1_000_000  # characters of an article that are kept


def extract(page: Page) -> Article:
    """The article of a page: HTML, or an input in the seed's text form or as a JSON line (by its content type).

    What the page does not say is taken from its feed entry. seen_at is when the page was fetched. Raises
    ExtractionError: empty, too large, no text found, not JSON.
    """
    if len(page.body) > PAGE_LIMIT:
        raise ExtractionError(f"larger than {PAGE_LIMIT // 1024 // 1024} MB")
    if not page.body.strip():
        raise ExtractionError("empty body")
    media_type = (page.content_type or "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        return extract_line(forms.read_line(page.body), page)
    if media_type == "text/plain":
        return _from_seed_text(page)
    return _from_html(page, decode(page.body, page.content_type))


def _from_html(page: Page, text: str) -> Article:
    tree = parse(text)
    container = body.find_container(tree)
    found = read_metadata(tree, page.url, page.fetched_at, container)
    entry = page.entry
    published_at, published_from = found.published_at, found.published_from
    if entry and entry.published_at and not published_at and entry.published_at <= page.fetched_at:
        published_at, published_from = entry.published_at, "feed"
    return _article(
        page,
        url=found.url,
        title=found.title or (clean_line(entry.title) if entry else ""),
        text=body.read_body(tree, container, found.title, found.description, found.body),
        authors=found.authors or (clean_authors(entry.authors) if entry else ()),
        published_at=published_at,
        published_from=published_from,
        hint=found.language or (entry.language if entry else None) or page.language,
        image=found.image,
        paywalled=found.paywalled,
    )


def extract_line(line: forms.Line, page: Page) -> Article:
    """The article of a line of JSON Lines. page: where it came from, and when. Raises ExtractionError."""
    url = canonical_url(line.url or "") or ""
    authors = clean_authors([line.authors] if isinstance(line.authors, str) else line.authors or ())
    published_at = read_date(line.published_at, page.fetched_at) if line.published_at else None
    if line.html is not None:
        article = _from_html(replace(page, url=url, language=line.lang), line.html)
        return replace(
            article,
            authors=authors or article.authors,
            published_at=published_at or article.published_at,
            published_from="input" if published_at else article.published_from,
            country=line.country,
        )
    return _article(
        page,
        url=url,
        title=clean_line(line.title or ""),
        text=clean_text(line.text or ""),
        authors=authors,
        published_at=published_at,
        published_from="input" if published_at else None,
        hint=line.lang,
        image=line.image,
        country=line.country,
    )


def _from_seed_text(page: Page) -> Article:
    seed = forms.read_seed_text(decode(page.body, page.content_type))
    return _article(page, url="", title=seed.title, text=clean_text(seed.text), authors=clean_authors(seed.authors))


def _article(
    page: Page,
    *,
    url: str,
    title: str,
    text: str,
    authors: tuple[str, ...] = (),
    published_at: datetime | None = None,
    published_from: str | None = None,
    hint: str | None = None,
    image: str | None = None,
    country: str | None = None,
    paywalled: bool | None = None,
) -> Article:
    if not text:
        raise ExtractionError("no text found")
    text = text[:TEXT_LIMIT]
    content_hash = digest(title, text)
    return Article(
        id=digest(url) if url else content_hash,
        url=url,
        source=source_of(url),
        title=title,
        text=text,
        lang=identify(text, hint),
        seen_at=page.fetched_at,
        content_hash=content_hash,
        authors=authors,
        published_at=published_at,
        published_from=published_from,
        country=country or page.country,
        image=image,
        feed_url=page.feed_url,
        locator=page.locator,
        paywalled=paywalled,
    )
