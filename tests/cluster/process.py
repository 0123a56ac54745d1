"""A server's process with everything that it starts, and how all of it ends at once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Process:
    """A command at work in a folder of its own. log: what it wrote."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(
        cls, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path, user: str | None = None
    ) -> Process:
        """user: who it runs as; None: who runs the tests."""
        log = folder / f"{name}.log"
        with log.open("ab") as output:
            popen = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        return cls(name, popen, log)

    def family(self) -> list[psutil.Process]:
        """The process and all that descend from it, whatever sessions they made for themselves."""
        try:
            first = psutil.Process(self.popen.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def kill(self) -> None:
        """As a machine that loses its power: nothing of the family can finish anything."""
        family = self.family()
        for signalled in (psutil.Process.suspend, psutil.Process.kill):  # held first: none starts another meanwhile
            for one in {*family, *self.family()}:
                with suppress(psutil.NoSuchProcess):
                    signalled(one)
        psutil.wait_procs(family, 10)
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(10)

    def stop(self, seconds: float = 60) -> None:
        """Told to end, and ended by force after that time."""
        family = self.family()
        self.popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.popen.wait(seconds)
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(family, 10)

    def end_of_log(self, size: int = 3000) -> str:
        return f"--- {self.name} (exit {self.popen.poll()})\n{self.log.read_text(errors='replace')[-size:]}"


def server_user(name: str) -> str | None:
    """Root gives way to this user, as servers want it; everybody else stays who they are."""
    return name if os.geteuid() == 0 else None
