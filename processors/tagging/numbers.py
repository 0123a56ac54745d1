"""Counts in running text: digits, number words, ranges, "more than", "hundreds", in the languages of the word files."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

from processors.models.articles import Quantity
from processors.tagging.surface import fold_word, without_accents

_DIGITS = re.compile(
    r"(?<![\w.,:/%$€£])(?<![^\W\d_]-)"
    r"(?:(?P<grouped>\d{1,3}(?:[ \u00a0\u2009\u202f,.'’]\d{3})+)|(?P<plain>\d{1,9}(?:[.,]\d{1,2})?))"
    r"(?![\d%°]|[.,:/]\d|[a-zA-Zªº]|-?[йяегм]\b| ?(?:%|°|h\b|km\b|€|\$))"
)
_DENSE = re.compile(
    r"(?P<vague>数十万|數十萬|数万|數萬|上万|上萬|成千上万|数千|數千|上千|成千|数百|數百|上百|数十|數十|几百|幾百|几千|幾千)"
    r"|(?<!第)(?<!第[\d一二三四五六七八九十百])(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[一二两兩三四五六七八九十百千]+)(?P<scale>[万萬千百十]?)(?P<rest>\d{3,4})?"
)
_DENSE_VAGUE = {"十万": 200000, "万": 20000, "千": 2000, "百": 200, "十": 20}
_DENSE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
_DENSE_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000, "萬": 10000, "": 1}
VAGUE = frozenset({20, 40, 200, 2000, 20000, 200000})  # what "dozens", "hundreds", ... are at least
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"(\w+)\W*$")
_HALF = 0.5
_GLUE = re.compile(r"[\s\-–'’]*")


class Count(Struct, frozen=True):
    """A count and where it stands, the words that qualify it included. words: written without digits."""

    start: int
    end: int
    quantity: Quantity
    words: bool = False

    @property
    def plain_year(self) -> bool:
        """Whether it may as well be a year."""
        low, high = self.quantity.min, self.quantity.max
        return low == high and low is not None and 1900 <= low <= 2100 and not self.words


class _Atom(Struct, frozen=True):
    start: int
    end: int
    value: int
    vague: bool = False
    words: bool = False
    decimal: float | None = None


class Numerals:
    """The number words of one language, from a word file's `numbers`.

    units, scales, vague: "word value" pairs parted by ";"; over, under, to, between, rise: phrases parted by ";";
    joiners: words that may stand between parts of one number; half: phrases that add a half, "and a half"; compound:
    "yes" where words are written together.
    """

    def __init__(self, table: dict[str, str], dense: bool = False) -> None:
        self._dense = dense
        self._units = _pairs(table.get("units", ""))
        self._scales = _pairs(table.get("scales", ""))
        self._vague = _pairs(table.get("vague", ""))
        self._joiners = frozenset(_phrases(table.get("joiners", "")))
        self._compound = table.get("compound") == "yes"
        parts = sorted({*self._units, *self._scales, *self._joiners}, key=len, reverse=True)
        self._part = re.compile("|".join(map(re.escape, parts)) or "(?!)")
        self._vague_re = _any(self._vague)
        self._half = _any(_phrases(table.get("half", "")))
        self._over, self._under = _before(table.get("over", "")), _before(table.get("under", ""))
        self._over_after = _after(table.get("over_after", ""))
        self._between, self._rise = _before(table.get("between", "")), _any(_phrases(table.get("rise", "")), stem=True)
        to = _phrases(table.get("to", ""))
        self._to = re.compile(rf"\s*(?:[-–—~〜]|{'|'.join(map(re.escape, to)) or '(?!)'})\s*")
        both = _phrases(table.get("and", ""))
        self._and = re.compile(rf"\s*(?:{'|'.join(map(re.escape, both)) or '(?!)'})\s*")

    def find(self, marks: str, folded: str, start: int, end: int) -> list[Count]:
        """All counts between two offsets, in order. marks and folded: a Surface's marks and plain."""
        atoms = self._dense_atoms(marks, start, end) if self._dense else self._atoms(marks, folded, start, end)
        counts: list[Count] = []
        skip = False
        for at, atom in enumerate(atoms):
            if skip:
                skip = False
                continue
            after = atoms[at + 1] if at + 1 < len(atoms) else None
            ranged = self._range(marks, folded, start, atom, after)
            skip = ranged is not None
            counts.append(ranged or self._single(folded, start, end, atom))
        return counts

    def _range(self, marks: str, folded: str, start: int, low: _Atom, high: _Atom | None) -> Count | None:
        if high is None or low.vague or high.vague:
            return None
        between, lead = folded[low.end : high.start], folded[max(start, low.start - 24) : low.start]
        stated = self._between.search(lead)
        to = self._to.fullmatch(between) or self._to.fullmatch(marks, low.end, high.start)
        if not to and not (stated and self._and.fullmatch(between)):
            return None
        least = low.value * 1000 if low.value * 1000 < high.value and high.value >= 1000 else low.value
        if self._rise.search(folded, max(start, low.start - 60), low.start) and not stated:
            return Count(low.start, high.end, Quantity(high.value, high.value))
        if least >= high.value:
            return None
        begin = stated.start() + low.start - len(lead) if stated else low.start
        return Count(begin, high.end, Quantity(least, high.value))

    def _single(self, folded: str, start: int, end: int, atom: _Atom) -> Count:
        lead = folded[max(start, atom.start - 24) : atom.start]
        if atom.vague:
            return Count(atom.start, atom.end, Quantity(atom.value, None), True)
        if over := self._over.search(lead):
            return Count(atom.start - len(lead) + over.start(), atom.end, Quantity(atom.value, None), atom.words)
        if after := self._over_after.match(folded, atom.end, end):
            return Count(atom.start, after.end(), Quantity(atom.value, None), atom.words)
        if under := self._under.search(lead):
            return Count(atom.start - len(lead) + under.start(), atom.end, Quantity(None, atom.value), atom.words)
        return Count(atom.start, atom.end, Quantity(atom.value, atom.value), atom.words)

    def _atoms(self, marks: str, folded: str, start: int, end: int) -> list[_Atom]:
        pieces: list[tuple[int, int, str, float]] = []  # start, end, kind, value
        taken: list[tuple[int, int]] = []
        for found in self._vague_re.finditer(folded, start, end):
            if found.group() in self._scales and self._counted(folded[max(start, found.start() - 24) : found.start()]):
                continue  # "тысячи" is thousands, "три тысячи" three thousand
            pieces.append((found.start(), found.end(), "vague", self._vague[found.group()]))
            taken.append(found.span())
        for found in self._half.finditer(folded, start, end):
            pieces.append((*found.span(), "unit", _HALF))
        for found in _DIGITS.finditer(marks, start, end):
            value = _digits(found)
            if value is not None:
                pieces.append((*found.span(), "digits", value))
        for found in _WORD.finditer(folded, start, end):
            if any(a <= found.start() < b for a, b in taken):
                continue
            word = found.group()
            if word in self._scales:
                pieces.append((*found.span(), "scale", self._scales[word]))
            elif word in self._units:
                pieces.append((*found.span(), "unit", self._units[word]))
            elif self._compound and (value := self._compounded(word)):
                pieces.append((*found.span(), "unit", value))
        pieces.sort()
        return self._join(folded, pieces)

    def _counted(self, lead: str) -> bool:
        """Whether a number word, digits or "and a half" end the lead."""
        word = _LAST_WORD.search(lead)
        if word is None:
            return False
        return (
            word[1] in self._units
            or word[1][-1].isdigit()
            or any(found.end() > word.start(1) for found in self._half.finditer(lead))
        )

    def _join(self, folded: str, pieces: list[tuple[int, int, str, float]]) -> list[_Atom]:
        atoms: list[_Atom] = []
        run: list[tuple[int, int, str, float]] = []
        for piece in pieces:
            if run and not self._continues(folded, run, piece):
                article = len(run) == 1 and run[0][3] == 1 and _GLUE.fullmatch(folded[run[0][1] : piece[0]])
                atoms.extend([] if article else _evaluate(run))  # "une trentaine": the article counts nothing
                run = []
            run.append(piece)
        return atoms + (_evaluate(run) if run else [])

    def _continues(
        self, folded: str, run: list[tuple[int, int, str, float]], piece: tuple[int, int, str, float]
    ) -> bool:
        last = run[-1]
        between = folded[last[1] : piece[0]]
        glued = _GLUE.fullmatch(between) is not None
        if "vague" in (last[2], piece[2]):
            return False
        if last[2] == "digits":
            return glued and piece[2] == "scale"
        if piece[2] == "digits":
            return glued and last[2] == "scale" and piece[3] < last[3]
        joined = glued or between.strip() in self._joiners
        if glued and piece[3] == _HALF:  # "three and a half" thousand
            return last[3] < 20
        if joined and last[2] == piece[2] == "unit":  # "twenty three", "cento e vinte e sete", not "two three"
            return last[3] >= 20 > piece[3] or last[3] >= 100 > piece[3] or (last[3] == 60 and piece[3] < 20)
        return joined

    def _compounded(self, word: str) -> float | None:
        """The value of number words written together ("zweihundertfuenfzig"), or None."""
        if len(word) < 5:
            return None
        total = current = 0.0
        at, parts = 0, 0
        while at < len(word):
            found = self._part.match(word, at)
            if found is None or found.end() == at:
                return None
            part, at, parts = found.group(), found.end(), parts + 1
            if part in self._scales:
                scale = self._scales[part]
                total, current = (
                    (total, max(1, current) * scale) if scale == 100 else (total + max(1, current) * scale, 0)
                )
            else:
                current += self._units.get(part, 0)
        return total + current if parts > 1 else None

    def _dense_atoms(self, marks: str, start: int, end: int) -> list[_Atom]:
        atoms = []
        for found in _DENSE.finditer(marks, start, end):
            if found["vague"]:
                tail = found["vague"][1:].replace("萬", "万")
                atoms.append(_Atom(*found.span(), _DENSE_VAGUE.get(tail, 2000), True))
                continue
            value = _dense_value(found["number"]) * _DENSE_SCALES[found["scale"]] + int(found["rest"] or 0)
            if value >= 1:
                atoms.append(_Atom(*found.span(), int(value)))
        return atoms


