"""What only the server engine has to do by itself: claims, months, crashes between two requests, refusals."""

from __future__ import annotations

import multiprocessing
import random
import signal
from collections.abc import Collection, Iterator
from datetime import timedelta
from multiprocessing.synchronize import Event

import pytest

from processors.config import Settings
from processors.exceptions import StoreError
from processors.models.feeds import FeedOutcome, FeedPoll, FeedState
from processors.models.runs import QuarantineItem, RunState
from processors.models.stories import Story
from processors.store.elasticsearch import claims
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect
from processors.store.elasticsearch.store import ElasticsearchStore
from tests.store.building import FRANCE, HOUR, NOW, article, event, found, q, run_of, write
from tests.store.cleaning import delete_indices, empty_indices

pytestmark = pytest.mark.elasticsearch
PROCESSES = multiprocessing.get_context("spawn")
MONTH = timedelta(days=31)
FEED = "https://a.example/rss"


@pytest.fixture
def url(elasticsearch_url: str) -> str:
    empty_indices(elasticsearch_url)
    return elasticsearch_url


@pytest.fixture
def cluster(url: str) -> Iterator[Cluster]:
    opened = connect(Settings(store=url, _env_file=None))
    yield opened
    opened.close()


@pytest.fixture
def store(cluster: Cluster) -> ElasticsearchStore:
    return ElasticsearchStore(cluster)


def documents(cluster: Cluster, kind: str) -> int:
    cluster.refresh({cluster.name(kind)})
    return int(cluster.search(kind, size=0, track_total_hits=True)["hits"]["total"]["value"])


def test_an_article_met_again_in_a_later_month_is_one_document(store: ElasticsearchStore, cluster: Cluster) -> None:
    events = (event(FRANCE, count=(1, 1)), event(FRANCE, count=(2, 2)))
    write(store, article("a", "The old convoy", run="one", events=events), run="one")
    assert documents(cluster, "events") == 2
    later = article("a", "A new column", seen=NOW + MONTH, run="two", revision=1, events=events[:1])
    write(store, later, run="two")
    assert found(store, "convoy") == set()
    assert found(store, "column") == {"a"} == found(store, "quantity:1")
    assert documents(cluster, "articles") == 1 == documents(cluster, "events")
    assert store.articles(["a"]) == [later[0]]
    assert [match.article_id for match in store.match("two", [])] == []


def test_months_have_indices_of_their_own(store: ElasticsearchStore, cluster: Cluster) -> None:
    write(store, article("a", "Convoy"), article("b", "Convoy", seen=NOW + MONTH))
    assert found(store, "convoy") == {"a", "b"}
    for month, id_ in (("2024-11", "a"), ("2024-12", "b")):
        assert list(cluster.mget("articles", ["a", "b"], name=cluster.name("articles", month))) == [id_]


def write_all(url: str, name: str, start: Event) -> None:
    store = ElasticsearchStore(connect(Settings(store=url, _env_file=None)))
    start.wait()
    later = MONTH if name == "two" else timedelta()
    write(store, *(article(f"a{n}", "Convoy", run=name, seen=NOW + later) for n in range(300)), run=name)


def test_two_workers_with_the_same_articles(store: ElasticsearchStore, cluster: Cluster, url: str) -> None:
    start = PROCESSES.Event()
    workers = [PROCESSES.Process(target=write_all, args=(url, name, start)) for name in ("one", "two")]
    for worker in workers:
        worker.start()
    start.set()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert len(found(store, "convoy")) == 300 == documents(cluster, "articles")


def test_a_claim_without_its_document_is_healed(store: ElasticsearchStore, cluster: Cluster) -> None:
    pair = article("a", "Convoy", run="killed")
    store.open_run(run_of("killed"))
    claims.make(cluster, [pair[0]])
    with store.writing(store.open_run(run_of("next"))) as writer:
        assert writer.known(["a"]) == {}
        writer.put_articles([article("a", "Convoy", run="next")])
        writer.commit(run_of("next"))
    assert found(store, "convoy") == {"a"}


def one_run(store: ElasticsearchStore) -> None:
    """A revision, new articles, a story that grows by one, a poll with its state, and a rejected input."""
    run = store.open_run(run_of("killed"))
    if run.state is not RunState.OPEN:
        return
    with store.writing(run) as writer:
        known = writer.known(["old"])["old"]
        story = writer.story("s")
        assert story is not None
        writer.put_articles([article("old", "Changed", run="killed", story="s", revision=known.revision + 1)])
        writer.put_articles([article(f"k{n}", "Convoy", run="killed", events=(event(FRANCE),)) for n in range(300)])
        writer.put_stories([Story("s", "", NOW, NOW, story.size + 1)])
        writer.put_quarantine([QuarantineItem("1", "index", "x", "bad", NOW)])
        state = FeedState(FEED, next_poll_at=NOW + HOUR, polled_at=NOW)
        writer.put_polls([FeedPoll(FEED, NOW, FeedOutcome.OK)], [state])
        writer.commit(run)


