"""veille store: the store that VEILLE_STORE names."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.cli.context import now
from processors.cli.output import console, notes, print_json
from processors.config import load_settings
from processors.pipeline.run import PIPELINE
from processors.pipeline.workspace import locked, owner_of
from processors.store.initialise import Initialised, initialise

app = typer.Typer(help="The store that VEILLE_STORE names: make it, bring it up to date.", no_args_is_help=True)


@app.callback()
def _only() -> None:
    """Keeps `init` a command of its own."""


@app.command(name="init")
def init(
    json: Annotated[bool, typer.Option("--json", help="One JSON document: store, made, migrated.")] = False,
) -> None:
    """Make what is missing in the store, and bring what an older Veille wrote to this version.

    Harmless at any time. On Elasticsearch an index with an older mapping is copied into a new one, which then takes its
    place; nothing can be written to it meanwhile. Ended in the middle, run it again.

    Examples:

    - `veille store init`

    - `VEILLE_STORE=https://elastic.internal:9200 veille store init --json`
    """
    settings = load_settings()
    with locked(settings.home, wait=True, on_wait=notes().print):
        done = initialise(settings, now, PIPELINE, owner_of(settings.home))
    if json:
        print_json(done)
    else:
        console().print(told(done), markup=False, soft_wrap=True)


def told(done: Initialised) -> str:
    """What was done, in one line."""
    parts = [f"made {', '.join(done.made)}"] if done.made else []
    for one in done.migrated:
        copied = f" ({one.documents:,} documents)" if one.documents is not None else ""
        parts.append(f"brought {one.name} from version {one.before} to {one.after}{copied}")
    return f"{done.store}: {'; '.join(parts) or 'everything is there and up to date'}"
