"""VEILLE_LOG=json: a line of JSON a stage on standard error; without it nothing more than before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from processors.config import SEEDS

VEILLE = str(Path(sys.executable).with_name("veille"))


def call(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    environment = {**clean, "VEILLE_HOME": str(home), "NO_COLOR": "1", **variables}
    return subprocess.run([VEILLE, *arguments], env=environment, cwd=home, capture_output=True, text=True, check=False)


def test_a_line_of_json_a_stage(tmp_path: Path) -> None:
    smtp = "smtp://ann:secret-word@127.0.0.1:9"
    lines = []
    for command in (("ingest", str(SEEDS / "articles")), ("match",), ("notify",)):
        ended = call(tmp_path, *command, VEILLE_LOG="json", VEILLE_SMTP_URL=smtp)
        assert "secret-word" not in ended.stderr
        lines += [json.loads(line) for line in ended.stderr.splitlines() if line.startswith("{")]
    assert [line["stage"] for line in lines] == ["tag", "index", "match", "notify"]
    assert all(line["seconds"] >= 0 and line["at"].endswith("+00:00") for line in lines)
    index = lines[1]
    assert index["run"].startswith("ingest-")
    assert index["counts"] == {"indexed": 1, "duplicate": 0, "revision": 0, "filtered": 0, "quarantined": 0}
    assert index["lag"]["seen-indexed"]["count"] == 1


def test_silence_is_the_default(tmp_path: Path) -> None:
    ended = call(tmp_path, "ingest", str(SEEDS / "articles"))
    assert ended.returncode == 0
    assert "{" not in ended.stderr  # but progress, where the machine is slow


def test_another_value_is_refused(tmp_path: Path) -> None:
    ended = call(tmp_path, "match", VEILLE_LOG="xml")
    assert ended.returncode == 2
    assert "VEILLE_LOG" in ended.stderr
