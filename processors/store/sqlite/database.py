"""A connection to the SQLite file, its transactions, and its failures told so that an operator can act."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from processors.exceptions import StoreError

BUSY_SECONDS = 30.0  # how long a writer waits for another process's transaction
CACHE_KIB = 32_000  # of pages; a connection's memory stays below it however long a run is
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_REMEDIES = {
    "SQLITE_BUSY": f"another process has been writing to it for {BUSY_SECONDS:.0f} s: wait for it, or end it",
    "SQLITE_FULL": "no space is left on its disk: free some and run again; what was committed is safe",
    "SQLITE_CORRUPT": "the file is damaged: put a backup in its place, or move it away and rebuild it from the archive",
    "SQLITE_NOTADB": "this is no SQLite file: name another one in VEILLE_STORE, or move it away",
    "SQLITE_CANTOPEN": "it cannot be opened: check that its folder exists and that you may write there",
    "SQLITE_READONLY": "it cannot be written to: check the permissions of the file and its folder",
    "SQLITE_IOERR": "reading or writing failed: check the disk; do not keep the store on a network folder",
}

Row = tuple[Any, ...]
Parameters = Sequence[object]


class Database:
    """One connection. Statements outside `transaction` commit by themselves.

    path: None for a database in memory. Raises StoreError wherever the file is at fault.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        with self._explained():
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=BUSY_SECONDS, isolation_level=None, cached_statements=1000
            )
            self._connection.execute("PRAGMA foreign_keys = ON")
            if path:
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self.define = self._connection.create_function

    def close(self) -> None:
        self._connection.close()

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        with self._explained():
            return self._connection.execute(sql, parameters).fetchall()

    def batches(self, sql: str, parameters: Parameters, size: int) -> Iterator[list[Row]]:
        """The rows, `size` at a time: however many there are, only so many in memory."""
        with self._explained():
            cursor = self._connection.execute(sql, parameters)
            while rows := cursor.fetchmany(size):
                yield rows

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        with self._explained():
            found: Row | None = self._connection.execute(sql, parameters).fetchone()
            return found

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """How many rows the statement changed."""
        with self._explained():
            return self._connection.execute(sql, parameters).rowcount

    def insert(self, sql: str, parameters: Parameters) -> int:
        """The new row's number."""
        with self._explained():
            return self._connection.execute(sql, parameters).lastrowid or 0

    def many(self, sql: str, parameters: Iterable[Parameters]) -> None:
        with self._explained():
            self._connection.executemany(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other writers wait meanwhile."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        finally:  # an error of any kind, also of COMMIT itself
            if self._connection.in_transaction:
                self._connection.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of one state of the store."""
        self.run("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name = getattr(error, "sqlite_errorname", "")
            remedy = next((text for code, text in _REMEDIES.items() if name.startswith(code)), None)
            if remedy is None:
                raise  # a mistake of ours, not of the file
            raise StoreError(f"{self.path or 'memory'}: {remedy} ({error})") from error


def to_json(record: object) -> str:
    return msgspec.json.encode(record).decode()


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def as_list(values: Iterable[object]) -> str:
    """Any number of values as one parameter: `IN (SELECT value FROM json_each(?))`."""
    return to_json(list(values))
