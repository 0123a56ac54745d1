"""docker-compose.yml without Docker: every reference in it is followed."""

from __future__ import annotations

import fnmatch
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from processors.config import Settings
from tests.compose.deployment import (
    COMPOSE,
    IMAGE_ROOT,
    ONE_SHOT,
    REPOSITORY,
    SECRETS,
    commands,
    copies,
    in_repository,
    resolved,
    services,
    variables,
)

SERVICES = services()
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("veille:")}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_sealed_limited_and_pinned(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":v?\d+\.\d+[\w.-]*$", service["image"]), "an image without a version"
    assert service["user"].split(":")[0] not in ("0", "root")
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["mem_limit"]
    assert "privileged" not in service
    assert name in ONE_SHOT or service["healthcheck"]["test"]


def test_nothing_is_published_beyond_this_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not any("network_mode" in service for service in SERVICES.values())


def test_what_a_service_waits_for_exists_and_can_become_so() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}"
            else:
                assert other in ONE_SHOT, f"{name} waits for the end of {other}"


def test_no_service_waits_for_itself() -> None:
    waiting = {name: set(service.get("depends_on", {})) for name, service in SERVICES.items()}
    while ready := [name for name, others in waiting.items() if not others]:
        for name in ready:
            del waiting[name]
        for others in waiting.values():
            others.difference_update(ready)
    assert not waiting


def test_volumes_are_named_declared_and_used() -> None:
    mounts = [mount.split(":") for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert {mount[0] for mount in mounts} == set(resolved(dict.fromkeys(SECRETS, "x"))["volumes"])
    made = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    for name in OURS:
        for mount in SERVICES[name]["volumes"]:
            assert re.search(rf"install -d -o airflow .*{re.escape(mount.split(':')[1])}\b", made), mount


def test_the_archive_is_on_the_shared_volume() -> None:
    for name in OURS:
        service = SERVICES[name]
        places = [mount.split(":")[1] for mount in service["volumes"]]
        assert service["environment"]["VEILLE_ARCHIVE"].removeprefix("file://") in places


def test_every_secret_is_made_by_make_env_and_used() -> None:
    asked = {name for name, kind, _ in variables(COMPOSE.read_text(encoding="utf-8")) if kind == ":?"}
    assert asked == set(SECRETS)


def test_what_an_operator_may_set_is_a_setting() -> None:
    optional = {name for name, kind, _ in variables(COMPOSE.read_text(encoding="utf-8")) if kind == ":-"}
    assert optional <= {f"VEILLE_{field.upper()}" for field in Settings.model_fields}


def test_no_secret_stands_in_the_files() -> None:
    for path in (COMPOSE, *(REPOSITORY / "compose").rglob("*")):
        if path.is_file():
            assert not re.search(r"(?i)(password|secret|key)[\w]*[:=] *[\"']?[0-9a-f]{12}", path.read_text()), path


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_settings_of_a_service_are_settings_of_veille_and_fit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {key: value for key, value in SERVICES[name]["environment"].items() if key.startswith("VEILLE_")}
    assert {key.removeprefix("VEILLE_").lower() for key in given} <= set(Settings.model_fields)
    for key, value in given.items():
        monkeypatch.setenv(key, value)
    settings = Settings(_env_file=None)
    assert settings.store_is_server
    assert settings.smtp_url


def test_addresses_name_services_and_their_ports() -> None:
    ports = {"elasticsearch": 9200, "kibana": 5601, "mail": 1025, "redis": 6379, "api-server": 8080, "postgres": None}
    text = json.dumps(SERVICES)
    for host, port in re.findall(
        r"(?:https?|smtp|redis|postgresql\+?\w*)://(?:[^@/\s\"]*@)?([a-z-]+)(?::(\d+))?", text
    ):
        assert ports[host] == (int(port) if port else None), host
        assert host in SERVICES
    published = {name: service["ports"][0] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "kibana": "127.0.0.1:5601:5601",
        "mail": "127.0.0.1:8025:8025",
        "api-server": "127.0.0.1:8080:8080",
    }


def test_what_the_dockerfile_copies_exists_and_reaches_the_build() -> None:
    rules = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for source in copies():
        assert (REPOSITORY / source).exists(), source
        assert any(fnmatch.fnmatch(source, rule.removeprefix("!")) for rule in rules if rule.startswith("!")), source
    assert rules[0] == "*"
    assert not any(fnmatch.fnmatch(".env", rule[1:]) for rule in rules if rule.startswith("!"))


def test_files_of_the_image_that_are_named_are_in_it() -> None:
    named = re.findall(rf"{IMAGE_ROOT}[\w./-]+", COMPOSE.read_text() + (REPOSITORY / "Dockerfile").read_text())
    for path in set(named) - {IMAGE_ROOT}:
        if path.rstrip("/") not in (f"{IMAGE_ROOT}docs", IMAGE_ROOT.rstrip("/")):
            assert in_repository(path).exists(), path


def test_the_images_of_elasticsearch_and_kibana_are_of_one_version() -> None:
    base = (REPOSITORY / "compose" / "elasticsearch" / "Dockerfile").read_text(encoding="utf-8")
    version = SERVICES["kibana"]["image"].partition(":")[2]
    assert f"FROM elasticsearch:{version}" in base
    assert SERVICES["elasticsearch"]["image"].endswith(f":{version}")
    assert {"analysis-ukrainian", "analysis-stempel"} <= set(base.split())


def test_the_image_holds_the_versions_that_the_tests_ran_with() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"(?m)^[\w.-]+(?:\[.*?\])?==\S+", (REPOSITORY / name).read_text()))

    deployed = pinned("requirements-deploy.lock")
    assert deployed <= pinned("requirements-airflow.lock")
    assert not any(line.startswith(("pytest", "moto", "playwright")) for line in deployed)


