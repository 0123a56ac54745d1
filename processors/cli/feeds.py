"""veille feeds: what is polled."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from processors.cli.context import opened
from processors.cli.output import console, print_json, table, write_file
from processors.exceptions import NotFound
from processors.feeds.opml import read_opml, write_opml
from processors.models.feeds import Feed, FeedSettings

app = typer.Typer(help="The feeds that are polled: add, list, import and export them.", no_args_is_help=True)


@app.command(no_args_is_help=True)
def add(
    url: Annotated[str, typer.Argument(help="Address of an RSS, Atom or JSON feed, or of a news sitemap.")],
    title: Annotated[str, typer.Option(help="Its name; the host where left out.")] = "",
    language: Annotated[str | None, typer.Option(help="ISO 639-1, e.g. fr.")] = None,
    country: Annotated[str | None, typer.Option(help="ISO 3166-1, e.g. FR, or INT.")] = None,
    category: Annotated[str | None, typer.Option(help="e.g. agency, ministry, think-tank.")] = None,
    poll_minutes: Annotated[int | None, typer.Option(min=1, max=10_080, help="Poll at this fixed interval.")] = None,
    proxy: Annotated[str | None, typer.Option(help="HTTP proxy for this feed, e.g. http://10.0.0.1:3128.")] = None,
    allow_private: Annotated[bool, typer.Option(help="Let it reach private and loopback addresses.")] = False,
) -> None:
    """Add a feed, or change one that is there.

    Example: `veille feeds add https://example.org/world.xml --language en --country GB`
    """
    host = urlsplit(url).hostname
    if urlsplit(url).scheme not in ("http", "https") or not host:
        raise typer.BadParameter(f"{url!r} is no http(s) address", param_hint="URL")
    if urlsplit(url).username is not None:
        raise typer.BadParameter(
            "leave user name and password out of the address: it is shown in lists", param_hint="URL"
        )
    settings = FeedSettings(proxy=proxy, allow_private=allow_private, poll_minutes=poll_minutes)
    with opened() as (_, store):
        store.put_feeds([Feed(url, title or host, language, country, category, settings=settings)])
    console().print(f"added {url}; `veille run` polls it", markup=False, soft_wrap=True)


@app.command(name="list")
def list_(json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False) -> None:
    """All feeds, with what became of their last poll."""
    with opened() as (_, store):
        feeds, states = store.feeds(), store.feed_states()
    if json:
        print_json([{**msgspec.to_builtins(f), "state": _summary(states.get(f.url))} for f in feeds])
        return
    rows = []
    for feed in feeds:
        state = states.get(feed.url)
        polled = f"{state.polled_at:%Y-%m-%d %H:%M}" if state and state.polled_at else "never"
        outcome = f"{state.outcome} {state.detail}".strip() if state else ""
        rows.append((feed.title, feed.language or "", feed.country or "", polled, outcome, feed.url))
    console().print(table(f"{len(feeds)} feeds", ("title", "lang", "country", "polled", "outcome", "address"), rows))


@app.command(name="import", no_args_is_help=True)
def import_(path: Annotated[Path, typer.Argument(help="An OPML file.")]) -> None:
    """Add the feeds of an OPML file.

    Example: `veille feeds import seeds/feeds.opml`
    """
    feeds = read_opml(path)
    with opened() as (_, store):
        known = {feed.url for feed in store.feeds()}
        store.put_feeds(feeds)
    fresh = sum(feed.url not in known for feed in feeds)
    console().print(f"{len(feeds)} feeds read from {path}, {fresh} of them new", markup=False, soft_wrap=True)


@app.command()
def export(out: Annotated[Path | None, typer.Option(help="A file; standard output where left out.")] = None) -> None:
    """Write all feeds as OPML."""
    with opened() as (_, store):
        text = write_opml(store.feeds())
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_file(out, text)


@app.command(no_args_is_help=True)
def remove(url: Annotated[str, typer.Argument(help="The feed's address.")]) -> None:
    """Stop polling a feed; its articles stay."""
    with opened() as (_, store):
        if not store.remove_feed(url):
            raise NotFound(f"no feed {url}; `veille feeds list` shows them all")
    console().print(f"removed {url}", markup=False, soft_wrap=True)


def _summary(state: object) -> object:
    """A feed's state without its long lists of seen entries."""
    if state is None:
        return None
    fields = msgspec.to_builtins(state)
    return {key: value for key, value in fields.items() if key not in ("seen", "feed_url")}
