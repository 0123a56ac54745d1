"""All checks of an installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from processors.config import Settings
from processors.doctor import local
from processors.doctor.findings import Check, Finding, examine
from processors.doctor.mail import mail


def diagnose(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """One finding after another, as soon as it is made. Changes nothing, sends no mail."""
    checks: list[tuple[str, Check]] = [
        ("versions", local.versions),
        ("models", local.models),
        ("store", lambda: _store(settings, clock)),
        ("archive", lambda: local.archive(settings)),
        ("disk", lambda: local.disk(settings)),
        ("seeds", lambda: local.seeds(settings, clock())),
        ("feeds", lambda: local.feeds(settings)),
        ("mail", lambda: mail(settings)),
    ]
    return examine(checks)


def _store(settings: Settings, clock: Callable[[], datetime]) -> Iterator[Finding]:
    if not settings.store_is_server:
        return local.embedded(settings)
    from processors.doctor.server import elasticsearch  # its client is slow to load

    return elasticsearch(settings, clock)
