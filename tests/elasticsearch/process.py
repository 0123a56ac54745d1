"""A test server's process: which it is, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.elasticsearch.node import Node

STOP_SECONDS = 30.0
LINUX = sys.platform == "linux"


def process(node: Node) -> int | None:
    """The id of the server's process, None when it does not run."""
    try:
        pid = int((node.folder / "pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    if LINUX:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
    else:
        ps = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
        command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    # Ids are used again: only the server itself has this among its arguments.
    return pid if f"-Djava.io.tmpdir={node.folder / 'tmp'}" in command else None


def end_process(node: Node, how: signal.Signals) -> bool:
    """Send the signal and wait until the server has ended (by force after 30 s); False when it did not run."""
    pid = process(node)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, how)
    deadline = time.monotonic() + STOP_SECONDS
    while not _has_ended(pid):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    return True


def _has_ended(pid: int) -> bool:
    """Whether a process that was told to end holds nothing any more; its parent may not have collected it yet."""
    try:
        os.kill(pid, 0)
        if not LINUX:
            return False
        report = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (ProcessLookupError, FileNotFoundError):
        return True
    return "\nState:\tZ" in report and "\nThreads:\t1\n" in report  # while others of its threads live, so do its ports
