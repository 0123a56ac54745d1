"""A real Airflow for tests: `airflow standalone` in a home of its own on free ports, spoken to through its REST API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.dags.ports import free_port

T = TypeVar("T")
REPOSITORY = Path(__file__).parents[2]
AIRFLOW = str(Path(sys.executable).with_name("airflow"))
PASSWORDS = "simple_auth_manager_passwords.json.generated"
ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")


def airflow_variables(home: Path, **more: str) -> dict[str, str]:
    """The environment of every Airflow command on this home: nothing of the caller's own Airflow or Veille."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "VEILLE_"))}
    return kept | {
        "PATH": f"{Path(AIRFLOW).parent}{os.pathsep}{os.environ.get('PATH', '')}",  # Airflow calls itself by name
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "OPENBLAS_NUM_THREADS": "1",
        "NO_COLOR": "1",
        "PYTHONPATH": str(REPOSITORY),
        **more,
    }


def run_airflow(environment: Mapping[str, str], *arguments: str) -> str:
    """What the command wrote. Raises AssertionError with its errors where it failed."""
    ended = subprocess.run(
        [AIRFLOW, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, f"airflow {' '.join(arguments)}\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


def wait_for(what: str, look: Callable[[], T | None], seconds: float, *, said: Callable[[], str] = str) -> T:
    """The first answer of look() that is not None or empty. Raises AssertionError after that many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s\n{said()}")
        time.sleep(0.5)
    return found


@dataclass(frozen=True)
class Airflow:
    """A running Airflow. home: its AIRFLOW_HOME, where logs/ and airflow.db are."""

    home: Path
    address: str
    token: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A request to the REST API: its decoded answer. Raises AssertionError with what the server said."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(f"{self.address}/api/v2{path}", method=method, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:1000]}") from None

    def unpause(self, dag: str) -> None:
        self.ask("PATCH", f"/dags/{dag}", {"is_paused": False})

    def trigger(self, dag: str, **params: object) -> str:
        """The id of a new run."""
        return str(self.ask("POST", f"/dags/{dag}/dagRuns", {"logical_date": None, "conf": params})["dag_run_id"])

    def state(self, dag: str, run: str) -> str:
        return str(self.ask("GET", f"/dags/{dag}/dagRuns/{urllib.parse.quote(run)}")["state"])

    def runs(self, dag: str) -> list[dict[str, Any]]:
        return list(self.ask("GET", f"/dags/{dag}/dagRuns")["dag_runs"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """The task instances of a run: task_id, map_index, state, try_number …"""
        return list(self.ask("GET", f"/dags/{dag}/dagRuns/{urllib.parse.quote(run)}/taskInstances")["task_instances"])

    def finished(self, dag: str, run: str, seconds: float = 300) -> str:
        """The state in which the run ended."""
        return wait_for(
            f"the end of {dag} {run}",
            lambda: state if (state := self.state(dag, run)) in ("success", "failed") else None,
            seconds,
            said=lambda: self.report(dag, run),
        )

    def report(self, dag: str, run: str) -> str:
        """The states of a run's tasks, and the end of the log of those that failed."""
        lines = []
        for task in self.tasks(dag, run):
            lines.append(f"{dag}.{task['task_id']}[{task['map_index']}]: {task['state']}")
        for log in sorted(self.home.glob(f"logs/dag_id={dag}/run_id={run}/**/*.log")):
            lines += [str(log.relative_to(self.home)), log.read_text(errors="replace")[-3000:]]
        return "\n".join(lines)


@contextmanager
def standalone(home: Path, **variables: str) -> Iterator[Airflow]:
    """`airflow standalone` on SQLite with the LocalExecutor and the project's dags/ and pools, until the block ends."""
    home.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = airflow_variables(
        home,
        AIRFLOW__API__HOST="127.0.0.1",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__API__WORKERS="1",
        AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT="60",  # seconds: the machine may be busy
        AIRFLOW__API__BASE_URL=f"http://127.0.0.1:{port}",
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://127.0.0.1:{port}/execution/",
        AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT=str(free_port()),
        AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT=str(free_port()),
        **variables,
    )
    run_airflow(environment, "db", "migrate")
    run_airflow(environment, "pools", "import", str(REPOSITORY / "compose" / "pools.json"))
    log = home / "standalone.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [AIRFLOW, "standalone"], env=environment, stdout=output, stderr=output, start_new_session=True, cwd=home
        )
    try:
        address = f"http://127.0.0.1:{port}"

        def said() -> str:
            return log.read_text(errors="replace")[-5000:]

        wait_for("a healthy Airflow", lambda: _lives(process) and healthy(address), 180, said=said)
        password = json.loads((home / PASSWORDS).read_text())["admin"]
        airflow = Airflow(home, address, token(address, password))
        wait_for("parsed DAGs", lambda: parsed(airflow), 120, said=said)
        yield airflow
    finally:
        _end(process)


def _lives(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, f"airflow standalone ended with {process.returncode}"
    return True


def healthy(address: str) -> bool:
    """Whether the API server answers, and says that its database, a scheduler and a DAG processor are well."""
    try:
        with urllib.request.urlopen(f"{address}/api/v2/monitor/health", timeout=5) as response:
            parts = json.load(response)
    except OSError:
        return False
    return all(parts[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))


def token(address: str, password: str) -> str:
    """What the user admin shows with each request."""
    body = json.dumps({"username": "admin", "password": password}).encode()
    request = urllib.request.Request(f"{address}/auth/token", data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return str(json.load(response)["access_token"])


def parsed(airflow: Airflow) -> bool:
    """Whether every file of dags/ has become a DAG."""
    errors = airflow.ask("GET", "/importErrors")["import_errors"]
    assert not errors, errors
    return airflow.ask("GET", "/dags")["total_entries"] >= len(list((REPOSITORY / "dags").glob("*.py")))


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends Airflow and whatever it started: all in one session."""
    for sign, patience in ((signal.SIGTERM, 30), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)  # children that outlive it go with the second signal
