"""veille rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from processors.alerting.rules import CompiledRule, check_rules, load_rules
from processors.cli.context import gazetteer, now, opened
from processors.cli.hits import show_hits
from processors.cli.output import console, notes, print_json, print_notes, table
from processors.config import load_settings
from processors.exceptions import NotFound
from processors.query.parse import parse
from processors.tagging.topics import Taxonomy

app = typer.Typer(help="The rules that raise alerts: check, list and try them.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Argument(help="A folder of rule files; VEILLE_RULES where left out.")]


@app.command()
def check(folder: Folder = None) -> None:
    """Read every rule; errors name file, line and field, warnings what may not be meant. Exit code 2 on an error.

    Example: `veille rules check my-rules/`
    """
    rules = _load(folder)
    settings = load_settings()
    warnings = check_rules(rules, now(), [topic.id for topic in Taxonomy.load(settings.seeds / "topics").topics])
    for warning in warnings:
        notes().print(f"warning: {warning}", style="yellow", markup=False, soft_wrap=True)
    console().print(f"{len(rules)} rules, {len(warnings)} warnings")


@app.command(name="list")
def list_(folder: Folder = None, json: Annotated[bool, typer.Option("--json", help="A JSON list.")] = False) -> None:
    """All rules."""
    rules = _load(folder)
    if json:
        print_json([msgspec.to_builtins(compiled.rule) for compiled in rules])
        return
    rows = [
        (c.rule.id, c.rule.severity, c.rule.delivery, ", ".join(c.rule.recipients) or "nobody", c.rule.query)
        for c in rules
    ]
    console().print(table(f"{len(rules)} rules", ("id", "severity", "delivery", "recipients", "query"), rows))


@app.command(name="test", no_args_is_help=True)
def try_(
    rule: Annotated[str, typer.Argument(help="A rule's id, or a query.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Hits to show.")] = 5,
) -> None:
    """What a rule or a query finds now: the articles for which it would raise alerts if they came in today.

    Examples: `veille rules test dprk-troops-abroad`, `veille rules test 'actor:France AND quantity:>=500'`
    """
    with opened() as (settings, store):
        names = gazetteer(settings.seeds)
        known = {compiled.rule.id: compiled for compiled in load_rules(settings.rules_path, names)}
        if rule in known:
            query = known[rule].query
        elif re.fullmatch(r"[a-z0-9-]+", rule):
            raise NotFound(f"no rule {rule}; `veille rules list` shows them all (a word to search for: 'text:{rule}')")
        else:
            query = parse(rule, names)
        print_notes(query.notes)
        found = store.search(query, sort="newest", limit=limit)
        show_hits(found.total, found.hits)


def _load(folder: Path | None) -> tuple[CompiledRule, ...]:
    settings = load_settings()
    return load_rules(folder or settings.rules_path, gazetteer(settings.seeds))
