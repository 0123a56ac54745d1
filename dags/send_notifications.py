"""### Mails

Sends what is due in the outbox, one mail an alert and recipient. Each notification is claimed, sent, marked; one that
the mail server did not take waits and is tried again, for two days at most.

Woken by the asset `alerts`, and every five minutes besides, for mails that wait for another try.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from veille_support.defaults import ALERTS, DAG, OUTBOX, woken_by


@dag(schedule=woken_by(ALERTS, "*/5 * * * *"), doc_md=__doc__, tags=["veille", "alerts"], **DAG)
def send_notifications() -> None:
    @task(pool=OUTBOX, max_active_tis_per_dag=1, execution_timeout=timedelta(minutes=20))
    def notify() -> dict[str, int]:
        """How many were sent, failed for good, or wait for another try."""
        from veille_support.work import send

        done = send("send_notifications")
        return {"sent": done.sent, "failed": done.failed, "retried": done.retried}

    notify()


send_notifications()
