"""The passages that show why an article was found."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processors.query.tree import Node
from processors.store.highlight import LENGTH, Highlighter
from processors.store.interface import Store
from tests.store.building import FRANCE, NORTH_KOREA, article, entity, event, q, write
from tests.store.queries import nodes

FILLER = "The harvest was good and the markets were calm that week. " * 30


@pytest.mark.parametrize(
    ("lang", "text", "query", "passage"),
    [
        ("en", "They guard bridges.", "bridge", "They guard <mark>bridges</mark>."),
        ("fr", "Les soldats de l’armée <b> & co.", "armée", "Les soldats de l’<mark>armée</mark> &lt;b&gt; &amp; co."),
        ("fr", "Le déploiement, vite.", "deploiement", "Le <mark>déploiement</mark>, vite."),
        ("en", "A b a c.", '"a c"', "A b <mark>a c</mark>."),
        ("en", "Troops of the army.", '"troops army"~2', "<mark>Troops</mark> of the <mark>army</mark>."),
        ("en", "Deployments stop.", "deplo*", "<mark>Deployments</mark> stop."),
        ("zh", "朝鲜向俄罗斯派兵。", "俄罗斯", "朝鲜向<mark>俄罗斯</mark>派兵。"),
        ("ar", "عبر الجنود الحدود.", "الجنود", "عبر <mark>الجنود</mark> الحدود."),
        ("uk", "Минуло п’ять\nднів.", "п'ять", "Минуло <mark>п’ять</mark> днів."),
        ("en", "Red army, red flag.", "army NOT blue", "Red <mark>army</mark>, red flag."),
    ],
)
def test_matched_words_are_marked(store: Store, lang: str, text: str, query: str, passage: str) -> None:
    write(store, article("a", text, lang=lang))
    assert store.search(q(query)).hits[0].highlights == (passage,)


def test_title_first_then_at_most_three_short_passages(store: Store) -> None:
    body = "".join(f"{FILLER}At {hour} a convoy came. " for hour in range(6))
    write(store, article("a", body, title="Convoy on the road"))
    first, *others = store.search(q("convoy")).hits[0].highlights
    assert first == "<mark>Convoy</mark> on the road"
    assert len(others) == 2
    for passage in others:
        assert passage.startswith("…")
        assert "<mark>convoy</mark>" in passage
        assert len(passage) < LENGTH + 50


def test_a_passage_with_all_the_words_comes_first(store: Store) -> None:
    write(store, article("a", f"A convoy. {FILLER} A bridge. {FILLER} The convoy on the bridge."))
    assert "<mark>convoy</mark> on the <mark>bridge</mark>" in store.search(q("convoy bridge")).hits[0].highlights[0]


def test_a_body_of_two_megabytes(store: Store) -> None:
    write(store, article("a", f"{'harvest market ' * 140_000} A convoy at last."))
    highlights = store.search(q("convoy")).hits[0].highlights
    assert len(highlights) == 1
    assert highlights[0].endswith("A <mark>convoy</mark> at last.")


def test_event_queries_show_the_evidence(store: Store) -> None:
    events = (
        event(FRANCE, count=(1000, 1000), evidence="France sent 1,000 <men>."),
        event(NORTH_KOREA, count=(10_000, None), evidence="Pyongyang sent over 10,000."),
    )
    write(store, article("a", "Text.", events=events))
    assert store.search(q("actor:France")).hits[0].highlights == ("<mark>France sent 1,000 &lt;men&gt;.</mark>",)
    assert store.search(q("quantity:>=5000")).hits[0].highlights == ("<mark>Pyongyang sent over 10,000.</mark>",)


def test_topic_and_entity_queries(store: Store) -> None:
    write(store, article("a", "Paris, en France.", topics=("sanctions",), entities=(entity(FRANCE, "France"),)))
    assert store.search(q("topic:sanctions")).hits[0].highlights == ("<mark>About sanctions.</mark>",)
    assert store.search(q("entity:France")).hits[0].highlights == ("Paris, en <mark>France</mark>.",)


def test_highlights_may_be_left_out(store: Store) -> None:
    write(store, article("a", "Convoy"))
    assert store.search(q("convoy"), highlight=False).hits[0].highlights == ()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(root=nodes(), title=st.text(max_size=60), body=st.text(max_size=600), lang=st.sampled_from(["fr", "zh", "xx"]))
def test_any_text_can_be_highlighted(root: Node, title: str, body: str, lang: str) -> None:
    tagged = article("a", f"army {body} troops", title=title, lang=lang)[0].tagged
    passages = Highlighter(root).passages(tagged)
    assert len(passages) <= 3
    for passage in passages:
        assert passage.count("<mark>") == passage.count("</mark>") >= 1


@pytest.mark.parametrize(
    ("lang", "text", "query", "word"),
    [
        ("ar", "وصل الجنود إلى المدينة.", "جنود", "الجنود"),
        ("de", "Viele Soldaten kamen.", "Soldat", "Soldaten"),
        ("en", "They were deploying armour.", "deployed", "deploying"),
        ("es", "Los soldados llegaron.", "soldado", "soldados"),
        ("fr", "Des troupes françaises arrivent.", "troupe", "troupes"),
        ("it", "I soldati arrivano.", "soldato", "soldati"),
        ("nl", "De soldaten kwamen.", "soldaat", "soldaten"),
        ("pl", "Przybyli żołnierze.", "żołnierz", "żołnierze"),
        ("pt", "Os soldados chegaram.", "soldado", "soldados"),
        ("ru", "Прибыли солдаты.", "солдат", "солдаты"),
        ("tr", "Askerler geldi.", "asker", "Askerler"),
        ("uk", "Прибули солдати.", "солдат", "солдати"),
        ("ja", "政府は部隊を派遣した。", "部隊", "部隊"),
    ],
)
def test_whatever_the_engine_stems_is_shown(store: Store, lang: str, text: str, query: str, word: str) -> None:
    """Stemmers differ between engines; where one finds the article, the passage shows why."""
    write(store, article("a", text, lang=lang), article("b", "", title="x", lang=lang))
    for hit in store.search(q(query)).hits:
        assert f"<mark>{word}</mark>" in hit.highlights[0]
        assert store.explain(q(f"body:{query}"), [hit.article])[0][0].words == (word,)


def test_a_match_by_other_endings_than_ours_is_shown() -> None:
    tagged = article("a", "Bataillonskommandeure trafen ein.", lang="de")[0].tagged
    assert Highlighter(q("Bataillonskommandos").root).passages(tagged) == (
        "<mark>Bataillonskommandeure</mark> trafen ein.",
    )
    assert Highlighter(q("Batterie").root).passages(tagged) == ()
