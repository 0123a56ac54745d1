"""What all DAGs have in common: owner, retries, timeouts, assets, pools."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pendulum
from airflow.sdk import Asset, AssetOrTimeSchedule, CronTriggerTimetable, ExceptionRetryPolicy, RetryAction, RetryRule

from veille_support.notices import tell_operator

COVERAGE = Asset("coverage")  # a run was committed: rung by index, heard by raise_alerts
ALERTS = Asset("alerts")  # notifications wait in the outbox: rung by match, heard by send_notifications

SITES, MODELS, STORE, OUTBOX = "sites", "models", "store", "outbox"  # pools; compose/pools.json has their slots

# A setting, a rule, a file: a retry would fail in the same way.
MENDED_BY_PEOPLE = (
    "processors.exceptions.SettingsError",
    "processors.exceptions.SeedError",
    "processors.exceptions.QueryError",
    "processors.exceptions.InputError",
)
TASK: dict[str, Any] = {
    "owner": "veille",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": ExceptionRetryPolicy(rules=[RetryRule(list(MENDED_BY_PEOPLE), RetryAction.FAIL)]),
    "execution_timeout": timedelta(minutes=30),
    "on_failure_callback": tell_operator,
}
# For tasks that need the store's lease, which another task may hold for a while.
CONTENDED: dict[str, Any] = {
    "retries": 20,
    "retry_exponential_backoff": 1.3,
    "max_retry_delay": timedelta(minutes=3),
}
DAG: dict[str, Any] = {
    "default_args": TASK,
    "start_date": pendulum.instance(datetime(2026, 1, 1, tzinfo=pendulum.UTC)),
    "catchup": False,
    "max_active_runs": 1,
    "fail_fast": False,
}


def woken_by(asset: Asset, cron: str) -> AssetOrTimeSchedule:
    """At each event of the asset, and at these times (UTC) besides: an event is a doorbell that may go unheard."""
    return AssetOrTimeSchedule(timetable=CronTriggerTimetable(cron, timezone="UTC"), assets=[asset])
