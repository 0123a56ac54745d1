"""veille quarantine: inputs that could not be processed."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.cli.context import now, opened
from processors.cli.output import console, print_json, table
from processors.exceptions import NotFound
from processors.pipeline.workspace import locked

app = typer.Typer(help="Inputs that could not be processed: list them, try them again.", no_args_is_help=True)


@app.command(name="list")
def list_(json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False) -> None:
    """Every input in quarantine, with the reason."""
    with opened() as (_, store):
        items = store.quarantine()
    if json:
        print_json(items)
        return
    rows = [(item.id, item.stage, f"{item.at:%Y-%m-%d %H:%M}", item.reason, item.input) for item in items]
    console().print(table(f"{len(items)} in quarantine", ("id", "stage", "since", "reason", "input"), rows))


@app.command(name="retry")
def retry_(
    ids: Annotated[list[str] | None, typer.Argument(help="Their ids; all of them where left out.")] = None,
) -> None:
    """Read inputs again from the archive, after an upgrade or a mended setting. Alerts follow with `veille match`."""
    from processors.pipeline.retry import rescued, retry

    with opened() as (settings, store), locked(settings.home, wait=True):
        known = {item.id: item for item in store.quarantine()}
        missing = [id_ for id_ in ids or () if id_ not in known]
        if missing:
            raise NotFound(f"not in quarantine: {', '.join(missing)}; `veille quarantine list` shows what is")
        chosen = [known[id_] for id_ in ids or known]
        run = retry(store, settings, chosen, now())
    saved = rescued(run) if run else 0
    console().print(f"{len(chosen)} tried again, {saved} left the quarantine")
