"""The six verbs, `run` that chains them, `ingest`, and the line modes of `tag` and `extract`.

A command imports its verb inside its body: spaCy alone takes a second, and `veille --help` should not wait for it.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from processors.alerting.rules import CompiledRule, load_rules
from processors.archive.places import found, is_there, write_whole
from processors.cli.context import configured, gazetteer, now, opened
from processors.cli.lines import pass_lines
from processors.cli.output import console, notes, print_json, progress
from processors.config import Settings
from processors.exceptions import InputError
from processors.models.runs import Run
from processors.pipeline.workspace import RunFolder, archive_of, leftovers, locked, owner_of, runs_folder

RunArgument = Annotated[str | None, typer.Argument(help="A run's id; the oldest unfinished run where left out.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Fail at once if another run is at work.")]


def register(app: typer.Typer) -> None:
    for name, command in (
        ("run", run),
        ("ingest", ingest),
        ("plan", plan),
        ("crawl", crawl),
        ("tag", tag),
        ("index", index),
        ("match", match),
        ("notify", notify),
        ("extract", extract),
    ):
        app.command(name=name)(command)


def run(
    no_wait: NoWait = False,
    json: Annotated[bool, typer.Option("--json", help="What was done, as JSON.")] = False,
) -> None:
    """Plan, crawl, tag, index, match and notify, once. Call it every 15 minutes, from cron or a timer.

    What an earlier run left unfinished comes first. Killed anywhere and called again, it loses and repeats nothing.
    """
    from processors.pipeline import run as running

    with opened() as (settings, store), _alone(settings, no_wait) as lock, progress() as report:
        outcome = running.run(store, settings, rules_of(settings), now, keep_open=(lock,), progress=report)
    if json:
        print_json(outcome)
        return
    for done in outcome.runs:
        console().print(summary(done))
    if not outcome.runs:
        console().print("no feed is due; `veille feeds list` shows when each was polled")
    console().print(f"{outcome.raised} alerts raised, {outcome.sent} notifications sent, {outcome.failed} failed")


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="WARC, HTML, JSON Lines or text files, or folders; - is stdin.")],
    backfill: Annotated[bool, typer.Option(help="Record matches, raise no alerts.")] = False,
    no_wait: NoWait = False,
) -> None:
    """Tag and index files: WARC (ours, or others' such as CC-NEWS), saved HTML, JSON Lines, or the seed's text form.

    Alerts follow with `veille match` and `veille notify`, or the next `veille run`.

    Examples:

    - `veille ingest seeds/articles`

    - `veille ingest CC-NEWS-20260101000000-00001.warc.gz --backfill`
    """
    from processors.pipeline import ingest as ingesting

    with opened() as (settings, store), _alone(settings, no_wait), progress() as report:
        done = ingesting.ingest(store, settings, paths, now(), alerting=not backfill, progress=report)
    console().print(summary(done))


def plan() -> None:
    """Decide which feeds are due, lease them, and write plan.json; prints the run's folder."""
    from processors.pipeline import plan as planning

    with opened() as (settings, store), _alone(settings, False):
        folder = planning.plan(store, settings.home, now())
    console().print(str(folder.path) if folder else "no feed is due", markup=False, soft_wrap=True)


def crawl(run_id: RunArgument = None) -> None:
    """Fetch the feeds and pages of a plan into the archive."""
    from processors.pipeline import crawl as crawling

    settings = configured()
    folder = _folder(settings, run_id)
    with _alone(settings, False) as lock:
        crawling.crawl(folder, archive_of(settings), contact=settings.contact, keep_open=(lock,))
    console().print(str(folder.polls), markup=False, soft_wrap=True)


def tag(
    run_id: RunArgument = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Tag JSON Lines from stdin to stdout.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Read a text from stdin; say what spoke for and against each topic.")
    ] = False,
) -> None:
    """Extract and tag a run's pages: language, entities, topics, events.

    With `--jsonl`: reads {"id","text","title"?,"lang"?,"url"?,"published_at"?} lines and writes one line each.

    Examples:

    - `echo '{"id":"1","text":"La France envoie 300 soldats au Mali."}' | veille tag --jsonl`

    - `echo 'La France envoie 300 soldats au Mali.' | veille tag --explain`
    """
    from processors.pipeline import run as running

    settings = configured()
    if jsonl or explain:
        from processors.tagging.explain import explain as explained
        from processors.tagging.jsonl import tag_lines
        from processors.tagging.tagger import Tagger, TextInput

        tagger = Tagger.load(settings.seeds)
        if jsonl:
            pass_lines(tag_lines(sys.stdin.buffer, tagger))
        else:
            for line in explained(TextInput(sys.stdin.read()), tagger):
                typer.echo(line)
        return
    folder = _folder(settings, run_id)
    with _alone(settings, False), progress() as report:
        running.tag_run(settings, folder, progress=report)
    console().print(str(folder.tagged), markup=False, soft_wrap=True)


