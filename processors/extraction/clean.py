"""Strings of pages, cleaned: characters that do not show, titles with site names, authors with roles."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

# Controls, zero-width and bidirectional marks, soft hyphens, byte order marks, unpaired surrogates.
# The zero-width joiners stay: Persian and Indic spelling needs them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_BREAK = re.compile("[\r\x0c\x85\u2028\u2029]\n?")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")

_TITLE_BREAK = re.compile(r"\s+[-–—|•·»«:/]+\s+|\s*[|｜]\s*")
_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}|\d{4}-\d{2}-\d{2}$")
_SHORT_NAME = 3
_BY = re.compile(
    r"^(?:by|von|par|por|di|da|door|av|af|od|przez|autor(?:in|e|a|es)?|auteurs?|authors?|автор(?:ка|ы)?|yazan|"
    r"written by|text|texte|texto|testo|foto|reported by|posted by|โดย|بقلم|کاتب)\s*[::]?\s+",
    re.IGNORECASE,
)
_AUTHOR_BREAK = re.compile(
    r"\s*[;|/·•\n、،]+\s*|\s+(?:and|und|et|y|e|og|och|en|i|и|та|ve|with|mit|avec|con)\s+|\s*&\s*", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|@\w+")
_TRAILING = re.compile(r"\s*[\(\[][^)\]]*[\)\]]?\s*$|\s+(?:-|–|—)\s+.*$")
_NO_AUTHOR = re.compile(
    r"^(?:admin|administrator|editor|staff|unknown|none|null|author|redaktion|webmaster|n/?a|\W*)$", re.IGNORECASE
)
_WORD = re.compile(r"\w+")
_NOT_NAME = re.compile(r"[\d:!?@#]|\b(?:by|news|staff|editor|team|redaktion|rédaction|agenc)", re.IGNORECASE)
_NAME_LIMIT = 80
_AUTHORS_LIMIT = 30


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


def clean_title(title: str, site_names: Sequence[str]) -> str:
    """The title without the site's name or a date before or after it ("… - Le Monde", "Le Monde | …")."""
    title = clean_line(title)
    while breaks := list(_TITLE_BREAK.finditer(title)):
        first, last = breaks[0], breaks[-1]
        if _is_extra(title[last.end() :], site_names):
            title = title[: last.start()]
        elif _is_extra(title[: first.start()], site_names):
            title = title[first.end() :]
        else:
            break
    return title


def _is_extra(part: str, site_names: Sequence[str]) -> bool:
    return bool(_DATE.match(part.strip())) or is_site(part, site_names)


def is_site(name: str, site_names: Iterable[str]) -> bool:
    """Whether a name is one of the site's own, or the greater part of one ("Monde" of "lemonde.fr")."""
    key = _key(name)
    return bool(key) and any(_is_alike(key, _key(site)) for site in site_names)


def _is_alike(key: str, site: str) -> bool:
    shorter, longer = sorted((key, site), key=len)
    return key == site or (len(shorter) > _SHORT_NAME and shorter in longer and len(longer) < 2 * len(shorter) + 4)


def is_same_title(title: str, other: str) -> bool:
    """Whether two titles differ in punctuation, in case, or in one word of ten at most."""
    words, others = (Counter(_WORD.findall(text.casefold())) for text in (title, other))
    return 20 * (words & others).total() >= 9 * (words.total() + others.total())


def is_person(name: str) -> bool:
    """Whether a string looks like a person's name: two to five capitalised words, particles aside."""
    words = name.split()
    if not words or _NOT_NAME.search(name):
        return False
    if words[0][0].isalpha() and not words[0][0].islower() and not words[0][0].isupper():  # a script without case
        return len(name) <= _NAME_LIMIT // 4
    large = [word for word in words if word[0].isupper()]
    return len(large) >= 2 and len(words) <= 5 and all(word[0].isupper() or len(word) <= 4 for word in words)


def _key(name: str) -> str:
    return re.sub(r"\W+", "", name).casefold()


def clean_authors(stated: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, in their order: lists split; "by", roles, addresses and links removed."""
    names: dict[str, str] = {}
    for entry in stated:
        for name in _split(clean_line(entry)):
            if kept := _name(name):
                names.setdefault(_key(kept), kept)
    return tuple(names.values())[:_AUTHORS_LIMIT]


def _split(entry: str) -> list[str]:
    parts = [part for part in _AUTHOR_BREAK.split(_BY.sub("", entry)) if part]
    return [name for part in parts for name in _split_commas(part)]


def _split_commas(part: str) -> list[str]:
    """At commas, but "Surname, First" is one name, and what follows a name may be a role or a place."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) < 2 or (len(pieces) == 2 and all(" " not in piece for piece in pieces)):
        return [" ".join(reversed(pieces))] if pieces else []
    return [piece for index, piece in enumerate(pieces) if index == 0 or " " in piece or len(pieces) > 2]


def _name(text: str) -> str | None:
    text = _BY.sub("", _ADDRESS.sub("", text))
    text = _TRAILING.sub("", text).strip(" \t,.;:-–—*'\"")
    if not text or len(text) > _NAME_LIMIT or _NO_AUTHOR.match(text) or sum(map(str.isdigit, text)) > 3:
        return None
    return text
