"""Strings that name authors → names: lists split; "by", roles and addresses removed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from processors.extraction.clean import clean_line, key

_BY = re.compile(
    r"^(?:by|von|par|por|di|da|door|av|af|od|przez|autor(?:in|e|a|es)?|auteurs?|authors?|автор(?:ка|ы)?|yazan|"
    r"written by|text|texte|texto|testo|foto|reported by|posted by|โดย|بقلم|کاتب)\s*[::]?\s+",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"\s*[;|/·•\n、،]+\s*|\s+(?:and|und|et|og|och|en|та|ve|with|mit|avec|con)\s+|\s*&\s*", re.IGNORECASE
)
_LETTER = re.compile(r"\s(?:y|e|i|и|і)\s")
_BRACKETS = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|@\w+")
_TRAILING = re.compile(r"\s*[\(\[][^)\]]*[\)\]]?\s*$|\s+(?:-|–|—)\s+.*$")
_NO_AUTHOR = re.compile(
    r"^(?:admin|administrator|editor|staff|unknown|none|null|author|redaktion|webmaster|n/?a|\W*)$", re.IGNORECASE
)
# Beginnings of words for those who write, in the languages of the desk: after a name they tell what it does.
_ROLE = re.compile(
    r"\b(?:correspond|corrispond|korrespond|koresp|корреспонд|кореспонд|report|repórt|репорт|journalis|jornalis|"
    r"giornalis|журналіс|журналис|periodist|dziennikar|gazeteci|muhabir|editor|éditor|editör|redakt|redact|rédact|"
    r"redaç|редакт|columnist|kolumnist|writer|contribut|photograph|fotograf|photojourn|analyst|обозревател|"
    r"envoyé|enviad|inviat|verslagge|bureau chief|مراسل)",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(r"\s*(?:선임기자|기자|특파원|記者|记者|編集委員|特派員)$")
_FROM_DIGIT = re.compile(r"\s\d.*$")  # a date, or minutes to read
_NOT_NAME = re.compile(r"[\d:!?@#]|\b(?:by|news|staff|team|agenc)", re.IGNORECASE)
_NAME_LIMIT = 80
_AUTHORS_LIMIT = 30
_ENTRY_LIMIT = 5000  # characters of a string that may hold names


def clean_authors(stated: Iterable[str]) -> tuple[str, ...]:
    """Names, each once, in their order: lists split; "by", roles, addresses and links removed."""
    names: dict[str, str] = {}
    for entry in stated:
        for name in _split(clean_line(entry[:_ENTRY_LIMIT])):
            if kept := _name(name):
                names.setdefault(key(kept), kept)
    return tuple(names.values())[:_AUTHORS_LIMIT]


def is_person(name: str) -> bool:
    """Whether a string looks like a person's name: two to five capitalised words, particles aside."""
    words = name.split()
    if not words or _NOT_NAME.search(name) or _ROLE.search(name):
        return False
    if words[0][0].isalpha() and not words[0][0].islower() and not words[0][0].isupper():  # a script without case
        return len(name) <= _NAME_LIMIT // 4
    large = [word for word in words if word[0].isupper()]
    return len(large) >= 2 and len(words) <= 5 and all(word[0].isupper() or len(word) <= 4 for word in words)


def _split(entry: str) -> list[str]:
    entry = _BRACKETS.sub(" ", _BY.sub("", entry)) if not entry.startswith(("(", "[")) else entry
    parts = [part for whole in _BREAK.split(entry) for part in _split_letters(whole)]
    return [name for part in parts if part for name in _split_commas(part)]


def _split_letters(part: str) -> list[str]:
    """At "y", "e", "i", "и": two names, unless one word follows two, as in a surname of two parts."""
    names: list[str] = []
    while found := _LETTER.search(part):
        before, after = part[: found.start()].strip(), part[found.end() :].strip()
        if " " in before and " " not in after:
            break
        names.append(before)
        part = after
    return [*names, part]


def _split_commas(part: str) -> list[str]:
    """At commas, but "Surname, First" is one name, and what follows a name may be a role or a place."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) == 2 and all(" " not in piece and not piece.isupper() for piece in pieces):
        return [" ".join(reversed(pieces))]
    return [
        piece
        for index, piece in enumerate(pieces)
        if index == 0 or (not _ROLE.search(piece) and (" " in piece or len(pieces) > 2 or piece.isupper()))
    ]


def _name(text: str) -> str | None:
    text = _BY.sub("", _ADDRESS.sub("", text))
    text = _TRAILING.sub("", text).strip(" \t,.;:-–—*'\"")
    text = _ROLE_AFTER.sub("", text) or text
    before = _FROM_DIGIT.sub("", text)
    text = before if is_person(before) else text
    if not text or len(text) > _NAME_LIMIT or _NO_AUTHOR.match(text) or sum(map(str.isdigit, text)) > 3:
        return None
    return text
