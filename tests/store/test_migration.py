"""`veille store init`: older mappings are replaced, whoever is killed or writes meanwhile loses nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.config import Settings
from processors.exceptions import LeaseHeld, StoreError
from processors.store import analysis
from processors.store.elasticsearch import schema
from processors.store.elasticsearch.cluster import Cluster
from processors.store.elasticsearch.connect import connect
from processors.store.elasticsearch.store import ElasticsearchStore
from processors.store.initialise import Initialised, Migrated, initialise
from processors.store.open import open_store
from tests.store.building import FRANCE, HOUR, NOW, article, event, found, write
from tests.store.cleaning import delete_indices

PROCESSES = multiprocessing.get_context("spawn")
FIRST_MAPPING: dict[str, Any] = msgspec.json.decode(
    (Path(__file__).parent / "fixtures" / "articles-1.json").read_bytes()
)
MONTH = "2024-11"


@pytest.fixture
def url(elasticsearch_url: str) -> Iterator[str]:
    """A store of its own, for it is left with other indices than others have."""
    url = f"{elasticsearch_url}-older"
    yield url
    delete_indices(url)


@pytest.fixture
def cluster(url: str) -> Iterator[Cluster]:
    opened = connect(settings(url))
    yield opened
    opened.close()


def settings(url: str) -> Settings:
    return Settings(store=url, _env_file=None)


def init(url: str, owner: str = "test") -> Initialised:
    return initialise(settings(url), lambda: NOW, "pipeline", owner)


def older(cluster: Cluster) -> None:
    """Puts this month's articles back into an index as mapping 1 had it, with the stems that Python made then."""
    name = cluster.name("articles", MONTH)
    indices = cluster.client.indices
    cluster.refresh({name})
    [now] = indices.get(index=name)
    indices.create(index=f"{name}-v1", mappings=FIRST_MAPPING, settings={"number_of_replicas": 0})
    for hit in cluster.client.search(index=name, size=1000)["hits"]["hits"]:
        source = {key: value for key, value in hit["_source"].items() if key in FIRST_MAPPING["properties"]}
        made = hit["_source"]["document"]["tagged"]["article"]
        for field, text in (("title", made["title"]), ("body", made["text"])):
            tokens, stems = analysis.analysed(text, made["lang"])
            end = made["lang"] if made["lang"] in analysis.STEMMED else "other"
            source |= {field: " ".join(tokens), f"{field}_{end}": " ".join(stems)}
        cluster.client.index(index=f"{name}-v1", id=hit["_id"], document=source)
    names = (name, cluster.name("articles"))
    moved = [{"add": {"index": f"{name}-v1", "alias": alias}} for alias in names]
    indices.update_aliases(actions=[*moved, {"remove_index": {"index": now}}])


def fill(url: str) -> None:
    store = open_store(settings(url))
    write(
        store,
        article("fr", "Les soldats partent pour l'Ukraine.", lang="fr", events=(event(FRANCE, count=(300, 300)),)),
        article("zh", "朝鲜向俄罗斯派遣了士兵。", lang="zh"),
        *(article(f"en{n}", "Soldiers left the base.") for n in range(120)),
    )
    store.close()


def check(url: str) -> None:
    """All are there, under this version's mapping."""
    store = open_store(settings(url))
    assert found(store, "soldat") == {"fr"} == found(store, "ukraine") == found(store, "parte*")
    assert found(store, "quantity:>=300 AND actor:France") == {"fr"}
    assert found(store, "士兵") == {"zh"}
    assert len(found(store, '"soldiers left the"')) == 120 == len(found(store, "soldier"))
    write(store, article("new", "Les soldats sont là.", lang="fr", run="later"), run="later")
    assert found(store, "soldat") == {"fr", "new"}
    store.close()


def names(cluster: Cluster) -> set[str]:
    return set(cluster.client.indices.get(index=f"{cluster.prefix}-*"))


