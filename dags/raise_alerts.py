"""### Rules against new coverage

Runs every rule against the articles of each committed run that was not matched yet, through the ledger, into alerts and
the outbox. A run is matched whole or not at all, so a task that dies loses nothing and raises nothing twice.

Woken by the asset `coverage`, and every ten minutes besides: an asset event says *that* there is work; *what* there is
to do stands in the store. Rings the asset `alerts` where it raised any.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from veille_support.defaults import ALERTS, COVERAGE, DAG, STORE, woken_by


@dag(schedule=woken_by(COVERAGE, "*/10 * * * *"), doc_md=__doc__, tags=["veille", "alerts"], **DAG)
def raise_alerts() -> None:
    @task(pool=STORE, max_active_tis_per_dag=1, outlets=[ALERTS])
    def match() -> int:
        """How many alerts were raised; skipped, and no asset event, where there were none."""
        from airflow.sdk.exceptions import AirflowSkipException

        from processors.pipeline.match import match
        from veille_support.connections import load
        from veille_support.work import now, opened, rules_of

        settings = load()
        with opened(settings) as store:
            raised = match(store, rules_of(settings), now())
        if not raised:
            raise AirflowSkipException("no new alerts")
        return raised

    match()


raise_alerts()
