"""Which of a page's wordings is the article's title: heading, JSON-LD, meta elements and <title> vote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from processors.extraction.clean import clean_line, is_site, key

_METAS = (
    "og:title", "twitter:title", "headline", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title",
)  # fmt: skip
_BREAK = re.compile(r"\s+[-–—|•·»«›‹*:/]+\s+|\s*[|｜]\s*")
_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}-\d{2}$")
_WORD = re.compile(r"\w+")
_CUT_SHORT = re.compile(r"\s*(?:…|\.\.\.)$")
_LIMIT = 500  # characters: what is longer is a heading that was never closed
_HEADINGS = 20  # of each kind looked at
_KICKED = 3  # a title is at least a third of it and its kicker
_CUT = 10  # letters of a wording cut short that can speak for another
_HEADLINES = XPath(".//*[@itemprop][contains(@itemprop, 'headline')]")  # "name headline" too, "alternativeHeadline" not


def read_title(tree: HtmlElement, headlines: Sequence[str], metas: dict[str, list[str]], sites: Sequence[str]) -> str:
    """The wording that most of heading, JSON-LD, og:title and <title> agree on; in doubt the heading readers see.

    headlines: JSON-LD's. metas: contents by name. sites: what the site calls itself. "" where there is no title.
    """
    element = tree.find(".//title")
    texts = (
        next(iter(headlines), None),
        next((metas[name][0] for name in _METAS if name in metas), None),
        element.text_content() if element is not None else None,
    )
    stated = [title for text in texts if text and (title := _candidate(text, sites))]
    bare = _candidate(next(iter((*metas.get("og:title", ())[:1], *headlines)), ""), sites)
    heading = _heading(tree, stated, bare, sites)
    titles = [heading, *stated] if heading else stated
    titles = [title for title in titles if not is_site(title, sites)] or titles
    best = max(titles, key=lambda title: sum(_speaks_for(other, title) for other in titles), default="")
    return bare if _is_kicked(best, bare) else best


def _heading(tree: HtmlElement, stated: Sequence[str], bare: str, sites: Sequence[str]) -> str:
    """The first heading that says what the page states elsewhere; else the first h1. bare: a title without a kicker.

    An h1 within navigation (HTML: links to other pages, such as breadcrumbs) is looked at last.
    """
    first = list(islice(tree.iter("h1"), _HEADINGS))
    shown = [heading for heading in first if not _is_navigation(heading)]
    within = [heading for heading in first if heading not in shown]
    second = [heading for heading in islice(tree.iter("h2"), _HEADINGS) if not _is_navigation(heading)]
    own = [title for heading in (*shown, *within) if (title := _text(heading, sites))]
    for heading in (*_HEADLINES(tree)[:_HEADINGS], *shown, *second, *within):
        title = _text(heading, sites)
        if _is_kicked(title, bare):
            return bare
        if same := next((other for other in stated if _speaks_for(other, title)), None):
            has_parts = len(heading) > 0 and key(same) == key(title)
            return same if has_parts else title  # "Border: A garrison empties" is shown as two parts
    return next((title for title in own if not is_site(title, sites)), "")


def _text(heading: HtmlElement, sites: Sequence[str]) -> str:
    return _candidate(heading.text_content(), sites)


def _is_navigation(element: HtmlElement) -> bool:
    return any(above.tag == "nav" or above.get("role") == "navigation" for above in element.iterancestors())


def _candidate(text: str, sites: Sequence[str]) -> str:
    line = clean_line(text)
    return clean_title(line, sites) if len(line) <= _LIMIT else ""


def clean_title(title: str, sites: Sequence[str]) -> str:
    """The title without the site's name or a date before or after it ("… - Le Monde", "… | Le Monde | Monde")."""
    title = clean_line(title)
    while breaks := list(_BREAK.finditer(title)):
        if (cut := next(_tails(title, breaks, sites), None)) is not None:
            title = title[:cut]
        elif _is_extra(title[: breaks[0].start()], sites):
            title = title[breaks[0].end() :]
        else:
            break
    return title


def _tails(title: str, breaks: Sequence[re.Match[str]], sites: Sequence[str]) -> Iterator[int]:
    """Where the title may end: what follows is the site's name, or that and less than what comes before."""
    exact = {key(site) for site in sites}
    ends = [*(found.start() for found in breaks[1:]), len(title)]
    for found, end in zip(breaks, ends, strict=True):
        named = key(title[found.end() : end]) in exact and len(title) - end < found.start()
        if named or _is_extra(title[found.end() :], sites):
            yield found.start()


def _is_extra(part: str, sites: Sequence[str]) -> bool:
    return bool(_DATE.match(part.strip())) or is_site(part, sites)


def _is_kicked(title: str, bare: str) -> bool:
    """Whether a title is the bare one after a kicker ("Border: Soldiers sent east")."""
    whole, end = key(title), key(bare)
    return len(end) < len(whole) <= _KICKED * len(end) and whole.endswith(end)


def _speaks_for(text: str, title: str) -> bool:
    """Whether a wording is the title's, or the title cut short."""
    start = _CUT_SHORT.sub("", text)
    cut = start != text and len(start) >= _CUT and key(title).startswith(key(start))
    return cut or is_same_title(text, title)


def is_same_title(title: str, other: str) -> bool:
    """Whether two titles differ in punctuation, in case, or in one word of ten at most."""
    words, others = (Counter(_WORD.findall(text.casefold())) for text in (title, other))
    return 20 * (words & others).total() >= 9 * (words.total() + others.total())
