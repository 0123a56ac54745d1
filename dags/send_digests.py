"""### Digests

One mail a recipient with all alerts of the rules that ask for `delivery: digest`, every morning at six (UTC).

**Params.** `now`: digests that wait for their hour go out at once.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

from veille_support.defaults import DAG, OUTBOX


@dag(
    schedule="2 6 * * *",
    doc_md=__doc__,
    tags=["veille", "alerts"],
    params={"now": Param(False, type="boolean", description="Do not wait for the hour of the digests.")},
    **DAG,
)
def send_digests() -> None:
    @task(pool=OUTBOX, max_active_tis_per_dag=1, execution_timeout=timedelta(minutes=20))
    def digest(params: dict[str, bool] | None = None) -> dict[str, int]:
        """How many notifications were sent, failed for good, or wait for another try."""
        from veille_support.work import send

        done = send("send_digests", digests_now=bool(params and params["now"]))
        return {"sent": done.sent, "failed": done.failed, "retried": done.retried}

    digest()


send_digests()
