"""The cells of a word file's `numbers`: phrases parted by semicolons, as patterns."""

from __future__ import annotations

import re
from functools import cache

from processors.tagging.surface import fold_word, without_accents


def phrases(cell: str) -> list[str]:
    """The phrases of a cell, folded, without accents."""
    return [folded for part in cell.split(";") if (folded := " ".join(without_accents(fold_word(part)).split()))]


@cache
def pairs(cell: str) -> dict[str, float]:
    """Each word of a cell of `word value` pairs, with its value."""
    pairs = {}
    for part in cell.split(";"):
        words, _, value = part.strip().rpartition(" ")
        if words:
            pairs[" ".join(without_accents(fold_word(words)).split())] = float(value)
    return pairs


def any_of(phrases: dict[str, float] | list[str], stem: bool = False) -> re.Pattern[str]:
    """Finds any of the phrases; stem: or a word that begins so."""
    source = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"\b(?:{source}){'' if stem else chr(92) + 'b'}" if source else "(?!)")


def before(cell: str, dense: bool = False) -> re.Pattern[str]:
    """Finds a phrase of the cell that ends where a number begins. dense: words need no space before them."""
    source = "|".join(re.escape(phrase) for phrase in sorted(phrases(cell), key=len, reverse=True))
    begin = "" if dense else r"(?<!\w)"
    return re.compile(rf"{begin}(?:{source})\s*(?:\S{{1,3}}\s+)?$" if source else "(?!)")


def after(cell: str) -> re.Pattern[str]:
    """Finds a phrase of the cell that begins where a number ends."""
    source = "|".join(re.escape(phrase) for phrase in sorted(phrases(cell), key=len, reverse=True))
    return re.compile(rf"\s*(?:\S{{1,4}}\s+)?(?:{source})" if source else "(?!)")
