"""A demo that ran once for all tests, and the command as a user calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from processors.pipeline.workspace import locked

VEILLE = str(Path(sys.executable).with_name("veille"))
Veille = Callable[..., subprocess.CompletedProcess[str]]


def call(home: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """`veille ARGUMENTS` with VEILLE_HOME=home; what it wrote, and its exit code."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    variables |= {"VEILLE_HOME": str(home), "COLUMNS": "160", "NO_COLOR": "1", **environment}
    return subprocess.run(
        [VEILLE, *arguments],
        input=stdin,
        env=variables,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a demo (VEILLE_HOME/demo). Shared by all test processes: not to be written to."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "demo-of-all-workers"
    with locked(shared, wait=True):
        if not (shared / "ended").exists():
            ended = call(shared, "demo")
            assert ended.returncode == 0, ended.stderr
            (shared / "demo.out").write_text(ended.stdout)
            (shared / "ended").touch()
    return shared / "demo"


@pytest.fixture
def own_demo(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo's home for tests that change it."""
    return Path(shutil.copytree(demo, tmp_path / "demo"))


@pytest.fixture
def veille(demo: Path) -> Veille:
    """The command on the shared demo."""
    return lambda *arguments, **options: call(demo, *arguments, **options)
