"""`veille run` killed with its whole process group, at 54 seeded points, then run again: as if nothing had happened."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pytest

from processors.config import Settings
from processors.demo.site import SampleServer, SampleSite
from processors.models.feeds import Feed, FeedSettings
from processors.query.tree import Everything, Query
from processors.store.open import open_store

VEILLE = str(Path(sys.executable).with_name("veille"))
EPOCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOSTS = ("northwire.example", "poranek-baltycki.example", "elbkurier.example", "stepova-khvylia.example")
# What stands in the home when a verb begins or ends, and how long (seconds) what follows may take.
MARKS = {
    "nothing": ("", 1.5),
    "the draft of the plan": ("runs/*/plan.draft.json", 0.05),
    "the plan": ("runs/*/plan.json", 1.0),
    "the first page": ("runs/*/crawl/*.warc.gz*", 2.0),
    "the whole crawl": ("runs/*/polls.jsonl", 1.5),
    "the tagged articles": ("runs/*/tagged/*.jsonl", 0.4),
    "the commit": ("runs/*/done", 0.3),
    "the first mail": ("mail/*.eml", 0.05),
    "the last mail": ("mail/*.eml", 0.3),
}
POINTS = [(mark, number) for mark in MARKS for number in range(6)]
# feed_url: of a page that two feeds list, which one found it may depend on which answered first.
TIMES = re.compile(r"_(at|until)$|^(at|run_id|locator|timestamp|interval_seconds|claimed_by|etag|feed_url)$")


@pytest.fixture(scope="module")
def server() -> Iterator[SampleServer]:
    site = SampleSite.load(Settings().seeds / "sample_site", EPOCH)
    with site.serve() as serving:
        yield serving


@pytest.fixture(scope="module")
def undisturbed(server: SampleServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    home = prepare(tmp_path_factory.mktemp("undisturbed"), server)
    assert start(home).wait(timeout=300) == 0
    records = everything(home)
    assert records["articles"]
    assert records["alerts"]
    assert records["mails"]
    return records


@pytest.mark.parametrize(("mark", "number"), POINTS, ids=[f"{number}-after-{mark}" for mark, number in POINTS])
def test_killed_and_run_again(
    mark: str, number: int, server: SampleServer, undisturbed: dict[str, object], tmp_path: Path
) -> None:
    home = prepare(tmp_path, server)
    kill(start(home), home, *MARKS[mark], Random(f"{mark} {number}"))
    server.reset()
    assert start(home).wait(timeout=300) == 0
    assert everything(home) == undisturbed


def prepare(home: Path, server: SampleServer) -> Path:
    """A home whose feeds are four outlets of the sample site."""
    server.reset()
    store = open_store(Settings(home=home))
    reached = FeedSettings(proxy=server.proxy_url, allow_private=True)
    site = SampleSite.load(Settings().seeds / "sample_site", EPOCH)
    store.put_feeds(
        Feed(feed.url, feed.title, feed.language, feed.country, feed.category, settings=reached)
        for feed in site.feeds
        if feed.url.split("/")[2] in HOSTS
    )
    store.close()
    return home


def start(home: Path) -> subprocess.Popen[bytes]:
    """`veille run` in a process group of its own."""
    environment = {**os.environ, "VEILLE_HOME": str(home), "VEILLE_WORKERS": "2"}
    with (home / "run.log").open("ab") as log:
        return subprocess.Popen(
            [VEILLE, "run"], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )


def kill(process: subprocess.Popen[bytes], home: Path, pattern: str, longest: float, random: Random) -> None:
    """SIGKILL to the whole group, a seeded while after the pattern's first file is there."""
    while pattern and not any(home.glob(pattern)) and not ended(process, 0.002):
        pass
    ended(process, random.uniform(0, longest))
    with suppress(ProcessLookupError):  # it may have ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def everything(home: Path) -> dict[str, object]:
    """All records of a home, without run ids and times."""
    store = open_store(Settings(home=home))
    hits = store.search(Query("*", Everything()), sort="oldest", limit=1000, highlight=False).hits
    articles = [hit.article for hit in hits]
    records = {
        "articles": articles,
        "stories": [store.story(story_id) for story_id in sorted({article.story_id for article in articles})],
        "alerts": sorted(store.alerts(), key=lambda alert: alert.id),
        "notifications": sorted(store.notifications(), key=lambda notification: notification.id),
        "feeds": store.feed_states(),
        "quarantine": store.quarantine(),
        "runs": [run.counts for run in store.runs()],
        "mails": sorted(path.name for path in (home / "mail").glob("*")),
    }
    store.close()
    return {name: timeless(msgspec.to_builtins(value)) for name, value in records.items()}


def timeless(value: object) -> object:
    if isinstance(value, dict):
        return {key: timeless(item) for key, item in value.items() if not TIMES.search(key)}
    if isinstance(value, list | tuple):
        return json.loads(json.dumps([timeless(item) for item in value]))
    return value
