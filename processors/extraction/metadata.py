"""Title, authors, date, address, image and language, from a page's JSON-LD, meta elements and visible marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement
from msgspec import Struct

from processors.extraction import jsonld
from processors.extraction.clean import clean_authors, clean_line, clean_title, is_person, is_same_title, is_site
from processors.extraction.dates import date_in_url, read_date
from processors.urls import canonical_url, source_of

_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title")
_AUTHORS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "cxenseparse:author", "article:author_name", "authors", "articleauthor", "og:article:author",
    "citation_author", "creator",
)  # fmt: skip
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name")
_BYLINES = 10  # elements looked at
_ASIDES = frozenset(("aside", "figure", "footer", "nav"))
_NAME_LENGTH = 80
_BYLINE_LENGTH = 150  # characters
_LINK = re.compile(r"://|^www\.|^@")
_DATES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "publication_date",
    "publicationdate", "published_time", "pubdate", "article.published", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "article:published", "published",
)  # fmt: skip
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|by-line|author|authors|autor|auteur)(?:s?$|[\s_-]*(?:name|names|link)?s?$|[\s])", re.I
)
_PUBLISHED = re.compile(r"publi|posted|entry-date|created|dateline|timestamp|datum|date", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif|aktuali", re.IGNORECASE)


class Metadata(Struct, frozen=True):
    """What a page says of its article. published_from as in models.Article; body: JSON-LD's articleBody."""

    title: str
    authors: tuple[str, ...]
    published_at: datetime | None
    published_from: str | None
    url: str
    image: str | None
    language: str | None
    description: str | None
    body: str | None
    paywalled: bool | None


def read_metadata(tree: HtmlElement, url: str, fetched_at: datetime, container: HtmlElement | None) -> Metadata:
    """What the page states; what it does not state is empty or None.

    url: the address it was fetched from. container: the element that holds the text.
    """
    facts = jsonld.read(tree)
    metas = _metas(tree)
    sites = _sites(facts, metas, url)
    published_at, published_from = _published(tree, facts, metas, url, fetched_at)
    return Metadata(
        title=_title(tree, facts, metas, sites),
        authors=_authors(tree, facts, metas, sites, container),
        published_at=published_at,
        published_from=published_from,
        url=_address(tree, metas, url),
        image=_image(facts, metas, url),
        language=tree.get("lang") or facts.language or _first(metas, ("og:locale", "content-language", "language")),
        description=_first(metas, _DESCRIPTIONS),
        body=facts.body,
        paywalled=_paywalled(facts, metas),
    )


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """The contents of meta elements by lower-case name, property, itemprop or http-equiv."""
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            if name and content:
                metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _sites(facts: jsonld.Facts, metas: dict[str, list[str]], url: str) -> list[str]:
    """The names that the site goes by."""
    host = source_of(url)
    named = (metas[name][0] for name in _SITES if name in metas)
    return [name for name in (facts.publisher or "", *named, host, host.rpartition(".")[0]) if name]


def _title(tree: HtmlElement, facts: jsonld.Facts, metas: dict[str, list[str]], sites: list[str]) -> str:
    """The wording that most of heading, JSON-LD, og:title and <title> agree on; in doubt the heading readers see."""
    element = tree.find(".//title")
    stated = (
        next((text for heading in tree.iter("h1") if (text := heading.text_content().strip())), None),
        next(iter(facts.headlines), None),
        _first(metas, _TITLES),
        element.text_content() if element is not None else None,
    )
    titles = [title for text in stated if text and (title := clean_title(text, sites))]
    best = max(titles, key=lambda title: sum(is_same_title(title, other) for other in titles), default="")
    without_kicker = clean_title(metas["og:title"][0], sites) if "og:title" in metas else ""
    return without_kicker if without_kicker and best.endswith(f": {without_kicker}") else best


def _authors(
    tree: HtmlElement,
    facts: jsonld.Facts,
    metas: dict[str, list[str]],
    sites: list[str],
    container: HtmlElement | None,
) -> tuple[str, ...]:
    """Who JSON-LD or a meta element names; where that is the site itself, a person that other marks name."""
    own: tuple[str, ...] = ()
    for stated in _stated_authors(tree, facts, metas, container):
        names = clean_authors(entry for entry in stated if not _LINK.search(entry))
        of_site = any(is_site(part, sites) for entry in stated for part in (entry, *entry.split(",")))
        if names and not of_site and (not own or all(map(is_person, names))):
            return names
        own = own or names
    return own


