"""### Coverage

Every 15 minutes: which feeds are due (`plan`), their pages into the archive (`crawl`, one task a shard; one site is in
one shard, so that no site is asked by two at once), articles out of pages (`tag`, one task a batch of archive files,
large enough that loading the language models is a small part of it), all of it into the store in one commit (`index`).

A shard that fails costs only its own feeds: they count as failed polls and are due again. Its page files, if it left
any, are not lost. The operator gets a mail.

XCom carries shard names, archive paths and counts. `index` is one unmapped task and owns the asset `coverage`, so that
a run rings `raise_alerts` once.

**Params.** `shards`: into how many crawls the feeds are divided.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, TriggerRule, dag, task

from veille_support.defaults import CONTENDED, COVERAGE, DAG, MODELS, SITES, STORE


@dag(
    schedule="*/15 * * * *",
    doc_md=__doc__,
    tags=["veille", "coverage"],
    params={
        "shards": Param(
            4, type="integer", minimum=1, maximum=64, description="Crawls that the feeds are divided into, 1 to 64."
        )
    },
    dagrun_timeout=timedelta(hours=6),
    **DAG,
)
def ingest_coverage() -> None:
    @task(pool=STORE)
    def plan(params: dict[str, int] | None = None) -> list[str]:
        """Names of shards; skipped, and all that follows, where no feed is due."""
        from airflow.sdk.exceptions import AirflowSkipException

        from processors.pipeline.operate import plan_shards
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings = load()
        with opened(settings) as store:
            shards = plan_shards(store, settings, now(), shards=(params or {})["shards"])
        if not shards:
            raise AirflowSkipException("no feed is due")
        return shards

    @task(pool=SITES, max_active_tis_per_dag=8, execution_timeout=timedelta(hours=2))
    def crawl(shard: str) -> dict[str, int]:
        """How many feeds were asked, how many archive files written."""
        from processors.pipeline.operate import crawl_shard
        from veille_support.connections import load

        return crawl_shard(load(), shard)

    @task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def batch(shards: list[str]) -> list[list[str]]:
        """Paths of archive files of whole shards, a list a tag task. One empty list where no page came: a skipped tag
        would skip index too, which has the feeds' states to write."""
        from processors.pipeline.operate import batches
        from veille_support.connections import load

        return batches(load(), _run(shards)) or [[]]

    @task(pool=MODELS, max_active_tis_per_dag=8, execution_timeout=timedelta(hours=1))
    def tag(shards: list[str], files: list[str]) -> dict[str, int]:
        """How many articles, how many pages that gave none."""
        from processors.pipeline.operate import tag_files
        from veille_support.connections import load

        return tag_files(load(), _run(shards), files)

    @task(pool=STORE, trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, outlets=[COVERAGE], **CONTENDED)
    def index(shards: list[str]) -> dict[str, int]:
        """Counts by disposition: each article ends in exactly one of them."""
        from processors.pipeline.operate import index_run
        from veille_support.connections import load
        from veille_support.work import now, opened

        settings = load()
        with opened(settings) as store:
            return index_run(store, settings, _run(shards), now(), give_up=True)

    shards = plan()
    batches = batch(shards)
    crawl.expand(shard=shards) >> batches
    tag.partial(shards=shards).expand(files=batches) >> index(shards)


def _run(shards: list[str]) -> str:
    """All shards of a plan are of one run."""
    return shards[0].partition("/")[0]


ingest_coverage()
