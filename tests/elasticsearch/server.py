"""A genuine Elasticsearch for tests and trials, without Docker: started, shared, stopped.

python -m tests.elasticsearch.server start              prints the address: VEILLE_STORE=ADDRESS veille …
python -m tests.elasticsearch.server start --security   the user is elastic; says where its password is
python -m tests.elasticsearch.server status             exit code 0 and the address, or 1
python -m tests.elasticsearch.server stop               ends it; its data are there at the next start
"""

from __future__ import annotations

import argparse
import base64
import fcntl
import os
import re
import secrets
import shutil
import signal
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.elasticsearch.install import ServerError, Unavailable, default_home, install
from tests.elasticsearch.node import Node, Security, address_at, free_ports, is_free, ports_of, write_config
from tests.elasticsearch.process import end_process, process


@contextmanager
def running_server(node: Node | None = None) -> Iterator[str]:
    """The address of a server, the same for all processes that ask for the same node at the same time.

    The first to come starts it with empty data, the last to leave ends it and removes its folder. Without a node it
    is the one that all tests share, or the one at VEILLE_TEST_ELASTICSEARCH. A test that kills its server, or wants
    security or settings, names a node of its own; inside, `kill(node)` and `start(node)` keep its data and address.
    Raises Unavailable (Java, Maven or download missing) or ServerError (it did not start).
    """
    given = os.environ.get("VEILLE_TEST_ELASTICSEARCH", "").rstrip("/")
    if node is None and given:
        yield given
        return
    node = node or Node()
    (node.home / "nodes").mkdir(parents=True, exist_ok=True)
    with ExitStack() as using:
        with _locked(node.home):
            _sweep(node.home)
            users = using.enter_context((node.home / "nodes" / f"{node.name}.users").open("wb"))
            fcntl.flock(users, fcntl.LOCK_SH)  # the system unlocks it for a process that is killed
            address = _start(node)
        try:
            yield address
        finally:
            with _locked(node.home):
                using.close()
                _sweep(node.home)


def start(node: Node) -> str:
    """Start the server unless it runs; its address. Data, address and password are those of its last start.

    Raises Unavailable or ServerError.
    """
    node.home.mkdir(parents=True, exist_ok=True)
    with _locked(node.home):
        return _start(node)


def stop(node: Node) -> bool:
    """End the server in good order (by force after 30 s), and any that a killed test run left behind.

    False when it did not run.
    """
    if not node.home.is_dir():
        return False
    with _locked(node.home):
        _sweep(node.home)
        return end_process(node, signal.SIGTERM)


def kill(node: Node) -> bool:
    """End the server at once, as a crash does; False when it did not run."""
    return end_process(node, signal.SIGKILL)


def status(node: Node) -> str | None:
    """The address of the server, None when it does not run."""
    return None if process(node) is None else address_at(node, ports_of(node))


def _start(node: Node) -> str:
    running = status(node)
    if running is not None:
        return running
    installation = install(node.home)
    folder = node.folder
    ports = ports_of(node)
    if not all(map(is_free, ports)):
        ports = free_ports()
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    (folder / "ports").write_text("{} {}".format(*ports), encoding="ascii")
    shutil.copytree(installation.server / "config", folder / "config", dirs_exist_ok=True)
    write_config(node, ports)
    log = folder / "start.log"
    log.write_bytes(b"")
    environment = {
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "HOME": str(folder),
        "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",  # the launchers live for seconds
        "ES_JAVA_OPTS": f"-Xms{node.heap} -Xmx{node.heap} {node.java_options}",
    }
    installation.hand_over(folder)
    code = 0
    if node.security and not (folder / "config" / "elasticsearch.keystore").exists():
        add = ("elasticsearch-keystore", "add", "-x", "-f", "bootstrap.password")
        code = installation.run(*add, environment=environment, log=log, stdin=node.security.password)
    if code == 0:
        code = installation.run("elasticsearch", "-d", "-p", folder / "pid", environment=environment, log=log)
    if code:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise ServerError(f"Elasticsearch did not start (exit code {code}; the whole log is {log}):\n{said}")
    address = address_at(node, ports)
    _wait_until_healthy(address, node.security)
    return address


def _wait_until_healthy(address: str, security: Security | None) -> None:
    """Wait until every primary shard is there. Raises ServerError after 60 seconds."""
    request = urllib.request.Request(f"{address}/_cluster/health?wait_for_status=yellow&timeout=60s")
    if security:
        credentials = base64.b64encode(f"elastic:{security.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {credentials}")
    unchecked = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())  # our own server, on this machine
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), unchecked)  # whatever http_proxy says
    try:
        with direct.open(request, timeout=70) as response:
            response.read()
    except urllib.error.URLError as error:
        raise ServerError(f"Elasticsearch at {address} has started and is not healthy: {error}") from None


def _sweep(home: Path) -> None:
    """End and remove the servers that tests shared and none uses any more; callers hold the lock of `home`."""
    for path in home.glob("nodes/*.users"):
        with path.open("wb") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
        node = Node(path.stem, home=home)
        end_process(node, signal.SIGTERM)
        shutil.rmtree(node.folder, ignore_errors=True)
        path.unlink()


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One process at a time installs, starts or ends servers below `home`."""
    with (home / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _heap(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d*[mg]", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 512m or 2g")
    return text


def _kept_password(node: Node) -> Path:
    """The file that has the password of `elastic`, made up on first use, for the owner's eyes only."""
    path = node.folder / "elastic.password"
    if not path.exists():
        node.folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(16), encoding="ascii")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0 done, 1 not running or not started, 2 wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=("start", "stop", "status"))
    parser.add_argument("--security", action="store_true", help="the server that asks for a password")
    parser.add_argument("--heap", type=_heap, default="512m", help="Java's heap, such as 2g (default: 512m)")
    parser.add_argument("--home", type=Path, default=default_home(), help="where it is kept (default: %(default)s)")
    options = parser.parse_args(arguments)
    name = "secured" if options.security else "local"
    node = Node(name, heap=options.heap, java_options="", home=options.home.resolve())
    if options.verb == "stop":
        print("stopped" if stop(node) else "not running", file=sys.stderr)
        return 0
    if options.verb == "status":
        address = status(node)
        print(address or f"not running: start it with python -m {__spec__.name} start")
        return 0 if address else 1
    try:
        if options.security:
            password = _kept_password(node)
            node = replace(node, security=Security(password.read_text(encoding="ascii")))
            print(f"user elastic, password in {password}", file=sys.stderr)
        print(start(node))
    except (Unavailable, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