@pytest.mark.elasticsearch
def test_an_older_mapping_is_refused_then_migrated(url: str, cluster: Cluster, tmp_path: Path) -> None:
    fill(url)
    before = names(cluster)
    older(cluster)
    with pytest.raises(StoreError, match=r"articles-2024-11-v1 has the older mapping 1 .* run `veille store init`"):
        open_store(settings(url))
    done = init(url)
    version = schema.version("articles")
    assert done.migrated == (Migrated(cluster.name("articles", MONTH), 1, version, 122),)
    assert names(cluster) == before | {f"{cluster.name('polls', MONTH)}-v{schema.version('polls')}"}
    check(url)
    assert init(url) == Initialised(cluster.address)


@pytest.mark.elasticsearch
def test_killed_in_the_middle_it_finishes_when_run_again(url: str, cluster: Cluster) -> None:
    fill(url)
    before = names(cluster)
    older(cluster)
    for at in ("create", "bulk", "update_aliases"):
        victim = PROCESSES.Process(target=killed_init, args=(url, at))
        victim.start()
        victim.join()
        assert victim.exitcode == 9
    assert init(url).migrated[0].documents == 122
    assert names(cluster) >= before
    assert not cluster.client.indices.exists_alias(name=f"{cluster.name('articles', MONTH)}-next")
    check(url)


def killed_init(url: str, at: str) -> None:
    """Ends where it is about to make that request for the copy."""
    from processors.store.elasticsearch import migration

    cluster = connect(settings(url))
    target = cluster.client if at == "bulk" else cluster.client.indices
    setattr(target, at, lambda **_: os._exit(9))
    migration.initialise(cluster, NOW, lambda: None)


@pytest.mark.elasticsearch
def test_a_writer_at_work_meanwhile_loses_nothing(url: str, cluster: Cluster) -> None:
    fill(url)
    ready, start = PROCESSES.Event(), PROCESSES.Event()
    writer = PROCESSES.Process(target=write_on, args=(url, ready, start))
    writer.start()
    assert ready.wait(60)
    older(cluster)
    start.set()
    init(url)
    writer.join(120)
    assert writer.exitcode == 0
    store = open_store(settings(url))
    assert len(found(store, "convoy")) == 200
    assert len(found(store, "*")) == 322
    assert store.quarantine() == []
    store.close()


def write_on(url: str, ready: Event, start: Event) -> None:
    """Ten runs; one that is refused is run again, as operators do."""
    store = ElasticsearchStore(connect(settings(url)))
    ready.set()
    start.wait()
    for number in range(10):
        run = f"w{number}"
        while True:
            try:
                write(store, *(article(f"{run}-{n}", "Convoy", run=run) for n in range(20)), run=run)
            except StoreError:
                continue
            break
    store.close()


@pytest.mark.elasticsearch
def test_not_beside_a_run(url: str, cluster: Cluster) -> None:
    store = ElasticsearchStore(cluster)
    store.acquire_lease("pipeline", "another home", NOW, NOW + HOUR)
    with pytest.raises(LeaseHeld, match="another home"):
        init(url)
    store.release_lease("pipeline", "another home")
    init(url)
    store.acquire_lease("pipeline", "another home", NOW, NOW + HOUR)


def veille_init(home: Path, *options: str, **environment: str) -> str:
    variables = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    command = [str(Path(sys.executable).with_name("veille")), "store", "init", *options]
    variables |= {"VEILLE_HOME": str(home), **environment}
    return subprocess.run(command, env=variables, cwd=home, capture_output=True, text=True, check=True).stdout


@pytest.mark.elasticsearch
def test_the_command_on_a_server(url: str, cluster: Cluster, tmp_path: Path) -> None:
    made = json.loads(veille_init(tmp_path, "--json", VEILLE_STORE=url))
    assert set(made["made"]) >= {cluster.name(kind) for kind in schema.UNDATED}
    assert made["migrated"] == []
    assert veille_init(tmp_path, VEILLE_STORE=url) == f"{cluster.address}: everything is there and up to date\n"


def test_the_command_on_a_file(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    store = f"sqlite:///{path}"
    assert veille_init(tmp_path, VEILLE_STORE=store) == f"{path}: made {path}\n"
    assert veille_init(tmp_path, VEILLE_STORE=store) == f"{path}: everything is there and up to date\n"
