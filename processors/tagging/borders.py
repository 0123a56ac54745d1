"""Troops at a border: the country on the other side, in the sentence or in those beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from processors.models.articles import Party
from processors.tagging.lexicon import Hit
from processors.tagging.reading import Name, Sentence, Text
from processors.tagging.relations import preposition, stand_together

_NEAR = 4  # words between "border" and the country
_BACK = 2  # sentences before in which a border is looked for
# What newspapers call a country in one character: "中缅边境", the border of China and Myanmar.
_SHORT = {
    "中": "Q148", "美": "Q30", "俄": "Q159", "乌": "Q212", "烏": "Q212", "墨": "Q96", "印": "Q668",
    "朝": "Q423", "韩": "Q884", "韓": "Q884", "缅": "Q836", "緬": "Q836", "越": "Q881", "老": "Q819",
    "泰": "Q869", "柬": "Q424", "蒙": "Q711", "哈": "Q232", "土": "Q43", "叙": "Q858", "敘": "Q858",
    "黎": "Q822", "以": "Q801", "约": "Q810", "約": "Q810", "沙": "Q851", "埃": "Q79", "白": "Q184",
    "波": "Q36", "立": "Q37", "芬": "Q33", "哥": "Q739", "委": "Q717", "加": "Q16",
}  # fmt: skip
_PAIR = re.compile(f"([{''.join(_SHORT)}])([{''.join(_SHORT)}])(?:两国)?$")


def border(sentence: Sentence, actor: str, text: Text) -> Party | None:
    """ "border with X", or "border with X and Y": at which the sentence says that troops stand or go. None: at none.

    Where it only says "the border", the border that the sentences before name, or the headline.
    """
    hits = sentence.hits("border")
    if not hits:
        return None
    countries = _across(sentence, actor)
    earlier = text.sentences[max(0, sentence.at - _BACK) : sentence.at][::-1]
    for near in (*earlier, *text.sentences[sentence.at + 1 : sentence.at + 2], *text.sentences[:1]):
        if not countries and near is not sentence:
            countries = _across(near, actor)
    if not countries:
        return None
    labels = [text.gazetteer.label(country) for country in countries]
    return Party("", f"border with {' and '.join(labels)}")


def is_across(sentence: Sentence, name: Name) -> bool:
    """Whether a name only tells which border is meant."""
    return name.type == "country" and any(
        sentence.measure.distance(hit.span, name.span) <= _NEAR for hit in sentence.hits("border")
    )


def _across(sentence: Sentence, actor: str) -> list[str]:
    """The countries beyond the border, the nearest first, with those in one list with it."""
    short = [country for country in _short(sentence) if country != actor]
    if short:
        return short[:1]
    found = sorted(_near(sentence, actor), key=lambda each: each[:2])
    if not found:
        return []
    first = found[0][2]
    listed = [
        name.country
        for *_, name in found[1:]
        if name.start > first.end and name.country != first.country and stand_together(sentence, first, name)
    ]
    return [first.country, *dict.fromkeys(listed)]


def _short(sentence: Sentence) -> Iterator[str]:
    """The countries of a Chinese pair straight before "border"."""
    for hit in sentence.hits("border"):
        if pair := _PAIR.search(sentence.text.surface.folded, max(0, hit.start - 4), hit.start):
            yield from (_SHORT[letter] for letter in pair.groups())


def _near(sentence: Sentence, actor: str) -> Iterator[tuple[bool, int, Name]]:
    """Countries near "border": after it first, then by distance."""
    for hit in sentence.hits("border"):
        for name in sentence.names:
            if not name.country or name.type == "city" or name.country == actor:
                continue
            far = sentence.measure.distance(hit.span, name.span)
            if far <= _NEAR + 2 * _is_linked(sentence, hit, name) and (
                actor or name.start < hit.start or preposition(sentence, name) != "from"
            ):
                yield name.start < hit.start, far, name


def _is_linked(sentence: Sentence, hit: Hit, name: Name) -> bool:
    """Whether another country stands between: the second of a list may be farther away."""
    return any(hit.end <= other.start < name.start and other.country for other in sentence.names)
