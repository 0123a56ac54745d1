"""### Reprocessing

Rebuilds the indices of whole months from the archive: after an upgrade of the tagger, or when topics, gazetteer or
extraction have changed. A month is built beside the one in use, and articles and events change places in one step:
readers see the old month or the new one, and ingest goes on. Stories keep their ids. No alert is raised.

**Params.** `months`: `all`, or months such as `2026-10`. `sources`: only articles of these sources; empty: all.
`steps`: `extract` reads the pages anew, `tag` finds entities, topics and events anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Param, dag, task

from veille_support.defaults import CONTENDED, DAG, MODELS, STORE


@dag(
    schedule=None,
    doc_md=__doc__,
    tags=["veille", "upkeep"],
    params={
        "months": Param(
            ["all"],
            type="array",
            items={"type": "string", "pattern": "^(all|[0-9]{4}-(0[1-9]|1[0-2]))$"},
            minItems=1,
            maxItems=240,
            description="all, or months such as 2026-10, one a line.",
        ),
        "sources": Param(
            [], type="array", items={"type": "string", "minLength": 1}, description="Only these sources; empty: all."
        ),
        "steps": Param(
            ["extract", "tag"],
            type="array",
            items={"type": "string", "enum": ["extract", "tag"]},
            minItems=1,
            description="extract and tag, or one of them.",
        ),
    },
    **DAG,
)
def reprocess_coverage() -> None:
    @task(pool=STORE)
    def months(params: dict[str, Any] | None = None) -> list[str]:
        """The months asked for; fails where the store has no such month."""
        from processors.pipeline.reprocess import months_of
        from veille_support.connections import load
        from veille_support.work import opened

        with opened(load()) as store:
            return months_of(store, (params or {})["months"])

    @task(pool=MODELS, max_active_tis_per_dag=1, execution_timeout=timedelta(hours=24), **CONTENDED)
    def rebuild(month: str, params: dict[str, Any] | None = None) -> dict[str, int]:
        """How many articles were rebuilt, how many kept as they were."""
        from processors.pipeline.reprocess import reprocess_month
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings, asked = load(), params or {}
        with opened(settings) as store:
            return reprocess_month(store, settings, month, now(), sources=asked["sources"], steps=asked["steps"])

    rebuild.expand(month=months())


reprocess_coverage()