@pytest.mark.parametrize("command", [c for c in commands() if c[0] == "veille"], ids=" ".join)
def test_the_commands_of_veille_exist(command: list[str]) -> None:
    veille = Path(sys.executable).with_name(command[0])
    ended = subprocess.run([veille, *command[1:], "--help"], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.airflow
def test_the_commands_and_options_of_airflow_exist(airflow_home: dict[str, str]) -> None:
    """In one process, as Airflow takes seconds to import."""
    options = sorted({key for name in OURS for key in SERVICES[name]["environment"] if key.startswith("AIRFLOW__")})
    asked = {"commands": [c[1:] for c in commands() if c[0] == "airflow"], "options": options}
    assert len(asked["commands"]) >= 9
    ended = subprocess.run(
        [sys.executable, "-c", CHECK, json.dumps(asked)],
        env={**airflow_home, "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1]) == {"unknown": [], "health": [8974, 8080]}


CHECK = """
import json, sys
from airflow.configuration import conf
from airflow.cli.cli_parser import get_parser
from airflow.utils.providers_configuration_loader import providers_configuration_loaded
asked = json.loads(sys.argv[1])
for command in asked["commands"]:
    get_parser().parse_args(command)
@providers_configuration_loaded
def unknown():
    known = conf.configuration_description
    pairs = [option.removeprefix("AIRFLOW__").lower().split("__", 1) for option in asked["options"]]
    return [pair for pair in pairs if pair[1] not in known.get(pair[0], {}).get("options", {})]
ports = [conf.getint("scheduler", "scheduler_health_check_server_port"), conf.getint("api", "port")]
print(json.dumps({"unknown": unknown(), "health": ports}))
"""


@pytest.mark.airflow
def test_the_executor_can_be_loaded(airflow_home: dict[str, str]) -> None:
    name = SERVICES["scheduler"]["environment"]["AIRFLOW__CORE__EXECUTOR"]
    code = "from airflow.executors.executor_loader import ExecutorLoader; ExecutorLoader.get_default_executor()"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**airflow_home, "AIRFLOW__CORE__EXECUTOR": name},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr


def test_the_pools_are_those_that_the_dags_use() -> None:
    pools: dict[str, Any] = json.loads((REPOSITORY / "compose" / "pools.json").read_text())
    names = (REPOSITORY / "dags" / "veille_support" / "defaults.py").read_text(encoding="utf-8")
    used = re.search(r"^[A-Z, ]+ = ((?:\"\w+\"(?:, )?)+)\s", names, re.M)
    assert used
    assert set(pools) == {name.strip('"') for name in used[1].split(", ")}
