"""How text becomes words: shared by indexing, query compilation, highlighting and proximity checks.

A *word* is a run of letters and digits (with their combining marks) in NFKC and casefolded. Han, kana and hangul
characters are words of their own, so that a Chinese word is a phrase of its characters and is found inside sentences.
An apostrophe ends a word ("l'armée": l, armée; "Russia's": russia, s), but is dropped between Cyrillic letters
(п'ять: пять). Thousands are split by whatever separates them, so that "11,000" finds 11 000 and 11.000.

A *token* is a folded word: Latin, Greek, Hebrew and Arabic diacritics removed (Erdoğan: erdogan), ё as е, Arabic alef,
ya and ta marbuta unified. Unstemmed fields hold tokens; other engines are given the same tokens, so that wildcards and
quotes find the same. A *stem* is a word stemmed in the article's language, then folded (stemmers need the accents);
there are no stop words. Languages without a stemmer have their tokens as stems.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache

import Stemmer

from processors.store import light, ukrainian

VERSION = 3  # of everything below: an index made by another version is built anew

# Of each language the stemmer that its analyzer on Elasticsearch has, where there is one to be had.
SNOWBALL = {"en": "english", "nl": "dutch_porter", "pl": "polish", "ru": "russian", "tr": "turkish"}
LIGHT = {
    "ar": light.arabic, "de": light.german, "es": light.spanish, "fr": light.french, "it": light.italian,
    "pt": light.portuguese, "uk": ukrainian.stem,
}  # fmt: skip
STEMMED = (*SNOWBALL, *LIGHT)
_BEGINNINGS = ("ar", "tr")  # stemmers that may change how a word begins
SHORTEST = 3  # letters that a stemmed word has

_CJK = (
    r"\u3005\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_ARABIC_MARKS = r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_HEBREW_MARKS = r"\u0591-\u05bd\u05bf\u05c1-\u05c7"
_MARKS = rf"\u0300-\u036f\u0483-\u0487{_HEBREW_MARKS}{_ARABIC_MARKS}\u0900-\u0963\u0966-\u109f\u200d"
_CYRILLIC = "\u0400-\u052f"
_LETTERS = rf"[^\W_{_CJK}]"
_WORD = re.compile(
    rf"[{_CJK}][\u3099\u309a\uff9e\uff9f]*"
    rf"|{_LETTERS}+(?:(?:[{_MARKS}]+|(?<=[{_CYRILLIC}])['’](?=[{_CYRILLIC}])){_LETTERS}*)*"
)
_SCRIPTS = {  # of the languages with a stemmer
    "ar": re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    **dict.fromkeys(("ru", "uk"), re.compile(f"[{_CYRILLIC}]")),
    **dict.fromkeys(
        ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "tr"), re.compile(r"[a-z\u00df-\u02af\u1e00-\u1eff]")
    ),
}
_NOISE = re.compile(r"[\x00-\x09\x0b-\x20!-/:-@\[-`{-\x7f’\u0640\u200d]")  # what NFKC leaves of ⒈ or ﷺ; tatweel
_FOLDED_MARKS = re.compile(rf"(?<![иі])[\u0300-\u036f]+|[{_HEBREW_MARKS}{_ARABIC_MARKS}]+")
_FOLDED_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
     "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", "ґ": "г",
     **{chr(0x0660 + digit): str(digit) for digit in range(10)},
     **{chr(0x06F0 + digit): str(digit) for digit in range(10)}}
)  # fmt: skip
_APOSTROPHE = re.compile("['’ʼ]")
_ELISIONS = frozenset(
    "l d j m t s n c qu jusqu lorsqu puisqu quoiqu dell all dall nell sull un quest coll".split()  # noqa: SIM905
)  # French and Italian


def composed(text: str) -> str:
    """The text in NFC, with one kind of apostrophe: the text that `located` gives places in."""
    return unicodedata.normalize("NFC", text).replace("ʼ", "’")


def tokens(text: str) -> list[str]:
    """The tokens of a text, in order."""
    return [found for found in map(token, _WORD.findall(composed(text))) if found]


def analysed(text: str, lang: str) -> tuple[list[str], list[str]]:
    """The tokens of a text and, one for one, their stems in a language (ISO 639-1)."""
    raw = _WORD.findall(composed(text))
    plain = list(map(token, raw))
    if "" in plain:
        raw = [word for word, found in zip(raw, plain, strict=True) if found]
        plain = list(filter(None, plain))
    return plain, (list(map(_stemmed(lang), raw)) if lang in STEMMED else plain)


def matches(text: str) -> list[re.Match[str]]:
    """The words of a `composed` text as written, each where it stands."""
    found = list(_WORD.finditer(text))
    distinct = {match[0] for match in found}
    empty = {word for word in distinct if not word.isascii() and not token(word)}
    return [match for match in found if match[0] not in empty] if empty else found


def located(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of a `composed` text as written, and the places [start, end) where they stand in it."""
    found = matches(text)
    return [match[0] for match in found], [match.span() for match in found]


