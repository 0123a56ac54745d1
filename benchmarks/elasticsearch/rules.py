"""A fixed set of rules as analysts write them, for the generated articles: 70% with a topic or entity clause, 20% with
words only, 10% with a wildcard; no two the same."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from benchmarks.elasticsearch.articles import COUNTRIES, ENTITIES, LANGUAGES, TOPICS, entity_name, vocabulary
from processors.query.parse import parse
from processors.query.tree import Query

RULES = 10_000
SEED = 20_260_101
COMMONEST, RAREST = 100, 30_000  # ranks of words that a rule asks for: neither "the" nor a word met once a year


class Names:
    """The generated entities; no name is ambiguous."""

    def __init__(self) -> None:
        self._qids = {entity_name(number).casefold(): f"Q{number + 1}" for number in range(ENTITIES) if number % 10}

    def resolve(self, name: str) -> tuple[str, ...]:
        found = self._qids.get(name.casefold())
        return (found,) if found else ()

    def label(self, qid: str) -> str:
        return entity_name(int(qid[1:]) - 1)


def rules(count: int = RULES) -> list[tuple[str, Query]]:
    """(rule id, query)."""
    maker, names = _Maker(Random(SEED)), Names()
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts[maker.text(len(texts) % 10)] = None
    return [(f"rule-{number:05}", parse(text, names)) for number, text in enumerate(texts)]


class _Maker:
    def __init__(self, random: Random) -> None:
        self._random = random

    def text(self, kind: int) -> str:
        self._lang = self._random.choices(list(LANGUAGES), [made.share for made in LANGUAGES.values()])[0]
        forms = self._tagged if kind < 7 else self._worded if kind < 9 else self._wild
        return self._random.choice(forms)()

    @property
    def _tagged(self) -> list[Callable[[], str]]:
        return [
            lambda: f"topic:{self.topic()} AND entity:{self.entity()}",
            lambda: f"topic:{self.topic()} AND {self.word()}",
            lambda: f"entity:{self.entity()} AND ({self.word()} OR {self.word()} OR {self.word()})",
            lambda: f"entity:{self.entity()} AND {self.word()} AND NOT {self.word()}",
            lambda: f"topic:{self.topic()} AND actor:{self.country()} AND quantity:>={self.number()}",
            lambda: f"topic:{self.topic()} AND actor:{self.country()} AND target:{self.country()}",
            lambda: f"(topic:{self.topic()} OR topic:{self.topic()}) AND entity:{self.entity()} AND {self.word()}",
            lambda: f"topic:{self.topic()} AND lang:{self._lang} AND title:{self.word()}",
            lambda: f"entity:{self.entity()} AND entity:{self.entity()}",
            lambda: f"topic:{self.topic()} AND source:outlet{self._random.randrange(300)}.example AND {self.word()}",
        ]

    @property
    def _worded(self) -> list[Callable[[], str]]:
        return [
            lambda: f"{self.word()} AND {self.word()}",
            lambda: f"{self.word()} AND ({self.word()} OR {self.word()} OR {self.word()})",
            lambda: f'"{self.word()} {self.word()}" OR "{self.word()} {self.word()}"',
            lambda: f'"{self.word()} {self.word()}"~4',
            lambda: f"title:{self.word()} AND {self.word()} AND NOT {self.word()}",
        ]

    @property
    def _wild(self) -> list[Callable[[], str]]:
        return [
            lambda: f"{self.beginning()} AND {self.word()}",
            lambda: f"{self.beginning()} AND topic:{self.topic()}",
            lambda: f"title:{self.beginning()} AND entity:{self.entity()}",
        ]

    def word(self) -> str:
        rank = int(COMMONEST * (RAREST / COMMONEST) ** self._random.random())
        return vocabulary(self._lang)[rank]

    def beginning(self) -> str:
        return f"{self.word()[:5]}*"

    def topic(self) -> str:
        return self._random.choice(TOPICS)

    def entity(self) -> str:
        number = int(ENTITIES ** self._random.random()) - 1
        return f'"{entity_name(number)}"'

    def country(self) -> str:
        return f'"{entity_name(self._random.randrange(COUNTRIES))}"'

    def number(self) -> int:
        return self._random.choice((100, 500, 1_000, 5_000))
