"""What matching skips: never an article that the search would find; and mostly all that it would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.models.articles import IndexedArticle
from processors.models.stories import StoryMember
from processors.query.tree import And, Node, Not, Or, Phrase, Prefix, Query, Word
from processors.store import analysis
from processors.store.elasticsearch import vocabulary
from processors.store.elasticsearch.skipping import Analysed
from processors.store.interface import Store
from tests.store.building import FRANCE, NORTH_KOREA, article, entity, event, q, write
from tests.store.queries import combinations, corpus, nodes

ASKED = ["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]
TEXTS = {
    "en": "Troops' positions, re-armed (again): U.S. soldiers left; 11 000 men. Don't ask. border-crossing",
    "fr": "L'armée déploie aujourd'hui des porte-avions ; « soldats déployés » à l’aube : 3,5 %",
    "uk": "П'ять солдатів біля кордону; об’єднані війська — Курськ.",
    "ar": "والجنود في الحدود؛ الجيش أرسل القوات",
    "tr": "Türkiye'nin askerleri İstanbul'da, sınırda.",
    "de": "Die Soldaten der Bundeswehr-Brigade fuhren.\tGrenzübergänge",
    "pl": "Żołnierze przekroczyli granicę; wojska stoją",
    "zh": "军队派遣士兵到边境。",
}
WORDS = (
    "troops", "position", "re-armed", "rearm", "armed", "u.s", "soldier", "soldiers", "don't", "11 000", "crossing",
    "armée", "l'armée", "déployer", "déployé", "porte-avion", "avions", "aujourd'hui", "aube", "3,5",
    "п'ять", "солдат", "об'єднаний", "військо", "кордон", "الجنود", "حدود", "قوات", "türkiye", "asker", "istanbul",
    "soldat", "brigaden", "grenzübergang", "żołnierz", "granica", "wojsko", "士兵", "军",
)  # fmt: skip
Made = list[tuple[IndexedArticle, StoryMember]]


class PythonStems:
    """The stems of the embedded engine, in place of the server's."""

    def of(self, language: str, words: str) -> Analysed:
        return tuple((stem,) for stem in analysis.analysed(words, language)[1])

    def learn(self, texts: Mapping[str, Iterable[str]]) -> dict[str, dict[str, Analysed]]:
        return {lang: {text: PythonStems.of(self, lang, text) for text in some} for lang, some in texts.items()}


class Unknown(PythonStems):
    """Words that nobody has asked the server about."""

    def of(self, language: str, words: str) -> None:  # type: ignore[override]
        return None


def articles_of(made: Made) -> list[IndexedArticle]:
    return [pair[0] for pair in made]


def possible(made: Made, node: Node) -> set[str]:
    stems = PythonStems()
    articles = articles_of(made)
    bits = vocabulary.held(articles, stems).possible(node, stems)
    return {one.tagged.article.id for place, one in enumerate(articles) if bits >> place & 1}


def texts() -> st.SearchStrategy[Made]:
    """Articles of pieces of sentences, run together as chance has it."""

    def made(parts: Sequence[tuple[str, int, int, str]]) -> Made:
        return [
            article(f"t{number}", TEXTS[lang][start : start + size] + end, title=TEXTS[lang][size:], lang=lang)
            for number, (lang, start, size, end) in enumerate(parts)
        ]

    part = st.tuples(
        st.sampled_from(list(TEXTS)),
        st.integers(0, 40),
        st.integers(0, 60),
        st.sampled_from(["", " ", ".\n", "\u00a0soldiers", "\u202farmée", "\u2028війська", "'", ")…"]),
    )
    return st.lists(part, min_size=1, max_size=6).map(made)


def word_nodes() -> st.SearchStrategy[Node]:
    fields = st.sampled_from([("title",), ("body",), ("title", "body")])
    words = st.sampled_from(WORDS)
    leaves = (
        st.builds(Word, words, fields)
        | st.builds(Phrase, st.lists(words, min_size=1, max_size=2).map(" ".join), fields, st.integers(0, 2))
        | st.builds(Prefix, words.map(lambda word: word[:3]), fields)
    )
    return st.recursive(leaves, combinations, max_leaves=4)


