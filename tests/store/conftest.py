"""The contract suite runs on every engine: tests ask for `store`, or for `store_factory` to open the same one again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from processors.config import Settings
from processors.store.interface import Store
from processors.store.open import open_store
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a store that this test process has for itself; its indices go in the end."""
    from tests.store.cleaning import delete_indices

    url = f"{request.getfixturevalue('elasticsearch_address')}?prefix=test-{secrets.token_hex(4)}"
    yield url
    delete_indices(url)


@pytest.fixture(params=["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/veille.sqlite"
    url: str = request.getfixturevalue("elasticsearch_url")  # skips where there is no client or server
    from tests.store.cleaning import empty_indices

    empty_indices(url)
    return url


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