def tokens_of(text: str) -> dict[str, str]:
    """Each distinct word of a `composed` text as written → its token."""
    return {word: found for word in set(_WORD.findall(text)) if (found := token(word))}


def stems_among(tokens: Mapping[str, str], wanted: Collection[str], lang: str) -> dict[str, str]:
    """Of words → tokens, the words whose stem may be one of those wanted, each with its stem.

    Of the stemmers here only two change how a word begins: the Arabic one, and the Turkish one of some short words.
    """
    first = {stem[:1] for stem in wanted}
    return {word: stem(word, lang) for word, one in tokens.items() if lang in _BEGINNINGS or one[:1] in first}


def stemmed_in(token: str) -> tuple[str, ...]:
    """The languages that may make another stem of a token: words of other scripts are their own stems."""
    return tuple(language for language, letters in _SCRIPTS.items() if letters.search(token))


# The vocabulary of news is small and repeats: remembering words makes analysis several times faster.
@lru_cache(maxsize=1 << 17)
def token(word: str) -> str:
    """A word as written → its token; "" where nothing of it can be searched (a lone tatweel)."""
    return fold(_normalised(word))


def stem(word: str, lang: str) -> str:
    """A word as written → its stem in a language, or its token where the language has no stemmer."""
    return _stemmed(lang)(word) if lang in STEMMED else token(word)


@cache
def _stemmed(lang: str) -> Callable[[str], str]:
    ending_off = LIGHT[lang] if lang in LIGHT else Stemmer.Stemmer(SNOWBALL[lang]).stemWord
    prepared = token if lang == "ar" else _normalised
    letters = _SCRIPTS[lang]  # some stemmers take off doubled letters of any script

    @lru_cache(maxsize=1 << 16)
    def stemmed(word: str) -> str:
        whole = prepared(word)
        return fold(ending_off(whole) if len(whole) >= SHORTEST and letters.search(whole) else whole)

    return stemmed


def _normalised(word: str) -> str:
    if word.isascii():
        return word.lower()
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return _NOISE.sub("", wide.replace("i\u0307", "i"))


def fold(word: str) -> str:
    """The word without what an analyst may leave out when typing: diacritics and variants of letters."""
    if word.isascii():
        return word
    bare = _FOLDED_MARKS.sub("", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).translate(_FOLDED_LETTERS)


def searched_words(text: str) -> list[str]:
    """The words, as written, that a query's bare word asks for: without an elided article, or a possessive s."""
    found = [word for word in _WORD.findall(composed(text)) if token(word)]
    if len(found) > 1 and _APOSTROPHE.search(text):
        if token(found[0]) in _ELISIONS:
            return found[1:]
        if token(found[-1]) == "s":
            return found[:-1]
    return found


def sequences(haystack: Sequence[str], needle: Sequence[str], *, prefix: bool = False) -> Iterator[Sequence[int]]:
    """Places where the needle's words stand one after another; prefix: the last one may go on."""
    if not needle:
        return
    *head, tail = needle
    ends = (at for at, word in enumerate(haystack) if word == tail or (prefix and word.startswith(tail)))
    for end in ends:
        start = end - len(head)
        if start >= 0 and haystack[start:end] == head:
            yield range(start, end + 1)


def in_order(haystack: Sequence[str], needle: Sequence[str], slop: int) -> Iterator[Sequence[int]]:
    """Places of the needle's words in this order with at most `slop` other words in between, all in all.

    For each place of the last word, the tightest such group.
    """
    wanted = set(needle)
    tightest: list[tuple[int, ...]] = [()] * len(needle)  # of the needle's first n words, the group that starts last
    for place, word in enumerate(haystack):
        if word not in wanted:
            continue
        for at in range(len(needle) - 1, -1, -1):
            if word == needle[at] and (at == 0 or tightest[at - 1]):
                tightest[at] = (*tightest[at - 1], place) if at else (place,)
                if at == len(needle) - 1 and place - tightest[at][0] - at <= slop:
                    yield tightest[at]
