"""The files of a run below VEILLE_HOME, and the lock that keeps two runs apart."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from processors.exceptions import InputError, LeaseHeld, StoreError
from processors.models.feeds import Plan

Progress = Callable[[str, int, int | None], None]
"""progress(stage, done, total or None): called as work goes on."""


def quiet(stage: str, done: int, total: int | None) -> None:
    """The progress callback that shows nothing."""


class RunFolder(Struct, frozen=True):
    """Where the verbs of one run leave their files.

    plan.json and tagged/*.jsonl appear whole (written aside, then renamed); polls.jsonl says that the crawl is whole;
    done says that nothing is left to do.
    """

    path: Path

    @property
    def run_id(self) -> str:
        return self.path.name

    @property
    def draft(self) -> Path:
        return self.path / "plan.draft.json"

    @property
    def plan(self) -> Path:
        return self.path / "plan.json"

    @property
    def crawl(self) -> Path:
        """Where the crawler writes until its files move to the archive."""
        return self.path / "crawl"

    @property
    def polls(self) -> Path:
        return self.path / "polls.jsonl"

    @property
    def tagged(self) -> Path:
        return self.path / "tagged"

    @property
    def done(self) -> Path:
        return self.path / "done"

    def read_plan(self, path: Path | None = None) -> Plan:
        """Raises InputError where the plan is missing or not whole."""
        path = path or self.plan
        try:
            return msgspec.json.decode(path.read_bytes(), type=Plan)
        except (OSError, msgspec.DecodeError) as error:
            raise InputError(f"{path}: no readable plan ({error}); make one with `veille plan`") from error


def runs_folder(home: Path) -> Path:
    return home / "runs"


def leftovers(home: Path) -> list[RunFolder]:
    """Runs that were planned and not finished, in the order of their names."""
    folder = runs_folder(home)
    if not folder.is_dir():
        return []
    found = [RunFolder(path) for path in sorted(folder.iterdir()) if path.is_dir()]
    return [run for run in found if not run.done.exists() and (run.draft.exists() or run.plan.exists())]


def write_whole(path: Path, data: bytes) -> None:
    """The file with this content, or as it was before: never half of it, even if the machine stops."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes path's place when the block ends without an error. Raises StoreError: no space."""
    aside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror or error}); free some space and run again"
        ) from error


def owner_of(home: Path) -> str:
    """The name under which this home holds leases: made once, so that a killed run's leases are its own again."""
    path = home / "owner"
    if not path.exists():
        write_whole(path, f"{os.uname().nodename}-{uuid.uuid4().hex[:8]}\n".encode())
    return path.read_text().strip()


@contextmanager
def locked(home: Path, *, wait: bool, on_wait: Callable[[str], None] = lambda message: None) -> Iterator[int]:
    """The home's lock, for as long as the block runs; gives its file descriptor, which a child process may inherit:
    the lock then lasts until that child has ended too.

    wait=False: LeaseHeld, naming the holder, where another process has it; otherwise on_wait(message) and waits.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            message = f"another run ({file.read().strip() or 'starting'}) is at work in {home}"
            if not wait:
                raise LeaseHeld(f"{message}; wait for it to end, or leave out --no-wait") from None
            on_wait(f"{message}: waiting for it to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}\n")
        file.flush()
        yield file.fileno()
