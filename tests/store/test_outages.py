"""A server that goes away, is slow, full, or has other fields: nothing lost, nothing doubled, one line to read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.config import Settings
from processors.exceptions import StoreError
from processors.models.alerts import Match, NotificationState
from processors.models.feeds import Feed, FeedOutcome, FeedPoll, FeedState
from processors.models.runs import QuarantineItem, RunState
from processors.models.stories import Story
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect
from processors.store.elasticsearch.patience import LONGEST, pause
from processors.store.elasticsearch.store import ElasticsearchStore
from tests.elasticsearch.fixtures import enter_server
from tests.elasticsearch.node import Node
from tests.elasticsearch.server import kill, start, stop
from tests.store.building import FRANCE, HOUR, NOW, article, event, found, notification_of, q, run_of, write
from tests.store.cleaning import delete_indices, empty_indices
from tests.store.meddling import Fate, Meddle, meddled

VEILLE = str(Path(sys.executable).with_name("veille"))
SEED = Path(__file__).parents[2] / "seeds" / "articles"
FEED = "https://a.example/rss"
on_server = pytest.mark.elasticsearch


class Clock:
    """A clock that sleepers move on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@given(jitter=st.floats(0, 1), slow=st.floats(0, 60))
def test_patience_lasts_as_long_as_it_says(jitter: float, slow: float) -> None:
    """slow: seconds that each failing try takes by itself."""
    elapsed, tries = slow, 1
    while (seconds := pause(tries, elapsed, jitter)) is not None:
        assert 0 < seconds <= 20
        elapsed += seconds + slow
        tries += 1
    assert LONGEST <= elapsed <= LONGEST + slow + 1e-6
    assert tries < 40


@pytest.fixture
def url(elasticsearch_url: str) -> str:
    empty_indices(elasticsearch_url)
    ElasticsearchStore(cluster_at(elasticsearch_url)).close()
    return elasticsearch_url


def cluster_at(url: str, clock: Clock | None = None, timeout: float = 60.0) -> Cluster:
    clock = clock or Clock()
    return connect(Settings(store=url, _env_file=None), timeout=timeout, sleep=clock.sleep, clock=clock)


