"""One line of JSON a stage in the log `veille.pipeline`, and how long coverage takes from one station to the next."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter

import msgspec
from msgspec import Struct

from processors.models.runs import Disposition, Run

LOG = logging.getLogger("veille.pipeline")


class Lag(Struct, frozen=True):
    """Seconds: half of all took at most p50, 95% at most p95. count: how many were measured."""

    p50: float
    p95: float
    count: int


class StageLine(Struct, frozen=True, omit_defaults=True):
    """What a stage did. run: empty for stages that take many. counts: of articles, by disposition; or of other things.

    lag: by way, such as "published-seen", where the stage ends one.
    """

    stage: str
    seconds: float
    run: str = ""
    counts: Mapping[str, int] = {}
    lag: Mapping[str, Lag] = {}


class StageFormatter(logging.Formatter):
    """A line of JSON a record: `at`, then the stage's own fields; of any other record its level, logger and message."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: Mapping[str, object] = {"level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if record.name == LOG.name:
            said = msgspec.json.decode(record.getMessage())
        return msgspec.json.encode({"at": at, **said}).decode()


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._begun = perf_counter()

    @property
    def seconds(self) -> float:
        return round(perf_counter() - self._begun, 3)


def say(line: StageLine) -> None:
    """Writes the line at level INFO, on one line, so that a log collector can read it."""
    LOG.info("%s", msgspec.json.encode(line).decode())


def dispositions(run: Run) -> dict[str, int]:
    """Every disposition, also where it is 0: their sum is the number of articles that entered the run."""
    return {kind.value: run.counts.get(kind, 0) for kind in Disposition}


def lag(ways: Iterable[tuple[datetime | None, datetime | None]]) -> Lag | None:
    """Of (from, until); those without either are left out, and none takes less than 0 s. None: nothing to measure."""
    taken = sorted(max(0.0, (until - since).total_seconds()) for since, until in ways if since and until)
    if not taken:
        return None
    return Lag(_percentile(taken, 0.5), _percentile(taken, 0.95), len(taken))


def lags(ways: Mapping[str, Iterable[tuple[datetime | None, datetime | None]]]) -> dict[str, Lag]:
    """The lag of each way that anything went."""
    return {way: found for way, times in ways.items() if (found := lag(times)) is not None}


def lags_of_coverage(seen: Sequence[tuple[datetime | None, datetime]], indexed_at: datetime) -> dict[str, Lag]:
    """published → seen → indexed. seen: (published_at, seen_at) of articles that a run indexed."""
    return lags({"published-seen": seen, "seen-indexed": ((at, indexed_at) for _, at in seen)})


def _percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all do not exceed (nearest rank)."""
    place = max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)
    return ordered[place]