def _digits(found: re.Match[str]) -> float | None:
    if found["grouped"]:
        return float(re.sub(r"\D", "", found["grouped"]))
    return float(found["plain"].replace(",", "."))


def _dense_value(number: str) -> float:
    if number[0].isdigit():
        return float(number.replace(",", ""))
    total = current = 0
    for character in number:
        if character in _DENSE_DIGITS:
            current = _DENSE_DIGITS[character]
        else:
            total, current = total + max(1, current) * _DENSE_SCALES[character], 0
    return total + current


def _evaluate(run: list[tuple[int, int, str, float]]) -> list[_Atom]:
    total = current = 0.0
    for _, _, kind, value in run:
        if kind == "scale":
            if value == 100:
                current = max(1, current) * 100
            else:
                total, current = total + (max(1, current) if current or not total else 1) * value, 0.0
        else:
            current += value
    value = total + current
    vague = run[0][2] == "vague"
    if not vague and (value != int(value) or value < 1):
        return []
    return [_Atom(run[0][0], run[-1][1], int(value), vague, all(piece[2] != "digits" for piece in run))]


def _phrases(cell: str) -> list[str]:
    return [folded for part in cell.split(";") if (folded := " ".join(without_accents(fold_word(part)).split()))]


@cache
def _pairs(cell: str) -> dict[str, float]:
    pairs = {}
    for part in cell.split(";"):
        words, _, value = part.strip().rpartition(" ")
        if words:
            pairs[" ".join(without_accents(fold_word(words)).split())] = float(value)
    return pairs


def _any(phrases: dict[str, float] | list[str], stem: bool = False) -> re.Pattern[str]:
    source = "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"\b(?:{source}){'' if stem else chr(92) + 'b'}" if source else "(?!)")


def _before(cell: str) -> re.Pattern[str]:
    source = "|".join(re.escape(phrase) for phrase in sorted(_phrases(cell), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{source})\s*(?:\S{{1,3}}\s+)?$" if source else "(?!)")


def _after(cell: str) -> re.Pattern[str]:
    source = "|".join(re.escape(phrase) for phrase in sorted(_phrases(cell), key=len, reverse=True))
    return re.compile(rf"\s*(?:\S{{1,4}}\s+)?(?:{source})" if source else "(?!)")
