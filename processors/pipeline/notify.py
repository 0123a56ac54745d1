"""notify: what waits in the outbox goes out, at once or in the digests that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from processors.alerting.rules import CompiledRule
from processors.config import Settings
from processors.delivery.outbox import Delivered, deliver
from processors.delivery.transport import open_transport
from processors.models.alerts import NotificationState
from processors.pipeline.measure import StageLine, Stopwatch, lags, say
from processors.store.interface import Store


def notify(
    store: Store,
    settings: Settings,
    rules: Sequence[CompiledRule],
    now: datetime,
    owner: str,
    *,
    digests_now: bool = False,
) -> Delivered:
    """Sends over SMTP, or as *.eml files where VEILLE_SMTP_URL is empty. digests_now: do not wait for their hour."""
    transport = open_transport(settings)
    watch, before = Stopwatch(), _waiting(store)
    done = deliver(store, transport, rules, settings.mail_from, now, owner, digests_now=digests_now)
    left = _waiting(store).keys()
    failed = {one.id for one in store.notifications(NotificationState.FAILED)} if done.failed else set()
    sent = [(made_at, now) for id_, made_at in before.items() if id_ not in left and id_ not in failed]
    counts = {"sent": done.sent, "failed": done.failed, "retried": done.retried}
    say(StageLine("notify", watch.seconds, counts=counts, lag=lags({"alerted-delivered": sent})))
    return done


def _waiting(store: Store) -> dict[str, datetime]:
    """When each notification that is not sent yet was made."""
    states = (NotificationState.PENDING, NotificationState.CLAIMED)
    return {one.id: one.created_at for state in states for one in store.notifications(state)}