@contextmanager
def store_through(
    url: str, meddle: Meddle, clock: Clock | None = None, timeout: float = 60.0
) -> Iterator[ElasticsearchStore]:
    with meddled(url, meddle) as address:
        store = ElasticsearchStore(cluster_at(address, clock, timeout))
        yield store
        store.close()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the operator reads."""
    return [record.getMessage() for record in caplog.records if record.name == "veille"]


@on_server
def test_gone_for_two_minutes(url: str, caplog: pytest.LogCaptureFixture) -> None:
    clock, gone = Clock(), False

    def meddle(piece: bytes) -> Fate:
        return "cut" if gone and clock.now < 120 else "pass"

    with store_through(url, meddle, clock) as store:
        gone = True
        write(store, *(article(f"a{n}", "Convoy") for n in range(30)))
        assert len(found(store, "convoy")) == 30
    [line] = lines(caplog)
    assert re.fullmatch(r"Elasticsearch at http://\S+ did not answer for 1[2-4]\d s; went on", line)


@on_server
def test_gone_for_longer_than_anyone_waits(url: str, caplog: pytest.LogCaptureFixture) -> None:
    clock, gone = Clock(), False

    def meddle(piece: bytes) -> Fate:
        return "cut" if gone and b"_bulk" in piece else "pass"

    with store_through(url, meddle, clock) as store:
        opened = store.open_run(run_of())
        gone = True
        with pytest.raises(StoreError, match=r"cannot be reached: .*what was committed is safe, run again"):
            write(store, article("a", "Convoy"))
        assert clock.now == pytest.approx(LONGEST)
        assert store.runs(RunState.OPEN) == [opened]
        gone = False
        write(store, article("a", "Convoy"))
        assert found(store, "convoy") == {"a"}
    assert lines(caplog) == []


@on_server
def test_not_ready_for_a_minute(url: str, caplog: pytest.LogCaptureFixture) -> None:
    clock, starting, refused = Clock(), False, 0

    def meddle(piece: bytes) -> Fate:
        nonlocal refused
        if not (starting and clock.now < 60 and piece.startswith((b"GET", b"POST", b"PUT"))):
            return "pass"
        refused += 1
        return "refuse"

    with store_through(url, meddle, clock) as store:
        starting = True
        write(store, *(article(f"a{n}", "Convoy") for n in range(30)))
        assert len(found(store, "convoy")) == 30
    assert refused > 2
    [line] = lines(caplog)
    assert re.fullmatch(r"Elasticsearch at http://\S+ was not ready \(503\) for \d\d s; went on", line)


@on_server
def test_too_slow_for_ever(url: str) -> None:
    silent = False
    clock = Clock()

    def meddle(piece: bytes) -> Fate:
        clock.now += 60  # what a request may take, on this clock
        return "mute" if silent else "pass"

    with store_through(url, meddle, clock, timeout=0.2) as store:
        silent = True
        with pytest.raises(StoreError, match=r"^http://\S+: Elasticsearch does not answer in time: [^\n]+$"):
            store.feeds()


def everything_once(store: ElasticsearchStore) -> None:
    """Each kind of write, and what follows from it."""
    store.acquire_lease("pipeline", "me", NOW, NOW + HOUR)
    store.acquire_lease("pipeline", "me", NOW, NOW + 2 * HOUR)
    store.put_feeds([Feed(FEED, "A")])
    assert store.lease_feeds([FEED], "me", NOW, NOW + HOUR) == {FEED}
    for name, text in (("one", "Convoy"), ("two", "Column")):
        run = store.open_run(run_of(name))
        with store.writing(run) as writer:
            known = writer.known(["a"]).get("a")
            assert (known is not None) == (name == "two")
            pairs = [article("a", text, run=name, story="s", revision=len(name) if known else 0)]
            pairs += [article(f"{name}-{n}", text, run=name, events=(event(FRANCE),)) for n in range(5)]
            writer.put_articles(pairs)
            story = writer.story("s")
            writer.put_stories([Story("s", "", NOW, NOW, (story.size if story else 0) + 1)])
            writer.put_quarantine([QuarantineItem(name, "index", "x", "bad", NOW)])
            writer.put_polls([FeedPoll(FEED, NOW, FeedOutcome.OK)], [FeedState(FEED, NOW + HOUR, polled_at=NOW)])
            writer.commit(run)
        assert [match.article_id for match in store.match(name, [("r", q("column OR convoy"))])]
        store.record_matches(name, NOW, [Match("r", "a", name)], [], [notification_of(f"n-{name}")])
    for one in store.claim_notifications("me", NOW, NOW + HOUR, 10):
        store.put_notification(msgspec.structs.replace(one, state=NotificationState.SENT))
    store.remove_article("one-1", "takedown", NOW)
    store.release_lease("pipeline", "me")


def contents(url: str) -> dict[str, object]:
    """All documents, without the numbers that tell only of arrival."""
    cluster = cluster_at(url)
    cluster.client.indices.refresh(index=f"{cluster.prefix}-*")
    hits = cluster.client.search(index=f"{cluster.prefix}-*", size=1000, version=True)["hits"]["hits"]
    cluster.close()
    return {
        f"{hit['_index'].removeprefix(cluster.prefix)}/{hit['_id']}": {
            key: value for key, value in hit["_source"].items() if key not in ("order", "indexed_at")
        }
        for hit in hits
    }


@on_server
def test_every_answer_is_lost_once(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Requests are carried out, and their first answers never come: what is asked again is not done twice."""
    everything_once(ElasticsearchStore(cluster_at(url)))
    undisturbed = contents(url)
    assert any("/n-two" in name for name in undisturbed)
    empty_indices(url)
    seen: set[bytes] = set()
    losing = False

    def meddle(piece: bytes) -> Fate:
        head = piece.partition(b"\r\n\r\n")[2] or piece
        if not losing or not piece.startswith((b"PUT", b"POST")) or b"_bulk" not in piece.split(b"\r\n")[0]:
            return "pass"
        if head in seen:
            return "pass"
        seen.add(head)
        return "mute"

    with store_through(url, meddle, timeout=1.0) as store:
        losing = True
        everything_once(store)
        losing = False
    assert contents(url) == undisturbed
    assert lines(caplog)
    assert all(re.search(r"did not answer in time for \d+ s; went on$", line) for line in lines(caplog))


@on_server
def test_a_takedown_that_was_cut_off_is_finished(url: str) -> None:
    clock, cut = Clock(), False

    def meddle(piece: bytes) -> Fate:
        nonlocal cut
        if cut:
            return "cut"
        cut = b"removed_at" in piece  # the tombstone is the last that gets through
        return "pass"

    with store_through(url, meddle, clock) as store:
        write(store, article("a", "Convoy", events=(event(FRANCE),)), article("b", "Convoy"))
        with pytest.raises(StoreError, match="cannot be reached"):
            store.remove_article("a", "by order of a court", NOW)
        cut = False
        assert store.articles(["a"]) == []
        assert store.remove_article("a", "by order of a court", NOW)
        assert found(store, "convoy") == {"b"}
        assert not store.remove_article("a", "by order of a court", NOW)
    assert not [name for name in contents(url) if "events" in name]


