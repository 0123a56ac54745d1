"""A text as the tagger reads it: folded for look-ups, cut into sentences, every offset traceable to the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from processors.gazetteer.folding import fold

_LATIN = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
_PLAIN = {ord("ß"): "s", ord("ł"): "l", ord("ø"): "o", ord("đ"): "d", ord("ı"): "i", ord("æ"): "a", ord("ð"): "d"}
_PLAIN |= {code: base for code in _LATIN if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()}

_END = re.compile(
    r"(?P<stop>[.!?…؟۔]+[\"'»”’)\]]*(?=[\s«“\"]|$))|[。！？；][”」』）\"]*|(?P<line>[ \t]*\n\s*)|\s[•●▪]\s"
)
_ABBREVIATIONS = frozenset(
    {
        "m", "mm", "mme", "mr", "mrs", "ms", "dr", "prof", "st", "ste", "sgt", "cpl", "capt", "col", "lt",
        "gen", "gén", "maj", "adm", "cmdr", "gov", "sen", "rep", "rev", "jr", "sr", "sra", "no", "nr", "vs",
        "etc", "al", "inc", "ltd", "co", "corp", "approx", "ca", "bzw", "sog", "z", "b", "d", "h", "u", "a",
        "mio", "mrd", "tys", "mln", "mld", "ok", "np", "tzw", "ul", "ww", "im", "płk", "mjr", "kpt", "тыс",
        "млн", "млрд", "г", "гг", "т", "е", "др", "ул", "им", "руб", "тис", "ген", "полк", "ee", "uu", "ud",
        "dña", "pág", "art", "núm", "av", "on", "ing", "avv", "sig", "dott", "s", "n", "p", "jan", "feb",
        "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "janv", "févr", "avr",
        "juil", "déc",
    }
)  # fmt: skip
_LONGEST = 1000  # characters of a sentence
_SPACE = re.compile(r"\S+")
# Letters that look alike, from Unicode's confusables (UTS 39).
_LOOK_ALIKE = str.maketrans("аеорсухіјѕһԁӏ", "aeopcyxijshdl")
_TO_LATIN, _TO_CYRILLIC = _LOOK_ALIKE, {latin: cyrillic for cyrillic, latin in _LOOK_ALIKE.items()}
_MIX = re.compile(r"[a-z][а-џѕіјһԁӏ]|[а-џѕіјһԁӏ][a-z]")
_MIXED = re.compile(r"[a-zа-џѕіјһԁӏ]+")
_SHORT = re.compile(r"(?<=\s)(?=[^\W\d_]{1,3}\Z)[^\W\d_]+\Z")
_PAUSE = re.compile(r",(?!\d)|[،、，]|(?P<hard>[;()؛：（）]|:(?!\d)| [–—-] |—|\n)")  # not those of "5,000" and "11:40"


def fold_word(word: str) -> str:
    """A word or phrase of a lexicon, folded as texts are."""
    return fold(unicodedata.normalize("NFC", word))[0]


def without_accents(folded: str) -> str:
    """Folded text without the accents of Latin letters."""
    return folded.translate(_PLAIN)


def one_script(folded: str) -> str:
    """Folded text whose words that mix Latin and Cyrillic letters are in one script, where their letters look alike."""
    return _MIXED.sub(_unmix, folded) if _MIX.search(folded) else folded


def _unmix(found: re.Match[str]) -> str:
    word = found.group()
    latin = word.translate(_TO_LATIN)
    return latin if latin.isascii() else word.translate(_TO_CYRILLIC)


class Surface:
    """A text, its folded form of equal length, and its sentences. All offsets are of the folded form."""

    def __init__(self, text: str) -> None:
        self.text = text
        folded, self.offsets = fold(text)
        self.folded = one_script(folded)
        self.marks = text if self.offsets is None else "".join(text[at] for at in self.offsets[:-1])

    def original(self, start: int, end: int) -> str:
        """The original characters of a folded span."""
        return self.text[start:end] if self.offsets is None else self.text[self.offsets[start] : self.offsets[end]]

    @property
    def original_sentences(self) -> list[tuple[int, int]]:
        """The sentences in offsets of the original text."""
        if self.offsets is None:
            return self.sentences
        return [(self.offsets[start], self.offsets[end]) for start, end in self.sentences]

    def locate(self, offset: int) -> int:
        """The folded offset of an original one."""
        return offset if self.offsets is None else min(bisect_left(self.offsets, offset), len(self.folded))

    @cached_property
    def plain(self) -> str:
        """The folded text without accents."""
        return without_accents(self.folded)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """(start, end) of each sentence, without the blanks around it."""
        marks, bounds, start = self.marks, [], 0
        for found in _END.finditer(marks):
            if (found["stop"] and _goes_on(marks, found)) or (found["line"] and _is_wrapped(marks, start, found)):
                continue
            bounds.append((start, found.start() if found["line"] else found.end()))
            start = found.end()
        bounds.append((start, len(marks)))
        return [trimmed for bound in bounds for part in _parts(marks, *bound) if (trimmed := _trim(marks, *part))]


class Measure:
    """Distances between offsets of one sentence, in words; a pause between them lengthens the way."""

    def __init__(self, surface: Surface, start: int, end: int) -> None:
        part = surface.folded[start:end]
        self.dense = not _spaced(part)
        self._words: Sequence[int] = (
            range(start, end, 2) if self.dense else [start + found.start() for found in _SPACE.finditer(part)]
        )
        self._pauses: list[int] = []
        self._barriers: list[int] = []
        for found in _PAUSE.finditer(surface.marks, start, end):
            (self._barriers if found["hard"] else self._pauses).append(found.start())

    def word(self, offset: int) -> int:
        """The number of the word that begins at or after an offset."""
        return bisect_left(self._words, offset)

    def words(self, first_end: int, second_start: int) -> int:
        """Words between the end of one span and the start of a later one."""
        return max(0, self.word(second_start) - self.word(first_end))

    def distance(self, a: tuple[int, int], b: tuple[int, int]) -> int:
        """Words between two spans, plus 2 a comma and 5 a stronger pause; 0 where they touch or overlap."""
        if a[0] > b[0]:
            a, b = b, a
        commas = bisect_left(self._pauses, b[0]) - bisect_left(self._pauses, a[1])
        return self.words(a[1], b[0]) + 2 * max(0, commas) + 5 * self.barriers(a[1], b[0])

    def barriers(self, start: int, end: int) -> int:
        """Strong pauses (semicolon, colon, dash, bracket) between two offsets."""
        return max(0, bisect_left(self._barriers, end) - bisect_left(self._barriers, start))

    def pauses(self, start: int, end: int) -> int:
        """All pauses between two offsets."""
        return self.barriers(start, end) + max(0, bisect_left(self._pauses, end) - bisect_left(self._pauses, start))


def _spaced(folded: str) -> bool:
    dense = sum("\u3040" <= letter <= "\u9fff" for letter in folded[:200])
    return dense * 4 < min(len(folded), 200)


def _goes_on(marks: str, found: re.Match[str]) -> bool:
    """Whether a full stop belongs to an abbreviation, an initial or a number."""
    after = marks[found.end() : found.end() + 40].lstrip()
    if not after or found["stop"][0] != ".":
        return bool(after) and found["stop"][0] in ".…" and after[0].islower()
    if after[0].islower():
        return True
    before = re.search(r"[^\W\d_]+$", marks[max(0, found.start() - 12) : found.start()])
    if before is None:
        return False
    word = before.group()
    if len(word) == 1 and word.isupper():  # an initial, or the end of "U.S."
        return not marks[: found.start() - 1].endswith(".") or after[0].isdigit()
    return word.lower() in _ABBREVIATIONS and "\n" not in marks[found.end() : found.end() + 2]


def _is_wrapped(marks: str, start: int, found: re.Match[str]) -> bool:
    """Whether a line break only wraps a sentence: one break after a long line, and the next line goes on in small
    letters, or the line ends in a short word in small letters ("to", "a", "de la").
    """
    if found["line"].count("\n") != 1 or found.start() - start <= 30:
        return False
    return marks[found.end() : found.end() + 1].islower() or _SHORT.search(marks, start, found.start()) is not None


def _parts(marks: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in parts of bounded length, cut at blanks: text without sentence marks costs no more than other."""
    while end - start > _LONGEST:
        blank = marks.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = blank + 1 if blank > 0 else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def _trim(marks: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and marks[start].isspace():
        start += 1
    while end > start and marks[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
