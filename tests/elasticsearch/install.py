"""Install what the test server is made of: Java, the official minimal server, and the language analyzers that it lacks.

Full servers have the language analyzers; the minimal one on Maven Central has none, so plugin/ gives them back with
Lucene's own classes. Everything goes below one folder and is made once.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VERSION = "9.5.0"
OLDEST_JAVA = 21
SOURCES = Path(__file__).parent / "plugin"
PLUGIN = "veille-analyzers"
JVM_RELEASES = ("usr/lib/jvm/*/release", "Library/Java/JavaVirtualMachines/*/Contents/Home/release")


class Unavailable(RuntimeError):
    """This machine lacks something that the server needs; the message says what to install."""


class ServerError(RuntimeError):
    """Everything is there and yet the server could not be built or started; the message ends with what it said."""


@dataclass(frozen=True)
class Installation:
    """An unpacked server with its plugin, and the Java and the account (None: the caller's) that run it."""

    server: Path
    java: Path
    account: pwd.struct_passwd | None

    def run(self, *command: str | Path, environment: Mapping[str, str], log: Path, stdin: str = "") -> int:
        """Run a program of the server's bin/ as the unprivileged account, output to `log`; its exit code."""
        with log.open("ab") as output:
            return subprocess.run(
                [self.server / "bin" / command[0], *command[1:]],
                input=stdin.encode(),
                stdout=output,
                stderr=output,
                env={"PATH": os.defpath, "ES_JAVA_HOME": str(self.java), **environment},
                check=False,
                **_identity(self.account),
            ).returncode

    def hand_over(self, folder: Path) -> None:
        """Make the unprivileged account the owner of a folder and of all in it."""
        if self.account is not None:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.account.pw_uid, self.account.pw_gid)


def default_home() -> Path:
    """The server's cache folder; for root in /var/cache, as root's own is closed to the account that runs it."""
    if cache := os.environ.get("XDG_CACHE_HOME"):
        return Path(cache, "veille", f"elasticsearch-{VERSION}")
    cache_home = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    return cache_home / "veille" / f"elasticsearch-{VERSION}"


def install(home: Path) -> Installation:
    """The installation below `home`, made on first use; callers hold the lock of `home`.

    Raises Unavailable when Java, Maven or the download is missing, or when the server's account cannot reach `home`.
    """
    java = find_java(os.environ)
    server = home / "server"
    stamp = _stamp()
    if not _holds(server / "stamp", stamp):
        _build(home, server, java, stamp)
    # Elasticsearch refuses to run as root. `nobody` exists everywhere, so that no account has to be made.
    account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    for needed in (server / "bin" / "elasticsearch", java / "bin" / "java"):
        _check_reachable(needed, account)
    return Installation(server, java, account)


def find_java(environment: Mapping[str, str]) -> Path:
    """The home of a JDK of 21 or later: ES_JAVA_HOME, JAVA_HOME, else the oldest that serves among those installed.

    Raises Unavailable naming what was found instead.
    """
    named = [Path(environment[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if environment.get(name)]
    releases = [release for pattern in JVM_RELEASES for release in Path("/").glob(pattern)]
    installed = sorted({release.parent.resolve() for release in releases}, key=java_version)
    for home in (*named, *installed):
        if java_version(home) >= OLDEST_JAVA and (home / "bin" / "javac").exists():
            return home
    found = ", ".join(f"{home} ({java_version(home)})" for home in (*named, *installed)) or "none"
    raise Unavailable(
        f"Elasticsearch {VERSION} needs a JDK (with javac) of version {OLDEST_JAVA} or later; found: {found}. "
        "Install one (apt-get install openjdk-21-jdk-headless) or set ES_JAVA_HOME to its folder."
    )


def java_version(home: Path) -> int:
    """The feature version in the JDK's `release` file (25 for 25.0.3, 8 for 1.8.0); 0 where there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    match = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)
    return int(match[1]) if match else 0


def _build(home: Path, server: Path, java: Path, stamp: str) -> None:
    """Download, unpack and compile beside `server`, then put it in its place: half an installation is none."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(
            f"Elasticsearch {VERSION} is fetched with Maven, and mvn is not on the PATH. Install it "
            "(apt-get install maven)."
        )
    making = home / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    home.chmod(0o755)
    download = _call(maven, "-q", "-B", "-f", SOURCES / "pom.xml", f"-Dinto={making}", "generate-resources")
    if download is not None:
        raise Unavailable(f"Elasticsearch {VERSION} could not be downloaded. Maven said:\n{download}")
    unpacked = making / f"elasticsearch-{VERSION}"
    plugin = unpacked / "plugins" / PLUGIN
    shutil.copytree(making / "jars", plugin)
    shutil.copy(SOURCES / "plugin-descriptor.properties", plugin)
    classes = making / "classes"
    classpath = f"{unpacked / 'lib'}/*{os.pathsep}{plugin}/*"
    javac, jar = java / "bin" / "javac", java / "bin" / "jar"
    compiled = _call(javac, "--release", str(OLDEST_JAVA), "-cp", classpath, "-d", classes, *SOURCES.glob("*.java"))
    packed = compiled or _call(jar, "--create", "--file", plugin / f"{PLUGIN}.jar", "-C", classes, ".")
    if packed is not None:
        raise ServerError(f"The plugin {PLUGIN} could not be compiled:\n{packed}")
    (unpacked / "stamp").write_text(stamp, encoding="utf-8")
    subprocess.run(["chmod", "-R", "a+rX", unpacked], check=True)  # for the account that runs it, whatever the umask
    shutil.rmtree(server, ignore_errors=True)
    unpacked.rename(server)
    shutil.rmtree(making)


def _stamp() -> str:
    """Changes with the sources, so that a changed plugin is built again."""
    contents = b"\0".join(path.read_bytes() for path in sorted(SOURCES.iterdir()) if path.is_file())
    return hashlib.sha256(contents).hexdigest()


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _call(*command: str | Path) -> str | None:
    """Run a program; None, or the end of what it said when it failed."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return (result.stdout + result.stderr).strip()[-2000:] if result.returncode else None


def _check_reachable(path: Path, account: pwd.struct_passwd | None) -> None:
    if subprocess.run(["test", "-x", path], check=False, **_identity(account)).returncode:
        name = account.pw_name if account else "this account"
        raise Unavailable(
            f"{path} cannot be run by {name}, and Elasticsearch refuses to run as root. "
            "Choose a folder that everybody may enter: --home, or ES_JAVA_HOME for Java."
        )


def _identity(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """What makes subprocess run a program as that account."""
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}
