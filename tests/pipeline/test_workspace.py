"""Files that are whole or absent, and one run at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from processors.archive.places import replacing, write_whole
from processors.exceptions import LeaseHeld, StoreError
from processors.pipeline.workspace import locked, owner_of

HOLDER = """
import sys
from pathlib import Path
from processors.pipeline.workspace import locked
with locked(Path(sys.argv[1]), wait=True):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock of tmp_path until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_run_says_who_is_at_work(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LeaseHeld, match=f"process {holder.pid}"), locked(tmp_path, wait=False):
        pass
    holder.communicate("")


def test_a_second_run_waits_for_the_first(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    said: list[str] = []

    def on_wait(message: str) -> None:
        said.append(message)
        holder.communicate("")  # the first run ends

    with locked(tmp_path, wait=True, on_wait=on_wait):
        assert said
    assert holder.returncode == 0


def test_a_killed_run_leaves_no_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    with locked(tmp_path, wait=False):
        pass


def test_a_file_is_as_before_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_whole(path, b"first")
    with pytest.raises(TypeError), replacing(path) as file:
        file.writelines([b"sec", None])  # type: ignore[list-item]
    assert path.read_bytes() == b"first"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/plan\.json"):
        write_whole(tmp_path / "file" / "plan.json", b"")


def test_a_home_keeps_its_name(tmp_path: Path) -> None:
    assert owner_of(tmp_path) == owner_of(tmp_path)
    assert owner_of(tmp_path) != owner_of(tmp_path / "other")
