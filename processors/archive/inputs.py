"""The PATHs of `veille ingest` → WARC files in the archive, so that reading is one path and all can be rebuilt."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from urllib.parse import quote

from processors.archive.places import Place, fetch, is_there, name_below, place, reaching, send
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


def open_inputs(
    paths: Sequence[Path | str], archive: Place, now: datetime, stdin: BinaryIO | None = None
) -> list[Place]:
    """WARC files in the archive that hold what the paths name, for reader.read_pages.

    paths: WARC, HTML, JSON Lines, seed texts, folders of them, URLs of these (s3://, https://), or "-" for JSON Lines
    on standard input. WARC files from outside are linked (or copied) into the archive; all other inputs together become
    one new file, named by their content. Raises InputError: a path that is not there, is of no known kind, or a folder
    that holds nothing.
    """
    found = list(_find(place(path) if isinstance(path, str) else path for path in paths))
    warcs = [_keep(path, archive) for name, path in found if path.name.lower().endswith(_WARC)]
    others = [(name, path) for name, path in found if not path.name.lower().endswith(_WARC)]
    if others:
        warcs.append(write_items(_items(others, stdin or sys.stdin.buffer), archive, now))
    return warcs


def _find(paths: Iterable[Place]) -> Iterator[tuple[str, Place]]:
    """(the name to show, path) of every file that the paths name; folders in the order of their names."""
    for path in paths:
        if path == STDIN:
            yield "stdin", path
        elif not isinstance(path, Path):
            yield from _find_far(path)
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


def _find_far(path: Place) -> Iterator[tuple[str, Place]]:
    """A URL of a known kind is a file; any other is a folder of them, where its server can list one."""
    if _is_known(path):
        yield str(path), path
        return
    with reaching(path):
        listed = () if str(path).startswith(("http:", "https:")) else path.rglob("*")
        inside = sorted((file for file in listed if _is_known(file)), key=str)
    if not inside:
        raise InputError(f"{path}: neither a kind of input that can be read nor a folder of them ({', '.join(_KNOWN)})")
    yield from ((str(file), file) for file in inside)


def _is_known(path: Place) -> bool:
    return path.name.lower().endswith(_KNOWN) and not path.name.startswith(".")


def _keep(path: Place, archive: Place) -> Place:
    """The WARC in the archive: itself where it lies there already, else a link or copy named by its content.

    One from elsewhere is named by its URL, so that it is fetched once.
    """
    if name_below(path, archive) is not None:
        return path
    suffix = ".warc.gz" if path.name.lower().endswith(".gz") else ".warc"
    name = _content(path) if isinstance(path, Path) else hashlib.sha256(str(path).encode()).hexdigest()[:20]
    kept = archive / f"foreign-{name}{suffix}"
    if is_there(kept):
        return kept
    with TemporaryDirectory(prefix="veille-") as scratch:
        here = Path(scratch) / kept.name
        if not isinstance(path, Path):
            send(fetch(path, here), kept)
        elif not (isinstance(kept, Path) and _linked(path, kept)):
            shutil.copyfile(path, here)
            send(here, kept)
    return kept


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:20]
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error


def _linked(path: Path, kept: Path) -> bool:
    """Whether a second name could be made: not on another file system, nor on one without links."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f".{kept.name}.{os.getpid()}.partial")
    try:
        os.link(path, partial)
    except OSError:
        return False
    partial.rename(kept)
    return True


def _items(files: Iterable[tuple[str, Place]], stdin: BinaryIO) -> Iterator[Item]:
    for name, path in files:
        target = INPUT_SCHEME + quote(name)
        if path == STDIN:
            yield from _lines(target, stdin)
            continue
        with reaching(path), path.open("rb") as file:
            yield from _lines(target, file) if path.name.lower().endswith(_LINES) else _whole(target, path, file)


def _whole(target: str, path: Place, file: BinaryIO) -> Iterator[Item]:
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
