"""What a person sees: tables, notes, and progress on work longer than two seconds; JSON where scripts read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import msgspec
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from processors.exceptions import InputError
from processors.pipeline.workspace import Progress as ProgressCallback

PATIENCE = 2.0  # seconds of silence before progress is shown
_STAGES: Mapping[str, str] = {
    "crawl": "crawling feeds and pages",
    "tag": "extracting and tagging",
    "index": "indexing",
    "reprocess": "tagging anew",
    "match": "matching rules",
    "notify": "sending notifications",
}


def console() -> Console:
    """Standard output: what was asked for."""
    return Console(highlight=False)


def notes() -> Console:
    """Standard error: progress, warnings and errors, so that standard output can be piped."""
    return Console(stderr=True, highlight=False)


def print_notes(told: Iterable[str]) -> None:
    """What a user should know of a query: each on a line of standard error."""
    for note in told:
        notes().print(f"note: {note}", style="yellow", markup=False, soft_wrap=True)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    sys.stdout.flush()


def write_file(path: Path, text: str) -> None:
    """A file that the user named. Raises InputError where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}; name a file in a folder that exists") from error


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Group:
    """A plain table under its title; columns whose name ends in "#" hold numbers, to the right."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        drawn.add_column(name.rstrip("#"), justify="right" if name.endswith("#") else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))  # cells are others' words: no markup
    return Group(Text(title, style="bold"), drawn)


@contextmanager
def progress() -> Iterator[ProgressCallback]:
    """A progress callback that draws on standard error, from PATIENCE on. On a pipe: a line every ten seconds."""
    shown = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notes(),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}
    started = said = monotonic()

    def report(stage: str, done: int, total: int | None) -> None:
        nonlocal said
        now = monotonic()
        if now - started < PATIENCE:
            return
        if not shown.console.is_terminal:
            if now - said >= 10:
                said = now
                shown.console.print(f"{_STAGES.get(stage, stage)}: {done}{f' of {total}' if total else ''}")
            return
        if not tasks:
            shown.start()
        if stage not in tasks:
            tasks[stage] = shown.add_task(_STAGES.get(stage, stage))
        shown.update(tasks[stage], completed=done, total=total)

    try:
        yield report
    finally:
        shown.stop()