def killed_run(url: str, seconds: float) -> None:
    store = ElasticsearchStore(connect(Settings(store=url, _env_file=None)))
    signal.setitimer(signal.ITIMER_REAL, seconds)  # SIGALRM ends the process wherever it is
    one_run(store)


@pytest.mark.parametrize("seed", range(8))
def test_killed_anywhere_and_run_again(store: ElasticsearchStore, cluster: Cluster, url: str, seed: int) -> None:
    with store.writing(run_of("before")) as writer:
        writer.put_articles([article("old", "Original", run="before", story="s")])
        writer.put_stories([Story("s", "", NOW, NOW, 1)])
        writer.commit(run_of("before"))
    victim = PROCESSES.Process(target=killed_run, args=(url, random.Random(seed).uniform(0.02, 1.2)))
    victim.start()
    victim.join()
    assert victim.exitcode in (0, -signal.SIGALRM)
    assert len(found(store, "convoy")) in (0, 300), "all of a run or nothing"
    one_run(store)
    assert len(found(store, "convoy")) == 300
    assert found(store, "changed") == {"old"}
    assert found(store, "original") == set()
    assert [one.revision for one in store.articles(["old"])] == [1]
    assert documents(cluster, "articles") == 301
    assert documents(cluster, "events") == 300
    assert documents(cluster, "journal") == 0
    story = store.story("s")
    assert story is not None
    assert story.size == 2
    assert len(store.quarantine()) == 1 == len(store.feed_states()) == len(list(store.polls(NOW)))
    assert [run.id for run in store.runs(RunState.COMMITTED)] == ["before", "killed"]


def test_what_the_server_refuses_is_quarantined_with_its_reason(store: ElasticsearchStore) -> None:
    write(store, article("a", "Convoy"), article("b", "Convoy", authors=("x" * 40_000,)))
    assert found(store, "convoy") == {"a"}
    [item] = store.quarantine()
    assert item.stage == "index"
    assert item.input.endswith("/b")
    assert "immense term" in item.reason
    with store.writing(run_of("next")) as writer:
        assert writer.known(["b"]) == {}


def test_a_newer_mapping_is_refused(elasticsearch_url: str) -> None:
    url = f"{elasticsearch_url}-newer"
    cluster = connect(Settings(store=url, _env_file=None))
    ElasticsearchStore(cluster)
    cluster.client.indices.put_mapping(index=cluster.name("runs"), meta={"version": 99})
    with pytest.raises(StoreError, match=r"written by a newer Veille .*upgrade"):
        ElasticsearchStore(connect(Settings(store=url, _env_file=None)))
    delete_indices(url)


def test_a_scan_whose_index_is_rebuilt_meanwhile_says_so(store: ElasticsearchStore, cluster: Cluster) -> None:
    write(store, *(article(f"n{number}", "The convoy") for number in range(450)))
    scanning = store.scan(q("convoy"))
    next(scanning)
    (old,) = cluster.client.indices.get_alias(name=cluster.name("articles", "2024-11"))
    cluster.client.indices.delete(index=old)
    with pytest.raises(StoreError, match="run it again"):
        list(scanning)


class Cut(Exception):
    """A process that ended there."""


def test_a_run_cut_off_before_the_server_shows_its_record_is_finished_by_the_next(
    store: ElasticsearchStore, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, article("old", "Original"))
    refresh = cluster.refresh

    def until_the_record(names: Collection[str]) -> None:
        if set(names) == {cluster.name("runs")}:
            raise Cut
        refresh(names)

    def cut_off() -> None:
        with store.writing(run_of("killed")) as writer:
            writer.put_articles([article("old", "Changed", run="killed", revision=1)])
            writer.commit(run_of("killed"))
            monkeypatch.setattr(cluster, "refresh", until_the_record)

    with pytest.raises(Cut):
        cut_off()
    monkeypatch.undo()
    store.open_run(run_of("next"))
    assert found(store, "changed") == {"old"}


def segments(cluster: Cluster, month: str) -> int:
    told = cluster.client.indices.stats(index=cluster.name("articles", month), metric="segments")
    return int(told["_all"]["primaries"]["segments"]["count"])


def test_a_month_that_has_ended_is_merged(store: ElasticsearchStore, cluster: Cluster) -> None:
    written = 0
    while (written == 0 or segments(cluster, "2024-11") < 8) and written < 60:  # the server merges some by itself
        write(store, article(f"n{written}", "Convoy", run=f"run-{written}"), run=f"run-{written}")
        written += 1
    assert store.settle_months(NOW) == 0
    assert segments(cluster, "2024-11") >= 5
    assert store.settle_months(NOW + MONTH) >= 1
    asked = 0
    while segments(cluster, "2024-11") > 1 and asked < 5_000:
        asked += 1
    assert segments(cluster, "2024-11") == 1
    assert len(found(store, "convoy")) == written
