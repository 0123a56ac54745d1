"""Bulk writes on a real server: a busy one is asked again, a refused document is told of, nothing is cut short."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from processors.config import Settings
from processors.exceptions import StoreError
from processors.models.runs import Disposition
from processors.store.elasticsearch import bulk, documents
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect
from processors.store.interface import Store
from processors.store.open import open_store
from tests.elasticsearch.fixtures import enter_server
from tests.elasticsearch.node import Node
from tests.store.building import article, event, found, q, run_of, write

pytestmark = pytest.mark.elasticsearch

LONG = "ab " * 20_000  # 60,000 bytes: more than a term of the index can have (32,766)


@pytest.fixture
def store(elasticsearch_url: str) -> Iterator[Store]:
    from tests.store.cleaning import empty_indices

    empty_indices(elasticsearch_url)
    opened = open_store(Settings(store=elasticsearch_url, _env_file=None))
    yield opened
    opened.close()


def test_a_refused_document_is_quarantined_with_the_reason_and_its_claim_goes(store: Store) -> None:
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        writer.put_articles([article("good", "Convoy"), article("bad", "Convoy", authors=("x" * 40_000,))])
        writer.commit(run_of())
    [item] = store.quarantine()
    assert item.input.endswith("/bad")
    assert "author" in item.reason
    assert "32766" in item.reason.replace(",", "")
    assert found(store, "convoy") == {"good"}
    write(store, article("bad", "Convoy, mended", run="run-2"), run="run-2")
    assert found(store, "convoy") == {"good", "bad"}


def test_counts_tell_of_refused_documents(store: Store) -> None:
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        writer.put_articles([article("good"), article("bad", authors=("x" * 40_000,))])
        writer.commit(replace(run, counts={Disposition.INDEXED: 2}))
    assert store.runs()[0].counts == {Disposition.INDEXED: 1, Disposition.QUARANTINED: 1}


def test_long_texts_are_kept_whole(store: Store) -> None:
    text, title = LONG + "lastword", "Title " * 2_000 + "lasttitle"
    write(store, article("long", text, title=title, events=(event("Q142", evidence=LONG),)))
    assert found(store, "lastword AND title:lasttitle AND actor:France") == {"long"}
    [kept] = store.articles(["long"])
    assert (kept.tagged.article.text, kept.tagged.article.title) == (text, title)
    shown = documents.article(*article("long", title=title), 0)["headline"]
    assert shown.endswith("…"), "a chart shows the beginning, where the mapping would ignore the whole"
    assert title.startswith(shown.removesuffix("…"))
    assert len(shown) == documents.LONGEST_SHOWN


def test_batches_that_share_an_article_are_written_in_order(store: Store) -> None:
    run = store.open_run(run_of())
    with store.writing(run) as writer:
        for revision in range(6):
            others = [article(f"r{revision}-{n}", "Parade") for n in range(249)]
            writer.put_articles([article("same", f"Convoy number{revision}", revision=revision), *others])
        writer.commit(run_of())
    assert found(store, "convoy") == {"same"} == found(store, "number5")
    assert store.count(q("parade")) == 6 * 249


def test_an_error_of_a_batch_ends_the_run(store: Store, elasticsearch_url: str) -> None:
    write(store, article("first", "Convoy"))
    cluster = connect(Settings(store=elasticsearch_url, _env_file=None))
    name = cluster.name("ids")
    cluster.client.indices.put_settings(index=name, settings={"index.blocks.write": True})
    try:
        with pytest.raises(StoreError):
            write(store, *(article(f"b{n}", "Convoy", run="run-2") for n in range(600)), run="run-2")
    finally:
        cluster.client.indices.put_settings(index=name, settings={"index.blocks.write": False})
        cluster.close()
    assert found(store, "convoy") == {"first"}
    write(store, *(article(f"b{n}", "Convoy", run="run-2") for n in range(600)), run="run-2")
    assert store.count(q("convoy")) == 601


@pytest.fixture(scope="module")
def crowded() -> Iterator[str]:
    """A server that takes few bytes at a time, and answers 429 to the rest."""
    node = Node(f"crowded-{secrets.token_hex(3)}", settings={"indexing_pressure.memory.limit": "1500kb"})
    with ExitStack() as stack:
        yield enter_server(stack, node)


def test_a_busy_server_is_asked_again_until_all_is_there(crowded: str) -> None:
    """Three batches at once are more than it takes: some are refused, none is lost, none doubled."""
    store = open_store(Settings(store=crowded, _env_file=None))
    made = [article(f"a{n}", f"Convoy {'word ' * 100}", run="run-1") for n in range(1000)]
    write(store, *made)
    assert store.count(q("convoy")) == 1000
    assert store.quarantine() == []
    store.close()


def test_a_server_that_stays_busy_is_given_up_with_advice(crowded: str) -> None:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    cluster: Cluster = connect(
        Settings(store=f"{crowded}?prefix=never", _env_file=None), sleep=sleep, clock=lambda: clock[0]
    )
    with pytest.raises(StoreError, match=r"429"):
        bulk.put(cluster, [Action("index", "never-there", "a", {"text": "x" * 4_000_000})])
    assert clock[0] > 60
    cluster.close()


def test_outcomes_come_in_the_order_of_the_actions(crowded: str) -> None:
    cluster = connect(Settings(store=f"{crowded}?prefix=small", _env_file=None))
    cluster.create_index("small-things-v1", aliases={"small-things": {}})
    made = [Action("index", "small-things", str(n), {"text": "x" * 100}) for n in range(1500)]
    outcomes = bulk.write(cluster, made, refresh=True)
    assert [outcome.action.id for outcome in outcomes] == [action.id for action in made]
    assert all(outcome.done for outcome in outcomes)
    cluster.close()
