"""The demo: the sample site crawled over real HTTP and the seed article ingested, in a home of their own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.alerting.rules import CompiledRule
from processors.archive.places import write_whole
from processors.config import Settings
from processors.demo.site import SampleServer, SampleSite
from processors.exceptions import StoreError
from processors.models.feeds import Feed, FeedSettings
from processors.models.runs import Run
from processors.pipeline.ingest import ingest
from processors.pipeline.run import Outcome, run
from processors.pipeline.workspace import Progress, quiet
from processors.store.interface import Store


class DemoOutcome(Struct, frozen=True):
    """What the demo did. seed: the run of the seed article; requests: what the sample site was asked for."""

    seed: Run
    crawl: Outcome
    requests: int


# Addresses that nothing answers and that robots.txt forbids: every long list of feeds has some.
BROKEN = (
    Feed("http://closed-gazette.example/rss.xml", "The Closed Gazette", "en", "GB", "regional"),
    Feed("http://elbkurier.example/premium/feed.xml", "Elbkurier Premium", "de", "DE", "national"),
)


def demo_settings(settings: Settings) -> Settings:
    """The same settings in a home of their own, with mails as files whatever is configured.

    A server that VEILLE_STORE names is used; otherwise the embedded store in that home.
    """
    store = settings.store if settings.store_is_server else ""
    return settings.model_copy(
        update={"home": settings.home / "demo", "store": store, "archive": "", "smtp_url": None, "rules": None}
    )


def first_run_at(home: Path, now: datetime) -> datetime:
    """When the demo first ran in this home: the sample site's dates are relative to it."""
    path = home / "first-run"
    if not path.exists():
        write_whole(path, now.isoformat(timespec="seconds").encode())
    return datetime.fromisoformat(path.read_text())


def run_demo(
    store: Store,
    settings: Settings,
    rules: tuple[CompiledRule, ...],
    now: datetime,
    *,
    keep_open: tuple[int, ...] = (),
    progress: Progress = quiet,
) -> DemoOutcome:
    """Serves the sample site on a loopback port, crawls its feeds, ingests the seed article, raises alerts.

    Raises StoreError where a server holds anything but a demo: invented news must not mix with real ones.
    """
    site = SampleSite.load(settings.seeds / "sample_site", first_run_at(settings.home, now))
    if settings.store_is_server:
        _refuse_real(store, site)
    with site.serve() as server:
        store.put_feeds(_feeds(site, server))
        seed = ingest(store, settings, [settings.seeds / "articles"], now, progress=progress)
        outcome = run(store, settings, rules, lambda: now, keep_open=keep_open, progress=progress)
        return DemoOutcome(seed, outcome, len(server.requests))


def _feeds(site: SampleSite, server: SampleServer) -> list[Feed]:
    """The site's feeds, reached through its proxy, which is on loopback: refused unless the settings allow it."""
    reached = FeedSettings(proxy=server.proxy_url, allow_private=True, poll_minutes=0)
    feeds = [
        msgspec.convert({**msgspec.to_builtins(feed), "settings": msgspec.to_builtins(reached)}, Feed)
        for feed in site.feeds
    ]
    return feeds + [msgspec.structs.replace(feed, settings=reached) for feed in BROKEN]


def _refuse_real(store: Store, site: SampleSite) -> None:
    ours = {feed.url for feed in site.feeds} | {feed.url for feed in BROKEN}
    there = {feed.url for feed in store.feeds()}
    if there - ours or (not there and store.runs()):
        raise StoreError(
            "the demo's news are invented, and this store holds others: name an empty one in VEILLE_STORE "
            "(http://HOST:PORT?prefix=demo for names of its own), or leave it empty for the embedded store"
        )
