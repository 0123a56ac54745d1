"""`veille run` on four outlets of the sample site, killed with its whole process group at a seeded point."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from processors.config import Settings
from processors.demo.site import SampleServer, SampleSite
from processors.models.feeds import Feed, FeedSettings
from processors.query.tree import Everything, Query
from processors.store.open import open_store
from tests.pipeline.warm import veille_run

EPOCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTS = ("northwire.example", "poranek-baltycki.example", "elbkurier.example", "stepova-khvylia.example")
# What stands in the home when a verb begins or ends, and how long (seconds) what follows may take.
MARKS = {
    "nothing": ("", 0.4),
    "the draft of the plan": ("runs/*/plan.draft.json", 0.05),
    "the plan": ("runs/*/plan.json", 1.0),
    "the first page": ("runs/*/crawl/*.warc.gz*", 2.0),
    "the whole crawl": ("runs/*/polls.jsonl", 1.0),
    "the tagged articles": ("runs/*/tagged/*.jsonl", 0.4),
    "the commit": ("runs/*/done", 0.3),
    "the first mail": ("mail/*.eml", 0.05),
    "the last mail": ("mail/*.eml", 0.3),
}
POINTS = [(mark, number) for mark in MARKS for number in range(6)]
NAMES = [f"{number}-after-{mark}" for mark, number in POINTS]
_CRAWLED = list(MARKS).index("the whole crawl")
_TIMES = re.compile(r"_(at|until)$|^(at|run_id|locator|timestamp|interval_seconds|claimed_by|etag)$")
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.pipeline.warm"])


@contextmanager
def serving() -> Iterator[SampleServer]:
    with SampleSite.load(Settings().seeds / "sample_site", EPOCH).serve() as server:
        yield server


class Trial(Struct, frozen=True):
    """A home, the store it uses, and the site it crawls. store: as VEILLE_STORE; empty: in the home."""

    home: Path
    server: SampleServer
    store: str = ""

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, store=self.store, _env_file=None)

    def add_feeds(self) -> None:
        """Four outlets of the sample site, which has not been asked for anything yet."""
        self.server.reset()
        store = open_store(self.settings)
        reached = FeedSettings(proxy=self.server.proxy_url, allow_private=True)
        store.put_feeds(
            Feed(feed.url, feed.title, feed.language, feed.country, feed.category, settings=reached)
            for feed in SampleSite.load(Settings().seeds / "sample_site", EPOCH).feeds
            if feed.url.split("/")[2] in HOSTS
        )
        store.close()

    def start(self) -> ForkServerProcess:
        """`veille run`; what it says goes to run.log."""
        variables = {"VEILLE_HOME": str(self.home), "VEILLE_STORE": self.store, "VEILLE_WORKERS": "2"}
        process = _PROCESSES.Process(target=veille_run, args=(variables, self.home / "run.log"))
        process.start()
        return process

    def finish(self) -> None:
        """`veille run` to its end."""
        process = self.start()
        process.join(300)
        assert process.exitcode == 0, (self.home / "run.log").read_text()

    def kill_at(self, mark: str, number: int) -> None:
        """SIGKILL to the whole group, a seeded while after the first file of the mark is there."""
        pattern, longest = MARKS[mark]
        process = self.start()
        while pattern and process.is_alive() and not any(self.home.glob(pattern)):
            process.join(0.002)
        process.join(Random(f"{mark} {number}").uniform(0, longest))
        _kill(process)

    def crawl(self) -> None:
        """Stops just after the crawl."""
        process = self.start()
        while process.is_alive() and not any(self.home.glob("runs/*/polls.jsonl")):
            process.join(0.002)
        _kill(process)

    def everything(self) -> dict[str, object]:
        """All records, without run ids and times."""
        store = open_store(self.settings)
        hits = store.search(Query("*", Everything()), sort="oldest", limit=1000, highlight=False).hits
        articles = [hit.article for hit in hits]
        records = {
            "articles": sorted(articles, key=lambda article: article.tagged.article.id),
            "stories": [store.story(story_id) for story_id in sorted({article.story_id for article in articles})],
            "alerts": sorted(store.alerts(), key=lambda alert: alert.id),
            "notifications": sorted(store.notifications(), key=lambda notification: notification.id),
            "feeds": store.feed_states(),
            "quarantine": store.quarantine(),
            "runs": [run.counts for run in store.runs()],
            "mails": sorted(path.name for path in (self.home / "mail").glob("*")),
        }
        store.close()
        return {name: _timeless(msgspec.to_builtins(value)) for name, value in records.items()}


def undisturbed(trial: Trial) -> dict[str, object]:
    """What one run leaves that nothing stops."""
    trial.add_feeds()
    trial.finish()
    records = trial.everything()
    assert records["articles"]
    assert records["alerts"]
    assert records["mails"]
    return records


def killed_and_run_again(trial: Trial, crawled: Path, mark: str, number: int) -> dict[str, object]:
    """What a run leaves that was killed at the point, and run again. crawled: a home that has its crawl already, for
    the points after it."""
    if list(MARKS).index(mark) >= _CRAWLED:
        shutil.copytree(crawled, trial.home, dirs_exist_ok=True)
    trial.add_feeds()
    trial.kill_at(mark, number)
    trial.server.reset()
    trial.finish()
    return trial.everything()


def _kill(process: ForkServerProcess) -> None:
    assert process.pid
    with suppress(ProcessLookupError):  # it may have ended by itself
        os.kill(process.pid, signal.SIGKILL)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.join()


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {key: _timeless(item) for key, item in value.items() if not _TIMES.search(key)}
    if isinstance(value, list | tuple):
        return json.loads(json.dumps([_timeless(item) for item in value]))
    return value
