"""The article's text: trafilatura's, held against the densest container of paragraphs and against the JSON-LD.

trafilatura alone now and then takes a menu for the article, leaves out the lead, or goes on into teasers. Each
correction here rests on a second opinion that costs about a millisecond a page (benchmarks/extraction.py).
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice

from lxml.etree import strip_elements
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from processors.extraction.clean import clean_line, clean_text

# Elements that trafilatura drops too: it copies and searches the tree several times, so that dropping them first
# halves its time.
_NO_TEXT = ("script", "style", "noscript", "svg", "iframe", "template", "link", "meta", "button", "select", "input",
    "textarea", "canvas", "video", "audio", "object", "embed", "nav", "footer", "source", "dialog", "map",
    "head", "aside", "picture", "menu", "label")  # fmt: skip
_ELEMENTS = 15_000  # real pages have 500 to 8,000 that hold text
_ASIDES = frozenset(("aside", "figure", "footer", "nav", "form"))
_PARAGRAPH = 20  # characters outside links from which a <p> speaks for its container
_BLOCK = 100  # characters directly in a <div> from which it is taken for a container of its own
_BOX = re.compile(
    r"(?:^|[\s_-])(?:info-?box|fact-?box|factbox|teaser|related|read-?more|newsletter|promo|recirc|recommend\w*|comments?)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_ENOUGH = 600  # characters in an <article> that make it the page's
_BOX_SHARE = 0.3  # of the container's text: what holds more is no box
_WEIGHTS = (1.0, 0.6, 0.35)  # of a paragraph for its parent, grandparent and great-grandparent
_SENTENCE = re.compile(r"[.!?…。！？؟।։]")
_LINE = 60  # characters of a line that is more than a heading or a menu entry
_LINE_DENSE = 20  # the same in scripts without spaces
_MUCH_LONGER = 1.6
_MOST = 0.65
_PROBE = 40  # characters by which a line is found again


def read_body(
    tree: HtmlElement, container: HtmlElement | None, title: str, description: str | None, stated: str | None
) -> str:
    """The paragraphs of the article, a newline between them; "" where none is found. The tree is used up.

    container: what find_container says of the tree. title: left out where the text repeats it. description: the page's
    summary of itself; where the page shows it as a lead, it comes first. stated: the text that JSON-LD gives.
    """
    if container is not None:
        _drop_boxes(container)
    inside = _dense(container.text_content()) if container is not None else ""
    paragraphs = _paragraphs(container) if container is not None else ""
    lead = _lead(tree, description)
    text = _trafilatura(tree)
    others = [clean_text(other) for other in (paragraphs, clean_line(stated or ""))]
    best = max(others, key=_prose)
    if _prose(best) > _MUCH_LONGER * _prose(text):
        text = best
    lines = _without_title(_within(text.split("\n"), inside), title)
    if not any(_SENTENCE.search(line) or len(line) >= _least(line) for line in lines):
        lines = []  # what is left of a page without an article: a site's name, names of buttons
    if lead and _flat(lead)[:_PROBE] not in _flat(" ".join(lines)):
        lines.insert(0, clean_line(lead))
    return "\n".join(lines)


def _trafilatura(tree: HtmlElement) -> str:
    strip_elements(tree, *_NO_TEXT, with_tail=False)
    _cut(tree)
    found = bare_extraction(tree, options=Extractor(output_format="python", fast=True, comments=False))
    return clean_text(found.text or "") if isinstance(found, Document) else ""


def _cut(tree: HtmlElement) -> None:
    """Leave the first elements only: trafilatura's time grows faster than the page, and articles come first."""
    last = next(islice(tree.iter(), _ELEMENTS, None), None)
    while last is not None and (parent := last.getparent()) is not None:
        del parent[parent.index(last) + 1 :]
        last = parent


def find_container(tree: HtmlElement) -> HtmlElement | None:
    """The element whose paragraphs hold most text outside links, nearer ones counting more."""
    scores: dict[HtmlElement, float] = defaultdict(float)
    for paragraph in tree.iter("p"):
        if next(paragraph.iterancestors("footer", "nav"), None) is not None:
            continue
        length = len(paragraph.text_content().strip())
        if length >= _PARAGRAPH:
            length -= sum(len(link.text_content()) for link in paragraph.iter("a"))
        if length < _PARAGRAPH:
            continue
        for weight, ancestor in zip(_WEIGHTS, paragraph.iterancestors(), strict=False):
            scores[ancestor] += weight * length
    for block in tree.iter("div", "section", "article", "td"):
        length = sum(len(tail.strip()) for child in block if (tail := child.tail)) + len((block.text or "").strip())
        if length >= _BLOCK:
            scores[block] += length
    best = max(scores, key=scores.__getitem__, default=None)
    marked = (element for element in scores if scores[element] >= _ENOUGH and _is_marked(element))
    return best if best is None or _is_marked(best) else max(marked, key=scores.__getitem__, default=best)


def _is_marked(element: HtmlElement) -> bool:
    """Whether the page marks it as its article's."""
    return any(
        each.tag == "article" or each.get("itemprop") == "articleBody" for each in (element, *element.iterancestors())
    )


def _drop_boxes(container: HtmlElement) -> None:
    """Drop boxes beside the article's text that say in their class what they are."""
    whole = len(container.text_content())
    for element in list(container.iter("div", "aside", "section", "ul", "figure")):
        marks = element.get("class")
        if not marks or not _BOX.search(marks) or element is container or element.getparent() is None:
            continue
        if len(element.text_content()) < _BOX_SHARE * whole:
            element.drop_tree()


def _paragraphs(container: HtmlElement) -> str:
    inner = (
        _flat(element.text_content())
        for element in container.iter("p", "h2", "h3", "li")
        if not _is_aside(element, container)
    )
    return "\n".join(inner)


def _is_aside(element: HtmlElement, container: HtmlElement) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is container:
            return False
        if ancestor.tag in _ASIDES:
            return True
    return False


def _lead(tree: HtmlElement, description: str | None) -> str | None:
    """The shown paragraph that begins as the page's description of itself does."""
    probe = _flat(clean_line(description or "")).rstrip(".…")[:_PROBE]
    if len(probe) < _PROBE // 2:
        return None
    for element in tree.iter("p", "div", "h2", "h3", "strong", "span"):
        if element.text and probe[:8] in element.text:
            text = _flat(element.text_content())
            if text.startswith(probe) and len(text) < 1000:
                return text
    return None


def _within(lines: list[str], inside: str) -> list[str]:
    """Without what trafilatura went on to after the container, where the container holds most of the text."""
    probes = [_dense(line.removeprefix("- "))[:_PROBE] in inside for line in lines]
    held = sum(len(line) for line, is_held in zip(lines, probes, strict=True) if is_held)
    if held < _MOST * sum(map(len, lines)):
        return lines
    last = max(index for index, is_held in enumerate(probes) if is_held) if any(probes) else len(lines)
    return lines[: last + 1]


def _without_title(lines: list[str], title: str) -> list[str]:
    key = _key(title)
    return [line for index, line in enumerate(lines) if index > 3 or not key or _key(line) != key]


def _key(line: str) -> str:
    return re.sub(r"\W+", "", line).casefold()


def _dense(text: str) -> str:
    return "".join(text.split())


def _flat(text: str) -> str:
    return " ".join(text.split())


def _prose(text: str) -> int:
    """Characters in lines that look like sentences."""
    return sum(len(line) for line in text.split("\n") if len(line) >= _least(line) and _SENTENCE.search(line))


def _least(line: str) -> int:
    return _LINE_DENSE if line[:1] > "\u2e80" else _LINE
