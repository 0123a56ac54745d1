"""The 54 points of test_kill.py, on the server engine: one a stage with the other tests, all by `make test-kills`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.demo.site import SampleServer
from tests.elasticsearch.fixtures import elasticsearch_address  # noqa: F401  (a fixture)
from tests.pipeline import killing
from tests.pipeline.killing import NAMES, POINTS, Trial
from tests.store.cleaning import delete_indices, empty_indices

pytestmark = pytest.mark.elasticsearch


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with killing.serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def url(elasticsearch_address: str) -> Iterator[str]:  # noqa: F811
    """The store that these tests use one after another."""
    made = f"{elasticsearch_address}?prefix=kill-{secrets.token_hex(4)}"
    yield made
    delete_indices(made)


@pytest.fixture(scope="module")
def undisturbed(server: SampleServer, url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return killing.undisturbed(Trial(tmp_path_factory.mktemp("undisturbed"), server, url))


@pytest.fixture(scope="module")
def crawled(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of this one's crawl is left behind: only its files count."""
    trial = Trial(tmp_path_factory.mktemp("crawled"), server)
    trial.add_feeds()
    trial.crawl()
    return trial.home


@pytest.mark.parametrize(
    ("mark", "number"),
    [
        pytest.param(*point, id=name, marks=pytest.mark.exhaustive if point[1] else ())
        for point, name in zip(POINTS, NAMES, strict=True)
    ],
)
def test_killed_and_run_again(
    mark: str,
    number: int,
    server: SampleServer,
    url: str,
    undisturbed: dict[str, object],
    crawled: Path,
    tmp_path: Path,
) -> None:
    empty_indices(url)
    left = killing.killed_and_run_again(Trial(tmp_path, server, url), crawled, mark, number)
    assert left == undisturbed
