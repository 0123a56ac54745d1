"""dag.test() of every DAG, in order, on the embedded store: what each task did, and what it left."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.warcwriter import WARCWriter

from processors.models.alerts import NotificationState
from processors.store.interface import Store
from processors.store.open import open_store
from tests.archive.warcs import add_response, pages_warc
from tests.dags.fixtures import needs_airflow
from tests.dags.standalone import REPOSITORY, airflow_variables, run_airflow
from tests.dags.world import World, world

pytestmark = pytest.mark.airflow
TEXT = (
    "La Corée du Nord a envoyé 12 000 soldats dans la région de Koursk, a annoncé jeudi le ministère de la Défense.",
    "Les soldats nord-coréens ont été déployés aux côtés des forces russes, selon des responsables occidentaux.",
    "Le ministère n’a pas dit combien de temps ces troupes resteraient dans la région frontalière de l’Ukraine.",
)
ORDER: list[list[Any]] = [
    ["ingest_seed", {}],
    ["ingest_coverage", {"shards": 2}],
    ["raise_alerts", {}],
    ["send_notifications", {}],
    ["send_digests", {"now": True}],
    ["raise_alerts", {}],
    ["maintain_store", {}],
    ["reprocess_coverage", {"steps": ["tag"]}],
    ["backfill_archive", {"files": ["good", "damaged"]}],
    ["raise_alerts", {}],
]
Played = list[dict[str, Any]]


def play(variables: dict[str, str], plays: list[list[Any]]) -> Played:
    """What became of each."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.dags.playing", str(REPOSITORY / "dags")],
        input=json.dumps(plays),
        env=variables,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=570,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    played: Played = json.loads(ended.stdout.splitlines()[-1])
    return played


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Played]]:
    needs_airflow()
    base = tmp_path_factory.mktemp("plays")
    with world(base, f"sqlite:///{base}/veille.sqlite") as around:
        variables = airflow_variables(base / "airflow", **around.variables)
        run_airflow(variables, "db", "migrate")
        run_airflow(variables, "pools", "import", str(REPOSITORY / "compose" / "pools.json"))
        plays = [[name, dict(params)] for name, params in ORDER]
        plays[-2][1]["files"] = old_archives(base)
        yield around, play(variables, plays)


def old_archives(folder: Path) -> list[str]:
    """A WARC with one article that rules ask for, and one that was cut off in the middle."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in TEXT)
    page = f"<html lang=fr><head><title>Koursk</title></head><body><article>{paragraphs}</article></body></html>"
    file = BytesIO()
    add_response(WARCWriter(file, gzip=True), "https://outlet.example/koursk", page.encode())
    damaged, _ = pages_warc(3, gzip=True)
    (folder / "good.warc.gz").write_bytes(file.getvalue())
    (folder / "damaged.warc.gz").write_bytes(damaged[: len(damaged) - 200])
    return [f"file://{folder}/{name}.warc.gz" for name in ("good", "damaged")]


@pytest.fixture
def played(made: tuple[World, Played]) -> Played:
    return made[1]


@pytest.fixture
def store(made: tuple[World, Played]) -> Iterator[Store]:
    opened = open_store(made[0].settings)
    yield opened
    opened.close()


def values(play: dict[str, Any], task: str) -> list[Any]:
    return [one["value"] for one in play["tasks"] if one["task"] == task]


def states(play: dict[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in play["tasks"]:
        found.setdefault(one["task"], set()).add(one["state"])
    return found


def test_every_dag_ends_well(played: Played) -> None:
    assert [(play["dag"], play["state"]) for play in played] == [(name, "success") for name, _ in ORDER]


def test_the_seed_article_is_indexed(played: Played) -> None:
    assert values(played[0], "ingest")[0]["indexed"] == 1


def test_a_crawl_is_divided_and_indexed_once(played: Played, store: Store) -> None:
    coverage = played[1]
    assert states(coverage) == {task: {"success"} for task in ("plan", "crawl", "batch", "tag", "index")}
    crawls = values(coverage, "crawl")
    assert len(crawls) == 2
    assert sum(crawl["feeds"] for crawl in crawls) == len(store.feeds())
    counts = values(coverage, "index")[0]
    assert sum(tag["articles"] for tag in values(coverage, "tag")) == sum(counts.values()) - counts["quarantined"]
    assert counts["indexed"] > 50
    assert {state.outcome for state in store.feed_states().values()} >= {"ok"}


def test_alerts_leave_as_mails_once(made: tuple[World, Played], store: Store) -> None:
    around, played = made
    raised = values(played[2], "match")[0]
    assert raised == len(store.alerts()) > 5
    assert states(played[5]) == {"match": {"skipped"}}  # nothing twice
    assert store.notifications(NotificationState.PENDING) == []
    assert store.notifications(NotificationState.FAILED) == []
    names = [mail["Message-ID"] for mail in around.post.mails]
    assert (
        len(names)
        == len(set(names))
        == values(played[3], "notify")[0]["sent"]
        + len([mail for mail in around.post.mails if mail["Subject"].startswith("[digest]")])
    )


def test_reprocessing_rebuilds_every_article_and_raises_nothing(played: Played, store: Store) -> None:
    rebuilt = values(played[7], "rebuild")
    indexed = values(played[0], "ingest")[0]["indexed"] + values(played[1], "index")[0]["indexed"]
    assert sum(month["rebuilt"] for month in rebuilt) == indexed
    assert states(played[9]) == {"match": {"skipped"}}


def test_a_backfill_raises_nothing_and_a_damaged_file_costs_no_other(played: Played, store: Store) -> None:
    good, damaged = sorted(
        (task for task in played[8]["tasks"] if task["task"] == "backfill"), key=lambda task: task["index"]
    )
    assert good["value"]["indexed"] == 1
    assert damaged["state"] == "success"
    assert damaged["value"]["quarantined"] >= 1
    assert len(store.alerts()) == values(played[2], "match")[0]


def test_xcom_carries_names_and_counts_only(played: Played) -> None:
    def small(value: object) -> bool:
        if isinstance(value, list):
            return all(map(small, value))
        if isinstance(value, dict):
            return all(isinstance(count, int) for count in value.values())
        return value is None or isinstance(value, int) or (isinstance(value, str) and len(value) < 200)

    assert all(small(task["value"]) for play in played for task in play["tasks"])


def test_no_secret_is_in_logs_or_tables(made: tuple[World, Played]) -> None:
    assert finds(made[0].settings.home.parent, made[0].variables) == []


def finds(folder: Path, variables: dict[str, str]) -> list[str]:
    """The files below the folder in which a password of the connections stands."""
    secrets = [json.loads(value)["password"] for name, value in variables.items() if name.startswith("AIRFLOW_CONN_")]
    assert secrets
    return [
        str(path)
        for path in folder.rglob("*")
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in secrets)
    ]
