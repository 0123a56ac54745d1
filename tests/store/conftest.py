"""The contract suite runs on every engine: tests ask for `store`, or for `store_factory` to open the same one again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processors.config import Settings
from processors.store.interface import Store
from processors.store.open import open_store


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each engine."""
    return f"sqlite:///{tmp_path}/store/veille.sqlite"


@pytest.fixture
def store_factory(store_url: str) -> Iterator[Callable[[], Store]]:
    """Opens the same store anew at each call."""
    opened: list[Store] = []

    def open_again() -> Store:
        opened.append(open_store(Settings(store=store_url, _env_file=None)))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


@pytest.fixture
def store(store_factory: Callable[[], Store]) -> Store:
    return store_factory()
