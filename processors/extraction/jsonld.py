"""What a page's JSON-LD says of its article (schema.org NewsArticle and its kin)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Reportage)$")
_NOT_ARTICLE = frozenset({"JobPosting", "DiscussionForumPosting"})
_PAGE = frozenset({"WebPage", "ItemPage", "VideoObject", "NewsVideoObject"})
_DEPTH = 6
_SCRIPT_LIMIT = 2_000_000  # characters of one script
_CONTROL = re.compile(r"[\x00-\x1f]+")
_COMMA = re.compile(r",\s{0,100}([}\]])")
_VALUE = re.compile(r"[\[{]")
_VALUES = 20  # of one script


class Facts(msgspec.Struct, frozen=True):
    """The article's node, in strings as the page gives them. free: isAccessibleForFree."""

    headlines: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: str | None = None
    url: str | None = None
    image: str | None = None
    language: str | None = None
    publisher: str | None = None
    body: str | None = None
    free: bool | None = None


def read(tree: HtmlElement) -> Facts:
    """The facts of the page's article, empty where its JSON-LD names none. Damaged scripts are passed over."""
    nodes = [node for script in _scripts(tree) for node in _nodes(script)]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if _is_article(node)]
    article = max(articles, key=_fullness, default=None)
    page = next((node for node in nodes if _types(node) & _PAGE), {})
    if article is None:
        return Facts(published=_string(page.get("datePublished"))) if "WebPage" in _types(page) else Facts()
    return Facts(
        headlines=tuple(filter(None, (_string(article.get(key)) for key in ("headline", "name")))),
        authors=next(filter(None, (_authors(node, by_id) for node in [article, *_twins(article, articles)])), ()),
        published=_string(article.get("datePublished")) or _string(article.get("dateCreated")),
        url=_string(article.get("url")) or _reference(article.get("mainEntityOfPage")),
        image=_image(article.get("image"), by_id),
        language=_string(article.get("inLanguage")),
        publisher=next(iter(_names(article.get("publisher"), by_id)), None),
        body=_string(article.get("articleBody")),
        free=_free(article),
    )


def _twins(article: dict[str, Any], articles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Other nodes of the same headline: pages made by two programs describe their article twice."""
    headline = _string(article.get("headline"))
    return [node for node in articles if headline and node is not article and _string(node.get("headline")) == headline]


def _authors(article: dict[str, Any], by_id: dict[str, dict[str, Any]]) -> tuple[str, ...]:
    return tuple(_names(article.get("author") or article.get("creator"), by_id))


def _scripts(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "").strip()
        if not text or len(text) > _SCRIPT_LIMIT:
            continue
        try:
            yield msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
            yield from _mended(text)


def _mended(text: str) -> Iterator[Any]:
    """The values of a script with raw line ends, CDATA marks, escaped quotes, a comma too many, or several values."""
    text = _CONTROL.sub(" ", text.replace("<![CDATA[", "").replace("]]>", "").removeprefix("<!--"))
    if '"' not in text:
        text = html.unescape(text)
    text = _COMMA.sub(r"\1", text)
    decoder = json.JSONDecoder(strict=False)
    start = _VALUE.search(text)
    for _ in range(_VALUES):
        if not start:
            return
        try:
            value, end = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return
        yield value
        start = _VALUE.search(text, end)


def _nodes(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            yield from _nodes(value.get(key), depth + 1)


def _types(node: dict[str, Any]) -> set[str]:
    stated = node.get("@type")
    values = stated if isinstance(stated, list) else [stated]
    return {str(value).rpartition("/")[2].rpartition(":")[2] for value in values if value}


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE.search(type_) and type_ not in _NOT_ARTICLE for type_ in _types(node))


def _fullness(node: dict[str, Any]) -> int:
    """How much of an article a node is: teasers of other articles have little more than a headline."""
    return sum(
        bool(node.get(key)) for key in ("headline", "datePublished", "author", "articleBody", "publisher", "image")
    )


def _string(value: Any) -> str | None:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def _free(article: dict[str, Any]) -> bool | None:
    """A part behind a paywall makes the whole no free article (Google's structured data for paywalled content)."""
    parts = article.get("hasPart")
    stated = [
        str(node["isAccessibleForFree"]).rpartition("/")[2].lower()
        for node in (article, *(parts if isinstance(parts, list) else [parts]))
        if isinstance(node, dict) and "isAccessibleForFree" in node
    ]
    return None if not {"true", "false"}.intersection(stated) else "false" not in stated


def _reference(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else None


def _names(value: Any, by_id: dict[str, dict[str, Any]], depth: int = 0) -> Iterator[str]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _names(item, by_id, depth + 1)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        name = value.get("name") or value.get("@list") or _joined(value)
        if name is None and isinstance(value.get("@id"), str):
            name = by_id.get(value["@id"], {}).get("name")
        yield from _names(name, by_id, depth + 1)


def _joined(person: dict[str, Any]) -> str | None:
    """A name in parts, as schema.org's Person may have it."""
    parts = [_string(person.get(key)) for key in ("givenName", "familyName")]
    return " ".join(filter(None, parts)) or None


def _image(value: Any, by_id: dict[str, dict[str, Any]]) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or by_id.get(str(value.get("@id")), {}).get("url")
    return value if isinstance(value, str) else None
