"""The server's own analysis of words, asked for in bulk and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Any

from elasticsearch import ApiError

from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.skipping import Analysed

_WORDS = 4_000  # of one request: most words are one token, and the server makes 10,000 at most
_TOO_MANY = 400
_AT_ONCE = 2  # requests, each for another language


class Stemming:
    """What the analyzers of an index make of words."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index
        self._known: dict[str, dict[str, Analysed]] = {}
        self._wanted: dict[str, dict[str, None]] = {}

    def of(self, language: str, words: str) -> Analysed | None:
        """None for words that `ask` has not asked for yet, and then will."""
        known = self._known.setdefault(language, {}).get(words)
        if known is None:
            self._wanted.setdefault(language, {})[words] = None
        return known

    def ask(self) -> bool:
        """Asks for all that `of` did not know. False: there was nothing."""
        wanted, self._wanted = self._wanted, {}
        self.learn(wanted)
        return bool(wanted)

    def learn(self, texts: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Analysed]]:
        """As `all`, by language: one is asked for while the answer for another is read."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(texts, pool.map(self.all, texts.keys(), texts.values()), strict=True))

    def all(self, language: str, texts: Iterable[str]) -> dict[str, Analysed]:
        """Texts without line ends → their terms, place by place."""
        known = self._known.setdefault(language, {})
        asked = list(dict.fromkeys(texts))
        new = [text for text in asked if text not in known]
        for start in range(0, len(new), _WORDS):
            self._ask(language, new[start : start + _WORDS])
        return {text: known[text] for text in asked}

    def _ask(self, language: str, texts: Sequence[str]) -> None:
        """All in one request, or in halves where the server finds the tokens too many."""
        try:
            answer = self._cluster.call(
                self._cluster.client.indices.analyze,
                index=self._index,
                analyzer=language,
                text="\n".join(texts),
                filter_path="tokens.token,tokens.start_offset",
            )
        except ApiError as error:
            if error.status_code != _TOO_MANY or len(texts) == 1:
                raise
            for half in (texts[: len(texts) // 2], texts[len(texts) // 2 :]):
                self._ask(language, half)
            return
        self._known[language].update(zip(texts, _by_text(texts, answer.get("tokens", ())), strict=True))


def _by_text(texts: Sequence[str], tokens: Iterable[dict[str, Any]]) -> list[Analysed]:
    """The tokens of each text; those that begin at one letter stand at one place."""
    ends = list(accumulate(_length(text) + 1 for text in texts))
    made: list[Analysed] = [()] * len(texts)
    number, last = 0, -1
    for token in tokens:
        start, term = token["start_offset"], token["token"]
        while start >= ends[number]:
            number += 1
        if start == last:
            *before, place = made[number]
            made[number] = (*before, (*place, term))
        else:
            made[number] = (*made[number], (term,))
        last = start
    return made


def _length(text: str) -> int:
    """As the server counts: in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
