"""Strings of pages, cleaned of characters that do not show, and compared."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

# Controls, zero-width and bidirectional marks, soft hyphens, byte order marks, unpaired surrogates.
# The zero-width joiners stay: Persian and Indic spelling needs them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_BREAK = re.compile("[\r\x0c\x85\u2028\u2029]\n?")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_SHORT_NAME = 3


def clean_text(text: str) -> str:
    """The text in NFC without characters that do not show; one newline between paragraphs, none at the ends."""
    text = _INVISIBLE.sub("", _BREAK.sub("\n", text))
    text = _LINES.sub("\n", _SPACES.sub(" ", text))
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """As clean_text, on one line, with entities resolved and tags removed."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _MARKUP.sub(" ", text)
    return " ".join(clean_text(text).split())


def is_site(name: str, site_names: Iterable[str]) -> bool:
    """Whether a name is one of the site's own, or the greater part of one ("Monde" of "lemonde.fr")."""
    own = key(name)
    return bool(own) and any(_is_alike(own, key(site)) for site in site_names)


def _is_alike(name: str, site: str) -> bool:
    shorter, longer = sorted((name, site), key=len)
    return name == site or (len(shorter) > _SHORT_NAME and shorter in longer and len(longer) < 2 * len(shorter) + 4)


def key(name: str) -> str:
    """Letters and digits only, without case: by what two strings are compared."""
    return re.sub(r"\W+", "", name).casefold()
