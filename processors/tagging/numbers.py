"""Counts in running text: digits, number words, ranges, "more than", "hundreds", in the languages of the word files."""

from __future__ import annotations

import re

from msgspec import Struct

from processors.models.articles import Quantity
from processors.tagging.dense_numbers import Atom, dense_atoms
from processors.tagging.number_cells import after, any_of, before, pairs, phrases

_DIGITS = re.compile(
    r"(?<![\w.,:/%$€£])(?<![^\W\d_]-)"
    r"(?:(?P<grouped>\d{1,3}(?:[ \u00a0\u2009\u202f,.'’]\d{3})+)|(?P<plain>\d{1,9}(?:[.,]\d{1,2})?))"
    r"(?![\d%°]|[.,:/]\d|[a-zA-Zªº]|-?[йяегм]\b| ?(?:%|°|h\b|km\b|€|\$))"
)
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


class Numerals:
    """The number words of one language, from a word file's `numbers`.

    units, scales, vague: "word value" pairs parted by ";"; over, under, to, between, rise: phrases parted by ";";
    joiners: words that may stand between parts of one number; half: phrases that add a half, "and a half"; compound:
    "yes" where words are written together; prefixes: what may be written before a number word without a space.
    """

    def __init__(self, table: dict[str, str], dense: bool = False) -> None:
        self._dense = dense
        self._units = pairs(table.get("units", ""))
        self._scales = pairs(table.get("scales", ""))
        self._vague = pairs(table.get("vague", ""))
        self._joiners = frozenset(phrases(table.get("joiners", "")))
        self._compound = table.get("compound") == "yes"
        self._prefix = any_of(phrases(table.get("prefixes", "")), stem=True)
        parts = sorted({*self._units, *self._scales, *self._joiners}, key=len, reverse=True)
        self._part = re.compile("|".join(map(re.escape, parts)) or "(?!)")
        self._vague_re = any_of(self._vague)
        self._half = any_of(phrases(table.get("half", "")))
        self._over, self._under = before(table.get("over", ""), dense), before(table.get("under", ""), dense)
        self._over_after = after(table.get("over_after", ""))
        self._between, rise = before(table.get("between", "")), phrases(table.get("rise", ""))
        self._rise = any_of(rise, stem=True)
        self._rise_verb = any_of([word for word in rise if word not in phrases(table.get("between", ""))], stem=True)
        to = phrases(table.get("to", ""))
        self._to = re.compile(rf"\s*(?:[-–—~〜]|{'|'.join(map(re.escape, to)) or '(?!)'})\s*")
        both = phrases(table.get("and", ""))
        self._and = re.compile(rf"\s*(?:{'|'.join(map(re.escape, both)) or '(?!)'})\s*")

    def find(self, marks: str, folded: str, start: int, end: int) -> list[Count]:
        """All counts between two offsets, in order. marks and folded: a Surface's marks and plain."""
        atoms = dense_atoms(marks, start, end) if self._dense else self._atoms(marks, folded, start, end)
        counts: list[Count] = []
        skip = False
        for at, atom in enumerate(atoms):
            if skip:
                skip = False
                continue
            following = atoms[at + 1] if at + 1 < len(atoms) else None
            ranged = self._range(marks, folded, start, atom, following)
            skip = ranged is not None
            counts.append(ranged or self._single(folded, start, end, atom))
        return counts

    def _range(self, marks: str, folded: str, start: int, low: Atom, high: Atom | None) -> Count | None:
        if high is None or low.vague or high.vague:
            return None
        between, lead = folded[low.end : high.start], folded[max(start, low.start - 24) : low.start]
        stated = self._between.search(lead)
        to = self._to.fullmatch(between) or self._to.fullmatch(marks, low.end, high.start)
        if not to and not (stated and self._and.fullmatch(between)):
            return None
        least = low.value * 1000 if low.value * 1000 < high.value and high.value >= 1000 else low.value
        rise = self._rise_verb if stated else self._rise  # "raise it from 1,200 to 2,000", not "from 300 to 500"
        if to and rise.search(folded, max(start, low.start - 60), low.start):
            return Count(low.start, high.end, Quantity(high.value, high.value))
        if least >= high.value:
            return None
        begin = stated.start() + low.start - len(lead) if stated else low.start
        return Count(begin, high.end, Quantity(least, high.value))

    def _single(self, folded: str, start: int, end: int, atom: Atom) -> Count:
        lead = folded[max(start, atom.start - 24) : atom.start]
        if atom.vague:
            return Count(atom.start, atom.end, Quantity(atom.value, None), True)
        if over := self._over.search(lead):
            return Count(atom.start - len(lead) + over.start(), atom.end, Quantity(atom.value, None), atom.words)
        if beyond := self._over_after.match(folded, atom.end, end):
            end = atom.end if self._dense else beyond.end()  # "200人以上": 人 is what is counted
            return Count(atom.start, end, Quantity(atom.value, None), atom.words)
        if under := self._under.search(lead):
            return Count(atom.start - len(lead) + under.start(), atom.end, Quantity(None, atom.value), atom.words)
        return Count(atom.start, atom.end, Quantity(atom.value, atom.value), atom.words)

    def _atoms(self, marks: str, folded: str, start: int, end: int) -> list[Atom]:
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
            word = self._bare(found.group())
            if word in self._scales:
                pieces.append((*found.span(), "scale", self._scales[word]))
            elif word in self._units:
                pieces.append((*found.span(), "unit", self._units[word]))
            elif self._compound and (value := self._compounded(word)):
                pieces.append((*found.span(), "unit", value))
        pieces.sort()
        return self._join(folded, pieces)

    def _bare(self, word: str) -> str:
        """The word without what is written before it without a space (Arabic "with", "of the"), if it is a number."""
        if word in self._scales or word in self._units:
            return word
        found = self._prefix.match(word)
        rest = word[found.end() :] if found else word
        return rest if rest in self._scales or rest in self._units else word

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

    def _join(self, folded: str, pieces: list[tuple[int, int, str, float]]) -> list[Atom]:
        atoms: list[Atom] = []
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


def _digits(found: re.Match[str]) -> float | None:
    if found["grouped"]:
        return float(re.sub(r"\D", "", found["grouped"]))
    return float(found["plain"].replace(",", "."))


def _evaluate(run: list[tuple[int, int, str, float]]) -> list[Atom]:
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
    return [Atom(run[0][0], run[-1][1], int(value), vague, all(piece[2] != "digits" for piece in run))]
