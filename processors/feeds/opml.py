"""Feed lists as OPML 2.0 (opml.org/spec2.opml), read without DTDs or entities."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from processors.exceptions import SeedError
from processors.models.feeds import Feed

_LANGUAGE = re.compile(r"[a-z]{2}")
_COUNTRY = re.compile(r"[A-Z]{2}|INT")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def read_opml(path: Path) -> list[Feed]:
    """The feeds of an OPML file, in its order; one that is listed twice counts once.

    Attributes of an outline: xmlUrl, title (or text), htmlUrl, language, country, category (or the text of the
    outline around it). Settings such as proxy are not read: a file from elsewhere must not grant access. Raises
    SeedError naming file, line and field.
    """
    root = _parse(path)
    if etree.QName(root).localname != "opml" or root.find("body") is None:
        raise SeedError(path, "is not OPML: it needs an <opml> element with a <body>", root.sourceline)
    feeds: dict[str, Feed] = {}
    for outline in root.find("body").iter("outline"):
        if outline.get("xmlUrl") is not None:
            feed = _feed(path, outline)
            feeds.setdefault(feed.url, feed)
        elif outline.get("type") == "rss":
            raise SeedError(path, "is missing: the address of the feed", outline.sourceline, "xmlUrl")
    if not feeds:
        raise SeedError(path, "lists no feeds: no <outline> has an xmlUrl")
    return list(feeds.values())


def write_opml(feeds: list[Feed], title: str = "Veille: feeds") -> str:
    """The feeds as an OPML document that read_opml reads back; their settings stay out of it (proxies hold secrets)."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for feed in feeds:
        attributes = {
            "type": "rss",
            "text": feed.title,
            "title": feed.title,
            "xmlUrl": feed.url,
            "htmlUrl": feed.site_url,
            "language": feed.language,
            "country": feed.country,
            "category": feed.category,
        }
        clean = {name: _NOT_XML.sub("", value) for name, value in attributes.items() if value}
        etree.SubElement(body, "outline", clean)
    text = etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")
    return str(text.decode("utf-8"))


def _parse(path: Path) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except OSError as error:
        raise SeedError(path, f"cannot be read: {error.strerror or error}") from error
    except etree.XMLSyntaxError as error:
        raise SeedError(path, f"is not well-formed XML: {error.msg}", error.lineno) from error
    if root.getroottree().docinfo.doctype:
        raise SeedError(path, "has a document type (DTD), which is refused: delete the <!DOCTYPE …>", 1)
    return root


def _feed(path: Path, outline: Any) -> Feed:
    def attribute(name: str) -> str | None:
        return (outline.get(name) or "").strip() or None

    def wrong(field: str, message: str) -> SeedError:
        return SeedError(path, message, outline.sourceline, field)

    url = attribute("xmlUrl") or ""
    if not _is_http(url):
        raise wrong("xmlUrl", f"{url!r} is no http(s) address")
    site_url = attribute("htmlUrl")
    if site_url and not _is_http(site_url):
        raise wrong("htmlUrl", f"{site_url!r} is no http(s) address")
    language = (attribute("language") or "").lower().partition("-")[0] or None
    if language and not _LANGUAGE.fullmatch(language):
        raise wrong("language", f"{language!r} is no ISO 639-1 code such as fr")
    country = (attribute("country") or "").upper() or None
    if country and not _COUNTRY.fullmatch(country):
        raise wrong("country", f"{country!r} is no ISO 3166-1 code such as FR, nor INT")
    title = attribute("title") or attribute("text")
    if not title:
        raise wrong("title", 'is missing: write title="…" or text="…"')
    return Feed(url, title, language, country, attribute("category") or _folder(outline), site_url)


def _folder(outline: Any) -> str | None:
    parent = outline.getparent()
    if parent is None or parent.tag != "outline" or parent.get("xmlUrl"):
        return None
    return (parent.get("title") or parent.get("text") or "").strip() or None


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
    except ValueError:
        return False
