"""veille alerts."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from processors.alerting.ledger import close as close_alert
from processors.cli.context import now, opened
from processors.cli.output import console, print_json
from processors.exceptions import NotFound
from processors.models.alerts import Alert, AlertStatus
from processors.store.interface import Store

app = typer.Typer(help="The alerts that were raised: list them, close them.", invoke_without_command=True)


@app.callback()
def list_(
    context: typer.Context,
    json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False,
    status: Annotated[AlertStatus | None, typer.Option(help="Only open or only closed ones.")] = None,
) -> None:
    """All alerts, newest first: one a rule and story, however many copies it has.

    Examples: `veille alerts`, `veille alerts --status open --json`, `veille alerts close ID`
    """
    if context.invoked_subcommand is not None:
        return
    with opened() as (_, store):
        alerts = store.alerts(status=status)
        if json:
            print_json([_line(alert) for alert in alerts])
            return
        out = console()
        out.print(f"{len(alerts)} alerts" if alerts else "no alerts; `veille run` raises them")
        for alert in alerts:
            facts = f"{alert.severity} · {alert.status} · {alert.raised_at:%Y-%m-%d %H:%M} · {alert.id}"
            out.print(f"\n[bold]{escape(alert.rule_id)}[/bold] [dim]{facts}[/dim]")
            for line in evidence_lines(store, alert):
                out.print(f"  {line}")


@app.command(no_args_is_help=True)
def close(alert_id: Annotated[str, typer.Argument(help="An alert's id.")]) -> None:
    """Close an alert; its story does not raise it again."""
    with opened() as (_, store):
        found = store.alerts(ids=[alert_id])
        if not found:
            raise NotFound(f"no alert {alert_id}; `veille alerts` shows them all")
        store.put_alert(close_alert(found[0], now()))
    console().print(f"closed {alert_id}")


def evidence_lines(store: Store, alert: Alert) -> list[str]:
    """For each piece of evidence its sentence and its headline, as rich markup."""
    articles = {found.tagged.article.id: found.tagged.article for found in store.articles(alert.articles)}
    lines = []
    for evidence in alert.evidence:
        article = articles.get(evidence.article_id)
        source = escape(f" — {article.source or article.title}, {article.timestamp:%Y-%m-%d}") if article else ""
        lines.append(f"[italic]{escape(evidence.sentence)}[/italic][dim]{source}[/dim]")
    return lines


def _line(alert: Alert) -> dict[str, object]:
    """An alert as scripts read it."""
    return {
        "id": alert.id,
        "rule": alert.rule_id,
        "story": alert.subject,
        "severity": alert.severity,
        "status": alert.status,
        "articles": list(alert.articles),
        "evidence": [evidence.sentence for evidence in alert.evidence],
        "raised": alert.raised_at,
    }
