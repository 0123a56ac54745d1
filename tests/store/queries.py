"""A small varied corpus, and Hypothesis strategies for queries over it."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.query.tree import (
    And,
    EventClause,
    EventTest,
    Everything,
    Instants,
    Linked,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    Word,
)
from tests.store.building import FRANCE, HOUR, NORTH_KOREA, NOW, RUSSIA, UKRAINE, article, entity, event

SENTENCES = {
    "en": (
        "The army sent troops to the border.",
        "Troops of the army left; no troops came.",
        "A border, an army's end.",
    ),
    "fr": ("L'armée envoie des soldats à la frontière.", "Le soldat à la frontière de l'armée."),
    "uk": ("Армія відправила війська на кордон.", "На кордоні п'ять солдатів."),
    "zh": ("军队派遣士兵到边境。", "边境的士兵。"),
    "ar": ("أرسل الجيش جنودا إلى الحدود.",),
    "co": ("L'armata manda i soldati.",),
}
WORDS = (
    "army", "troops", "border", "the", "sent", "armée", "l'armée", "soldats", "frontière", "війська", "кордон", "п'ять",
    "士兵", "军", "边境", "الحدود", "جنود", "soldati", "…",
)  # fmt: skip
PHRASES = (
    "army troops",
    "the border",
    "troops the army",
    "à la frontière",
    "армія війська",
    "军队 士兵",
    "the the",
    "…",
)
PREFIXES = ("arm", "tro", "front", "sold", "вій", "边", "الح")


def corpus() -> list[tuple[IndexedArticle, StoryMember]]:
    """24 articles of two runs in three stories."""
    made = []
    parties = (FRANCE, NORTH_KOREA, RUSSIA, "Old Mill", "")
    for number in range(24):
        lang = list(SENTENCES)[number % len(SENTENCES)]
        texts = SENTENCES[lang]
        events = [
            event(
                parties[(number + n) % 5],
                target=parties[(number * 3 + n) % 5],
                place=parties[(number + 2 * n) % 5],
                count=((None, 300), (200, None), (1000, 5000), None)[(number + n) % 4],
                status=("reported", "denied", "claimed")[(number + n) % 3],
            )
            for n in range(number % 4)
        ]
        made.append(
            article(
                f"a{number:02}",
                " ".join(texts[number % len(texts) :]),
                title=texts[0] if number % 3 else "Army",
                lang=lang,
                published=None if number % 7 == 3 else NOW - HOUR * 7 * number,
                source=f"s{number % 2}.example",
                country=("FR", None)[number % 2],
                authors=(("Ann Lee",), ())[number % 2],
                topics=(("sanctions",), (), ("sanctions", "mobilisation"))[number % 3],
                entities=((entity(FRANCE, "France", "la France"),), (), (entity("", "Varga"),))[number % 3],
                events=tuple(events),
                story=f"s{number % 3}",
                run=f"run-{number % 2 + 1}",
            )
        )
    return made


def event_tests() -> st.SearchStrategy[Node]:
    bound = st.sampled_from([None, 0, 200, 300, 1000, 5000])
    party = st.builds(
        EventTest,
        st.sampled_from(["actor", "target", "place"]),
        st.sampled_from([(FRANCE,), (NORTH_KOREA, RUSSIA), (UKRAINE,), ()]),
        st.just("old mill"),
    )
    quantity = st.builds(lambda low, high: EventTest("quantity", low=low, high=high), bound, bound)
    status = st.sampled_from(["reported", "denied", "claimed"]).map(lambda value: EventTest("status", value=value))
    topic = st.sampled_from(["troop-deployment", "sanctions"]).map(lambda value: EventTest("topic", value=value))
    return st.recursive(party | quantity | status | topic, combinations, max_leaves=4)


def combinations(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(And, parts) | st.builds(Or, parts) | st.builds(Not, inner)


def nodes() -> st.SearchStrategy[Node]:
    fields = st.sampled_from([("title",), ("body",), ("title", "body")])
    times = st.none() | st.integers(-200, 24).map(lambda hours: NOW + timedelta(hours=hours))
    leaves = st.one_of(
        st.builds(Word, st.sampled_from(WORDS), fields),
        st.builds(Phrase, st.sampled_from(PHRASES), fields, st.integers(0, 4)),
        st.builds(Prefix, st.sampled_from(PREFIXES), fields),
        st.sampled_from(
            [
                Linked((FRANCE,)),
                Linked((), "varga"),
                Linked((), "la france"),
                Value("topic", "sanctions"),
                Value("lang", "fr"),
                Value("source", "s1.example"),
                Value("country", "FR"),
                Value("author", "ann lee"),
                Value("story", "s0"),
                Value("story", "s2"),
                Everything(),
            ]
        ),
        st.builds(Instants, st.sampled_from(["published", "seen", "timestamp"]), times, times),
        st.builds(EventClause, event_tests()),
    )
    return st.recursive(leaves, combinations, max_leaves=8)
