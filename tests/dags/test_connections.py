"""Settings out of Airflow connections and environment variables."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.dags.standalone import REPOSITORY

pytestmark = pytest.mark.airflow
RESOLVE = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from veille_support import connections
def resolved(call, given):
    os.environ.update(given)
    try:
        settings = getattr(connections, call)()
    except Exception as error:
        return {"error": type(error).__name__, "said": str(error)}
    finally:
        for name in given:
            del os.environ[name]
    secrets = {name: getattr(settings, name) for name in ("smtp_url", "elasticsearch_password")}
    return settings.model_dump(mode="json") | {name: one and one.get_secret_value() for name, one in secrets.items()}
print(json.dumps({name: resolved(*case) for name, case in json.loads(sys.argv[2]).items()}))
"""
ARCHIVE = {"VEILLE_ARCHIVE": "file:///srv/archive"}
STORE = {"VEILLE_STORE": "http://es.example:9200"}


def connection(kind: str, **fields: Any) -> str:
    return json.dumps({"conn_type": kind, **fields})


CASES: dict[str, tuple[str, dict[str, str]]] = {
    "connections": (
        "load",
        {
            "VEILLE_STORE": "http://other:1",
            "VEILLE_SMTP_URL": "smtp://other",
            "AIRFLOW_CONN_VEILLE_ELASTICSEARCH": connection(
                "https", host="es.example", port=9243, login="veille", password="p:/@", extra={"prefix": "press"}
            ),
            "AIRFLOW_CONN_VEILLE_SMTP": connection(
                "smtp", host="mx.example", port=587, login="me", password="p:/@", extra={"disable_ssl": True}
            ),
            **ARCHIVE,
        },
    ),
    "as a URL": (
        "load_for_mail",
        {"AIRFLOW_CONN_VEILLE_SMTP": "smtp://mx.example:465/?from_email=veille%40example.org", **STORE, **ARCHIVE},
    ),
    "no store": ("load", ARCHIVE),
    "no archive": ("load", STORE),
    "no mail server": ("load_for_mail", {**STORE, **ARCHIVE}),
    "no host": ("load", {"AIRFLOW_CONN_VEILLE_ELASTICSEARCH": connection("http"), **ARCHIVE}),
    "wrong address": ("load", {"VEILLE_STORE": "gopher://geheim-4711@x", **ARCHIVE}),
}


@pytest.fixture(scope="module")
def found(airflow_home: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What a task gets in each case: its settings, or the error it ends with. One process, as Airflow loads slowly."""
    ended = subprocess.run(
        [sys.executable, "-c", RESOLVE, str(REPOSITORY / "dags"), json.dumps(CASES)],
        env=airflow_home,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    answers: dict[str, dict[str, Any]] = json.loads(ended.stdout.splitlines()[-1])
    return answers


def test_connections_outrank_the_environment(found: dict[str, dict[str, Any]]) -> None:
    settings = found["connections"]
    assert settings["store"] == "https://es.example:9243?prefix=press"
    assert (settings["elasticsearch_user"], settings["elasticsearch_password"]) == ("veille", "p:/@")
    assert settings["smtp_url"] == "smtp://me:p%3A%2F%40@mx.example:587"


def test_a_mail_connection_is_read_as_airflow_reads_it(found: dict[str, dict[str, Any]]) -> None:
    settings = found["as a URL"]
    assert settings["smtp_url"] == "smtps://mx.example:465"
    assert settings["mail_from"] == "veille@example.org"
    assert settings["store"] == "http://es.example:9200"


@pytest.mark.parametrize(
    ("case", "parts"),
    [
        ("no store", ("veille_elasticsearch", "airflow connections add", "VEILLE_STORE")),
        ("no archive", ("VEILLE_ARCHIVE", "s3://", "file:///")),
        ("no mail server", ("veille_smtp", "airflow connections add", "VEILLE_SMTP_URL")),
        ("no host", ("veille_elasticsearch", "no host")),
        ("wrong address", ("VEILLE_STORE",)),
    ],
)
def test_what_is_missing_is_named_with_what_to_do(
    found: dict[str, dict[str, Any]], case: str, parts: tuple[str, ...]
) -> None:
    assert found[case]["error"] == "SettingsError"
    assert [part for part in parts if part not in found[case]["said"]] == []
    assert "geheim-4711" not in found[case]["said"]
