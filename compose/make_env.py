"""Writes the secrets of docker-compose.yml into .env: random ones, and only those that are not there yet.

    python compose/make_env.py [PATH]

Called by `make env`. Needs nothing but Python.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

SECRETS: dict[str, Callable[[], str]] = {
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(24),
    "REDIS_PASSWORD": lambda: secrets.token_hex(24),
    "ELASTIC_PASSWORD": lambda: secrets.token_hex(24),
    "KIBANA_PASSWORD": lambda: secrets.token_hex(24),
    "KIBANA_ENCRYPTION_KEY": lambda: secrets.token_hex(24),
    "STORE_PASSWORD": lambda: secrets.token_hex(24),
    "AIRFLOW_ADMIN_PASSWORD": lambda: secrets.token_hex(12),
    "AIRFLOW_API_SECRET": lambda: secrets.token_hex(32),
    "AIRFLOW_JWT_SECRET": lambda: secrets.token_hex(64),
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
}


def missing(text: str) -> list[str]:
    """The secrets that an .env with this text does not give a value."""
    given = set(re.findall(r"(?m)^\s*(?:export\s+)?([A-Z_]+)\s*=\s*\S", text))
    return [name for name in SECRETS if name not in given]


def main(path: Path) -> None:
    """Adds what is missing at the end of the file; a value that is there stays as it is."""
    text = path.read_text() if path.exists() else ""
    names = missing(text)
    lines = "".join(f"{name}={SECRETS[name]()}\n" for name in names)
    if text and not text.endswith("\n"):
        lines = f"\n{lines}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(lines)
    path.chmod(0o600)
    print(f"{path}: {len(names)} secrets added, {len(SECRETS) - len(names)} were there")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".env"))
