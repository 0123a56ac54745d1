"""A test server's description: its folder, its ports, and the configuration files written for it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.elasticsearch.install import default_home


@dataclass(frozen=True)
class Account:
    """A user of the file realm."""

    name: str
    password: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Security:
    """Passwords asked for: the superuser `elastic`, and accounts with roles as in roles.yml (YAML text)."""

    password: str
    accounts: tuple[Account, ...] = ()
    roles: str = ""


@dataclass(frozen=True)
class Node:
    """A server to run: its name (also its folder below home), and how. `settings` are lines of elasticsearch.yml.

    The default Java options compile quickly and not well, which halves the processor time of a start (measured: 18 to 9
    seconds on two cores); a benchmark gives "" instead, as the command line does.
    """

    name: str = "tests"
    heap: str = "512m"
    java_options: str = "-XX:TieredStopAtLevel=1"
    security: Security | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    home: Path = field(default_factory=default_home)

    @property
    def folder(self) -> Path:
        return self.home / "nodes" / self.name


def write_config(node: Node, ports: Sequence[int]) -> None:
    """elasticsearch.yml and, for a secured server, the users and roles of the file realm."""
    http, transport = ports
    settings = {
        "cluster.name": f"veille-{node.name}",
        "node.name": node.name,
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": str(http),
        "transport.port": str(transport),
        "path.data": str(node.folder / "data"),
        "path.logs": str(node.folder / "logs"),
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        "xpack.security.enabled": "true" if node.security else "false",
        "xpack.security.transport.ssl.enabled": "false",
        "xpack.security.http.ssl.enabled": "false",
        **node.settings,
    }
    config = node.folder / "config"
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]  # JSON's strings are YAML's too
    (config / "elasticsearch.yml").write_text("".join(lines), encoding="utf-8")
    if node.security:
        accounts = node.security.accounts
        roles = sorted({role for account in accounts for role in account.roles})
        members = {role: ",".join(account.name for account in accounts if role in account.roles) for role in roles}
        hashes = "".join(f"{account.name}:{_hashed(account.password)}\n" for account in accounts)
        (config / "users").write_text(hashes, encoding="utf-8")
        (config / "users_roles").write_text(
            "".join(f"{role}:{names}\n" for role, names in members.items()), encoding="utf-8"
        )
        (config / "roles.yml").write_text(node.security.roles, encoding="utf-8")


def _hashed(password: str) -> str:
    """The password as the file realm stores it: PBKDF2 with HMAC-SHA512, 10,000 rounds, 32 bytes of salt and of key."""
    salt = secrets.token_bytes(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 10_000, dklen=32)
    return f"{{PBKDF2}}10000${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"


def address_at(node: Node, ports: Sequence[int]) -> str:
    """https where the node's settings switch TLS on."""
    tls = node.settings.get("xpack.security.http.ssl.enabled") == "true"
    return f"{'https' if tls else 'http'}://127.0.0.1:{ports[0]}"


def ports_of(node: Node) -> tuple[int, ...]:
    """The ports for HTTP and transport of the last start, else free ones."""
    try:
        return tuple(int(port) for port in (node.folder / "ports").read_text(encoding="ascii").split())
    except OSError:
        return free_ports()


def free_ports() -> tuple[int, ...]:
    with socket.socket() as http, socket.socket() as transport:
        http.bind(("127.0.0.1", 0))
        transport.bind(("127.0.0.1", 0))
        return http.getsockname()[1], transport.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT can be used again
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
