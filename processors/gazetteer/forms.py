"""What each folded name may mean, and where: languages and capital letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from processors.gazetteer import scripts
from processors.gazetteer.folding import fold
from processors.gazetteer.records import Name

_Meaning = tuple[str, str, tuple[int, ...]]  # id, kind, capitals


class Form(NamedTuple):
    """One meaning of a name. everywhere: in texts of all languages; capitals: offsets that must be upper case."""

    id: str
    kind: str
    capitals: tuple[int, ...]
    langs: frozenset[str]
    everywhere: bool

    def fits(self, text: str, start: int, offsets: Sequence[int] | None, lang: str | None) -> bool:
        """Whether a name at an offset of the folded text is this form: the language's, and with its capitals."""
        if lang is not None and not self.everywhere and lang not in self.langs:
            return False
        if self.kind == "abbreviation" and len(self.capitals) <= 3 and offsets is None and _shouted(text, start):
            return False
        for at in self.capitals:
            position = start + at
            if text[position if offsets is None else offsets[position]].islower():
                return False
        return True


def _shouted(text: str, start: int) -> bool:
    """Whether all stands in capitals around an offset: there "US" and "AU" are more often words than names."""
    around = text[max(0, start - 40) : start + 40]
    return around.isupper() and len(around) > 12


def forms_by_key(names: Iterable[Name]) -> dict[str, list[Form]]:
    """Groups names by their folded form, one Form for each meaning."""
    drafts: dict[str, dict[_Meaning, set[str]]] = {}
    everywhere: set[tuple[str, _Meaning]] = set()
    for name in names:
        as_written = fold(name.text)[0].strip()  # "U.S. Marines" has two separators in a row
        single_spaced = " ".join(as_written.split())
        for folded in {single_spaced, as_written} - {""}:
            meaning = (name.id, name.kind, _capitals(name, folded))
            drafts.setdefault(folded, {}).setdefault(meaning, set()).add(name.lang)
            english = name.lang == "en" and name.kind != "demonym" and len(folded) > 2
            if english or not name.lang or not scripts.is_latin(folded):
                everywhere.add((folded, meaning))
    return {
        folded: [Form(*meaning, frozenset(langs), (folded, meaning) in everywhere) for meaning, langs in found.items()]
        for folded, found in drafts.items()
    }


def _capitals(name: Name, folded: str) -> tuple[int, ...]:
    """Offsets in the folded name that must be upper case in a text: all of an abbreviation's, else the first."""
    shown = name.text
    if len(folded) < len(shown):  # a separator at an end, or two in a row
        shown = " ".join(re.sub(r"[^\w]+", " ", shown).split())
    if len(shown) != len(folded):
        shown = name.text.strip(" .")
    if len(shown) != len(folded):
        return ()
    if shown.islower():
        return ()
    capitals = tuple(at for at, letter in enumerate(shown) if letter.isupper())
    return capitals if name.kind == "abbreviation" else capitals[:1]
