"""The `veille` command."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import version
from typing import Annotated

# Every process does one thing at a time; numpy's threads would only fight over the cores. Read when numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from processors.cli import (
    alerts,
    articles,
    dashboards,
    demo,
    doctor,
    evaluate,
    feeds,
    operating,
    quarantine,
    report,
    rules,
    search,
    store,
    verbs,
)
from processors.cli.output import notes
from processors.exceptions import VeilleError

app = typer.Typer(
    name="veille",
    help="Media monitoring for conflict and defence: from feeds to alerts with evidence.\n\n"
    "Try `veille demo`. For real feeds: `veille feeds import seeds/feeds.opml`, then `veille run` every 15 minutes.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
for room in (verbs, operating, search, report, demo, doctor, evaluate):
    room.register(app)
app.add_typer(alerts.app, name="alerts")
app.add_typer(rules.app, name="rules")
app.add_typer(feeds.app, name="feeds")
app.add_typer(articles.app, name="articles")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(store.app, name="store")
app.add_typer(dashboards.app, name="dashboards")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"veille {version('veille')}")
        raise typer.Exit


@app.callback()
def _options(
    version_: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Read before any command."""


def main() -> None:
    """Runs the command; an error that the user can mend becomes a message and its exit code."""
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # the store says itself what became of a request
    try:
        app()
    except VeilleError as error:
        notes().print(f"veille: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone, as `veille search … | head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
