"""Tagged articles with every field, made fast: 400 words and more, words as rare as in real text (Zipf's law).

The words are made up of syllables with endings of their language, so that each stemmer has work to do, and are
interleaved with a few function words. Which words, topics and entities are frequent is the same for every seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

import numpy as np

from processors.models.articles import (
    ArchiveLocator,
    Article,
    Entity,
    Event,
    IndexedArticle,
    Party,
    Quantity,
    TaggedArticle,
    Tags,
    TopicTag,
)
from processors.models.stories import StoryMember
from processors.urls import digest

Pair = tuple[IndexedArticle, StoryMember]

VOCABULARY = 40_000  # word forms of a language
SHORTEST, LONGEST = 400, 700  # words of a body
NEWEST = datetime(2026, 10, 20, tzinfo=UTC)
MONTHS = 12  # of an archive
SPAN = timedelta(days=10)  # of a run's articles
TOPICS = tuple(f"topic-{number:02}" for number in range(60))
COUNTRIES = 50  # the first so many entities are countries, and parties of events
ENTITIES = 5_000
SOURCES = 300
STATUSES = ("reported", "reported", "reported", "announced", "claimed", "denied")
_SENTENCE = 18  # words


class Language(NamedTuple):
    """share: of all articles, in hundredths."""

    share: int
    onsets: str
    rimes: str
    endings: str
    function_words: str


_ONSETS = "b d f g k l m n p r s t v z ch br tr gr st pl"
LANGUAGES = {
    "en": Language(40, _ONSETS, "a e i o u an er il on", ", s ed ing ly er", "the of to in and a that for on with"),
    "fr": Language(30, _ONSETS, "a e i o u an é eu ou", ", s e es er ment ation", "le la de des et à les en du un"),
    "de": Language(10, _ONSETS, "a e i o u ei en ü au", ", e en er es ung", "der die und in den von zu das mit ist"),
    "es": Language(10, _ONSETS, "a e i o u an ar ó ue", ", s as os ando ción", "de la que el en y los del las por"),
    "uk": Language(5, "б в г д з к л м н п р с т х ч", "а е и о у і ан ов ер", ", а и ів ами", "на в і у з що до та"),
    "ar": Language(5, "ب ت ج ح د ر س ع ف ق ك ل م", "ا ي و ار ين ال", ", ات ون ين ة", "في من على أن إلى هذا التي عن مع"),
}  # fmt: skip


@cache
def vocabulary(lang: str) -> tuple[str, ...]:
    """The words of a language, the most frequent first."""
    random = Random(lang)
    made = LANGUAGES[lang]
    syllables = [onset + rime for onset in made.onsets.split() for rime in made.rimes.split()]
    endings = [ending.strip() for ending in made.endings.replace(" ", ",").split(",")]
    found = dict.fromkeys(made.function_words.split())
    while len(found) < VOCABULARY:
        stem = "".join(random.choices(syllables, k=random.randint(2, 4)))
        found.update(dict.fromkeys(stem + random.choice(endings) for _ in range(3)))
    return tuple(found)[:VOCABULARY]


def entity_name(number: int) -> str:
    """The English label of an entity; its QID is Q{number + 1}."""
    return " ".join(word.title() for word in vocabulary("en")[1000 + 2 * number : 1002 + 2 * number])


def articles(count: int, run: str, month: int = 0) -> Iterator[Pair]:
    """`count` articles of one run, the same for its id. month: so many before the newest."""
    maker = _Maker(run)
    end = NEWEST - timedelta(days=30.4) * month
    for number in range(count):
        yield maker.made(number, end - SPAN * (number / count))


class _Maker:
    def __init__(self, run: str) -> None:
        self._run = run
        self._random = Random(run)
        self._numbers = np.random.default_rng(self._random.getrandbits(64))
        self._langs = [lang for lang, made in LANGUAGES.items() for _ in range(made.share)]
        self._ranks = self._sampler(VOCABULARY, 1.0)
        self._entities = self._sampler(ENTITIES, 0.9)
        self._topics = self._sampler(len(TOPICS), 0.8)

    def _sampler(self, size: int, exponent: float) -> Iterator[int]:
        """Ranks from 0, each as frequent as Zipf's law says."""
        share = np.arange(1, size + 1) ** -exponent
        bounds = np.cumsum(share / share.sum())
        while True:
            yield from np.minimum(np.searchsorted(bounds, self._numbers.random(50_000)), size - 1).tolist()

    def _words(self, lang: str, count: int) -> list[str]:
        known = vocabulary(lang)
        return [known[rank] for rank, _ in zip(self._ranks, range(count), strict=False)]

    def _text(self, lang: str) -> str:
        words = self._words(lang, self._random.randint(SHORTEST, LONGEST))
        return " ".join(
            " ".join(words[start : start + _SENTENCE]).capitalize() + "." for start in range(0, len(words), _SENTENCE)
        )

    def made(self, number: int, at: datetime) -> Pair:
        random = self._random
        id_ = digest("benchmark", self._run, str(number))
        lang = random.choice(self._langs)
        text = self._text(lang)
        source = f"outlet{min(random.randrange(SOURCES), random.randrange(SOURCES))}.example"
        topics = sorted({TOPICS[next(self._topics)] for _ in range(random.randint(0, 3))})
        entities = sorted({next(self._entities) for _ in range(random.randint(3, 15))})
        article = Article(
            id=id_,
            url=f"https://{source}/{id_}",
            source=source,
            title=" ".join(self._words(lang, 9)).capitalize(),
            text=text,
            lang=lang,
            seen_at=at,
            content_hash=id_,
            authors=(entity_name(random.randrange(1000, 1999)),),
            published_at=at - timedelta(minutes=random.randint(0, 600)),
            published_from="json-ld",
            country=f"{chr(65 + random.randrange(20))}{chr(65 + random.randrange(2))}",
            locator=ArchiveLocator(f"2026/{self._run}.warc.gz", number * 10_000),
        )
        tags = Tags(
            lang,
            tuple(_entity(one, random) for one in entities),
            tuple(TopicTag(topic, 0.8, text[:120]) for topic in topics),
            tuple(self._event(topic, text) for topic in topics for _ in range(random.randint(0, 2))),
            "benchmark",
        )
        story = digest("story", self._run, str(number // 3))
        bands = tuple(f"b{band}:{random.getrandbits(128):032x}" for band in range(8))
        signature = f"{random.getrandbits(3072):0768x}"
        member = StoryMember(id_, article.timestamp, lang, source, signature, bands)
        return IndexedArticle(TaggedArticle(article, tags, signature), story, self._run), member

    def _event(self, topic: str, text: str) -> Event:
        random = self._random
        low = random.choice((None, 100, 300, 1_000, 5_000, 20_000))
        return Event(
            topic,
            actor=_party(random.randrange(COUNTRIES)),
            target=_party(random.randrange(COUNTRIES)),
            place=_party(random.randrange(COUNTRIES, 500)),
            quantity=Quantity(low, random.choice((None, low * 2))) if low else None,
            status=random.choice(STATUSES),
            evidence=text[:160],
            codes={"cameo": "072", "plover": "AID"},
        )


def _entity(number: int, random: Random) -> Entity:
    name = entity_name(number)
    kind = "country" if number < COUNTRIES else "organisation"
    id_ = f"Q{number + 1}" if number % 10 else ""  # one in ten is in no gazetteer
    return Entity(id_, name, kind, random.randint(1, 9), (name.casefold(),))


def _party(number: int) -> Party:
    return Party(f"Q{number + 1}", entity_name(number))
