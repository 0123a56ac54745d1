"""veille report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from processors.cli.context import instant, now, opened
from processors.cli.output import console, write_file


def register(app: typer.Typer) -> None:
    app.command(name="report")(report)


def report(
    out: Annotated[Path, typer.Option(help="The HTML file to write.")],
    since: Annotated[str, typer.Option(help="From then on: 2024-11-05, 36h, 7d, 4w.")] = "4w",
    until: Annotated[str | None, typer.Option(help="Up to then (a day: its end).")] = None,
) -> None:
    """Write one self-contained HTML page with charts: coverage, topics, reported troop numbers, alerts.

    Example: `veille report --out report.html --since 7d`
    """
    from processors.report.render import render_report

    with opened() as (_, store):
        page = render_report(store, now(), since=instant(since), until=instant(until, end=True))
    write_file(out, page)
    console().print(f"wrote {out} ({len(page) // 1024} kB); open it in a browser", markup=False, soft_wrap=True)
