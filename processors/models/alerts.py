"""Rule → Match → Alert → Notification."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Delivery(StrEnum):
    IMMEDIATE = "immediate"
    DIGEST = "digest"


class Rule(Struct, frozen=True):
    """A saved search that raises alerts. active_from: articles committed before it raise nothing."""

    id: str
    name: str
    query: str
    severity: Severity = Severity.MEDIUM
    recipients: tuple[str, ...] = ()
    delivery: Delivery = Delivery.IMMEDIATE
    active_from: datetime | None = None


class Match(Struct, frozen=True):
    """A rule and an article that its search finds."""

    rule_id: str
    article_id: str
    run_id: str


class AlertStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Evidence(Struct, frozen=True):
    """The sentence that shows why: of an event, of a topic, or the passage the query highlights."""

    article_id: str
    sentence: str


class Alert(Struct, frozen=True):
    """A match that passed the ledger. id: 20 hex digits of rule and subject; subject: a story's id.

    articles: ids run by run, within a run by timestamp; wire copies and follow-ups add to it.
    published_at: the earliest that the publishers of the articles it was raised on state; None where none does.
    """

    id: str
    rule_id: str
    subject: str
    severity: Severity
    status: AlertStatus
    raised_at: datetime
    updated_at: datetime
    articles: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    closed_at: datetime | None = None
    published_at: datetime | None = None


class NotificationState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


class Notification(Struct, frozen=True):
    """An alert on one channel, in the outbox. id: 20 hex digits of alert, channel and recipient."""

    id: str
    alert_id: str
    recipient: str
    delivery: Delivery
    state: NotificationState
    created_at: datetime
    attempts: int = 0
    not_before: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    sent_at: datetime | None = None
    detail: str = ""
