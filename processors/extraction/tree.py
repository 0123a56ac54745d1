"""HTML → tree, for any page: what is no part of an article is dropped, what would break the parser is mended."""

from __future__ import annotations

import re

from lxml.etree import ErrorTypes, ParserError, XPath
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from processors.extraction.errors import ExtractionError

_LONG = 20_000  # characters of a tag in which there may be thousands of attributes
_LONG_TAG = re.compile(rf"<([a-zA-Z][\w:-]*)\s[^<]{{{_LONG},}}")
_ATTRIBUTES = 1000
_COMMENTS = XPath(
    ".//*[self::div or self::section or self::ul or self::ol]"
    "[contains(@class, 'omment') or contains(@id, 'omment') or contains(@id, 'disqus')]"
)
_OVERLAYS = XPath(
    ".//*[@role='dialog' or @role='alertdialog' or @aria-modal='true'"
    " or contains(@class, 'cookie') or contains(@id, 'cookie')]"
)
_SIGN_UPS = XPath(".//form[.//input[@type='email']]")
_SIGN_UP = 600  # characters of a form that asks for an address and is no page of its own
_COMMENT_MARKS = frozenset((
    "comments", "commentlist", "comment-list", "comments-list", "comment-section", "comments-section", "comments-area",
    "comments-wrapper", "comments-container", "comment-thread", "disqus_thread", "usercomments", "user-comments",
))  # fmt: skip
# What a page that nests too deep keeps; all other tags go, and their text stays.
_BOXES = re.compile(
    r"</?(?!(?:html|head|body|title|meta|link|base|script|style|noscript|template|textarea|time|p|h[1-6])[\s/>])"
    r"[a-zA-Z][^<>]*>",
    re.IGNORECASE,
)


def parse(text: str) -> HtmlElement:
    """The tree of a page, without comments, dialogs, cookie banners and sign-up forms.

    Raises ExtractionError where there is no element in it.
    """
    text = _LONG_TAG.sub(_short_tag, text.replace("\0", ""))
    tree, is_whole = _tree(text)
    if not is_whole:
        tree, _ = _tree(_BOXES.sub(" ", text))
    for element in _COMMENTS(tree):
        marks = f"{element.get('id', '')} {element.get('class', '')}".lower().split()
        if not _COMMENT_MARKS.isdisjoint(marks) and element.find(".//h1") is None:
            element.drop_tree()
    sign_ups = [form for form in _SIGN_UPS(tree) if len(form.text_content()) < _SIGN_UP]
    for element in (*_OVERLAYS(tree), *sign_ups):
        if element.getparent() is not None and element.find(".//h1") is None:
            element.drop_tree()
    return tree


def _tree(text: str) -> tuple[HtmlElement, bool]:
    """The tree, and whether it is whole: libxml2 stops where elements nest 256 deep."""
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    try:
        tree = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError) as error:
        raise ExtractionError(f"not an HTML page: {error}") from error
    return tree, all(error.type != ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)


def _short_tag(found: re.Match[str]) -> str:
    """A tag of thousands of attributes, over which libxml2 takes quadratic time, without them."""
    run, name = found[0], found[1]
    head, _, rest = run.partition(">")
    if name.lower() in ("script", "style") or max(head.count(" "), run.count('="')) < _ATTRIBUTES:
        return run
    return f"<{name}>{rest if len(head) >= _LONG else ''}"
