"""Reprocessing under another tagger while people read: a month changes all at once, or not at all."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.archive.places import found
from processors.config import SEEDS, Settings
from processors.exceptions import LeaseHeld
from processors.models.articles import IndexedArticle
from processors.pipeline.ingest import ingest
from processors.pipeline.operate import runs_of
from processors.pipeline.reprocess import reprocess_month
from processors.pipeline.run import LEASE, PIPELINE
from processors.query.tree import Everything, Query
from processors.store.interface import Store
from processors.store.open import open_store
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)
from tests.store.cleaning import delete_indices

OCTOBER, NOVEMBER = datetime(2025, 10, 6, 9, tzinfo=UTC), datetime(2025, 11, 3, 9, tzinfo=UTC)
EVERYTHING = Query("*", Everything())


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    if request.param == "sqlite":
        yield Settings(home=tmp_path / "home", workers=1, _env_file=None)
        return
    url = f"{request.getfixturevalue('elasticsearch_address')}?prefix=redo-{secrets.token_hex(4)}"
    yield Settings(home=tmp_path / "home", store=url, workers=1, _env_file=None)
    delete_indices(url)


@pytest.fixture
def store(settings: Settings, tmp_path: Path) -> Iterator[Store]:
    """The seed article in October; in November six reports, two of them on one story."""
    opened = open_store(settings)
    ingest(opened, settings, [SEEDS / "articles"], OCTOBER)
    ingest(opened, settings, [reports(tmp_path)], NOVEMBER)
    yield opened
    opened.close()


@pytest.fixture
def changed(settings: Settings, tmp_path: Path) -> Settings:
    """The same with another tagger: a topic has one more word, and so another version."""
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds", ignore=shutil.ignore_patterns("sample_site", "sources")))
    topic = next(seeds.rglob("topics/*.yaml"))
    topic.write_text(topic.read_text() + "\n# another version\n")
    return settings.model_copy(update={"seeds": seeds})


def reports(folder: Path) -> Path:
    path = folder / "reports.jsonl"
    texts = [
        f"Kenya sent {100 + number // 2} police officers to Haiti on Monday, ministry {number // 2} said."
        for number in range(6)
    ]
    path.write_text(
        "".join(
            json.dumps({"url": f"https://s{n}.example/a", "title": f"Report {n // 2}", "text": text, "lang": "en"})
            + "\n"
            for n, text in enumerate(texts)
        )
    )
    return path


def of_month(store: Store, month: str) -> dict[str, IndexedArticle]:
    return {one.tagged.article.id: one for one in store.month_articles(month)}


def versions(articles: dict[str, IndexedArticle]) -> set[str]:
    return {one.tagged.tags.tagger for one in articles.values()}


@contextmanager
def reading(settings: Settings) -> Iterator[list[tuple[int, frozenset[str]]]]:
    """What a reader of November sees meanwhile, search by search: how many articles, of which taggers."""
    seen: list[tuple[int, frozenset[str]]] = []
    ended = threading.Event()

    def read() -> None:
        store = open_store(settings)
        while not ended.is_set():
            hits = [hit.article for hit in store.search(EVERYTHING, limit=50, highlight=False).hits]
            ours = [one for one in hits if one.tagged.article.source.endswith(".example")]
            seen.append((len(ours), frozenset(one.tagged.tags.tagger for one in ours)))
        store.close()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        ended.set()
        reader.join()


def test_a_month_changes_all_at_once_and_the_other_stays(settings: Settings, changed: Settings, store: Store) -> None:
    october, before = of_month(store, "2025-10"), of_month(store, "2025-11")
    with reading(settings) as seen:
        assert reprocess_month(store, changed, "2025-11", NOVEMBER) == {"rebuilt": 6, "kept": 0}
        after = of_month(store, "2025-11")
    assert len(versions(before)) == len(versions(after)) == 1
    assert versions(before) != versions(after)
    assert {id_: one.story_id for id_, one in after.items()} == {id_: one.story_id for id_, one in before.items()}
    assert of_month(store, "2025-10") == october
    assert {count for count, _ in seen} == {6}
    assert {taggers for _, taggers in seen} <= {frozenset(versions(before)), frozenset(versions(after))}
    assert store.alerts() == []
    assert found(runs_of(changed), "reprocess-*") == []


def test_what_was_tagged_is_not_lost_where_the_lease_is_held(
    settings: Settings, changed: Settings, store: Store
) -> None:
    before = of_month(store, "2025-11")
    store.acquire_lease(PIPELINE, "another", NOVEMBER, NOVEMBER + LEASE)
    with pytest.raises(LeaseHeld, match="another"):
        reprocess_month(store, changed, "2025-11", NOVEMBER)
    assert of_month(store, "2025-11") == before
    (kept,) = found(runs_of(changed), "reprocess-2025-11-*")
    assert found(kept, "*.jsonl")
    store.release_lease(PIPELINE, "another")
    for path in found(Path(settings.archive_url), "**/*.warc.gz"):
        path.unlink()  # so that only what was kept can be used
    assert reprocess_month(store, changed, "2025-11", NOVEMBER) == {"rebuilt": 6, "kept": 0}
    assert versions(of_month(store, "2025-11")) != versions(before)
    assert found(runs_of(changed), "reprocess-*") == []


def reprocess_and_be_killed(settings: Settings, seconds: float) -> None:
    """A process that SIGKILL ends so long after its last article was tagged; before that, for less than 0."""

    def tagged(stage: str, done: int, total: int | None) -> None:
        if seconds < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if done == total:
            threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()

    reprocess_month(open_store(settings), settings, "2025-11", NOVEMBER, progress=tagged)


@pytest.mark.parametrize("seconds", [-1, 0.02, 0.1, 0.3, 0.6])
def test_killed_and_repeated(changed: Settings, store: Store, seconds: float) -> None:
    before = of_month(store, "2025-11")
    with reading(changed) as seen:
        process = multiprocessing.get_context("spawn").Process(target=reprocess_and_be_killed, args=(changed, seconds))
        process.start()
        process.join(120)
        assert reprocess_month(store, changed, "2025-11", NOVEMBER) == {"rebuilt": 6, "kept": 0}
        after = of_month(store, "2025-11")
    assert {id_: one.story_id for id_, one in after.items()} == {id_: one.story_id for id_, one in before.items()}
    assert versions(before).isdisjoint(versions(after))
    assert {count for count, _ in seen} == {6}
    assert {taggers for _, taggers in seen} <= {frozenset(versions(before)), frozenset(versions(after))}
    assert store.alerts() == []
