"""News sitemaps: <urlset> with Google's news extension, and <sitemapindex> (sitemaps.org, version 0.9)."""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawlers.rawentry import RawEntry, date_of


def read_sitemap(text: str) -> tuple[list[RawEntry], list[str]]:
    """(entries of a urlset, addresses of an index with the newest first). A sitemap cut short gives what is whole."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return [], []
    children = [(_name(child), _leaves(child)) for child in root]
    entries = [_entry(leaves) for name, leaves in children if name == "url" and leaves.get("loc")]
    index = [leaves for name, leaves in children if name == "sitemap" and leaves.get("loc")]
    index.sort(key=lambda leaves: leaves.get("lastmod", ""), reverse=True)  # ISO dates sort as text
    return entries, [leaves["loc"] for leaves in index]


def _entry(leaves: dict[str, str]) -> RawEntry:
    stated = leaves.get("publication_date") or leaves.get("lastmod") or ""
    return RawEntry(
        id=leaves["loc"],
        link=leaves["loc"],
        title=leaves.get("title", ""),
        published=date_of(stated),
        language=(leaves.get("language") or "")[:2].lower() or None,
    )


def _leaves(element: Any) -> dict[str, str]:
    """Local name → text of the elements below that hold text; the first of a name counts (images have titles too)."""
    found: dict[str, str] = {}
    for node in element.iter(etree.Element):
        text = (node.text or "").strip()
        if text and not len(node):
            found.setdefault(_name(node), text)
    return found


def _name(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""
