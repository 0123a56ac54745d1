"""Runs and the quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from processors.exceptions import NotFound
from processors.models.runs import QuarantineItem, Run, RunState
from processors.store.sqlite.database import Database, as_list, micros, to_json


def open_run(db: Database, run: Run) -> Run:
    with db.transaction():
        db.run(
            "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?)",
            (run.id, run.state, micros(run.opened_at), to_json(run)),
        )
        return get(db, run.id)


def get(db: Database, run_id: str) -> Run:
    """Raises NotFound."""
    found = db.row("SELECT record FROM runs WHERE id = ?", (run_id,))
    if found is None:
        raise NotFound(f"no run {run_id} in {db.path}")
    return msgspec.json.decode(found[0], type=Run)


def put(db: Database, run: Run) -> None:
    db.run(
        "INSERT INTO runs VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE SET state = ?2, record = ?4",
        (run.id, run.state, micros(run.opened_at), to_json(run)),
    )


def every(db: Database, state: RunState | None) -> list[Run]:
    rows = db.rows("SELECT record FROM runs WHERE ?1 IS NULL OR state = ?1 ORDER BY opened_at, rowid", (state,))
    return [msgspec.json.decode(record, type=Run) for (record,) in rows]


def put_quarantine(db: Database, items: Iterable[QuarantineItem]) -> None:
    db.many(
        "INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?)",
        ((item.id, micros(item.at), to_json(item)) for item in items),
    )


def quarantine(db: Database) -> list[QuarantineItem]:
    """Oldest first."""
    rows = db.rows("SELECT record FROM quarantine ORDER BY at, id")
    return [msgspec.json.decode(record, type=QuarantineItem) for (record,) in rows]


def release_quarantine(db: Database, ids: Sequence[str]) -> None:
    db.run("DELETE FROM quarantine WHERE id IN (SELECT value FROM json_each(?))", (as_list(ids),))
