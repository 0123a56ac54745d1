"""docker-compose.yml and what it refers to, read for the tests."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).parents[2]
COMPOSE = REPOSITORY / "docker-compose.yml"
IMAGE_ROOT = "/opt/veille/"
ONE_SHOT = ("prepare", "setup")
SECRETS: dict[str, Any] = runpy.run_path(str(REPOSITORY / "compose" / "make_env.py"))["SECRETS"]
_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?P<kind>:[-?])(?P<rest>[^}]*)\}")


def variables(text: str) -> Iterator[tuple[str, str, str]]:
    """(name, ":?" or ":-", message or default) of each ${…} in it."""
    for found in _VARIABLE.finditer(text):
        yield found["name"], found["kind"], found["rest"]


def resolved(secrets: dict[str, str]) -> dict[str, Any]:
    """The file as Compose sees it when .env holds these secrets."""
    text = _VARIABLE.sub(
        lambda found: secrets[found["name"]] if found["kind"] == ":?" else found["rest"],
        COMPOSE.read_text(encoding="utf-8"),
    )
    loaded: dict[str, Any] = yaml.safe_load(text.replace("$$", "$"))
    return loaded


def services(secrets: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = resolved(secrets or {name: make() for name, make in SECRETS.items()})["services"]
    return found


def copies() -> dict[str, str]:
    """What the Dockerfile copies out of the repository: source → place in the image."""
    found = {}
    for line in (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if words[:1] == ["COPY"] and not words[1].startswith("--from"):
            for source in words[1:-1]:
                found[source.removeprefix("./")] = words[-1]
    return found


def in_repository(path: str) -> Path:
    """The file of the repository that stands at this path of the image. Raises KeyError where none is copied there."""
    for source, target in copies().items():
        place = target if not target.endswith("/") else target + Path(source).name
        if path == place or path.startswith(f"{place}/"):
            return REPOSITORY / source / path[len(place) :].lstrip("/")
    raise KeyError(path)


def commands() -> list[list[str]]:
    """Every `airflow …` and `veille …` that the file, its health checks and its scripts call."""
    found: list[list[str]] = []
    for service in services().values():
        if service.get("command", [""])[0] in ("airflow", "veille"):
            found.append(service["command"])
        check = service.get("healthcheck", {}).get("test", [])
        if check[1:2] == ["airflow"]:
            found.append(check[1:])
    for script in (REPOSITORY / "compose").glob("*.sh"):
        for line in script.read_text(encoding="utf-8").splitlines():
            if called := re.match(r"(?:until )?((?:airflow|veille) [a-z -_./$\"]+?)( >.*)?$", line.strip()):
                found.append(called[1].replace('"', "").replace("$here", str(script.parent)).split())
    return found
