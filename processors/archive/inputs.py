"""The PATHs of `veille ingest` → WARC files in the archive, so that reading is one path and all can be rebuilt."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from processors.archive.reader import INPUT_SCHEME, PAGE_LIMIT
from processors.archive.writer import Item, write_items
from processors.exceptions import InputError

STDIN = Path("-")

_WARC = (".warc", ".warc.gz")
_LINES = (".jsonl", ".ndjson")
_WHOLE = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain; charset=utf-8",
}
_KNOWN = (*_WARC, *_LINES, *_WHOLE)


def open_inputs(paths: Sequence[Path], archive: Path, now: datetime, stdin: BinaryIO | None = None) -> list[Path]:
    """WARC files in the archive that hold what the paths name, for reader.read_pages.

    paths: WARC, HTML, JSON Lines, seed texts, folders of them, or "-" for JSON Lines on standard input. WARC files
    from outside are linked (or copied) into the archive; all other inputs together become one new file, named by
    their content. Raises InputError: a path that is not there, is of no known kind, or a folder that holds nothing.
    """
    found = list(_find(paths))
    warcs = [_keep(path, archive) for name, path in found if path.name.lower().endswith(_WARC)]
    others = [(name, path) for name, path in found if not path.name.lower().endswith(_WARC)]
    if others:
        warcs.append(write_items(_items(others, stdin or sys.stdin.buffer), archive, now))
    return warcs


def _find(paths: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """(the name to show, path) of every file that the paths name; folders in the order of their names."""
    for path in paths:
        if path == STDIN:
            yield "stdin", path
        elif path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and _is_known(file))
            if not inside:
                raise InputError(f"{path}: no input in this folder ({', '.join(_KNOWN)})")
            yield from ((str(file.relative_to(path.absolute().parent)), file) for file in _absolute(inside))
        elif not path.exists():
            raise InputError(f"{path}: no such file")
        elif not _is_known(path):
            raise InputError(f"{path}: not a kind of input that can be read ({', '.join(_KNOWN)})")
        else:
            yield path.name, path


def _absolute(paths: Iterable[Path]) -> Iterator[Path]:
    return (path.absolute() for path in paths)


def _is_known(path: Path) -> bool:
    return path.name.lower().endswith(_KNOWN) and not path.name.startswith(".")


def _keep(path: Path, archive: Path) -> Path:
    """The WARC in the archive: itself where it lies there already, else a link or copy named by its content."""
    if path.resolve().is_relative_to(archive.resolve()):
        return path
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()[:20]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    archive.mkdir(parents=True, exist_ok=True)
    suffix = ".warc.gz" if path.name.lower().endswith(".gz") else ".warc"
    kept = archive / f"foreign-{content}{suffix}"
    if not kept.exists():
        partial = archive / f".{kept.name}.{os.getpid()}.partial"
        try:
            os.link(path, partial)
        except OSError:  # another file system, or one without links
            shutil.copyfile(path, partial)
        partial.rename(kept)
    return kept


def _items(files: Iterable[tuple[str, Path]], stdin: BinaryIO) -> Iterator[Item]:
    for name, path in files:
        target = INPUT_SCHEME + quote(name)
        try:
            if path == STDIN:
                yield from _lines(target, stdin)
                continue
            with path.open("rb") as file:
                yield from _lines(target, file) if path.name.lower().endswith(_LINES) else _whole(target, path, file)
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def _whole(target: str, path: Path, file: BinaryIO) -> Iterator[Item]:
    body = file.read(PAGE_LIMIT + 1)
    content_type = _WHOLE[path.suffix.lower()]
    yield Item(target, content_type, body[:PAGE_LIMIT], truncated=len(body) > PAGE_LIMIT)


def _lines(target: str, file: BinaryIO) -> Iterator[Item]:
    number = 0
    while line := file.readline(PAGE_LIMIT + 1):
        number += 1
        truncated = len(line) > PAGE_LIMIT
        if truncated:
            _pass_line(file, line)
        if line.strip():
            yield Item(f"{target}#{number}", "application/json", line[:PAGE_LIMIT].strip(), truncated)


def _pass_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(PAGE_LIMIT)
