"""Alerts, the ledger of matches, and the outbox of notifications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from processors.models.alerts import Alert, AlertStatus, Match, Notification, NotificationState
from processors.models.runs import RunState
from processors.store.elasticsearch import bulk, runs, stories
from processors.store.elasticsearch.bulk import Action
from processors.store.elasticsearch.cluster import Cluster, Source
from processors.store.elasticsearch.documents import as_record, key, seconds, stamp

_TRIES = 20  # of a claim that others make at the same time


def record_matches(
    cluster: Cluster,
    run_id: str,
    now: datetime,
    matches: Iterable[Match],
    alerts: Iterable[Alert],
    notifications: Iterable[Notification],
) -> None:
    """Every write is idempotent, and the run's state is the last: cut off, the run is matched again."""
    run = runs.get(cluster, run_id)
    bulk.put(cluster, (_match(cluster, match) for match in matches), refresh=False)
    bulk.put(cluster, (_alert(cluster, alert) for alert in alerts))
    bulk.put(cluster, (_notification(cluster, one, "create") for one in notifications))
    runs.put(cluster, replace(run, state=RunState.MATCHED, matched_at=now))


def put_alert(cluster: Cluster, alert: Alert) -> None:
    bulk.put(cluster, [_alert(cluster, alert)])


def alerts(
    cluster: Cluster, ids: Sequence[str] | None, status: AlertStatus | None, subjects: Sequence[str] | None
) -> list[Alert]:
    conditions: list[dict[str, Any]] = []
    if ids is not None:
        conditions.append({"terms": {"id": list(ids)}})
    if status is not None:
        conditions.append({"term": {"status": status}})
    if subjects is not None:
        conditions.append({"terms": {"subject": sorted(stories.family(cluster, subjects)) if subjects else []}})
    found = cluster.scan("alerts", {"bool": {"filter": conditions}}, [{"raised_at": "desc"}, {"id": "asc"}])
    return [as_record(one.source["record"], Alert) for one in found]


def forget_evidence(cluster: Cluster, article_id: str) -> None:
    """Takes the sentences of a removed article out of all alerts."""
    for one in cluster.scan("alerts", {"term": {"articles": article_id}}, [{"id": "asc"}]):
        alert = as_record(one.source["record"], Alert)
        left = tuple(item for item in alert.evidence if item.article_id != article_id)
        action = _alert(cluster, replace(alert, evidence=left))
        bulk.put(cluster, [action._replace(seq_no=one.seq_no, term=one.term)])


def claim(cluster: Cluster, owner: str, now: datetime, until: datetime, limit: int) -> list[Notification]:
    """Conditional writes: where another was faster, the search is made again."""
    at = now.isoformat()
    due = {"bool": {"must_not": [{"range": {"not_before": {"gt": at}}}], "filter": [{"term": {"state": "pending"}}]}}
    free = {"bool": {"should": [{"range": {"claimed_until": {"lte": at}}}, {"term": {"claimed_by": owner}}]}}
    ended = {"bool": {"filter": [{"term": {"state": "claimed"}}, free]}}
    for _ in range(_TRIES):
        cluster.refresh({cluster.name("notifications")})
        found = cluster.search(
            "notifications",
            query={"bool": {"should": [due, ended], "minimum_should_match": 1}},
            sort=[{"created_at": "asc"}, {"id": "asc"}],
            size=min(limit, 10_000),
            seq_no_primary_term=True,
        )["hits"]["hits"]
        claimed: dict[str, Notification] = {}
        actions = []
        for hit in found:
            one = replace(
                as_record(hit["_source"]["record"], Notification),
                state=NotificationState.CLAIMED,
                claimed_by=owner,
                claimed_until=until,
            )
            claimed[one.id] = one
            action = _notification(cluster, one)
            actions.append(action._replace(seq_no=hit["_seq_no"], term=hit["_primary_term"]))
        outcomes = bulk.write(cluster, actions, refresh=True)
        if all(outcome.done for outcome in outcomes):
            return list(claimed.values())
    return [claimed[outcome.action.id] for outcome in outcomes if outcome.done]


def put(cluster: Cluster, notification: Notification) -> None:
    bulk.put(cluster, [_notification(cluster, notification)])


def notifications(cluster: Cluster, state: NotificationState | None) -> list[Notification]:
    """Oldest first."""
    query: Source = {"term": {"state": state}} if state else {"match_all": {}}
    found = cluster.scan("notifications", query, [{"created_at": "asc"}, {"id": "asc"}])
    return [as_record(one.source["record"], Notification) for one in found]


def _match(cluster: Cluster, match: Match) -> Action:
    source = {"rule": match.rule_id, "article": match.article_id, "run": match.run_id}
    return Action("create", cluster.name("matches"), key(match.rule_id, match.article_id, match.run_id), source)


def _alert(cluster: Cluster, alert: Alert) -> Action:
    source = {
        "id": alert.id,
        "rule": alert.rule_id,
        "subject": alert.subject,
        "severity": alert.severity,
        "status": alert.status,
        "raised_at": stamp(alert.raised_at),
        "updated_at": stamp(alert.updated_at),
        "closed_at": stamp(alert.closed_at),
        "published": stamp(alert.published_at),
        "lag": seconds(alert.published_at, alert.raised_at),
        "size": len(alert.articles),
        "evidence": [item.sentence for item in alert.evidence],
        "articles": sorted({*alert.articles, *(item.article_id for item in alert.evidence)}),
        "record": alert,
    }
    return Action("index", cluster.name("alerts"), alert.id, source)


def _notification(cluster: Cluster, one: Notification, operation: bulk.Operation = "index") -> Action:
    source = {
        "id": one.id,
        "alert": one.alert_id,
        "state": one.state,
        "created_at": stamp(one.created_at),
        "not_before": stamp(one.not_before),
        "claimed_by": one.claimed_by,
        "claimed_until": stamp(one.claimed_until),
        "sent_at": stamp(one.sent_at),
        "record": one,
    }
    return Action(operation, cluster.name("notifications"), one.id, source)
