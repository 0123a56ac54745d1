"""The demo: the sample site crawled over real HTTP and the seed article ingested, in a home of their own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from processors.alerting.rules import CompiledRule
from processors.config import Settings
from processors.demo.site import SampleServer, SampleSite
from processors.models.feeds import Feed, FeedSettings
from processors.models.runs import Run
from processors.pipeline.ingest import ingest
from processors.pipeline.run import Outcome, run
from processors.pipeline.workspace import Progress, quiet, write_whole
from processors.store.interface import Store


class DemoOutcome(Struct, frozen=True):
    """What the demo did. seed: the run of the seed article; requests: what the sample site was asked for."""

    seed: Run
    crawl: Outcome
    requests: int


def demo_settings(settings: Settings) -> Settings:
    """The same settings in a home of their own, on the embedded store, with mails as files whatever is configured."""
    return settings.model_copy(
        update={"home": settings.home / "demo", "store": "", "archive": "", "smtp_url": None, "rules": None}
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
    """Serves the sample site on a loopback port, crawls its feeds, ingests the seed article, raises alerts."""
    site = SampleSite.load(settings.seeds / "sample_site", first_run_at(settings.home, now))
    seed = ingest(store, settings, [settings.seeds / "articles"], now, progress=progress)
    with site.serve() as server:
        store.put_feeds(_feeds(site, server))
        outcome = run(store, settings, rules, lambda: now, keep_open=keep_open, progress=progress)
        return DemoOutcome(seed, outcome, len(server.requests))


def _feeds(site: SampleSite, server: SampleServer) -> list[Feed]:
    """The site's feeds, reached through its proxy, which is on loopback: refused unless the settings allow it."""
    reached = FeedSettings(proxy=server.proxy_url, allow_private=True, poll_minutes=0)
    return [
        msgspec.convert({**msgspec.to_builtins(feed), "settings": msgspec.to_builtins(reached)}, Feed)
        for feed in site.feeds
    ]
