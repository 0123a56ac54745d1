"""Who wrote a page's article: JSON-LD and meta elements first, then what the page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from lxml.html import HtmlElement

from processors.extraction.clean import clean_line, is_site
from processors.extraction.names import clean_authors, is_person

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl",
    "cxenseparse:author", "article:author_name", "authors", "articleauthor", "og:article:author",
    "citation_author", "creator",
)  # fmt: skip
_MARKS = 10  # elements of a kind looked at
_ASIDES = frozenset(("aside", "figure", "footer", "nav"))
_NAME_LENGTH = 80
_BYLINE_LENGTH = 150  # characters
_LEAD = 100  # characters from which a paragraph is the article's text
_LINK = re.compile(r"://|^www\.|^@")
_AUTHOR = re.compile(r"by-?line|author|autor|auteur", re.IGNORECASE)
_CLASS = re.compile(r"(?:.*[_-])?(?:by-?line|author|autor|auteur)s?(?:[_-]*(?:name|link)s?)?", re.IGNORECASE)
_HASH = re.compile(r"__(?=[\w-]*[\dA-Z])[\w-]{5,8}$")  # what CSS modules add to a class
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LABEL = re.compile(
    r"(?:authors?|autor(?:in|en|innen|a|as|e|es|i|zy)?|auteurs?|auteure|autrice|автор(?:ка|ы|и)?|yazar(?:lar)?|penulis|"
    r"skribent|tekst|written by|المؤلف|الكاتب|作者|著者|by|von|par|por)"
    r"(?:/\w+)?\s*[::]?",
    re.IGNORECASE,
)
_LABEL_LENGTH = 25
_OTHER_PART = re.compile(  # what a byline says of those who did not write the article
    r"(?:edit(?:or|ed|ing)|redaktion|redaktör|rédaction|edición|pho?to|foto|image|bild|video|vidéo|camera|kamera|"
    r"illustration|translat|übersetz|traduc|source|quelle)[\w ]{0,12}:",
    re.IGNORECASE,
)


def read_authors(
    tree: HtmlElement,
    named: Sequence[str],
    metas: dict[str, list[str]],
    sites: Sequence[str],
    host: str,
    container: HtmlElement | None,
) -> tuple[str, ...]:
    """Who JSON-LD or a meta element names; where that is the site itself, a person that other marks name.

    named: JSON-LD's. metas: contents by name. sites: what the site calls itself. host: of its address.
    container: the element that holds the text.
    """
    own: tuple[str, ...] = ()
    for stated in _stated(tree, named, metas, container):
        entries = [entry for entry in stated if not _LINK.search(entry)]
        others = clean_authors(entry for entry in entries if not host or host not in entry.lower())
        people = tuple(name for name in others if not is_site(name, sites))
        if people and (not own or all(map(is_person, people))):
            return people
        own = own or clean_authors(entries)
    return own


def _stated(
    tree: HtmlElement, named: Sequence[str], metas: dict[str, list[str]], container: HtmlElement | None
) -> Iterator[Sequence[str]]:
    yield named
    yield from (metas[name] for name in _METAS if name in metas)
    yield [link.text_content() for link in islice(tree.iterfind(".//a[@rel='author']"), _MARKS)]
    yield [name for item in islice(tree.iterfind(".//*[@itemprop='author']"), _MARKS) for name in _item(item)]
    yield from islice(_bylines(tree), _MARKS)
    yield from islice(_labelled(tree), 1)
    if container is not None:
        yield from _signatures(container)


def _item(item: HtmlElement) -> list[str]:
    """The names that a microdata item states; its text where it states none."""
    names = [name.get("content") or name.text_content() for name in item.iterfind(".//*[@itemprop='name']")]
    return names or _parts(item)


def _bylines(tree: HtmlElement) -> Iterator[list[str]]:
    for element in tree.iter("a", "span", "div", "p", "address", "li"):
        marks = element.get("class")
        if not marks or not _AUTHOR.search(marks) or not any(map(_is_author, marks.split())):
            continue
        text = element.text_content()
        if len(text) < _BYLINE_LENGTH and not _OTHER_PART.match(text.strip()) and not _is_beside(element):
            yield _parts(element)


def _is_beside(element: HtmlElement) -> bool:
    return any(above.tag in _ASIDES for above in element.iterancestors())


def _is_author(mark: str) -> bool:
    """Whether a class says that its element names an author ("post-author", "AuthorName", "Byline_link__x7Yq2")."""
    return len(mark) < _NAME_LENGTH and _CLASS.fullmatch(_HUMP.sub("-", _HASH.sub("", mark))) is not None


def _parts(element: HtmlElement) -> list[str]:
    """Linked names where all are, names that have an element each, else the text."""
    text = rest = _text(element)
    people = [name for name in _texts(element.iter("a")) if is_person(name)]
    for name in people:
        rest = rest.replace(name, ";")
    if people and not any(map(is_person, clean_authors([rest]))):
        return people
    leaves = _texts(child for child in element.iter() if child is not element and not len(child))
    return leaves if " ".join(leaves) == text and all(map(is_person, leaves)) else [text]


def _texts(elements: Iterator[HtmlElement]) -> list[str]:
    return [text for element in islice(elements, 2 * _MARKS) if (text := _text(element))]


def _text(element: HtmlElement) -> str:
    return clean_line(" ".join(element.itertext()))


def _labelled(tree: HtmlElement) -> Iterator[list[str]]:
    """Persons after an element that says "Author" and nothing else."""
    for element in tree.iter("dt", "th", "strong", "b", "span", "em"):
        text = element.text
        if not text or len(text) > _LABEL_LENGTH or len(element) or not _LABEL.fullmatch(text.strip()):
            continue
        after = (element.tail or "").strip()
        following = element.getnext()
        if not after and following is not None:
            after = _text(following)
        names = clean_authors([after]) if len(after) < _BYLINE_LENGTH else ()
        if names and all(map(is_person, names)) and not _is_beside(element):
            yield [after]


def _signatures(container: HtmlElement) -> Iterator[list[str]]:
    """A paragraph before the text, or the last one, that is names in bold and nothing else, in a script with case."""
    paragraphs = [child for child in container if child.tag == "p" and child.text_content().strip()]
    first = takewhile(lambda paragraph: len(paragraph.text_content()) < _LEAD, paragraphs[:_MARKS])
    for paragraph in (*first, *paragraphs[-1:]):
        text = paragraph.text_content().strip()
        bold = paragraph.find("strong")
        if bold is not None and len(text) < _NAME_LENGTH and bold.text_content().strip() == text:
            names = clean_authors([text])
            if names and all(map(is_person, names)) and text != text.swapcase():
                yield [text]
