"""veille tag --jsonl and veille extract --jsonl: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import typer


def pass_lines(results: Iterable[bytes]) -> None:
    """Writes each line as it comes; exit code 1 at the end where one of them tells of an error."""
    failed = False
    for line in results:
        failed = failed or line.startswith(b'{"line":')
        sys.stdout.buffer.write(line if line.endswith(b"\n") else line + b"\n")
        sys.stdout.buffer.flush()
    if failed:
        raise typer.Exit(1)
