"""match: every rule against the articles of each committed run, through the ledger, into alerts and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from processors.alerting.matching import match_run
from processors.alerting.rules import CompiledRule
from processors.models.runs import RunState
from processors.pipeline.measure import StageLine, Stopwatch, lags, say
from processors.pipeline.workspace import Progress, quiet
from processors.store.interface import Store


def match(store: Store, rules: Sequence[CompiledRule], now: datetime, *, progress: Progress = quiet) -> int:
    """How many alerts were raised. Takes every committed run not yet matched, oldest first; a run is matched whole
    or not at all, so a repeated call raises nothing again."""
    runs = store.runs(RunState.COMMITTED)
    raised = 0
    for done, run in enumerate(runs, start=1):
        watch = Stopwatch()
        matched = match_run(store, rules, run, now)
        raised += matched.raised
        ways = {"indexed-alerted": [(run.committed_at, now)] * matched.raised}
        counts = {"matches": matched.matches, "raised": matched.raised, "notifications": matched.notifications}
        say(StageLine("match", watch.seconds, run.id, counts, lags(ways)))
        progress("match", done, len(runs))
    return raised