def _stated_authors(
    tree: HtmlElement, facts: jsonld.Facts, metas: dict[str, list[str]], container: HtmlElement | None
) -> Iterator[Sequence[str]]:
    yield facts.authors
    yield from (metas[name] for name in _AUTHORS if name in metas)
    yield from islice(_bylines(tree), _BYLINES)
    if container is not None:
        yield from _signatures(container)


def _signatures(container: HtmlElement) -> Iterator[list[str]]:
    """A first or last paragraph that is a name in bold and nothing else."""
    paragraphs = [child for child in container if child.tag == "p" and child.text_content().strip()]
    for paragraph in paragraphs[:1] + paragraphs[-1:]:
        text = paragraph.text_content().strip()
        bold = paragraph.find("strong")
        if bold is not None and len(text) < _NAME_LENGTH and bold.text_content().strip() == text:
            names = clean_authors([text])
            if names and all(map(is_person, names)):
                yield [text]


def _bylines(tree: HtmlElement) -> Iterator[list[str]]:
    yield [link.text_content() for link in tree.iterfind(".//a[@rel='author']")][:_BYLINES]
    yield [element.text_content() for element in tree.iterfind(".//*[@itemprop='author']")][:_BYLINES]
    for element in tree.iter("a", "span", "div", "p", "address", "li"):
        name = element.get("class")
        if name and _BYLINE.search(name) and not any(above.tag in _ASIDES for above in element.iterancestors()):
            text = element.text_content()
            if len(text) < _BYLINE_LENGTH:
                yield [text]


def _published(
    tree: HtmlElement, facts: jsonld.Facts, metas: dict[str, list[str]], url: str, fetched_at: datetime
) -> tuple[datetime | None, str | None]:
    stated = [("json-ld", facts.published)] if facts.published else []
    stated += [("meta", metas[name][0]) for name in _DATES if name in metas]
    for origin, text in stated:
        if value := read_date(text, fetched_at):
            return value, origin
    if value := _visible_date(tree, fetched_at):
        return value, "text"
    value = date_in_url(url, fetched_at)
    return (value, "url") if value else (None, None)


def _visible_date(tree: HtmlElement, fetched_at: datetime) -> datetime | None:
    """From time elements marked as publication's; of others only where all on the page state one day."""
    days = []
    for element in tree.iter("time"):
        marks = " ".join(filter(None, (element.get("class"), element.get("itemprop"), element.get("id"))))
        stated = read_date(element.get("datetime") or element.text_content(), fetched_at)
        if not stated or _UPDATED.search(marks):
            continue
        if element.get("pubdate") is not None or _PUBLISHED.search(marks):
            return stated
        days.append(stated)
    return days[0] if days and len({day.date() for day in days}) == 1 else None


def _address(tree: HtmlElement, metas: dict[str, list[str]], url: str) -> str:
    """The canonical URL where it stays on the publisher's domain and is no home page; else the fetched one."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    own = canonical_url(url) or ""
    for stated in (*links, *metas.get("og:url", ())):
        found = canonical_url(_joined(url, stated)) if stated else None
        if found and _one_site(found, own) and (_has_path(found) or not _has_path(own)):
            return found
    return own


def _one_site(one: str, other: str) -> bool:
    """Whether two addresses share a registered domain; an IP address or an unregistered name is a site of its own."""
    domain = extract_domain(one)
    return source_of(one) == source_of(other) or (domain is not None and domain == extract_domain(other))


def _has_path(url: str) -> bool:
    parts = urlsplit(url)
    return bool(parts.path.strip("/") or parts.query)


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""


def _paywalled(facts: jsonld.Facts, metas: dict[str, list[str]]) -> bool | None:
    """What schema.org's isAccessibleForFree says, or Open Graph's content tier (free, metered, locked)."""
    if facts.free is not None:
        return not facts.free
    tier = (_first(metas, ("article:content_tier", "og:article:content_tier")) or "").lower()
    return tier != "free" if tier in ("free", "metered", "locked") else None


def _image(facts: jsonld.Facts, metas: dict[str, list[str]], url: str) -> str | None:
    for stated in (*(metas[name][0] for name in _IMAGES if name in metas), facts.image):
        found = _joined(url, stated) if stated else ""
        if found.startswith(("http://", "https://")):
            return clean_line(found)
    return None
