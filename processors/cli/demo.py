"""veille demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from processors.alerting.rules import CompiledRule, load_rules
from processors.alerting.wording import figure
from processors.cli.alerts import evidence_lines
from processors.cli.context import configured, gazetteer, now
from processors.cli.output import console, notes, progress, table
from processors.cli.verbs import summary
from processors.config import Settings
from processors.models.alerts import Severity
from processors.models.articles import Event
from processors.pipeline.workspace import locked
from processors.query.tree import Everything, Query, Value
from processors.store.interface import Store
from processors.store.open import open_store

if TYPE_CHECKING:
    from processors.demo.demo import DemoOutcome

EVERYTHING = Query("*", Everything())
DEPLOYMENTS = Query("topic:troop-deployment", Value("topic", "troop-deployment"))
GRAVEST = tuple(reversed(Severity))
MOST = 12  # rows of a table that a screen still shows
SEARCHES = (
    'topic:troop-deployment AND entity:"North Korea"',
    'actor:"North Korea" AND quantity:>=5000',
    'entity:"Corée du Nord" AND text:"pacte de défense"',
)


def register(app: typer.Typer) -> None:
    app.command(name="demo")(demo)


def demo(
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Fail at once if another demo is at work.")] = False,
) -> None:
    """Crawl the sample site and the seed article, raise alerts, write the mails, and show what was found.

    Everything stays in VEILLE_HOME/demo, or in the server that VEILLE_STORE names if nothing else is in it; no mail is
    sent and no other site is asked. Run it again: nothing new.
    """
    from processors.demo.demo import demo_settings, run_demo

    settings = demo_settings(configured())
    rules = load_rules(settings.rules_path, gazetteer(settings.seeds))
    with (
        locked(settings.home, wait=not no_wait, on_wait=lambda message: notes().print(message)) as lock,
        progress() as report,
    ):
        store = open_store(settings)
        try:
            outcome = run_demo(store, settings, rules, now(), keep_open=(lock,), progress=report)
            show(store, settings, rules, outcome)
        finally:
            store.close()


def show(store: Store, settings: Settings, rules: tuple[CompiledRule, ...], outcome: DemoOutcome) -> None:
    """The summary: what came in, what it says, what was raised, and what to try next."""
    out = console()
    out.rule("[bold]Veille: from feeds to alerts", align="left")
    out.print(f"{outcome.requests} requests to the sample site; invented outlets, real HTTP", style="dim")
    for done in (outcome.seed, *outcome.crawl.runs):
        out.print(summary(done), style="dim")
    for title, field in (("Articles by language", "lang"), ("Topics", "topic")):
        buckets = store.facet(EVERYTHING, field, limit=12)
        rows = [(bucket.key, f"{bucket.count:,}") for bucket in buckets]
        out.print()
        out.print(table(title, (field, "articles#"), rows))
    out.print()
    out.print(table("Reported troop movements", ("who", "where", "how many", "status", "sources#"), _events(store)))
    _alerts(out, store, settings, rules)
    _try(out, settings)


def _events(store: Store) -> list[tuple[str, ...]]:
    """The deployments that say who and how many, most first."""
    sources: dict[tuple[int, tuple[str, ...]], set[str]] = {}
    for hit in store.search(DEPLOYMENTS, limit=500, highlight=False).hits:
        tagged = hit.article.tagged
        for event in tagged.tags.events:
            if event.topic == "troop-deployment" and event.actor and event.quantity and event.status != "denied":
                row = (event.actor.label, _where(event), figure(event.quantity), event.status)
                size = event.quantity.min or event.quantity.max or 0
                sources.setdefault((-size, row), set()).add(tagged.article.source or "seed article")
    return [(*row, str(len(names))) for (_, row), names in sorted(sources.items())][:MOST]


def _where(event: Event) -> str:
    """Where forces went: the country or area, and the place in it where the text names one."""
    named = [party.label for party in (event.target, event.place) if party]
    return " / ".join(dict.fromkeys(named)) or "?"


def _alerts(out: Console, store: Store, settings: Settings, rules: tuple[CompiledRule, ...]) -> None:
    names = {compiled.rule.id: compiled.rule.name for compiled in rules}
    alerts = store.alerts()
    out.print(f"\n[bold]Alerts[/bold] ({len(alerts)}, one a rule and story; the gravest first)")
    for alert in sorted(alerts, key=lambda alert: (GRAVEST.index(alert.severity), -len(alert.articles)))[:MOST]:
        copies = f", {len(alert.articles)} articles" if len(alert.articles) > 1 else ""
        name = escape(names.get(alert.rule_id, alert.rule_id))  # a rule that was removed since has its id only
        out.print(f"\n[bold]{name}[/bold] [dim]{alert.severity}{copies} · {alert.id}[/dim]")
        for line in evidence_lines(store, alert)[:1]:
            out.print(f"  {line}")
    if len(alerts) > MOST:
        out.print(
            f"\n… and {len(alerts) - MOST} more: VEILLE_HOME={settings.home} .venv/bin/veille alerts", style="dim"
        )
    mails = len(list((settings.home / "mail").glob("*.eml")))
    out.print(
        f"\n{mails} alert mails in {settings.home / 'mail'}; digests follow in the morning, as `veille notify` runs"
    )


def _try(out: Console, settings: Settings) -> None:
    out.print("\n[bold]Try[/bold]")
    for query in SEARCHES:
        out.print(f"  VEILLE_HOME={settings.home} .venv/bin/veille search '{escape(query)}'", soft_wrap=True)
    out.print(f"  VEILLE_HOME={settings.home} .venv/bin/veille report --out report.html", soft_wrap=True)
