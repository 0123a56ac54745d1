"""The files of a run, below VEILLE_HOME or in the archive, and the lock that keeps two runs of a home apart."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.archive.places import Place, found, is_there, place, read_whole, write_whole
from processors.config import Settings
from processors.exceptions import InputError, LeaseHeld
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

    path: Place

    @property
    def run_id(self) -> str:
        return self.path.name

    @property
    def draft(self) -> Place:
        return self.path / "plan.draft.json"

    @property
    def plan(self) -> Place:
        return self.path / "plan.json"

    @property
    def crawl(self) -> Place:
        """Where the crawler writes until its files move to the archive."""
        return self.path / "crawl"

    @property
    def polls(self) -> Place:
        return self.path / "polls.jsonl"

    @property
    def tagged(self) -> Place:
        return self.path / "tagged"

    @property
    def shards(self) -> Place:
        """Of a run that many machines crawl."""
        return self.path / "shards"

    def shard(self, number: int) -> RunFolder:
        """One of them: plan.json and polls.jsonl as in a run."""
        return RunFolder(self.shards / f"{number:04}")

    @property
    def done(self) -> Place:
        return self.path / "done"

    def read_plan(self, path: Place | None = None) -> Plan:
        """Raises InputError where the plan is missing or not whole."""
        path = path or self.plan
        try:
            return msgspec.json.decode(read_whole(path), type=Plan)
        except (InputError, msgspec.DecodeError) as error:
            raise InputError(f"{path}: no readable plan ({error}); make one with `veille plan`") from error


def runs_folder(home: Path) -> Path:
    return home / "runs"


def archive_of(settings: Settings) -> Place:
    return place(settings.archive_url)


def leftovers(runs: Place) -> list[RunFolder]:
    """Runs that were planned and not finished, in the order of their names."""
    there = [RunFolder(path) for path in found(runs, "*")]
    return [run for run in there if not is_there(run.done) and (is_there(run.draft) or is_there(run.plan))]


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
