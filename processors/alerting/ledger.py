"""The ledger: which matches become alerts. Pure; its key is (rule, story).

- One alert a story and rule. The articles of a run that belong to a story which has an open alert (copies from the
  wire, follow-ups, translations) are added to it: they show in the next look at the alert, and mail nobody again.
- A closed alert is the analyst's word that the story is dealt with: nothing more of that story is added or raised. A
  story ends by itself after a quiet period (processors.stories.join), so what comes later is a new story.
- Stories merge. Callers give each alert's subject as it is known now, so that a story keeps its alert through any
  number of merges; where both stories had one, the older open one goes on.
- `active_from` is compared with the time the run was committed, a backfill (run.alerting false) raises nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from processors.alerting.evidence import Found
from processors.models.alerts import Alert, AlertStatus, Delivery, Evidence, Notification, NotificationState, Rule
from processors.models.runs import Run
from processors.urls import digest

MAX_EVIDENCE = 3  # sentences an alert
DIGEST_HOUR = 6  # UTC: digests are in the mailbox when European desks open

Key = tuple[str, str]  # rule id, story id


class Finding(Struct, frozen=True):
    """A match with what the ledger needs of its article. story_id: the story as known now. timestamp: see Article."""

    rule_id: str
    article_id: str
    story_id: str
    timestamp: datetime
    evidence: Found
    published_at: datetime | None = None


class Changes(Struct, frozen=True):
    """What a run does to alerts and the outbox. alerts: raised or grown, whole; notifications: new ones."""

    alerts: tuple[Alert, ...] = ()
    notifications: tuple[Notification, ...] = ()


def decide(
    rules: Iterable[Rule],
    findings: Iterable[Finding],
    alerts: Iterable[Alert],
    subjects: Mapping[str, str],
    run: Run,
    now: datetime,
) -> Changes:
    """What follows from a run's findings. The order of rules, findings and alerts does not matter.

    alerts: the existing ones of these rules, open and closed. subjects: for an alert's subject the story it is now
    part of; one that is missing stands for itself. Deciding again with the changes applied gives no changes.
    """
    if not run.alerting:
        return Changes()
    committed_at = run.committed_at or run.opened_at
    active = {rule.id: rule for rule in rules if rule.active_from is None or rule.active_from <= committed_at}
    existing = _ledger(alerts, subjects)
    changed: list[Alert] = []
    notifications: list[Notification] = []
    for (rule_id, story_id), found in sorted(_by_key(findings, active).items()):
        alert = existing.get((rule_id, story_id))
        if alert is None:
            raised = _raised(active[rule_id], story_id, found, now)
            changed.append(raised)
            notifications.extend(_notify(active[rule_id], raised, now))
        elif alert.status is AlertStatus.OPEN:
            grown = _grown(alert, found, now)
            if grown != alert:
                changed.append(grown)
    return Changes(tuple(changed), tuple(notifications))


def alert_id(rule_id: str, story_id: str) -> str:
    """The id of the alert that this rule raises on this story."""
    return digest("alert", rule_id, story_id)


def close(alert: Alert, now: datetime) -> Alert:
    """The alert, closed: its story raises nothing more for this rule. A closed one stays as it is."""
    if alert.status is AlertStatus.CLOSED:
        return alert
    return msgspec.structs.replace(alert, status=AlertStatus.CLOSED, closed_at=now, updated_at=now)


def next_digest(now: datetime) -> datetime:
    """The first DIGEST_HOUR after now."""
    today = now.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def _ledger(alerts: Iterable[Alert], subjects: Mapping[str, str]) -> dict[Key, Alert]:
    """The alert that stands for each key: an open one before a closed one, then the older."""
    standing: dict[Key, Alert] = {}
    for alert in sorted(alerts, key=lambda a: (a.status is AlertStatus.CLOSED, a.raised_at, a.id)):
        standing.setdefault((alert.rule_id, subjects.get(alert.subject, alert.subject)), alert)
    return standing


def _by_key(findings: Iterable[Finding], rules: Mapping[str, Rule]) -> dict[Key, list[Finding]]:
    """The findings of each key, one an article, by timestamp."""
    groups: defaultdict[Key, dict[str, Finding]] = defaultdict(dict)
    for finding in findings:
        if finding.rule_id in rules:
            groups[finding.rule_id, finding.story_id][finding.article_id] = finding
    return {key: sorted(found.values(), key=lambda f: (f.timestamp, f.article_id)) for key, found in groups.items()}


def _raised(rule: Rule, story_id: str, found: list[Finding], now: datetime) -> Alert:
    return Alert(
        id=alert_id(rule.id, story_id),
        rule_id=rule.id,
        subject=story_id,
        severity=rule.severity,
        status=AlertStatus.OPEN,
        raised_at=now,
        updated_at=now,
        articles=tuple(finding.article_id for finding in found),
        evidence=tuple(_best(found)[:MAX_EVIDENCE]),
        published_at=min((finding.published_at for finding in found if finding.published_at), default=None),
    )


def _grown(alert: Alert, found: list[Finding], now: datetime) -> Alert:
    """The alert with the articles that are new to it. The evidence it was raised on stays first."""
    new = [finding for finding in found if finding.article_id not in alert.articles]
    if not new:
        return alert
    said = {evidence.sentence for evidence in alert.evidence}
    fresh = [evidence for evidence in _best(new) if evidence.sentence not in said]
    return msgspec.structs.replace(
        alert,
        articles=(*alert.articles, *(finding.article_id for finding in new)),
        evidence=(*alert.evidence, *fresh)[:MAX_EVIDENCE],
        updated_at=now,
    )


def _best(found: Iterable[Finding]) -> list[Evidence]:
    """Their evidence, best first; equals by timestamp, no sentence twice."""
    chosen: dict[str, Evidence] = {}
    for proof in sorted((f.evidence for f in found), key=lambda proof: proof.rank):
        chosen.setdefault(proof.evidence.sentence, proof.evidence)
    return list(chosen.values())


def _notify(rule: Rule, alert: Alert, now: datetime) -> Iterable[Notification]:
    """A notification a recipient; those of a digest are not due before the next digest."""
    due = next_digest(now) if rule.delivery is Delivery.DIGEST else None
    for recipient in sorted(rule.recipients):
        yield Notification(
            id=digest("notification", alert.id, "email", recipient),
            alert_id=alert.id,
            recipient=recipient,
            delivery=rule.delivery,
            state=NotificationState.PENDING,
            created_at=now,
            not_before=due,
        )
