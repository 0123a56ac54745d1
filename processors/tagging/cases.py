"""Where a name stands in its clause in languages without prepositions: by its suffix, its particle or its verb."""

from __future__ import annotations

import re

from processors.tagging.lexicon import Hit
from processors.tagging.reading import Sentence

_TURKISH = re.compile(
    r"['’](?:(?P<source>n?[dt][ae]n)|(?P<to>[yn]?[ae]|n?[dt][ae](?:ki\w*)?)|(?P<of>n?[ıiuü]n)|\w+)(?!\w)", re.IGNORECASE
)
# A noun for an area in the dative or locative: straight after the name ("Kerkük kentine") or owned by it.
_AREA = (
    r"(?:kent|şehr|kasaba|ilçe|il|köy|bölge|eyalet|vilayet|hatt|sınır|hudud|ada|üss|cephe|kuzey|güney|doğu|batı|liman|havaliman|"
    r"havaalan|kıyı|sahil|açık|merkez|başkent|kamp|kışla|toprak|içler|dağ|vadi|boğaz|körfez|sokak|semt)\w*?(?:[yn]?[ae]|[dt][ae](?:ki\w*)?)"
)
_TURKISH_NOUN = re.compile(rf"\s+{_AREA}(?!\w)")
_TURKISH_OWNED = re.compile(rf"(?:\s+\w+){{0,2}}?\s+{_AREA}(?!\w)")
_TURKISH_AFTER = re.compile(r"\s+(karşı|göre|destek|yardım)(?!\w)", re.IGNORECASE)  # what a dative may serve besides
_AFTER = {"karşı": "against", "göre": "", "destek": "help", "yardım": "help"}
_JAPANESE = re.compile(
    "(?:[東西南北中]部|周辺|近郊|付近|[州県市国島沖省郡湾]|空港|基地|首都)*(?:(?P<to>へ|に|で(?!は)|派遣|入り)|(?P<source>から|発))"
)
_CHINESE_TO = ("向", "往", "在", "赴", "抵", "至", "到", "驻", "入", "达", "于", "援")
_CHINESE_FROM = ("从", "由", "自")


CASED = frozenset({"tr", "ja", "zh"})  # languages whose names are read so


def case_of(sentence: Sentence, span: tuple[int, int]) -> str:
    """ "to" for a goal or a place, "from" for a source, "of" for an owner, "help", "against"; "" for anything else."""
    case = {"tr": _turkish, "ja": _japanese, "zh": _chinese}.get(sentence.text.lang)
    return case(sentence, span) if case else ""


def _turkish(sentence: Sentence, span: tuple[int, int]) -> str:
    marks = sentence.text.surface.marks
    found = _TURKISH.match(marks, span[1], sentence.end)
    if found and found["to"]:
        after = _TURKISH_AFTER.match(marks, found.end(), sentence.end)
        return _AFTER[after[1].casefold()] if after else "to"
    if found and found["source"]:
        return "from"
    if found and not found["of"]:
        return ""
    end = found.end() if found else span[1]
    noun = (_TURKISH_OWNED if found else _TURKISH_NOUN).match(marks, end, sentence.end)
    return "to" if noun else "of" if found else ""


def _japanese(sentence: Sentence, span: tuple[int, int]) -> str:
    found = _JAPANESE.match(sentence.text.surface.folded, span[1], sentence.end)
    return "" if found is None else "to" if found["to"] else "from"


def _chinese(sentence: Sentence, span: tuple[int, int]) -> str:
    before = sentence.text.surface.folded[sentence.start : span[0]]
    if before.endswith(_CHINESE_FROM):
        return "from"
    if before.endswith(_CHINESE_TO) or _ends(sentence.hits("arrive", "send", "station"), span[0]):
        return "to"
    for name in sentence.names:
        area = [hit for hit in sentence.hits("area") if hit.start == name.end]
        adjacent = name.end == span[0] or _ends(area, span[0])
        if name.is_place and name.end <= span[0] and adjacent and name.span != span:
            return case_of(sentence, name.span)
    return ""


def _ends(hits: list[Hit], at: int) -> bool:
    return any(hit.end == at for hit in hits)
