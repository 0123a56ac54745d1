"""Airflow on many machines, as docker-compose.yml has it, its containers as processes of this one.

Commands and environment are read from that file; only addresses, passwords and the times after which something counts
as dead are the test's own. Each service has a disk of its own: workers share the archive and the store alone.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.cluster.backing import Redis, postgres, s3
from tests.cluster.process import Process
from tests.compose.deployment import SECRETS, services
from tests.dags.ports import free_port
from tests.dags.standalone import REPOSITORY, Airflow, airflow_variables, healthy, parsed, run_airflow, token, wait_for
from tests.dags.world import World, store_connection, world

BUCKET = "veille"
CORE = ("api-server", "scheduler", "dag-processor", "triggerer")
# Seconds. docker-compose.yml has what a deployment wants; here a test waits for each of them.
IMPATIENT = {
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "20",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
}


@dataclass
class Cluster:
    """base: all disks; environment: what every service is given; around: site, mail server, archive, store."""

    base: Path
    environment: Mapping[str, str]
    redis: Redis
    around: World
    airflow: Airflow
    core: dict[str, Process]
    workers: dict[str, Process] = field(default_factory=dict)
    _made: int = 0

    def add_worker(self) -> str:
        """The name of a new worker with an empty disk, once Celery knows it."""
        self._made += 1
        name = f"worker-{self._made}"
        environment = self.disk(name)
        command = [*services()["worker"]["command"], "--celery-hostname", f"{name}@cluster"]
        process = Process.start(name, command, environment, self.base / name)
        self.workers[name] = process
        wait_for(name, lambda: "ready." in process.log.read_text(errors="replace"), 180, said=process.end_of_log)
        return name

    def kill_worker(self, name: str) -> None:
        self.workers.pop(name).kill()

    def stop_worker(self, name: str) -> None:
        self.workers.pop(name).stop()

    def restart(self, service: str) -> None:
        """Killed, and started again on the disk that it had."""
        self.core[service].kill()
        self.core[service] = Process.start(
            service, services()[service]["command"], self.disk(service), self.base / service
        )

    def at_work(self, dag: str, task: str) -> str | None:
        """The worker that is in the midst of a task of this name: the task runs, and its log is on that disk."""
        for run in (one["dag_run_id"] for one in self.airflow.runs(dag) if one["state"] == "running"):
            running = {
                one["map_index"]: one["try_number"]
                for one in self.airflow.tasks(dag, run)
                if one["task_id"] == task and one["state"] == "running"
            }
            for name in self.workers:
                for log in (self.base / name / "logs").glob(f"dag_id={dag}/run_id={run}/task_id={task}/**/*.log"):
                    number = log.parent.name.partition("map_index=")[2] or "-1"
                    if log.stem == f"attempt={running.get(int(number))}":
                        return name
        return None

    def disk(self, name: str) -> dict[str, str]:
        """The environment of a service with its own AIRFLOW_HOME, VEILLE_HOME and TMPDIR, all new where it is new."""
        home = self.base / name
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        return {
            **self.environment,
            "AIRFLOW_HOME": str(home),
            "VEILLE_HOME": str(home / "veille"),
            "TMPDIR": str(home / "tmp"),
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
        }

    def said(self) -> str:
        """What every service said last, for a failed test."""
        return "\n".join(one.end_of_log() for one in [*self.core.values(), *self.workers.values()])

    def stop(self) -> None:
        for one in [*self.workers.values(), *self.core.values()]:
            one.stop(10)


@contextmanager
def cluster(base: Path, store: str, *, at_once: int) -> Iterator[Cluster]:
    """All services but the workers; at_once: as many of the site's feeds are in the store."""
    given = {name: make() for name, make in SECRETS.items()}
    with ExitStack() as stack:
        database = stack.enter_context(postgres(given["POSTGRES_PASSWORD"]))
        broker = Redis(base / "redis", given["REDIS_PASSWORD"])
        stack.callback(broker.stop)
        aws = stack.enter_context(s3(BUCKET))
        around = stack.enter_context(world(base, store, archive=f"s3://{BUCKET}/archive", at_once=at_once))
        environment = _environment(base, given, database, broker.port, around, store) | aws
        run_airflow(environment, "db", "migrate")
        run_airflow(environment, "pools", "import", str(REPOSITORY / "compose" / "pools.json"))
        address = environment["AIRFLOW__API__BASE_URL"]
        running = Cluster(base, environment, broker, around, Airflow(base, address, ""), {})
        stack.callback(running.stop)
        for name in CORE:
            running.core[name] = Process.start(name, services()[name]["command"], running.disk(name), base / name)
        wait_for("a healthy Airflow", lambda: healthy(address), 240, said=running.said)
        running.airflow = Airflow(base, address, token(address, given["AIRFLOW_ADMIN_PASSWORD"]))
        wait_for("parsed DAGs", lambda: parsed(running.airflow), 180, said=running.said)
        yield running


def _environment(
    base: Path, given: dict[str, str], database: int, broker: int, around: World, store: str
) -> dict[str, str]:
    """That of the service `worker`, with the addresses of this machine."""
    (base / "common").mkdir()
    passwords = base / "common" / "passwords.json"
    passwords.write_text(json.dumps({"admin": given["AIRFLOW_ADMIN_PASSWORD"]}))
    compose = {
        name: str(value).replace("@postgres/", f"@127.0.0.1:{database}/").replace("@redis:6379", f"@127.0.0.1:{broker}")
        for name, value in services(given)["worker"]["environment"].items()
        if name.startswith("AIRFLOW__")
    }
    port = free_port()
    variables = {name: value for name, value in around.variables.items() if name not in ("VEILLE_STORE", "VEILLE_HOME")}
    ours = airflow_variables(base / "common", **compose)
    return ours | {
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__CELERY__WORKER_CONCURRENCY": "1",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
        "AIRFLOW_CONN_VEILLE_ELASTICSEARCH": store_connection(store),
        **IMPATIENT,
        **variables,
    }


def at(text: str) -> datetime:
    """A time as the REST API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def new_prefix() -> str:
    return f"test-{secrets.token_hex(4)}"
