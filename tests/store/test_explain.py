"""Why a query matches an article: each clause as the engine itself decides it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from processors.query.tree import And, Everything, Node, Not, Or, Phrase, Prefix, Query, Word
from processors.store.interface import Reason, Store
from processors.store.reasons import clauses
from tests.store.building import FRANCE, NORTH_KOREA, RUSSIA, article, entity, event, q, run_of, write
from tests.store.queries import corpus, nodes


def why(store: Store, query: str, id_: str = "a") -> dict[str, Reason]:
    (found,) = store.explain(q(query), store.articles([id_]))
    return {reason.clause: reason for reason in found}


def test_words_are_shown_as_the_article_writes_them_and_where(store: Store) -> None:
    write(store, article("a", "The Guards keep guarding.", title="Bridges"))
    found = why(store, 'guard OR "keep guarding" OR bri* OR tank')
    assert found["body:guard"].words == ("Guards", "guarding")
    assert found['body:"keep guarding"'].words == ("keep guarding",)
    assert found["title:bri*"].words == ("Bridges",)
    for clause in ("title:guard", "body:bri*", "body:tank"):
        assert found[clause] == Reason(clause, speaks=False)


def test_values_names_and_what_is_excluded(store: Store) -> None:
    write(
        store, article("a", "Paris, la France.", lang="fr", topics=("sanctions",), entities=(entity(FRANCE, "France"),))
    )
    found = why(store, "entity:France topic:sanctions -lang:en -source:northwire.example published:2024-11-10")
    assert found["entity:Q142"] == Reason("entity:Q142", True, ("France",))
    assert found["topic:sanctions"] == Reason("topic:sanctions", True, ("sanctions",))
    assert found["NOT lang:en"] == Reason("NOT lang:en", True)
    assert not found["NOT source:northwire.example"].speaks
    (published,) = (reason for clause, reason in found.items() if clause.startswith("published:"))
    assert published.speaks
    assert published.words == ("2024-11-10T12:00:00+00:00",)


def test_an_event_clause_names_the_events_that_pass_it_whole(store: Store) -> None:
    events = (
        event(FRANCE, count=(1000, 1000)),
        event(NORTH_KOREA, target=RUSSIA, count=(10_000, None)),
        event(NORTH_KOREA, count=(10_000, None), status="denied"),
    )
    write(store, article("a", events=events))
    clause = "actor:Q423 AND quantity:[5000 TO *]"
    assert why(store, 'actor:"North Korea" AND quantity:>=5000') == {clause: Reason(clause, True, events=(1,))}
    clause = "actor:Q142 AND quantity:[5000 TO *]"
    assert why(store, "actor:France AND quantity:>=5000") == {clause: Reason(clause, False)}


def test_articles_come_back_in_the_order_asked_for(store: Store) -> None:
    write(store, article("a", "Convoy"), article("b", "Column"), article("c", "Convoy"))
    found = store.explain(q("body:convoy"), store.articles(["c", "b", "a"]))
    assert [[reason.speaks for reason in reasons] for reasons in found] == [[True], [False], [True]]
    assert store.explain(q("convoy"), []) == []


@pytest.fixture
def filled(store: Store) -> Store:
    made = corpus()
    for run_id in ("run-1", "run-2"):
        with store.writing(store.open_run(run_of(run_id))) as writer:
            writer.put_articles(pair for pair in made if pair[0].run_id == run_id)
            writer.commit(run_of(run_id))
    return store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(root=nodes())
def test_the_clauses_together_decide_as_the_search_does(filled: Store, root: Node) -> None:
    query = Query("", root)
    articles = filled.articles([f"a{n:02}" for n in range(24)])
    hits = {hit.article.tagged.article.id for hit in filled.search(query, limit=100, highlight=False).hits}
    for indexed, reasons in zip(articles, filled.explain(query, articles), strict=True):
        told = zip(clauses(root), reasons, strict=True)
        holding = {clause.node for clause, reason in told if reason.speaks != clause.excluded}
        assert _holds(root, holding) == (indexed.tagged.article.id in hits)


def _holds(node: Node, holding: set[Node]) -> bool:
    match node:
        case And(parts=parts):
            return all(_holds(part, holding) for part in parts)
        case Or(parts=parts):
            return any(_holds(part, holding) for part in parts)
        case Not(part=part):
            return not _holds(part, holding)
        case Word(text=text, fields=fields):
            return any(Word(text, (field,)) in holding for field in fields)
        case Phrase(text=text, fields=fields, slop=slop):
            return any(Phrase(text, (field,), slop) in holding for field in fields)
        case Prefix(text=text, fields=fields):
            return any(Prefix(text, (field,)) in holding for field in fields)
        case Everything():
            return True
    return node in holding
