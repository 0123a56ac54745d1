"""Runs the real crawler process against real servers on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from processors.feeds.polls import read_polls
from processors.models.feeds import EntryPoll, Feed, FeedPoll, FeedSettings, Plan, PlannedFeed

FAST = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "2",
    "CONCURRENT_REQUESTS": "4",
}


class Crawl(msgspec.Struct):
    """A crawl that has ended. requests: URL → how often the server was asked."""

    out: Path
    code: int
    log: str
    requests: Counter[str]

    @property
    def feeds(self) -> dict[str, FeedPoll]:
        return {poll.feed_url: poll for poll in self._polls() if isinstance(poll, FeedPoll)}

    def entries(self, feed_url: str) -> dict[str, EntryPoll]:
        """The outcomes of a feed's entries, by address."""
        return {
            poll.entry.url: poll for poll in self._polls() if isinstance(poll, EntryPoll) and poll.feed_url == feed_url
        }

    def lines(self) -> list[tuple[str, str | None]]:
        return [(poll.feed_url, poll.entry.id if isinstance(poll, EntryPoll) else None) for poll in self._polls()]

    def _polls(self) -> list[FeedPoll | EntryPoll]:
        return list(read_polls(self.out / "polls.jsonl"))


def planned(url: str, proxy: str | None = None, *, allow_private: bool = False, **fields: object) -> PlannedFeed:
    settings = FeedSettings(proxy=proxy, allow_private=allow_private)
    return PlannedFeed(Feed(url, url, "en", "GB", settings=settings), **fields)  # type: ignore[arg-type]


def command(folder: Path, feeds: Iterable[PlannedFeed], **settings: str) -> list[str]:
    """The command line of a crawl of these feeds; its files go to folder/out."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = folder / "plan.json"
    plan.write_bytes(msgspec.json.encode(Plan("20261122T000000Z-test", datetime.now(UTC), tuple(feeds))))
    overrides = [part for name, value in {**FAST, **settings}.items() for part in ("-s", f"{name}={value}")]
    return [sys.executable, "-m", "crawlers", str(plan), str(folder / "out"), *overrides]


def environment() -> dict[str, str]:
    """This process's, with the repository and these tests importable, and no proxy of the machine's."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    here = Path(__file__).resolve().parent
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(here.parents[1]), str(here)]),
        "VEILLE_CONTACT": "test@main.example",
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(folder: Path, feeds: Iterable[PlannedFeed], server: object = None, **settings: str) -> Crawl:
    ended = subprocess.run(
        command(folder, feeds, **settings), env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    asked = Counter(request.url for request in getattr(server, "requests", ()))
    return Crawl(folder / "out", ended.returncode, ended.stdout + ended.stderr, asked)
