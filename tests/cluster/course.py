"""What is done to the cluster, in one go, and what came of it: quiet rounds, a round with failures, a backfill."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.corpus import pages, write_warc
from processors.alerting.rules import load_rules
from processors.archive.places import place, write_whole
from processors.gazetteer import Gazetteer
from processors.models.alerts import Alert, Delivery, Notification, NotificationState
from processors.models.feeds import Feed
from processors.models.runs import RunState
from processors.pipeline.ingest import ingest
from processors.pipeline.run import run
from processors.store.interface import Store
from processors.store.open import open_store
from tests.cluster.cluster import BUCKET, Cluster, at
from tests.dags.standalone import REPOSITORY, wait_for
from tests.dags.world import World, world

COVERAGE = "ingest_coverage"
GROUPS = (4, 8)  # feeds known to the first round, to the second; the third, in which things fail, has them all
FILES, PAGES = 4, 100  # of a backfill
PATIENCE = 900  # seconds that a step may take, however busy the machine is


@dataclass(frozen=True)
class Round:
    """A run of ingest_coverage that crawled. delays: seconds from the end of its last crawl to each of its mails;
    tries: of each task, the highest number."""

    name: str
    delays: tuple[float, ...]
    tries: dict[str, int]


@dataclass(frozen=True)
class Left:
    """What is in a store at the end. urls: of each document; alerts: (rule, subject) of each."""

    urls: tuple[str, ...]
    alerts: tuple[tuple[str, str], ...]

    def by_rule(self) -> Counter[str]:
        return Counter(rule for rule, _ in self.alerts)


@dataclass
class Course:
    """rates: articles a minute of a backfill, by number of workers."""

    cluster: Cluster
    rounds: list[Round] = field(default_factory=list)
    rates: dict[int, float] = field(default_factory=dict)
    left: Left = field(default_factory=lambda: Left((), ()))
    sent: list[Notification] = field(default_factory=list)
    mailed: list[str] = field(default_factory=list)

    def figures(self) -> str:
        lines = []
        for one in self.rounds:
            lines.append(
                f"{one.name}: {len(one.delays)} mails, from the end of the crawl to the mail "
                f"p50 {quantile(one.delays, 50):.0f} s, p95 {quantile(one.delays, 95):.0f} s; tries {one.tries}"
            )
        lines += [
            f"backfill, {FILES} files of {PAGES} pages, {number} worker(s): {rate:.0f} articles a minute"
            for number, rate in sorted(self.rates.items())
        ]
        return "\n".join(lines)


def quantile(values: Sequence[float], percent: int) -> float:
    """Of a sample that is not empty."""
    return values[0] if len(values) == 1 else statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def played(cluster: Cluster) -> Course:
    """Two workers; the seed article, two quiet rounds, one in which a worker dies in crawl, one in tag, the scheduler
    and Redis once each; then the same amount of old coverage with two workers and with one."""
    course = Course(cluster)
    cluster.add_worker()
    cluster.add_worker()
    for dag in ("ingest_seed", "raise_alerts", "send_notifications", "backfill_archive"):
        cluster.airflow.unpause(dag)
    finish(cluster, "ingest_seed", cluster.airflow.trigger("ingest_seed"))
    wait_for("the mail about it", lambda: cluster.around.post.mails, PATIENCE, said=cluster.said)
    wait_for("every mail", lambda: delivered(cluster.around), PATIENCE, said=cluster.said)
    cluster.airflow.unpause(COVERAGE)
    feeds = cluster.around.feeds
    with watched(course, "a quiet round"):
        begin(cluster, feeds[: GROUPS[0]])
    with watched(course, "another quiet round"):
        begin(cluster, feeds[GROUPS[0] : GROUPS[1]])
    with watched(course, "a round with failures"):
        begin(cluster, feeds[GROUPS[1] :])
        disturb(cluster)
    with opened(cluster.around) as store:
        course.left, course.sent = left(store), store.notifications(NotificationState.SENT)
    course.mailed = [str(mail["Message-ID"]) for mail in cluster.around.post.mails]
    course.rates[2] = backfill(cluster, 2)
    cluster.stop_worker(next(iter(cluster.workers)))
    course.rates[1] = backfill(cluster, 1)
    return course


def begin(cluster: Cluster, feeds: Sequence[Feed]) -> None:
    """Makes these feeds known and has them crawled; a run by the schedule may come first and take them up."""
    with opened(cluster.around) as store:
        store.put_feeds(feeds)
    cluster.airflow.trigger(COVERAGE)


def disturb(cluster: Cluster) -> None:
    """Each blow falls when the task it is meant for is at work; whoever dies is replaced by one with an empty disk."""
    said = cluster.said
    cluster.kill_worker(wait_for("a crawl at work", lambda: crawling(cluster), PATIENCE, said=said))
    cluster.add_worker()
    cluster.kill_worker(wait_for("a tag at work", lambda: cluster.at_work(COVERAGE, "tag"), PATIENCE, said=said))
    cluster.restart("scheduler")
    cluster.add_worker()
    wait_for("another tag at work", lambda: cluster.at_work(COVERAGE, "tag"), PATIENCE, said=said)
    cluster.redis.restart()


def crawling(cluster: Cluster) -> str | None:
    """The worker whose crawler runs."""
    for name, process in cluster.workers.items():
        for one in process.family():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if "crawlers" in one.cmdline():  # python -m crawlers PLAN OUT
                    return name
    return None


@contextmanager
def watched(course: Course, name: str) -> Iterator[None]:
    """A round: waits until all of it is delivered, and sets down how long that took."""
    cluster = course.cluster
    earlier, mails = indexed(cluster), len(cluster.around.post.mails)
    yield
    [run_id] = wait_for(f"the end of {name}", lambda: indexed(cluster) - earlier, PATIENCE, said=cluster.said)
    finish(cluster, COVERAGE, run_id)
    wait_for("every mail", lambda: delivered(cluster.around), PATIENCE, said=cluster.said)
    tasks = cluster.airflow.tasks(COVERAGE, run_id)
    crawled = max(at(task["end_date"]) for task in tasks if task["task_id"] == "crawl")
    tries: dict[str, int] = {}
    for task in tasks:
        tries[task["task_id"]] = max(task["try_number"], tries.get(task["task_id"], 0))
    delays = tuple((came - crawled).total_seconds() for came in cluster.around.post.came[mails:])
    course.rounds.append(Round(name, delays, tries))
    print(f"\n{course.figures()}", flush=True)  # as it goes: what is measured outlives a later failure


def indexed(cluster: Cluster) -> set[str]:
    """The runs of ingest_coverage that found feeds due and wrote what they gave."""
    return {
        str(one["dag_run_id"])
        for one in cluster.airflow.runs(COVERAGE)
        if "success"
        in {t["state"] for t in cluster.airflow.tasks(COVERAGE, one["dag_run_id"]) if t["task_id"] == "index"}
    }


def finish(cluster: Cluster, dag: str, run_id: str) -> None:
    state = cluster.airflow.finished(dag, run_id, PATIENCE)
    assert state == "success", f"{dag} {run_id}: {cluster.airflow.tasks(dag, run_id)}\n{cluster.said()}"


def delivered(around: World) -> bool:
    """Whether every run in the store is matched, and no mail waits but for a digest."""
    waiting = (NotificationState.PENDING, NotificationState.CLAIMED)
    with opened(around) as store:
        return all(one.state is RunState.MATCHED for one in store.runs()) and not any(
            one.delivery is Delivery.IMMEDIATE for state in waiting for one in store.notifications(state)
        )


def backfill(cluster: Cluster, workers: int) -> float:
    """Articles a minute, from the trigger's run to its end."""
    assert len(cluster.workers) == workers
    urls = []
    for number in range(FILES):
        path = cluster.base / f"foreign-{workers}-{number}.warc.gz"
        write_warc(path, pages(PAGES, seed=100 * workers + number))
        urls.append(f"s3://{BUCKET}/foreign/{path.name}")
        write_whole(place(urls[-1]), path.read_bytes())
    run_id = cluster.airflow.trigger("backfill_archive", files=urls)
    finish(cluster, "backfill_archive", run_id)
    tasks = cluster.airflow.tasks("backfill_archive", run_id)
    ours = [task for task in tasks if task["task_id"] == "backfill"]
    seconds = (max(at(t["end_date"]) for t in ours) - at_trigger(cluster, run_id)).total_seconds()
    return FILES * PAGES * 60 / seconds


