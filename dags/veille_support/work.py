"""What a task opens before it calls its verb: settings, store, rules, and the time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from processors.alerting.rules import CompiledRule
    from processors.config import Settings
    from processors.delivery.outbox import Delivered
    from processors.store.interface import Store


def now() -> datetime:
    """The time that a task passes down; the library asks no clock."""
    return datetime.now(UTC)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store that the settings name, closed afterwards."""
    from processors.store.open import open_store

    logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # a line a request would bury all others
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


def rules_of(settings: Settings) -> tuple[CompiledRule, ...]:
    """The rules in force. Raises SeedError naming file, line and field."""
    from processors.alerting.rules import load_rules
    from processors.gazetteer import Gazetteer

    return load_rules(settings.rules_path, Gazetteer.load(settings.seeds / "gazetteer"))


def send(owner: str, *, digests_now: bool = False) -> Delivered:
    """notify: everything that is due. owner: holds the claims; one name a DAG, so that two DAGs never send the same."""
    from processors.pipeline.notify import notify
    from veille_support.connections import load_for_mail

    settings = load_for_mail()
    with opened(settings) as store:
        return notify(store, settings, rules_of(settings), now(), f"airflow-{owner}", digests_now=digests_now)
