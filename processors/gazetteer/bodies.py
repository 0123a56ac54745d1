"""Forces and offices that name no country, since the readers of a language know whose they are: "le 8e RPIMa"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from processors.gazetteer.folding import key
from processors.gazetteer.reading import Body

_UNSPACED = ("zh", "ja")


class Bodies:
    """Words by language. "alpin*" is any word that begins so; in Chinese and Japanese any place in the text."""

    def __init__(self, bodies: Iterable[Body]) -> None:
        sources: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for body in bodies:
            sources[body.lang][body.country] += [_source(word, body.lang) for word in body.words]
        self._patterns = {
            lang: [(country, re.compile("|".join(words))) for country, words in by_country.items()]
            for lang, by_country in sources.items()
        }

    def find(self, lang: str, folded: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Where such words stand in a folded text, and the id of their country, "" for that of the text."""
        for country, pattern in self._patterns.get(lang, ()):
            for found in pattern.finditer(folded, start, end):
                yield *found.span(), country


def _source(words: str, lang: str) -> str:
    if lang in _UNSPACED:
        return re.escape(key(words))
    source = " ".join(re.escape(key(word)) + (r"\w*" if word.endswith("*") else "") for word in words.split())
    return rf"(?<!\w){source}(?!\w)"
