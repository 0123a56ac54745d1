"""Towns that only the great list knows, where a clause expects a place: after "to", with a dative, before に."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from msgspec import structs

from processors.gazetteer.towns import Place
from processors.tagging.cases import case_of
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence
from processors.tagging.relations import AWAY, TOWN

_WORDS = 4  # words of a town's name
_LINKS = 4  # words between "to" and a town: "to the town of X"
_TOKEN = re.compile(r"[^\W\d_]+")
_JOINT = re.compile(r"[ '’ʼ-]|\. ")
_BETWEEN = re.compile(r"[ ,،、'’«»\"“„”(]*(?:(?:and|et|und|y|e|och|en|и|та|й|і|oraz|i|ve|و|和|と|及) )?[ '’«»\"“„(]*")
_ARTICLES = frozenset(
    "the la le les l el los las il lo gli i der die das den dem o a os as de du des d di del della do da von van "  # noqa: SIM905
    "den het".split()
)
_OF = frozenset("of de du des d di del della dello dell do da dos das von van der".split())  # noqa: SIM905
# Words of the lists after which "of" leads on: "pris la route d'Uvira".
_WAYS = frozenset("route direction chemin cap camino rumbo ruta strada rotta rumo caminho way".split())  # noqa: SIM905
# Words with a capital after a word of place that are no places.
NOT_PLACES = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "  # noqa: SIM905
    "thursday friday saturday sunday januar februar märz mai juni juli oktober dezember montag dienstag mittwoch "
    "donnerstag freitag samstag sonntag angaben informationen parliament congress general operation opération "
    "operación operazione operação mission nato otan onu".split()
)
_ROMAN = re.compile("[IVX]+")
_SITES = ("مطار", "قاعدة", "معسكر", "حي")  # what follows them is seldom a town's name
_LEADING = ("to", "arrive", "station", "send", "sent", "toward")
_ARABIC = re.compile("[\u0620-\u06d3]")
_PROCLITIC = re.compile("[وف]?[بل]")
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")
_RUN = re.compile("[\u30a1-\u30fa\u30fc・]{2,}|[\u4e00-\u9fff]{2,5}")
_BARE = frozenset({"ar", "de", "fa", "ko"})  # no capitals, or every noun has one
_LOOSE = 4  # letters of a town that nothing leads to
_LONGEST, _SHORTEST = 7, 2  # characters of a Chinese name


def towns_in(sentence: Sentence) -> list[Name]:
    """Towns to which a word of place leads and that no other name covers, in the order of the sentence."""
    towns = sentence.text.gazetteer.towns
    if towns is None:
        return []
    find = {"zh": _chinese, "ja": _japanese, "ar": _arabic}.get(sentence.text.lang, _written)
    return list(find(sentence))


def towns_named(sentence: Sentence) -> list[Name]:
    """Capitalised words that are a town's name in a country of which the text speaks, whatever leads to them."""
    text = sentence.text
    if text.gazetteer.towns is None or text.suffixing or text.lang in _BARE:
        return []
    marks, found = text.surface.marks, list[Name]()
    tokens = [token.span() for token in _TOKEN.finditer(marks, sentence.start, sentence.end)]
    for at, (start, end) in enumerate(tokens):
        if start == sentence.start or not marks[start].isupper() or end - start < _LOOSE:
            continue
        for count in (2, 1):
            span = start, tokens[min(at + count, len(tokens)) - 1][1]
            if not _is_one(marks, tokens[at : at + count]) or _is_taken(sentence, span):
                continue
            place = _look_up(sentence, span)
            if place and place.country in text.countries:
                found.append(structs.replace(_name(span, place), lead=""))
                break
    return found


def _written(sentence: Sentence) -> Iterator[Name]:
    """Capitalised words after a word of place, or with a case ending of Turkish."""
    marks = sentence.text.surface.marks
    found: list[Name] = []
    tokens = [token.span() for token in _TOKEN.finditer(marks, sentence.start, sentence.end)]
    at = 0
    while at < len(tokens):
        start = tokens[at][0]
        if not marks[start].isupper() or not _is_led(sentence, start, found):
            at += 1
            continue
        for count in range(min(_WORDS, len(tokens) - at), 0, -1):
            span = start, tokens[at + count - 1][1]
            if not _is_one(marks, tokens[at : at + count]) or _is_taken(sentence, span):
                continue
            place = _look_up(sentence, span)
            if place and not (sentence.text.suffixing and case_of(sentence, span) != "to"):
                found.append(_name(span, place))
                yield found[-1]
                at += count - 1
                break
        at += 1


def _is_one(marks: str, tokens: list[tuple[int, int]]) -> bool:
    """Whether words stand joined as those of one name do, each long one with a capital, no capital after them."""
    if not all(_JOINT.fullmatch(marks, a[1], b[0]) for a, b in pairwise(tokens)):
        return False
    return marks[tokens[-1][0]].isupper() or len(tokens) == 1


