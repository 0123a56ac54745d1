"""What the DAGs need around them: the sample site over HTTP, a mail server, a store that knows the site's feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec

from processors.config import Settings
from processors.demo.site import SampleSite
from processors.models.feeds import Feed, FeedSettings
from processors.store.open import open_store
from tests.dags.post import PostOffice, post_office
from tests.dags.standalone import REPOSITORY

USER, PASSWORD = "desk", "Passwort-der-Post-81c4"
STORE_PASSWORD = "Passwort-des-Speichers-57d2"
OPERATOR = "operator@news.example"
SENDER = "veille@news.example"


@dataclass(frozen=True)
class World:
    """variables: the environment of Airflow; settings: the same, for tests that look into the store; feeds: those of
    the sample site, as they are reached."""

    variables: dict[str, str]
    settings: Settings
    post: PostOffice
    feeds: list[Feed]


def store_connection(store: str) -> str:
    """The Airflow connection veille_elasticsearch to the store at an address, as an environment variable holds it."""
    parts = urlsplit(store)
    return json.dumps(
        {
            "conn_type": parts.scheme,
            "host": parts.hostname,
            "port": parts.port,
            "login": "veille",
            "password": STORE_PASSWORD,
            "extra": {"prefix": parse_qs(parts.query)["prefix"][0]},
        }
    )


@contextmanager
def world(base: Path, store: str, *, archive: str = "", at_once: int | None = None) -> Iterator[World]:
    """The sample site's feeds are in the store, or the first at_once of them; all else is below base, and so is the
    archive unless a URL is given."""
    settings = Settings(store=store, archive=archive or f"file://{base}/archive", home=base / "home", _env_file=None)
    site = SampleSite.load(REPOSITORY / "seeds" / "sample_site", datetime.now(UTC))
    with site.serve() as server, post_office(USER, PASSWORD) as post:
        reached = FeedSettings(proxy=server.proxy_url, allow_private=True, poll_minutes=60)
        feeds = [
            msgspec.convert({**msgspec.to_builtins(feed), "settings": msgspec.to_builtins(reached)}, Feed)
            for feed in site.feeds
        ]
        opened = open_store(settings)
        try:
            opened.put_feeds(feeds[:at_once])
        finally:
            opened.close()
        mail = {
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "port": post.port,
            "login": USER,
            "password": PASSWORD,
            "extra": {"disable_ssl": True, "from_email": SENDER},
        }
        variables = {
            "VEILLE_HOME": str(settings.home),
            "VEILLE_STORE": store,
            "VEILLE_ARCHIVE": settings.archive,
            "VEILLE_OPERATOR": OPERATOR,
            "VEILLE_WORKERS": "1",
            "AIRFLOW_CONN_VEILLE_SMTP": json.dumps(mail),
        }
        yield World(variables, settings, post, feeds)
