"""What the DAG files say of themselves: read once, in a process of its own, as Airflow's DAG processor reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.dags.standalone import REPOSITORY

pytestmark = pytest.mark.airflow
DAGS = REPOSITORY / "dags"
NAMES = {path.stem for path in DAGS.glob("*.py")}
EXPECTED = {
    "ingest_seed",
    "ingest_coverage",
    "raise_alerts",
    "send_notifications",
    "send_digests",
    "maintain_store",
    "reprocess_coverage",
    "backfill_archive",
}
HEAVY = ("spacy", "scrapy", "twisted", "elasticsearch", "trafilatura", "numpy", "pydantic_settings", "lxml")
READ = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
sys.path.insert(0, sys.argv[1])  # as Airflow does
before = set(sys.modules)
bag = DagBag(sys.argv[1])
found = {"errors": bag.import_errors, "imported": sorted(set(sys.modules) - before), "dags": {}}
for name, dag in bag.dags.items():
    found["dags"][name] = {
        "file": dag.fileloc, "doc": dag.doc_md, "tags": sorted(dag.tags), "catchup": dag.catchup,
        "active": dag.max_active_runs,
        "params": {key: param.schema for key, param in dag.params._dict.items()} if hasattr(dag.params, "_dict") else
                  {key: dag.params.get_param(key).schema for key in dag.params},
        "described": [bool(dag.params.get_param(key).description) for key in dag.params],
        "schedule": type(dag.timetable).__name__,
        "tasks": {task.task_id: {
            "owner": task.owner, "retries": task.retries, "backoff": task.retry_exponential_backoff,
            "timeout": task.execution_timeout is not None, "callback": bool(task.on_failure_callback),
            "policy": bool(task.retry_policy), "pool": task.pool, "mapped": task.is_mapped,
            "limit": task.max_active_tis_per_dag, "outlets": [asset.name for asset in task.outlets],
        } for task in dag.tasks},
    }
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def read(airflow_home: dict[str, str]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-c", READ, DAGS], env=airflow_home, capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_every_file_is_one_dag_of_its_name(read: dict[str, Any]) -> None:
    assert read["errors"] == {}
    assert set(read["dags"]) == EXPECTED
    assert {Path(dag["file"]).stem for dag in read["dags"].values()} == EXPECTED == NAMES


def test_reading_them_loads_nothing_heavy(read: dict[str, Any]) -> None:
    assert {module.split(".")[0] for module in read["imported"]}.isdisjoint(HEAVY)


def test_no_module_of_dags_hides_a_package() -> None:
    modules = NAMES | {path.name for path in DAGS.iterdir() if (path / "__init__.py").exists()}
    assert str(DAGS) not in sys.path
    assert [name for name in modules if find_spec(name) is not None] == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_dag_can_be_operated(read: dict[str, Any], name: str) -> None:
    dag = read["dags"][name]
    assert dag["doc"].startswith("### ")
    assert "veille" in dag["tags"]
    assert dag["catchup"] is False
    assert dag["active"] == 1
    assert all("type" in schema for schema in dag["params"].values())
    assert all(dag["described"])
    pools = json.loads((REPOSITORY / "compose" / "pools.json").read_text()).keys() | {"default_pool"}
    for task in dag["tasks"].values():
        assert task["owner"] == "veille"
        assert task["retries"] >= 3
        assert task["backoff"] > 1
        assert task["timeout"]
        assert task["callback"]
        assert task["policy"]
        assert task["pool"] in pools


def test_mapped_tasks_are_limited(read: dict[str, Any]) -> None:
    mapped = [(n, t) for n, dag in read["dags"].items() for t, task in dag["tasks"].items() if task["mapped"]]
    assert sorted(mapped) == [
        ("backfill_archive", "backfill"),
        ("ingest_coverage", "crawl"),
        ("ingest_coverage", "tag"),
        ("reprocess_coverage", "rebuild"),
    ]
    for name, task in mapped:
        assert read["dags"][name]["tasks"][task]["limit"]
        assert read["dags"][name]["tasks"][task]["pool"] != "default_pool"


def test_one_unmapped_task_rings_each_asset(read: dict[str, Any]) -> None:
    rings = {
        (name, task_id): task["outlets"]
        for name, dag in read["dags"].items()
        for task_id, task in dag["tasks"].items()
        if task["outlets"]
    }
    assert rings == {
        ("ingest_coverage", "index"): ["coverage"],
        ("ingest_seed", "ingest"): ["coverage"],
        ("raise_alerts", "match"): ["alerts"],
    }
    assert {name: read["dags"][name]["schedule"] for name in ("raise_alerts", "send_notifications")} == {
        "raise_alerts": "AssetOrTimeSchedule",
        "send_notifications": "AssetOrTimeSchedule",
    }
