"""Where files lie: a path on this machine, or a URL of an object store, behind one set of methods (pathlib's).

A file appears whole or not at all: on a disk it is written aside, flushed and renamed; on an object store it is written
here first and sent in one put. Failures name the URL and say what to do.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from upath import UPath

from processors.exceptions import ArchiveError, InputError, StoreError

Place = Path | UPath

_OPTIONS: dict[str, dict[str, Any]] = {
    # Listings are never remembered: other machines write too. Short time-outs: a task that hangs holds its slot.
    "s3": {"use_listings_cache": False, "config_kwargs": {"connect_timeout": 10, "read_timeout": 60}},
}
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "abfs": "adlfs", "az": "adlfs", "http": "aiohttp"}
_ERRORS = (
    ("botocore.exceptions", "BotoCoreError"),
    ("aiohttp", "ClientError"),
    ("fsspec.exceptions", "FSTimeoutError"),
)
_CREDENTIALS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or the machine's role)"
_ENDPOINT = "AWS_ENDPOINT_URL (for servers other than Amazon's)"


def place(address: str) -> Place:
    """A path, or a URL of any kind that fsspec knows. Raises ArchiveError where its package is not installed."""
    parts = urlsplit(address)
    if parts.scheme in ("", "file") or "://" not in address:
        return Path(unquote(parts.path)) if parts.scheme == "file" else Path(address)
    try:
        made: UPath = UPath(address, **_OPTIONS.get(parts.scheme, {}))
        made.fs  # noqa: B018  fsspec imports the package here
    except (ImportError, ValueError) as error:
        package = _PACKAGES.get(parts.scheme.removesuffix("s") if parts.scheme == "https" else parts.scheme)
        hint = f"install the package {package}" if package else "use file://, s3://, or a URL that fsspec knows"
        raise ArchiveError(f"{address}: cannot be opened ({error}): {hint}") from error
    return made


def is_local(where: Place) -> bool:
    return isinstance(where, Path)


def name_below(where: Place, root: Place) -> str | None:
    """The name of a file below a folder, with slashes; None where it does not lie there."""
    if isinstance(where, Path) and isinstance(root, Path):
        where, root = where.resolve(), root.resolve()
        return where.relative_to(root).as_posix() if where.is_relative_to(root) else None
    inside, folder = str(where), str(root).rstrip("/") + "/"
    return inside.removeprefix(folder) if inside.startswith(folder) else None


def below(root: Place, name: str) -> Place:
    """The file of that name below the folder. Raises InputError for a name that leads out of it."""
    if ".." in name.split("/") or name.startswith("/"):
        raise InputError(f"{name!r} is no file below {root}")
    return root / name


def found(folder: Place, pattern: str) -> list[Place]:
    """The files of a folder whose names match, sorted; none where the folder is not there."""
    with reaching(folder):
        return sorted(folder.glob(pattern), key=str) if folder.is_dir() else []


def is_there(where: Place) -> bool:
    with reaching(where):
        return where.exists()


def read_whole(where: Place) -> bytes:
    with reaching(where):
        return where.read_bytes()


def size_of(where: Place) -> int:
    """Bytes."""
    with reaching(where):
        return int(where.stat().st_size)


def remove(where: Place) -> None:
    """The file goes; nothing where it is not there."""
    with reaching(where), suppress(FileNotFoundError):
        where.unlink()


def remove_tree(folder: Place) -> None:
    """The folder with all that is in it; nothing where it is not there."""
    if isinstance(folder, Path):
        shutil.rmtree(folder, ignore_errors=True)
        return
    with reaching(folder):
        if folder.exists():
            folder.fs.rm(folder.path, recursive=True)


def write_whole(where: Place, data: bytes) -> None:
    """The file with this content, or as it was before: never half of it, even if the machine stops."""
    with replacing(where) as file:
        file.write(data)


@contextmanager
def replacing(where: Place) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `where` when the block ends without an error.

    Raises StoreError where this machine's disk takes no more, ArchiveError where the object store does not.
    """
    if not isinstance(where, Path):
        with TemporaryDirectory(prefix="veille-") as scratch:
            aside = Path(scratch) / where.name
            with aside.open("wb") as file:
                yield file
            send(aside, where)
        return
    aside = where.with_name(f".{where.name}.tmp")
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(where)
    except OSError as error:
        raise StoreError(
            f"{where}: cannot be written ({error.strerror or error}); free some space and run again"
        ) from error


def send(local: Path, where: Place) -> None:
    """Moves a finished file of this machine to its place, whole."""
    if not isinstance(where, Path):
        with reaching(where):
            where.fs.put_file(str(local), where.path)
        local.unlink()
        return
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        if local.stat().st_dev == where.parent.stat().st_dev:
            local.replace(where)
            return
        aside = where.with_name(f".{where.name}.tmp")
        shutil.copyfile(local, aside)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(where)
        local.unlink()
    except OSError as error:
        raise StoreError(
            f"{where}: cannot be written ({error.strerror or error}); free some space and run again"
        ) from error


def fetch(where: Place, local: Path) -> Path:
    """A copy on this machine, streamed; a file that is here already is given as it is."""
    if isinstance(where, Path):
        return where
    local.parent.mkdir(parents=True, exist_ok=True)
    with reaching(where), where.open("rb") as source, local.open("wb") as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
    return local


@contextmanager
def reaching(where: Place) -> Iterator[None]:
    """Failures inside become sentences: InputError for a file that is not there, ArchiveError for the rest.

    Errors of this machine's own files pass as InputError too: they name the file.
    """
    try:
        yield
    except OSError as error:
        if isinstance(where, Path):
            raise InputError(f"{where}: cannot be read: {error.strerror or error}") from error
        raise _told(where, error) from error
    except Exception as error:
        if isinstance(where, Path) or not isinstance(error, _client_errors()):
            raise
        raise _told(where, error) from error


def _told(where: UPath, error: BaseException) -> InputError | ArchiveError:
    """Never shows a key: the clients' messages name none, and only a URL without its query is shown."""
    name, kind = str(where).partition("?")[0], type(error).__name__
    if isinstance(error, FileNotFoundError):
        if "bucket" in str(error).lower() or not _root_is_there(where):
            return ArchiveError(f"{name}: there is no such bucket: make it, or name another one in VEILLE_ARCHIVE")
        return InputError(f"{name}: no such file")
    if "Credentials" in kind:
        return ArchiveError(f"{name}: no credentials: set {_CREDENTIALS}")
    if isinstance(error, PermissionError):
        return ArchiveError(f"{name}: access is refused ({error}): check {_CREDENTIALS} and the bucket's rights")
    return ArchiveError(f"{name}: cannot be reached ({error}): check the network, and {_ENDPOINT}; then run again")


def _root_is_there(where: UPath) -> bool:
    """Whether the bucket exists; True where that cannot be known."""
    if where.protocol not in ("s3", "s3a"):
        return True
    try:
        return bool(where.fs.exists(where.path.split("/")[0]))
    except OSError:
        return True


def _client_errors() -> tuple[type[BaseException], ...]:
    """What the clients raise beside OSError, of those clients that are loaded."""
    return tuple(getattr(sys.modules[module], name) for module, name in _ERRORS if module in sys.modules)
