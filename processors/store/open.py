"""Opens the store that the settings name."""

from __future__ import annotations

from processors.config import Settings
from processors.store.interface import Store


def open_store(settings: Settings) -> Store:
    """Raises SettingsError for an address that cannot be one, StoreError where the file or server cannot serve."""
    if settings.store_is_server:  # imported when needed: commands start fast
        from processors.store.elasticsearch.connect import connect
        from processors.store.elasticsearch.store import ElasticsearchStore

        return ElasticsearchStore(connect(settings))
    from processors.store.sqlite.store import SqliteStore

    return SqliteStore(settings.store_path)
