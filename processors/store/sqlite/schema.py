"""The schema's versions. A migration is a numbered SQL file, applied in a transaction of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from processors.exceptions import StoreError
from processors.store.sqlite.database import Database

_SCRIPTS = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
VERSION = len(_SCRIPTS)


def migrate(db: Database) -> None:
    """Brings the database to this version. Raises StoreError where a newer Veille wrote it."""
    while (version := _version(db)) != VERSION:
        if version > VERSION:
            raise StoreError(
                f"{db.path}: written by a newer Veille (schema {version}, this one knows {VERSION}): "
                "upgrade this installation, or name another file in VEILLE_STORE"
            )
        with db.transaction():
            if _version(db) == version:  # nobody was faster
                for statement in statements(_SCRIPTS[version].read_text(encoding="utf-8")):
                    db.run(statement)
                db.run(f"PRAGMA user_version = {version + 1}")


def version_of(path: Path) -> int | None:
    """Of the schema that a file has; None where there is no file."""
    if not path.exists():
        return None
    db = Database(path)
    try:
        return _version(db)
    finally:
        db.close()


def _version(db: Database) -> int:
    found = db.row("PRAGMA user_version")
    return int(found[0]) if found else 0


def statements(script: str) -> list[str]:
    """The statements of an SQL script, one by one: executescript would commit in between."""
    found, pending = [], ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found