def _arabic(sentence: Sentence) -> Iterator[Name]:
    """Words after a word of place, or that "in" or "to" is written in one with."""
    folded = sentence.text.surface.folded
    found: list[Name] = []
    for token in _TOKEN.finditer(folded, sentence.start, sentence.end):
        start, end = token.span()
        led = _is_led(sentence, start, found)
        glued = _PROCLITIC.match(folded, start, end)
        starts = [start] if led else []
        starts += [glued.end()] if glued and end - glued.end() > 2 else []
        starts += [start + 1] if led and folded[start] == "و" and found else []
        for begin in starts:
            place = None if _is_taken(sentence, (begin, end)) else _look_up(sentence, (begin, end))
            if place:
                found.append(_name((begin, end), place))
                yield found[-1]
                break


def _chinese(sentence: Sentence) -> Iterator[Name]:
    """Characters straight after a word of place, or after a place that one leads to."""
    folded = sentence.text.surface.folded
    found: list[Name] = []
    starts = {hit.end for hit in sentence.hits(*_LEADING)}
    starts |= {hit.end for hit in sentence.hits("area") if hit.start in starts | _ends(sentence)}
    for start in sorted(starts | _ends(sentence)):
        for length in range(_LONGEST, _SHORTEST - 1, -1):
            span = start, min(start + length, sentence.end)
            place = None if _is_taken(sentence, span) else _look_up(sentence, span)
            if place and _IDEOGRAPHS.match(folded[start]):
                found.append(_name(span, place))
                yield found[-1]
                break


def _ends(sentence: Sentence) -> set[int]:
    """Where the names of places end that a word of place leads to."""
    return {name.end for name in sentence.names if name.is_place and case_of(sentence, name.span) == "to"}


def _japanese(sentence: Sentence) -> Iterator[Name]:
    """Runs of one script before a particle of place."""
    for run in _RUN.finditer(sentence.text.surface.folded, sentence.start, sentence.end):
        for start in range(run.start(), run.end() - 1):
            span = start, run.end()
            if case_of(sentence, span) != "to" or _is_taken(sentence, span):
                continue
            place = _look_up(sentence, span)
            if place:
                yield _name(span, place)
                break


def _look_up(sentence: Sentence, span: tuple[int, int]) -> Place | None:
    text = sentence.text
    written = text.surface.marks[span[0] : span[1]]
    if written.casefold() in NOT_PLACES or _ROMAN.fullmatch(written) or text.gazetteer.towns is None:
        return None
    place = text.gazetteer.towns.find(written, text.lang, text.countries)
    if place is None or not written[0].isupper():
        return place
    shortened = text.lang != "pl" and place.label.startswith(written)  # not "Gdyni", a case of Gdynia
    return Place(written, place.country) if text.lang == "en" or shortened else place


def _name(span: tuple[int, int], place: Place) -> Name:
    return Name(*span, id=TOWN + place.label, country=place.country, kind="name", type="city", lead="to")


def _is_taken(sentence: Sentence, span: tuple[int, int]) -> bool:
    """Whether a known name or a word of the lists stands there."""
    if any(name.start < span[1] and span[0] < name.end for name in sentence.names):
        return True
    return any(
        hit.start < span[1] and span[0] < hit.end and hit.cls != "bound"
        for hits in sentence.classes.values()
        for hit in hits
    )


def _is_led(sentence: Sentence, start: int, found: list[Name]) -> bool:
    """Whether a word of place leads to an offset: straight, over "the town of", or by a place listed before."""
    folded = sentence.text.surface.folded
    if sentence.text.suffixing:
        return True
    leads = {hit.end: hit for hit in sentence.hits(*_LEADING) if not _leads_away(sentence, hit)}
    areas = {hit.end: hit for hit in sentence.hits("area")}
    listed = [*found, *(name for name in sentence.names if name.is_place and _straight(sentence, name, leads))]
    if any(name.end <= start and _BETWEEN.fullmatch(folded, name.end, start) for name in listed):
        return True
    in_area, of = False, False
    for _ in range(_LINKS):
        at = len(folded[:start].rstrip(" '’«\"“„(")) if start else 0
        if at <= sentence.start:
            return False
        if at in leads and not (of and not in_area):
            return True
        if of and not in_area and at in leads:
            return folded[leads[at].start : at].split()[-1] in _WAYS
        if at in areas:
            in_area, start = True, areas[at].start
            if sentence.text.lang == "ar":
                return folded[start:at] not in _SITES
            continue
        word = folded[folded.rfind(" ", 0, at) + 1 : at]
        if word not in _ARTICLES:
            return False
        of = of or (word in _OF and not in_area)
        start = at - len(word)
    return False


def _leads_away(sentence: Sentence, hit: Hit) -> bool:
    """Whether a movement's words end in a word of origin: "venus de"."""
    words = sentence.words(hit.span).split()
    return hit.cls not in ("to", "toward") and bool(words) and words[-1] in AWAY


def _straight(sentence: Sentence, name: Name, leads: Collection[int]) -> bool:
    return name.lead == "to" or any(0 <= name.start - end <= 2 for end in leads)
