"""Folds text for matching: one character in, one character out, so that offsets hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Letters that are written in more than one way, each to one form.
_VARIANTS = {
    "İ": "i", "ς": "σ", "ё": "е", "Ё": "е", "ґ": "г", "Ґ": "г",
    "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه",
}  # fmt: skip
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f"  # control characters; not tab and line ends
    "\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u064b-\u065f\u0670\u0591-\u05c7"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
_UNFOLDED = re.compile(f"[{_INVISIBLE}\u0300-\u036f\u3099\u309a\u1160-\u11ff]")


def _table() -> str:
    """The folded form of every character below U+30000, at its code point: `str.translate` indexes it fastest."""
    folded = []
    for code in range(0x30000):
        character = chr(code)
        lower = character.lower()
        separator = unicodedata.category(character) in _SEPARATORS
        folded.append(" " if separator else lower if len(lower) == 1 else character)
    for letter, variant in _VARIANTS.items():
        folded[ord(letter)] = variant
    return "".join(folded)


_SEPARATORS = {"Cc", "Cf", "Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"}
_TABLE = _table()


def fold(text: str) -> tuple[str, Sequence[int] | None]:
    """Folds a text: lower case, separators as spaces, composed, without invisible characters.

    Returns the folded text and, for each of its characters and its end, the offset in the original; None
    where the offsets are the same.
    """
    if not _UNFOLDED.search(text):
        return text.translate(_TABLE), None
    composed, offsets = _compose(text)
    return composed.translate(_TABLE), offsets


def _compose(text: str) -> tuple[str, list[int]]:
    """Composes each run of a base and its marks where that gives one character; drops invisible characters."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if _DROPPED.match(character):
            continue
        if characters and unicodedata.combining(character):
            joined = unicodedata.normalize("NFC", characters[-1] + character)
            if len(joined) == 1:
                characters[-1] = joined
            continue  # a mark that composes with nothing does not change which name this is
        characters.append(character)
        offsets.append(offset)
    offsets.append(len(text))
    return "".join(characters), offsets


def key(name: str) -> str:
    """Folds a name to the form that is looked up: single spaces, none at the ends."""
    return " ".join(fold(unicodedata.normalize("NFC", name))[0].split())
