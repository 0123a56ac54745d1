"""`veille run` killed with its whole process group, at 54 seeded points, then run again: as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from processors.demo.site import SampleServer
from tests.pipeline import killing
from tests.pipeline.killing import NAMES, POINTS, Trial


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    with killing.serving() as serving:
        yield serving


@pytest.fixture(scope="module")
def undisturbed(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    return killing.undisturbed(Trial(tmp_path_factory.mktemp("undisturbed"), server))


@pytest.fixture(scope="module")
def crawled(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    trial = Trial(tmp_path_factory.mktemp("crawled"), server)
    trial.add_feeds()
    trial.crawl()
    return trial.home


@pytest.mark.parametrize(("mark", "number"), POINTS, ids=NAMES)
def test_killed_and_run_again(
    mark: str, number: int, server: SampleServer, undisturbed: dict[str, object], crawled: Path, tmp_path: Path
) -> None:
    left = killing.killed_and_run_again(Trial(tmp_path, server), crawled, mark, number)
    assert left == undisturbed