def index(run_id: RunArgument = None) -> None:
    """Write a tagged run into the store: duplicates dropped, stories joined, one commit."""
    from processors.pipeline import index as indexing

    with opened() as (settings, store), _alone(settings, False), progress() as report:
        folder = _folder(settings, run_id)
        if not is_there(folder.polls) or not is_there(folder.tagged):
            raise InputError(f"run {folder.run_id} is not tagged; `veille tag {folder.run_id}` comes first")
        tagged = found(folder.tagged, "*.jsonl")
        done = indexing.index(store, folder.run_id, tagged, now(), polls=folder.polls, progress=report)
        write_whole(folder.done, b"")
    console().print(summary(done))


def match() -> None:
    """Run every rule against the articles of the committed runs not yet matched."""
    from processors.pipeline import match as matching

    with opened() as (settings, store), _alone(settings, False), progress() as report:
        raised = matching.match(store, rules_of(settings), now(), progress=report)
    console().print(f"{raised} alerts raised; `veille alerts` shows them")


def notify(
    digests_now: Annotated[bool, typer.Option("--digests-now", help="Send digests before their hour.")] = False,
) -> None:
    """Send what is due in the outbox: a mail an alert and recipient; digests, one a recipient, in the morning."""
    from processors.pipeline import notify as notifying

    with opened() as (settings, store), _alone(settings, False):
        rules, owner = rules_of(settings), owner_of(settings.home)
        sent = notifying.notify(store, settings, rules, now(), owner, digests_now=digests_now)
    console().print(f"{sent.sent} notifications sent, {sent.failed} failed, {sent.retried} to be tried again")


def extract(jsonl: Annotated[bool, typer.Option("--jsonl", help="Required: JSON Lines from stdin.")] = False) -> None:
    """Extract articles from {"id","url","html"} lines on standard input, one line each.

    Example: `veille extract --jsonl < pages.jsonl > articles.jsonl`
    """
    if not jsonl:
        raise typer.BadParameter("write `veille extract --jsonl < pages.jsonl`")
    from processors.extraction.jsonl import extract_lines

    pass_lines(extract_lines(sys.stdin.buffer, now()))


def rules_of(settings: Settings) -> tuple[CompiledRule, ...]:
    """The rules in force. Raises SeedError naming file, line and field: nothing starts with a bad rule."""
    return load_rules(settings.rules_path, gazetteer(settings.seeds))


def summary(run: Run) -> str:
    """One line: what became of each article of a run."""
    counts = ", ".join(f"{count} {name}" for name, count in run.counts.items() if count) or "no articles"
    return f"run {escape(run.id)}: {counts}"


def _folder(settings: Settings, run_id: str | None) -> RunFolder:
    """The run's folder; without an id the oldest unfinished one."""
    if run_id is None:
        unfinished = leftovers(runs_folder(settings.home))
        if not unfinished:
            raise InputError("no unfinished run; `veille plan` begins one")
        return unfinished[0]
    folder = RunFolder(runs_folder(settings.home) / run_id)
    if not is_there(folder.plan):
        raise InputError(f"no run {run_id} in {runs_folder(settings.home)}; `veille plan` begins one")
    return folder


def _alone(settings: Settings, no_wait: bool) -> AbstractContextManager[int]:
    """The home's lock; says so where it has to wait."""
    return locked(settings.home, wait=not no_wait, on_wait=lambda message: notes().print(message, markup=False))
