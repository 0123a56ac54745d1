"""Numbers in Chinese and Japanese text: 三百, 2万, 数千."""

from __future__ import annotations

import re

from msgspec import Struct

_DENSE = re.compile(
    r"(?P<vague>数十万|數十萬|数万|數萬|上万|上萬|成千上万|数千|數千|上千|成千|数百|數百|上百|数十|數十|几百|幾百|几千|幾千)"
    r"|(?<!第)(?<!第[\d一二三四五六七八九十百])"
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[一二两兩三四五六七八九十百千]+)(?P<scale>[万萬千百十]?)"
    r"(?P<rest>(?<=[万萬千百])[\d一二两兩三四五六七八九][\d一二两兩三四五六七八九十百千]*)?"
)
_DENSE_VAGUE = {"十万": 200000, "万": 20000, "千": 2000, "百": 200, "十": 20}
_DENSE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "兩": 2}
_DENSE_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10000, "萬": 10000, "": 1}


class Atom(Struct, frozen=True):
    """A number as it stands, before the words around it are read."""

    start: int
    end: int
    value: int
    vague: bool = False
    words: bool = False


def dense_atoms(marks: str, start: int, end: int) -> list[Atom]:
    """The numbers of a text without spaces between words, between two offsets."""
    atoms = []
    for found in _DENSE.finditer(marks, start, end):
        if found["vague"]:
            tail = found["vague"][1:].replace("萬", "万")
            atoms.append(Atom(*found.span(), _DENSE_VAGUE.get(tail, 2000), True))
            continue
        value = _dense_value(found["number"]) * _DENSE_SCALES[found["scale"]] + _rest(found["rest"])
        if value >= 1:
            atoms.append(Atom(*found.span(), int(value)))
    return atoms


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


def _rest(number: str | None) -> float:
    """What follows ten thousand: 五千, 5千, 2000."""
    found = re.fullmatch(r"(\d*)(\D*)", number or "")
    if found is None:
        return 0
    return (int(found[1] or 1) * _DENSE_SCALES.get(found[2], 0)) if found[1] else _dense_value(found[2] or "零")