@on_server
def test_a_full_disk(url: str) -> None:
    """The block that a server sets on its indices when a disk reaches the flood stage."""
    store = ElasticsearchStore(cluster_at(url))
    write(store, article("a", "Convoy"))
    cluster = cluster_at(url)

    def block(kinds: str, on: bool | None) -> None:
        cluster.client.indices.put_settings(
            index=f"{cluster.prefix}-{kinds}", settings={"index.blocks.read_only_allow_delete": on}
        )

    for kinds in ("*", "articles*"):
        block(kinds, True)
        with pytest.raises(StoreError, match=r"disk is nearly full \(flood stage\): free space .* run again"):
            write(store, article("b", "Convoy", run="full"), run="full")
        assert found(store, "convoy") == {"a"}, "searches go on"
        block("*", None)
    assert store.quarantine() == []
    write(store, article("b", "Convoy", run="full"), run="full")
    assert found(store, "convoy") == {"a", "b"}
    store.close()
    cluster.close()


@on_server
def test_an_index_with_other_fields(elasticsearch_url: str) -> None:
    """It stops the run, and puts no article away: the index is at fault, not they."""
    url = f"{elasticsearch_url}-fields"
    cluster = cluster_at(url)
    store = ElasticsearchStore(cluster)
    write(store, article("a", "Convoy"))
    index = next(iter(cluster.mappings([cluster.name("articles", "2024-11")])))
    cluster.client.indices.delete(index=index)
    cluster.client.indices.create(
        index=index,
        mappings={"dynamic": "strict", "properties": {"id": {"type": "keyword"}, "run": {"type": "keyword"}}},
        aliases={cluster.name("articles", "2024-11"): {}, cluster.name("articles"): {}},
    )
    with pytest.raises(StoreError, match=r"veille store init.*strict_dynamic_mapping_exception"):
        write(store, article("b", "Convoy", run="two"), run="two")
    assert store.quarantine() == []
    assert [run.id for run in store.runs(RunState.OPEN)] == ["two"]
    cluster.client.indices.delete(index=index)
    with pytest.raises(StoreError, match=r"there is no \S+-articles-2024-11: make it with `veille store init`"):
        write(store, article("b", "Convoy", run="two"), run="two")
    delete_indices(url)


@pytest.fixture(scope="module")
def own_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, str]]:
    """A server that a test may kill."""
    node = Node(f"outages-{os.getpid()}")
    with ExitStack() as stack:
        yield node, enter_server(stack, node)


@on_server
def test_killed_in_the_middle_of_a_bulk(own_node: tuple[Node, str], caplog: pytest.LogCaptureFixture) -> None:
    node, address = own_node
    waited: list[float] = []
    sent = 0

    def meddle(piece: bytes) -> Fate:
        nonlocal sent
        sent += len(piece)
        if 700_000 < sent < 10**9:
            sent = 10**9
            kill(node)
        return "pass"

    def restart(seconds: float) -> None:
        waited.append(seconds)
        start(node)

    url = f"{address}?prefix=bulk"
    with meddled(url, meddle) as through:
        cluster = connect(Settings(store=through, _env_file=None), sleep=restart)
        store = ElasticsearchStore(cluster)
        write(store, article("before", "Convoy"))
        pairs = [article(f"k{n}", "Convoy " * 150, run="killed", events=(event(FRANCE),)) for n in range(1500)]
        write(store, *pairs, run="killed")
        assert waited
        assert store.count(q("convoy")) == 1501
        cluster.refresh({cluster.name("events")})
        assert cluster.search("events", size=0, track_total_hits=True)["hits"]["total"]["value"] == 1500
        store.close()
    assert any(re.search(r"did not answer for \d+ s; went on$", line) for line in lines(caplog))


@on_server
def test_gone_while_the_pipeline_works(own_node: tuple[Node, str], tmp_path: Path) -> None:
    """In real time: the server is stopped as soon as the command has opened its store, and started again when the
    command has tagged and needs it: tagging could outlast the outage.
    """
    node, address = own_node
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    environment = {**clean, "VEILLE_HOME": str(tmp_path / "home"), "VEILLE_STORE": f"{address}?prefix=pipeline"}
    command = subprocess.Popen(
        [VEILLE, "ingest", str(SEED)], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    while not (tmp_path / "home" / "lock").exists() and command.poll() is None:
        pass
    stop(node)
    while not list((tmp_path / "home").glob("runs/*/tagged/*.jsonl")) and command.poll() is None:
        pass
    start(node)
    out, err = command.communicate(timeout=300)
    assert command.returncode == 0, err
    assert b"1 indexed" in out
    [line] = [line for line in err.decode().splitlines() if "lasticsearch" in line]  # there may be progress, too
    assert re.fullmatch(r"Elasticsearch at http://\S+ (did not answer|was not ready \(503\)) for \d+ s; went on", line)
    cluster = cluster_at(f"{address}?prefix=pipeline")
    assert ElasticsearchStore(cluster).count(q("lang:fr")) == 1