def at_trigger(cluster: Cluster, run_id: str) -> datetime:
    [one] = [one for one in cluster.airflow.runs("backfill_archive") if one["dag_run_id"] == run_id]
    return at(one["start_date"])


def undisturbed(base: Path) -> Left:
    """The same in one process, on the embedded store: the seed article, then the feeds in the same three rounds."""
    with world(base, f"sqlite:///{base}/veille.sqlite", at_once=0) as around, opened(around) as store:
        settings = around.settings
        rules = load_rules(settings.rules_path, Gazetteer.load(settings.seeds / "gazetteer"))
        ingest(store, settings, [REPOSITORY / "seeds" / "articles"], datetime.now(UTC))
        for first, last in zip((0, *GROUPS), (*GROUPS, len(around.feeds)), strict=True):
            store.put_feeds(around.feeds[first:last])
            run(store, settings, rules, lambda: datetime.now(UTC))
        return left(store)


def left(store: Store) -> Left:
    articles = [one for month in store.months() for one in store.month_articles(month)]
    alerts: list[Alert] = list(store.alerts())
    return Left(
        tuple(sorted(one.tagged.article.url for one in articles)),
        tuple(sorted((one.rule_id, one.subject) for one in alerts)),
    )


@contextmanager
def opened(around: World) -> Iterator[Store]:
    store = open_store(around.settings)
    try:
        yield store
    finally:
        store.close()
