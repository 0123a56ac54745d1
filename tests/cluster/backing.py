"""Postgres, Redis and an S3 server, each with an empty disk on a free port of 127.0.0.1."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest
import redis
from moto.server import ThreadedMotoServer

from tests.cluster.process import Process, server_user
from tests.compose.deployment import services
from tests.dags.ports import free_port
from tests.dags.standalone import wait_for

MISSING = "the cluster's test needs Postgres and Redis: apt-get install postgresql redis-server"


def needed(name: str) -> str:
    """The path of a server's program. Where there is none: a skip; in CI a failure."""
    places = sorted(str(path) for path in Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))
    if found is not None:
        return found
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(MISSING, pytrace=False)
    return pytest.skip(MISSING)


@contextmanager
def postgres(password: str) -> Iterator[int]:
    """The port of a server with the user and the database `airflow`."""
    user, port = server_user("postgres"), free_port()
    initdb, server = needed("initdb"), needed("postgres")
    folder = Path(tempfile.mkdtemp(prefix="veille-postgres-"))  # not below pytest's folder: that is closed to others
    try:
        (folder / "password").write_text(password)
        if user is not None:
            for path in (folder, folder / "password"):
                shutil.chown(path, user, user)
        data = str(folder / "data")
        subprocess.run(
            [initdb, "-D", data, "-U", "airflow", "-A", "scram-sha-256", "--pwfile", str(folder / "password"), "-N"],
            check=True,
            capture_output=True,
            cwd=folder,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
        command = [server, "-D", data, "-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
        process = Process.start("postgres", command, os.environ, folder, user)
        try:
            wait_for("Postgres", lambda: _made(port, password), 60, said=process.end_of_log)
            yield port
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(port: int, password: str) -> bool:
    """Whether the database of Airflow is there; it is made as soon as the server answers."""
    try:
        connection = psycopg2.connect(
            host="127.0.0.1", port=port, user="airflow", password=password, dbname="postgres", connect_timeout=5
        )
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE airflow")
    connection.close()
    return True


class Redis:
    """Redis by the command of docker-compose.yml; restart() leaves it nothing but its disk."""

    def __init__(self, folder: Path, password: str) -> None:
        folder.mkdir(parents=True)
        needed("redis-server")
        self.port = free_port()
        self._folder, self._password = folder, password
        self._process = self._start()

    def _start(self) -> Process:
        shell, option, script = services()["redis"]["command"]
        ours = script.replace("appendonly yes", f"appendonly yes\\nport {self.port}\\nbind 127.0.0.1")
        assert ours != script
        environment = {"PATH": os.environ["PATH"], "REDIS_PASSWORD": self._password}
        process = Process.start("redis", [shell, option, ours], environment, self._folder)
        wait_for("Redis", self._answers, 60, said=process.end_of_log)
        return process

    def _answers(self) -> bool:
        with suppress(redis.exceptions.ConnectionError), redis.Redis(port=self.port, password=self._password) as client:
            return bool(client.ping())
        return False

    def restart(self) -> None:
        self._process.kill()
        self._process = self._start()

    def stop(self) -> None:
        self._process.stop()


@contextmanager
def s3(bucket: str) -> Iterator[dict[str, str]]:
    """The AWS_* variables that lead to a server with this empty bucket; they hold in this process too."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            from processors.archive.places import place

            place(f"s3://{bucket}").fs.mkdir(f"s3://{bucket}")
            yield variables
    finally:
        server.stop()
