"""Title, authors, date, address, image and language, from a page's JSON-LD, meta elements and visible marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from courlan import extract_domain
from lxml.html import HtmlElement
from msgspec import Struct

from processors.extraction import jsonld
from processors.extraction.authors import read_authors
from processors.extraction.clean import clean_line
from processors.extraction.dates import date_in_url, read_date
from processors.extraction.titles import read_title
from processors.urls import canonical_url, source_of

_ADDRESSES = 10  # of a kind looked at
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title", "al:ios:app_name")
_DATES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "publication_date",
    "publicationdate", "published_time", "pubdate", "article.published", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "article:published", "published",
)  # fmt: skip
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_DESCRIPTIONS = ("og:description", "description", "twitter:description")
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
        title=read_title(tree, facts.headlines, metas, sites),
        authors=read_authors(tree, facts.authors, metas, sites, source_of(url), container),
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
    for stated in (*islice(links, _ADDRESSES), *metas.get("og:url", ())[:_ADDRESSES]):
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
