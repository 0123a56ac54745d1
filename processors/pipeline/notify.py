"""notify: what waits in the outbox goes out, at once or in the digests that are due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from processors.alerting.rules import CompiledRule
from processors.config import Settings
from processors.delivery.outbox import Delivered, deliver
from processors.delivery.transport import open_transport
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
    return deliver(store, transport, rules, settings.mail_from, now, owner, digests_now=digests_now)
