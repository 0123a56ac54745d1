"""### Maintenance

Once a night: deletes the months that VEILLE_RETENTION_MONTHS lets go, frees leases and claims that a dead worker left,
tries the quarantine again, and looks for feeds that fell silent, fail, or suddenly bring much more than they used to.
Those feeds stand in the task's log, one a line.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from veille_support.defaults import CONTENDED, DAG, STORE


@dag(schedule="17 3 * * *", doc_md=__doc__, tags=["veille", "upkeep"], **DAG)
def maintain_store() -> None:
    @task(pool=STORE, execution_timeout=timedelta(hours=1), **CONTENDED)
    def maintain() -> dict[str, int]:
        """What was deleted, freed, tried again; how many feeds need a look."""
        import logging

        from processors.pipeline.maintain import feed_health, maintain
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings = load()
        with opened(settings) as store:
            counts = maintain(store, settings, now())
            for feed in feed_health(store, now()):
                logging.getLogger("veille").warning("feed %s is %s: %s", feed.url, feed.trouble, feed.detail)
        return counts

    maintain()


maintain_store()
