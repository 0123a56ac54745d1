"""What crashes, other processes and damaged files do to a store: nothing is lost, and the message says what to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from processors.config import Settings
from processors.exceptions import SettingsError, StoreError
from processors.models.runs import RunState
from processors.store.interface import Store
from processors.store.open import open_store
from tests.store.building import NOW, article, found, notification_of, run_of, write

PROCESSES = multiprocessing.get_context("spawn")


def reopened(url: str) -> Store:
    return open_store(Settings(store=url, _env_file=None))


def die_while_writing(url: str) -> None:
    store = reopened(url)
    with store.writing(store.open_run(run_of("killed"))) as writer:
        writer.put_articles([article(f"k{n}", "Convoy " * 200, run="killed") for n in range(300)])
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_run_leaves_nothing_and_can_be_run_again(store: Store, store_url: str) -> None:
    write(store, article("a", "Convoy"))
    victim = PROCESSES.Process(target=die_while_writing, args=(store_url,))
    victim.start()
    victim.join()
    assert victim.exitcode == -signal.SIGKILL
    for again in (store, reopened(store_url)):
        assert found(again, "convoy") == {"a"}
        assert [run.id for run in again.runs(RunState.OPEN)] == ["killed"]
    write(store, article("k1", "Convoy", run="killed"), run="killed")
    assert found(store, "convoy") == {"a", "k1"}


def write_runs(url: str, name: str, start: Event) -> None:
    start.wait()
    store = reopened(url)
    for n in range(8):
        run = f"{name}-{n}"
        write(store, *(article(f"{run}-{m}", "Convoy", run=run) for m in range(5)), run=run)


def test_two_writers_lose_nothing(store_url: str) -> None:
    """They also make the new store at the same moment."""
    start = PROCESSES.Event()
    writers = [PROCESSES.Process(target=write_runs, args=(store_url, name, start)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    start.set()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    store = reopened(store_url)
    assert len(found(store, "convoy")) == 80
    assert len(store.runs(RunState.COMMITTED)) == 16


def claim_all(url: str, owner: str, start: Event, results: multiprocessing.Queue[list[str]]) -> None:
    store = reopened(url)
    start.wait()
    claimed: list[str] = []
    while batch := store.claim_notifications(owner, NOW, NOW.replace(hour=23), 3 + len(claimed)):
        fresh = [one.id for one in batch if one.id not in claimed]
        if not fresh:
            break
        claimed += fresh
    results.put(claimed)


def test_two_claimers_share_no_notification(store: Store, store_url: str) -> None:
    write(store)
    store.record_matches("run-1", NOW, [], [], [notification_of(f"n{n:02}") for n in range(40)])
    start, results = PROCESSES.Event(), PROCESSES.Queue()
    claimers = [
        PROCESSES.Process(target=claim_all, args=(store_url, owner, start, results)) for owner in ("one", "two")
    ]
    for claimer in claimers:
        claimer.start()
    start.set()
    claimed = [results.get(timeout=60) for _ in claimers]
    for claimer in claimers:
        claimer.join()
    assert sorted(claimed[0] + claimed[1]) == [f"n{n:02}" for n in range(40)]


def test_everything_is_there_after_reopening(store: Store, store_factory: Callable[[], Store]) -> None:
    write(store, article("a", "Convoy"))
    store.close()
    assert found(store_factory(), "convoy") == {"a"}


def test_a_server_that_is_not_there_is_named() -> None:
    pytest.importorskip("elasticsearch", reason="the client of Elasticsearch is not installed")
    with pytest.raises(StoreError, match=r"http://127\.0\.0\.1:9: Elasticsearch cannot be reached: .*VEILLE_STORE"):
        reopened("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("http://ann:secret-word@es.example:9200", "VEILLE_ELASTICSEARCH_USER"),
        ("http://es.example:9200?prefx=a", "prefix=NAME"),
        ("http://es.example:9200?prefix=A*", "small letters"),
    ],
)
def test_a_server_address_that_cannot_be(address: str, advice: str) -> None:
    pytest.importorskip("elasticsearch", reason="the client of Elasticsearch is not installed")
    with pytest.raises(SettingsError, match=advice) as raised:
        reopened(address)
    assert "secret-word" not in str(raised.value)


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "veille.sqlite"
    path.write_text("Dear diary, this is no database. " * 100)
    with pytest.raises(StoreError, match=rf"{path}: this is no SQLite file"):
        reopened(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "veille.sqlite"
    store = reopened(f"sqlite:///{path}")
    write(store, *(article(f"a{n}", f"Convoy {n} " * 300) for n in range(40)))
    store.close()
    body = bytearray(path.read_bytes())
    body[8192:] = b"\x7f" * (len(body) - 8192)
    path.write_bytes(body)
    with pytest.raises(StoreError, match=rf"{path}: .*(damaged|rebuild)"):
        found(reopened(f"sqlite:///{path}"), "convoy")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file.*cannot be made"):
        reopened(f"sqlite:///{tmp_path}/file/veille.sqlite")


def test_no_space_left(tmp_path: Path) -> None:
    """A page limit gives the same answer from SQLite as a full disk."""
    from processors.store.sqlite.database import Database

    db = Database(tmp_path / "small.sqlite")
    db.run("CREATE TABLE words (word TEXT)")
    db.rows("PRAGMA max_page_count = 4")
    with pytest.raises(StoreError, match=r"small.sqlite: no space is left"), db.transaction():
        db.many("INSERT INTO words VALUES (?)", [("word" * 100,)] * 1000)
    assert db.rows("SELECT count(*) FROM words") == [(0,)]
    db.close()
