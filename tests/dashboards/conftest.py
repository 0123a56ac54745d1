"""The demo on a genuine Elasticsearch, made once for all test processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.config import Settings
from processors.pipeline.workspace import locked
from tests.cli.conftest import call
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)


@pytest.fixture(scope="session")
def demo_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that name a store with the demo in it: not to be written to. The last to leave removes it."""
    from tests.store.cleaning import delete_indices

    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "dashboards-demo"
    shared.mkdir(exist_ok=True)
    address = request.getfixturevalue("elasticsearch_address")
    url = f"{address}?prefix=demo-{shared.stat().st_ino}-{int(shared.stat().st_ctime)}"
    with (shared / "users").open("w") as users:
        with locked(shared, wait=True):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not (shared / "url").exists():
                ended = call(shared, "demo", VEILLE_STORE=url)
                assert ended.returncode == 0, ended.stderr
                (shared / "url").write_text(url)
        yield Settings(store=_read(shared), _env_file=None)
        with locked(shared, wait=True):
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others still read it
            delete_indices(_read(shared))
            (shared / "url").unlink()


def _read(shared: Path) -> str:
    return (shared / "url").read_text()
