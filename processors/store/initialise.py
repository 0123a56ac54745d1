"""What `veille store init` does, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from processors.config import Settings

LEASE = timedelta(hours=2)  # for one index; taken again before the next


class Migrated(Struct, frozen=True):
    """A part of the store that was brought to this version's. documents: how many it has, where they were copied."""

    name: str
    before: int
    after: int
    documents: int | None = None


class Initialised(Struct, frozen=True):
    """store: its address or file. made: the parts that were missing. migrated: those that were older."""

    store: str
    made: tuple[str, ...] = ()
    migrated: tuple[Migrated, ...] = ()


def initialise(settings: Settings, clock: Callable[[], datetime], lease: str, owner: str) -> Initialised:
    """Makes what is missing and migrates what is older. Called again after a kill, it finishes.

    lease, owner: of the store's lease that keeps runs away meanwhile. Raises LeaseHeld where somebody else has it, and
    StoreError where a newer Veille wrote the store.
    """
    return _server(settings, clock, lease, owner) if settings.store_is_server else _file(settings)


def _server(settings: Settings, clock: Callable[[], datetime], lease: str, owner: str) -> Initialised:
    from processors.store.elasticsearch import leases, migration
    from processors.store.elasticsearch.connect import connect

    cluster = connect(settings)
    try:
        made, migrated = migration.initialise(
            cluster, clock(), lambda: leases.acquire(cluster, lease, owner, clock(), clock() + LEASE)
        )
        leases.release(cluster, lease, owner)  # after an error it stays this owner's, who runs again
    finally:
        cluster.close()
    return Initialised(cluster.address, tuple(made), tuple(Migrated(*one) for one in migrated))


def _file(settings: Settings) -> Initialised:
    """Opening it does it."""
    from processors.store.sqlite import schema
    from processors.store.sqlite.store import SqliteStore

    path = settings.store_path
    before = schema.version_of(path)
    SqliteStore(path).close()
    name = str(path)
    if before is None:
        return Initialised(name, made=(name,))
    return Initialised(name, migrated=(Migrated(name, before, schema.VERSION),) if before != schema.VERSION else ())
