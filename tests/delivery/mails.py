"""An alert with its articles, as the delivery tests send it."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from processors.alerting.evidence import choose_evidence
from processors.alerting.ledger import Finding, decide
from processors.alerting.rules import CompiledRule
from processors.delivery.mail import alert_mail
from processors.delivery.view import view
from processors.models.alerts import Alert, Delivery, Notification, Rule, Severity
from processors.models.articles import IndexedArticle
from processors.models.runs import Run, RunState
from tests.alerting.coverage import KOREANS_ABROAD, NOW, article

SENDER = "Veille desk <veille@news.example>"
RULE = CompiledRule(
    Rule("koreans-abroad", "Koreans abroad", KOREANS_ABROAD.source, Severity.HIGH, ("desk@example.org",)),
    KOREANS_ABROAD,
    Path("rules.yaml"),
    1,
)
DIGEST_RULE = CompiledRule(
    Rule("koreans-daily", "Koreans, daily", RULE.rule.query, Severity.LOW, ("desk@example.org",), Delivery.DIGEST),
    KOREANS_ABROAD,
    Path("rules.yaml"),
    9,
)


def raised(articles: Sequence[IndexedArticle], rule: CompiledRule = RULE) -> tuple[Alert, Notification]:
    """The alert that the rule raises on these articles of one story, and its notification."""
    run = Run("run-1", RunState.COMMITTED, NOW, committed_at=NOW)
    findings = [
        Finding(
            rule.rule.id,
            found.tagged.article.id,
            found.story_id,
            found.tagged.article.seen_at,
            choose_evidence(rule.query, found),
        )
        for found in articles
    ]
    changes = decide([rule.rule], findings, [], {}, run, NOW)
    return changes.alerts[0], changes.notifications[0]


def mail(articles: Sequence[IndexedArticle] = ()) -> EmailMessage:
    """The alert's mail, written out and read back as a mail program does."""
    given = articles or [article(1)]
    alert, notification = raised(given)
    return read(alert_mail(notification, view(alert, RULE, given), SENDER).as_bytes())


def read(data: bytes) -> EmailMessage:
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def part(message: EmailMessage, subtype: str) -> str:
    found = message.get_body((subtype,))
    assert found is not None
    return str(found.get_content())