@pytest.fixture(params=ASKED)
def store_url(request: pytest.FixtureRequest, tmp_path: object) -> str:
    """As in the contract suite; the embedded engine is the evaluator of the pure part."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/veille.sqlite"
    url: str = request.getfixturevalue("elasticsearch_url")
    from tests.store.cleaning import empty_indices

    empty_indices(url)
    return url


def matched(store: Store, run: str, node: Node) -> set[str]:
    return {match.article_id for match in store.match(run, [("rule", Query("", node))])}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=nodes())
def test_no_article_is_skipped_that_the_embedded_search_finds(corpus_store: Store, node: Node) -> None:
    assert matched(corpus_store, "run-1", node) <= possible(first_run(), node)


def first_run() -> Made:
    return [pair for pair in corpus() if pair[0].run_id == "run-1"]


@pytest.fixture
def corpus_store(tmp_path: object) -> Iterator[Store]:
    from processors.config import Settings
    from processors.store.open import open_store

    store = open_store(Settings(store=f"sqlite:///{tmp_path}/corpus.sqlite", _env_file=None))
    write(store, *first_run(), run="run-1")
    yield store
    store.close()


NUMBERS = iter(range(1_000_000))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=texts(), asked=st.lists(word_nodes(), min_size=1, max_size=6))
def test_skipping_changes_no_result(store: Store, made: Made, asked: list[Node]) -> None:
    """Search looks at everything, match at what may match; the same articles, on each engine."""
    run = f"words-{next(NUMBERS)}"
    renamed = [
        article(f"{run}-{n}", pair[0].tagged.article.text, title=pair[0].tagged.article.title,
                lang=pair[0].tagged.article.lang, run=run)
        for n, pair in enumerate(made)
    ]  # fmt: skip
    write(store, *renamed, run=run)
    mine = {pair[0].tagged.article.id for pair in renamed}
    for node in asked:
        hits = {hit.article.tagged.article.id for hit in store.search(Query("", node), limit=1000).hits}
        assert matched(store, run, node) == hits & mine


MADE = [
    article("a", "Troops of the army left.", topics=("sanctions",), entities=(entity(FRANCE, "France"),)),
    article("b", "L'armée envoie des soldats.", lang="fr", events=(event(FRANCE, count=(1000, None)),)),
    article("c", "Quiet day.", events=(event(NORTH_KOREA, count=(10_000, None)), event(FRANCE, status="denied"))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("topic:sanctions", {"a"}),
        ("topic:sanctions AND entity:France", {"a"}),
        ("topic:sanctions AND soldats", set()),
        ("entity:Ukraine", set()),
        ("troop", {"a"}),
        ("soldat", {"b"}),
        ("title:troops", set()),
        ("arm*", {"a", "b"}),
        ("zzz*", set()),
        ('"left troops"', {"a"}),
        ("actor:France AND quantity:>=5000", set()),
        ("actor:France AND quantity:>=500", {"b"}),
        ("actor:France AND status:denied", {"c"}),
        ("actor:France AND NOT status:reported", {"b"}),
        ("NOT troops", {"a", "b", "c"}),
        ("troops AND NOT army", {"a"}),
        ("lang:fr OR topic:sanctions", {"a", "b"}),
        ("story:story-a", {"a", "b", "c"}),
        ("published:>=2030", {"a", "b", "c"}),
        ("*", {"a", "b", "c"}),
    ],
)
def test_what_is_left_to_search(query: str, left: set[str]) -> None:
    assert possible(MADE, q(query).root) == left


def test_words_not_yet_stemmed_skip_nothing_but_tags_do() -> None:
    held = vocabulary.held(articles_of(MADE), PythonStems())
    assert held.possible(q("nowhere").root, Unknown()) == held.every
    assert held.possible(q("topic:mobilisation AND nowhere").root, Unknown()) == 0


def test_a_piece_too_long_to_be_analysed_may_hold_any_stem() -> None:
    made = [*MADE, article("d", "x-" * 3000)]
    assert possible(made, q("nowhere").root) == {"d"}
    assert possible(made, And((q("nowhere").root, Not(q("x").root)))) == {"d"}
    assert possible(made, Or((q("nowhere").root, q("soldat").root))) == {"b", "d"}
