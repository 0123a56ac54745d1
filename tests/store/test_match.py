"""A rule matches an article of a run if and only if its search finds it; and what any query finds at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from processors.models.alerts import Match
from processors.models.stories import Story
from processors.query.tree import And, Everything, Node, Not, Or, Query
from processors.store.interface import Store
from tests.store.building import NOW, article, event, found, q, run_of, write
from tests.store.queries import corpus, nodes

Hits = Callable[[Node], set[str]]


@pytest.fixture
def filled(store: Store) -> Store:
    articles = corpus()
    for run in ("run-1", "run-2"):
        write(store, *(pair for pair in articles if pair[0].run_id == run), run=run)
    with store.writing(store.open_run(run_of("merge"))) as writer:
        writer.put_stories([Story(f"s{n}", "", NOW, NOW, 8, "s2" if n == 0 else None) for n in (2, 1, 0)])
        writer.commit(run_of("merge"))
    return store


def ids(store: Store, node: Node) -> set[str]:
    page = store.search(Query("", node), limit=100)
    assert page.total == len(page.hits) == store.count(Query("", node))
    return {hit.article.tagged.article.id for hit in page.hits}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=nodes(), second=nodes())
def test_match_is_search_restricted_to_the_run(filled: Store, first: Node, second: Node) -> None:
    of_run = {pair[0].tagged.article.id for pair in corpus() if pair[0].run_id == "run-1"}
    matched = list(filled.match("run-1", [("one", Query("", first)), ("two", Query("", second))]))
    expected = {Match("one", hit, "run-1") for hit in ids(filled, first) & of_run}
    expected |= {Match("two", hit, "run-1") for hit in ids(filled, second) & of_run}
    assert set(matched) == expected
    assert len(matched) == len(expected)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=nodes(), second=nodes())
def test_operators_are_those_of_sets(filled: Store, first: Node, second: Node) -> None:
    every, one, two = ids(filled, Everything()), ids(filled, first), ids(filled, second)
    assert ids(filled, Not(first)) == every - one
    assert ids(filled, And((first, second))) == one & two
    assert ids(filled, Or((first, second))) == one | two
    assert ids(filled, And((first, Not(second)))) == one - two


def test_only_the_articles_of_the_run_match(store: Store) -> None:
    write(store, article("a", "Convoy", run="one"), run="one")
    write(store, article("b", "Convoy", run="two"), article("c", "Parade", run="two"), run="two")
    rules = [("words", q("convoy")), ("all", q("*")), ("none", q("tank"))]
    assert sorted((match.rule_id, match.article_id) for match in store.match("two", rules)) == [
        ("all", "b"),
        ("all", "c"),
        ("words", "b"),
    ]
    assert list(store.match("nowhere", rules)) == []
    assert list(store.match("two", [])) == []


def test_more_articles_than_one_chunk(store: Store) -> None:
    write(store, *(article(f"a{n}", "Convoy" if n % 2 else "Parade") for n in range(1100)))
    assert sum(1 for _ in store.match("run-1", [("words", q("convoy"))])) == 550 == len(found(store, "convoy"))


def test_matching_may_be_left_in_the_middle(store: Store) -> None:
    write(store, article("a", events=(event("Q142"),)), article("b"))
    assert next(iter(store.match("run-1", [("all", q("*"))]))).article_id == "a"
    store.remove_article("a", "the store is free", NOW)
