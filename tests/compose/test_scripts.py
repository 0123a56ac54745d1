"""The scripts beside docker-compose.yml, run as the containers run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.compose.deployment import REPOSITORY, SECRETS, services
from tests.dags.ports import free_port

SCRIPTS = REPOSITORY / "compose"


def make_env(path: Path) -> dict[str, str]:
    subprocess.run([sys.executable, SCRIPTS / "make_env.py", path], check=True, capture_output=True, timeout=60)
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_make_env_makes_all_secrets_for_the_owners_eyes(tmp_path: Path) -> None:
    made = make_env(tmp_path / ".env")
    assert set(made) == set(SECRETS)
    assert len(set(made.values())) == len(made)
    assert min(map(len, made.values())) >= 24
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    Fernet(made["AIRFLOW_FERNET_KEY"])
    assert len(made["KIBANA_ENCRYPTION_KEY"]) >= 32  # Kibana refuses a shorter one


def test_make_env_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# mine\nVEILLE_CONTACT=https://example.org\nELASTIC_PASSWORD=chosen")
    first = make_env(path)
    assert first["ELASTIC_PASSWORD"] == "chosen"
    assert first["VEILLE_CONTACT"] == "https://example.org"
    before = path.read_text()
    assert make_env(path) == first
    assert path.read_text() == before


def test_make_env_fills_an_empty_value(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("ELASTIC_PASSWORD=\n")
    assert make_env(path)["ELASTIC_PASSWORD"]


@pytest.mark.parametrize("script", sorted(SCRIPTS.glob("*.sh")), ids=lambda path: path.name)
def test_a_shell_script_can_be_read(script: Path) -> None:
    assert subprocess.run(["sh", "-n", script], capture_output=True, check=False, timeout=30).stderr == b""


def test_the_entry_point_keeps_the_password_out_of_the_environment(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    variable = "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
    assert variable in services()["api-server"]["environment"]
    ended = subprocess.run(
        [SCRIPTS / "entrypoint.sh", "env"],
        env={"PATH": os.environ["PATH"], "AIRFLOW_ADMIN_PASSWORD": "geheim", variable: str(passwords)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert json.loads(passwords.read_text()) == {"admin": "geheim"}
    assert passwords.stat().st_mode & 0o077 == 0
    assert "geheim" not in ended.stdout


class Health(BaseHTTPRequestHandler):
    """Answers /healthy and /sick as Airflow does."""

    def do_GET(self) -> None:
        body = json.dumps({"metadatabase": {"status": "healthy" if self.path == "/healthy" else "unhealthy"}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def health() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.mark.parametrize(("path", "code"), [("/healthy", 0), ("/sick", 1)])
def test_the_health_check_tells_well_from_ill(health: str, path: str, code: int) -> None:
    command = [sys.executable, SCRIPTS / "healthy.py", health + path]
    assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == code


def test_the_health_check_of_nobody_fails_with_the_address() -> None:
    address = f"http://127.0.0.1:{free_port()}/health"
    command = [sys.executable, SCRIPTS / "healthy.py", address]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 1
    assert address in ended.stderr
