"""Plays each DAG with dag.test(), one after the other in one process, and prints what became of it as JSON.

python -m tests.dags.playing DAGS_FOLDER < plays.json        [["ingest_seed", {"sources": [...]}], ...]
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

from airflow.dag_processing.dagbag import DagBag


def main(folder: str, plays: list[list[Any]]) -> list[dict[str, Any]]:
    sys.path.insert(0, folder)
    bag = DagBag(folder)
    assert not bag.import_errors, bag.import_errors
    played = []
    for name, params in plays:
        run = bag.dags[name].test(run_conf=params)
        tasks = [
            {
                "task": task.task_id,
                "index": task.map_index,
                "state": task.state,
                "value": task.xcom_pull(task_ids=task.task_id, map_indexes=task.map_index),
            }
            for task in run.get_task_instances()
        ]
        played.append({"dag": name, "state": run.state, "tasks": tasks})
    return played


if __name__ == "__main__":
    importlib.import_module("airflow.settings")
    print("\n" + json.dumps(main(sys.argv[1], json.load(sys.stdin)), default=str))
