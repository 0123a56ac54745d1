"""### Backfill

Indexes WARC files that others made, or that an earlier installation left: CC-NEWS on object storage, for example. One
task a file; a file that fails costs no other, and clearing its task goes on where it stopped. Matches are recorded, no
alert is raised.

**Params.** `files`: addresses of `.warc` or `.warc.gz` files (`s3://…`, `https://…`, `file:///…`), one a line.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, task

from veille_support.defaults import CONTENDED, DAG, MODELS


@dag(
    schedule=None,
    doc_md=__doc__,
    tags=["veille", "upkeep"],
    params={
        "files": Param(
            type="array",
            items={"type": "string", "pattern": "^(s3|https?|file)://.+[.]warc([.]gz)?$"},
            minItems=1,
            maxItems=1000,
            description="1 to 1000 addresses of WARC files, one a line.",
        )
    },
    **DAG,
)
def backfill_archive() -> None:
    @task
    def files(params: dict[str, list[str]] | None = None) -> list[str]:
        """Each file once."""
        return list(dict.fromkeys((params or {})["files"]))

    @task(pool=MODELS, max_active_tis_per_dag=4, execution_timeout=timedelta(hours=6), **CONTENDED)
    def backfill(url: str) -> dict[str, int]:
        """Counts by disposition."""
        from processors.pipeline.backfill import backfill
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings = load()
        with opened(settings) as store:
            return backfill(store, settings, url, now())

    backfill.expand(url=files())


backfill_archive()
