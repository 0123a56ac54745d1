"""How each script bounds its words: spaces, attached particles, or nothing at all."""

from __future__ import annotations

import re

_LATIN = re.compile("[a-z\u00aa-\u024f\u1e00-\u1eff]")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_ARABIC = re.compile("[\u0620-\u06d3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]")
# Conjunctions, prepositions and articles that are written in one word with the name that follows.
_ARABIC_CLITICS = re.compile("(?:[وف]?(?:ال|[بلك]|بال|كال|لل)?)")
_HEBREW_CLITICS = re.compile("(?:ו?(?:כש|מה|של|[בהכלמש])?)")


def is_latin(folded: str) -> bool:
    """Whether a folded name has a Latin letter: such names can mean other things in other languages."""
    return bool(_LATIN.search(folded))


def padded(folded: str) -> str:
    """A folded name with a space at each side where its script ends words so.

    Chinese, Japanese and South-East Asian scripts have none; Korean particles follow the name; Arabic and
    Hebrew particles precede it (see `starts_word`).
    """
    first, last = folded[0], folded[-1]
    left = "" if _UNSPACED.match(first) or _ARABIC.match(first) or _HEBREW.match(first) else " "
    right = "" if _UNSPACED.match(last) or _HANGUL.match(last) else " "
    return f"{left}{folded}{right}"


def needs_look(folded: str) -> bool:
    """Whether `starts_word` must be asked of a name: what `padded` says is not enough in its script."""
    first = folded[0]
    return bool(_ARABIC.match(first) or _HEBREW.match(first) or _KATAKANA.match(first))


def starts_word(folded: str, start: int, end: int) -> bool:
    """Whether a name found at [start, end) is one by what stands at its sides, beyond what `padded` says."""
    first = folded[start]
    if _ARABIC.match(first) or _HEBREW.match(first):
        word = folded.rfind(" ", max(0, start - 5), start) + 1
        if word == 0 and start > 5:
            return False
        clitics = _ARABIC_CLITICS if _ARABIC.match(first) else _HEBREW_CLITICS
        return bool(clitics.fullmatch(folded, word, start))
    if _KATAKANA.match(first):
        before, after = folded[start - 1 : start], folded[end : end + 1]
        return not (_KATAKANA.match(before) or (_KATAKANA.match(folded[end - 1]) and _KATAKANA.match(after)))
    return True
