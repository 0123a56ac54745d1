"""The outbox: due notifications are claimed, sent, and marked. Each is sent at least once.

Killed between sending and marking, a notification is sent again by its owner's next pass, or by anyone when its lease
has ended: with the same Message-ID, by which mail software drops the second copy. An .eml file is just written again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from processors.alerting.rules import CompiledRule
from processors.delivery.mail import alert_mail, digest_mail
from processors.delivery.transport import Transport, Unreachable
from processors.delivery.view import AlertView, view
from processors.exceptions import DeliveryError
from processors.models.alerts import Alert, Delivery, Notification, NotificationState
from processors.store.interface import Store

LEASE = timedelta(hours=1)
LIMIT = 1000  # notifications a pass; more wait for the next one
SHOWN = 50  # articles of an alert that its mail looks at
MAX_ATTEMPTS = 12  # with the waits below about 41 hours
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=12)
_LOST = "its alert, or all articles of it, have been removed"


class Delivered(Struct, frozen=True):
    """What became of the notifications of one pass. retried: not accepted now, to be tried again; mails: sent."""

    sent: int = 0
    failed: int = 0
    retried: int = 0
    mails: int = 0


def deliver(
    store: Store,
    transport: Transport,
    rules: Iterable[CompiledRule],
    sender: str,
    now: datetime,
    owner: str,
    *,
    digests_now: bool = False,
) -> Delivered:
    """Sends what is due: a mail an immediate notification, and one a recipient and digest.

    sender: VEILLE_MAIL_FROM. owner: holds the claims. digests_now: digests do not wait for their hour. Once the
    server cannot be reached, what was not tried keeps waiting as it is.
    """
    if digests_now:
        _hasten(store, now)
    by_id = {compiled.rule.id: compiled for compiled in rules}
    counts: Counter[NotificationState] = Counter()
    mails, reachable = 0, True
    for group in _grouped(store.claim_notifications(owner, now, now + LEASE, LIMIT)):
        if not reachable:
            for notification in group:
                store.put_notification(_released(notification))
            continue
        views = _views(store, group, by_id)
        written = [notification for notification in group if notification.alert_id in views]
        error = _send(transport, written, views, sender) if written else None
        mails += bool(written) and error is None
        reachable = not isinstance(error, Unreachable)
        for notification in group:
            after = (
                outcome(notification, error, now) if notification.alert_id in views else _failed(notification, _LOST)
            )
            store.put_notification(after)
            counts[after.state] += 1
    return Delivered(
        sent=counts[NotificationState.SENT],
        failed=counts[NotificationState.FAILED],
        retried=counts[NotificationState.PENDING],
        mails=mails,
    )


def outcome(notification: Notification, error: DeliveryError | None, now: datetime) -> Notification:
    """The notification after a try: sent, failed for good, or pending with a wait that doubles. Pure."""
    attempts = notification.attempts + 1
    tried = msgspec.structs.replace(_released(notification), attempts=attempts)
    if error is None:
        return msgspec.structs.replace(tried, state=NotificationState.SENT, sent_at=now, detail="")
    if error.permanent or attempts >= MAX_ATTEMPTS:
        return _failed(tried, str(error))
    wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    return msgspec.structs.replace(tried, not_before=now + wait, detail=str(error))


def _send(
    transport: Transport, group: list[Notification], views: Mapping[str, AlertView], sender: str
) -> DeliveryError | None:
    alerts = [views[notification.alert_id] for notification in group]
    if group[0].delivery is Delivery.DIGEST:
        message = digest_mail(group, alerts, sender)
    else:
        message = alert_mail(group[0], alerts[0], sender)
    try:
        transport.send(message, group[0].recipient)
    except DeliveryError as error:
        return error
    return None


def _hasten(store: Store, now: datetime) -> None:
    for notification in store.notifications(NotificationState.PENDING):
        waits = notification.not_before is not None and notification.not_before > now
        if notification.delivery is Delivery.DIGEST and waits and not notification.attempts:
            store.put_notification(msgspec.structs.replace(notification, not_before=now))


def _grouped(notifications: Iterable[Notification]) -> Iterator[list[Notification]]:
    """An immediate one for itself; those of a recipient's digest together. A digest's notifications share not_before,
    also after a try that failed, so that a digest tried again is the same digest."""
    digests: defaultdict[tuple[str, datetime | None], list[Notification]] = defaultdict(list)
    for notification in notifications:
        if notification.delivery is Delivery.DIGEST:
            digests[notification.recipient, notification.not_before].append(notification)
        else:
            yield [notification]
    yield from digests.values()


def _views(store: Store, group: list[Notification], rules: Mapping[str, CompiledRule]) -> dict[str, AlertView]:
    """The group's alerts by id, as far as something is left of them to show."""
    found: dict[str, AlertView] = {}
    for alert in store.alerts(ids=[notification.alert_id for notification in group]):
        if articles := store.articles(_shown(alert)):
            found[alert.id] = view(alert, rules.get(alert.rule_id), articles)
    return found


def _shown(alert: Alert) -> list[str]:
    """The articles that a mail may show: those of the evidence, and the first of the others."""
    return list(dict.fromkeys([*(evidence.article_id for evidence in alert.evidence), *alert.articles[:SHOWN]]))


def _released(notification: Notification) -> Notification:
    return msgspec.structs.replace(notification, state=NotificationState.PENDING, claimed_by=None, claimed_until=None)


def _failed(notification: Notification, detail: str) -> Notification:
    return msgspec.structs.replace(_released(notification), state=NotificationState.FAILED, detail=detail)
