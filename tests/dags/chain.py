"""The whole chain in a real Airflow: two DAGs are triggered through the REST API, and all others follow by assets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from tests.dags.standalone import Airflow, standalone, wait_for
from tests.dags.world import World, store_connection, world

SEED_TITLE = "l’ombre portée de Kim Jong Un"
PATIENCE = 900  # seconds that a step may take, however busy the machine is
CHAIN = ("ingest_seed", "ingest_coverage", "raise_alerts", "send_notifications")


@dataclass(frozen=True)
class Chain:
    """coverage: the id of the run of ingest_coverage that crawled: the one that was triggered, or the one that the
    schedule made as soon as the DAG was unpaused; the other found no feed due."""

    airflow: Airflow
    world: World
    coverage: str

    def mails(self, part: str) -> list[EmailMessage]:
        """Those with this text in subject or body."""
        return [mail for mail in self.world.post.mails if part in f"{mail['Subject']}\n{body(mail)}"]


@contextmanager
def running(base: Path, store: str) -> Iterator[tuple[Airflow, World]]:
    """Airflow, with the sample site and a mail server around it; the store is reached by an Airflow connection."""
    with world(base, store) as around:
        variables = {name: value for name, value in around.variables.items() if name != "VEILLE_STORE"}
        with standalone(
            base / "airflow", AIRFLOW_CONN_VEILLE_ELASTICSEARCH=store_connection(store), **variables
        ) as airflow:
            yield airflow, around


def follow(airflow: Airflow, around: World) -> Chain:
    """Triggers ingest_seed and ingest_coverage, and waits until the mails about both have come."""
    for dag in ("ingest_seed", "raise_alerts", "send_notifications"):
        airflow.unpause(dag)
    seed = airflow.trigger("ingest_seed")
    assert airflow.finished("ingest_seed", seed, PATIENCE) == "success", airflow.report("ingest_seed", seed)
    airflow.unpause("ingest_coverage")
    triggered = airflow.trigger("ingest_coverage")
    assert airflow.finished("ingest_coverage", triggered, PATIENCE) == "success", trouble(airflow)
    chain = Chain(airflow, around, crawled(airflow))
    wait_for(
        "the mail about the seed article", lambda: chain.mails(SEED_TITLE), PATIENCE, said=lambda: trouble(airflow)
    )
    wait_for("mails about the sample site", lambda: chain.mails(".example/"), PATIENCE, said=lambda: trouble(airflow))
    wait_for("quiet", lambda: quiet(airflow), PATIENCE, said=lambda: trouble(airflow))
    return chain


def crawled(airflow: Airflow) -> str:
    """The run of ingest_coverage that wrote the sample site's articles."""
    ids = [str(run["dag_run_id"]) for run in airflow.runs("ingest_coverage")]
    [found] = [
        id_
        for id_ in ids
        if {task["state"] for task in airflow.tasks("ingest_coverage", id_) if task["task_id"] == "index"}
        == {"success"}
    ]
    return found


def quiet(airflow: Airflow) -> bool:
    """Whether no run of the chain is queued or at work, and none waits to be made."""
    return all(
        run["state"] in ("success", "failed")
        for dag in ("raise_alerts", "send_notifications")
        for run in airflow.runs(dag)
    )


def trouble(airflow: Airflow) -> str:
    """The reports of all runs of the chain that have not ended well."""
    return "\n".join(
        airflow.report(dag, run["dag_run_id"])
        for dag in CHAIN
        for run in airflow.runs(dag)
        if run["state"] != "success"
    )


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return "" if part is None else " ".join(str(part.get_content()).split())
