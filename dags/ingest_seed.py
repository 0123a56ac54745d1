"""### The seed article

Takes the seed article through the whole pipeline: read, archived, tagged, indexed; its alert and mail follow by
`raise_alerts` and `send_notifications`. The same article again is the same run, and raises nothing twice.

**Params.** `sources`: other files or addresses instead: WARC, saved HTML, JSON Lines or plain text; a path on the
worker, `https://…` or `s3://…`.
"""

from __future__ import annotations

from airflow.sdk import Param, dag, task

from veille_support.defaults import CONTENDED, COVERAGE, DAG, MODELS


@dag(
    schedule=None,
    doc_md=__doc__,
    tags=["veille", "coverage"],
    params={
        "sources": Param(
            [],
            type="array",
            items={"type": "string", "minLength": 1},
            maxItems=100,
            description="Files or addresses, one a line; empty: the seed article.",
        )
    },
    **DAG,
)
def ingest_seed() -> None:
    @task(pool=MODELS, outlets=[COVERAGE], **CONTENDED)
    def ingest(params: dict[str, list[str]] | None = None) -> dict[str, int]:
        """Counts by disposition."""
        from processors.pipeline.ingest import ingest
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings = load()
        sources = (params or {})["sources"] or [settings.seeds / "articles"]
        with opened(settings) as store:
            return dict(ingest(store, settings, sources, now()).counts)

    ingest()


ingest_seed()
