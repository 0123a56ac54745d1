"""Alerts, the ledger of matches, and the outbox of notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from processors.models.alerts import Alert, AlertStatus, Evidence, Match, Notification, NotificationState
from processors.models.runs import RunState
from processors.store.sqlite import runs, stories
from processors.store.sqlite.database import Database, as_list, micros, to_json


def record_matches(
    db: Database,
    run_id: str,
    now: datetime,
    matches: Iterable[Match],
    alerts: Iterable[Alert],
    notifications: Iterable[Notification],
) -> None:
    with db.transaction():
        run = runs.get(db, run_id)
        db.many(
            "INSERT OR IGNORE INTO matches VALUES (?, ?, ?)",
            ((match.rule_id, match.article_id, match.run_id) for match in matches),
        )
        for alert in alerts:
            put_alert(db, alert)
        for notification in notifications:
            _insert(db, notification, "DO NOTHING")
        runs.put(db, replace(run, state=RunState.MATCHED, matched_at=now))


def put_alert(db: Database, alert: Alert) -> None:
    db.run(
        "INSERT INTO alerts VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (id) DO UPDATE SET status = ?2, subject = ?3, raised_at = ?4, record = ?5",
        (alert.id, alert.status, alert.subject, micros(alert.raised_at), to_json(alert)),
    )


def alerts(
    db: Database, ids: Sequence[str] | None, status: AlertStatus | None, subjects: Sequence[str] | None
) -> list[Alert]:
    condition, parameters = ["1"], []
    if ids is not None:
        condition.append("id IN (SELECT value FROM json_each(?))")
        parameters.append(as_list(ids))
    if status is not None:
        condition.append("status = ?")
        parameters.append(status)
    if subjects is not None:
        condition.append("subject IN (SELECT value FROM json_each(?))")
        parameters.append(as_list(stories.with_merged(db, subjects)))
    rows = db.rows(f"SELECT record FROM alerts WHERE {' AND '.join(condition)} ORDER BY raised_at DESC, id", parameters)
    return [msgspec.json.decode(record, type=Alert) for (record,) in rows]


def forget_evidence(db: Database, article_id: str) -> None:
    """Takes the sentences of a removed article out of all alerts."""
    for record in db.rows("SELECT record FROM alerts WHERE instr(record, ?)", (to_json(article_id),)):
        alert = msgspec.json.decode(record[0], type=Alert)
        left: tuple[Evidence, ...] = tuple(item for item in alert.evidence if item.article_id != article_id)
        put_alert(db, replace(alert, evidence=left))


def claim(db: Database, owner: str, now: datetime, until: datetime, limit: int) -> list[Notification]:
    with db.transaction():
        rows = db.rows(
            "SELECT record FROM notifications WHERE (state = 'pending' AND ifnull(not_before <= ?1, 1))"
            " OR (state = 'claimed' AND (claimed_until <= ?1 OR claimed_by = ?2)) ORDER BY created_at, id LIMIT ?3",
            (micros(now), owner, limit),
        )
        claimed = [
            replace(
                msgspec.json.decode(record, type=Notification),
                state=NotificationState.CLAIMED,
                claimed_by=owner,
                claimed_until=until,
            )
            for (record,) in rows
        ]
        for notification in claimed:
            put(db, notification)
        return claimed


def put(db: Database, notification: Notification) -> None:
    _insert(
        db,
        notification,
        "DO UPDATE SET state = ?2, created_at = ?3, not_before = ?4, claimed_by = ?5, claimed_until = ?6, record = ?7",
    )


def notifications(db: Database, state: NotificationState | None) -> list[Notification]:
    """Oldest first."""
    rows = db.rows("SELECT record FROM notifications WHERE ?1 IS NULL OR state = ?1 ORDER BY created_at, id", (state,))
    return [msgspec.json.decode(record, type=Notification) for (record,) in rows]


def _insert(db: Database, one: Notification, on_conflict: str) -> None:
    not_before, until = one.not_before, one.claimed_until
    db.run(
        f"INSERT INTO notifications VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) {on_conflict}",
        (
            one.id,
            one.state,
            micros(one.created_at),
            not_before and micros(not_before),
            one.claimed_by,
            until and micros(until),
            to_json(one),
        ),
    )
