"""The lines of the log: exactly one disposition an article, and percentiles of known times."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from processors.models.runs import Disposition, Run, RunState
from processors.pipeline.measure import Lag, StageLine, dispositions, lag, lags_of_coverage, say

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ([7], Lag(7, 7, 1)),
        (list(range(1, 101)), Lag(50, 95, 100)),
        ([3, 1, 2, 4], Lag(2, 4, 4)),
        ([-5, 10], Lag(0, 10, 2)),
    ],
)
def test_percentiles_by_nearest_rank(seconds: list[float], expected: Lag) -> None:
    assert lag((NOW, after(each)) for each in seconds) == expected


def test_a_way_with_an_unknown_end_is_not_measured() -> None:
    assert lag([(None, NOW), (NOW, None)]) is None
    assert lags_of_coverage([(None, NOW)], after(30)) == {"seen-indexed": Lag(30, 30, 1)}
    assert lags_of_coverage([(after(-60), NOW)], after(30)).keys() == {"published-seen", "seen-indexed"}


def test_every_disposition_is_named() -> None:
    run = Run("r", RunState.COMMITTED, NOW, counts={"indexed": 2})
    assert dispositions(run) == {kind.value: 2 * (kind == "indexed") for kind in Disposition}


def test_a_stage_is_one_line_of_json(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "veille.pipeline"):
        say(StageLine("index", 1.5, "run-1", {"indexed": 2}, {"seen-indexed": Lag(1, 2, 2)}))
    (line,) = caplog.messages
    assert json.loads(line) == {
        "stage": "index",
        "seconds": 1.5,
        "run": "run-1",
        "counts": {"indexed": 2},
        "lag": {"seen-indexed": {"p50": 1, "p95": 2, "count": 2}},
    }
