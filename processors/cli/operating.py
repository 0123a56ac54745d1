"""What an operator does now and then: maintain, reprocess, backfill, digest."""

from __future__ import annotations

from typing import Annotated

import typer

from processors.cli.context import now, opened
from processors.cli.output import console, notes, print_json, progress, table
from processors.cli.verbs import rules_of
from processors.exceptions import ArchiveError, InputError
from processors.pipeline.workspace import locked, owner_of

Json = Annotated[bool, typer.Option("--json", help="What was done, as JSON.")]


def register(app: typer.Typer) -> None:
    for name, command in (("maintain", maintain), ("reprocess", reprocess), ("backfill", backfill), ("digest", digest)):
        app.command(name=name)(command)


def maintain(json: Json = False) -> None:
    """Delete months that are not kept, try the quarantine again, and say which feeds fail or fell silent.

    `VEILLE_RETENTION_MONTHS` says how many months of coverage are kept; 0 keeps all. Alerts and the archive stay.

    Examples:

    - `VEILLE_RETENTION_MONTHS=24 veille maintain`

    - `veille maintain --json`
    """
    from processors.pipeline import maintain as maintaining

    with opened() as (settings, store), locked(settings.home, wait=True):
        done = maintaining.maintain(store, settings, now())
        troubled = maintaining.feed_health(store, now())
    if json:
        print_json({"done": done, "feeds": troubled})
        return
    console().print(
        f"{done['months']} months ({done['articles']} articles) deleted, {done['settled']} merged, "
        f"{done['leases']} ended leases dropped, "
        f"{done['rescued']} of {done['retried']} inputs left the quarantine"
    )
    if troubled:
        rows = [(found.url, found.trouble, found.detail) for found in troubled]
        console().print(table(f"{len(troubled)} feeds in trouble", ("feed", "trouble", "why"), rows))


def reprocess(
    month: Annotated[list[str], typer.Option(help="YYYY-MM of when articles were seen; repeatable; all is every one.")],
    source: Annotated[list[str] | None, typer.Option(help="Only articles of this host; repeatable.")] = None,
    step: Annotated[
        list[str] | None, typer.Option(help="extract, tag; both where left out. tag alone: from the stored text.")
    ] = None,
    json: Json = False,
) -> None:
    """Read articles anew from the archive under the tagger of now. Stories stay, no alert is raised.

    A month changes all at once; crawling and indexing go on meanwhile.

    Examples:

    - `veille reprocess --month 2026-10`

    - `veille reprocess --month 2026-09 --month 2026-10 --source bbc.co.uk`

    - `veille reprocess --month all --step tag`
    """
    from processors.pipeline import reprocess as reprocessing

    with opened() as (settings, store), locked(settings.home, wait=True), progress() as report:
        steps = tuple(step) if step else reprocessing.STEPS
        done = {
            each: reprocessing.reprocess_month(
                store, settings, each, now(), sources=source or (), steps=steps, progress=report
            )
            for each in reprocessing.months_of(store, month)
        }
    if json:
        print_json(done)
        return
    for each, counts in done.items():
        console().print(f"{each}: {counts['rebuilt']} articles rebuilt, {counts['kept']} kept")


def backfill(
    urls: Annotated[list[str], typer.Argument(help="URLs or paths of WARC files: s3://, https://, file://.")],
    json: Json = False,
) -> None:
    """Take old coverage in, file by file. It is searched and charted, and raises no alert.

    A file that cannot be read is named, and the others go on. Called again, it goes on where it stood.

    Examples:

    - `veille backfill s3://archive/CC-NEWS-20260101000000-00001.warc.gz`

    - `veille backfill old/*.warc.gz`
    """
    from processors.pipeline import backfill as backfilling

    done: dict[str, dict[str, int]] = {}
    failed: list[str] = []
    with opened() as (settings, store), locked(settings.home, wait=True), progress() as report:
        for url in urls:
            try:
                done[url] = backfilling.backfill(store, settings, url, now(), progress=report)
            except (InputError, ArchiveError) as error:
                failed.append(url)
                notes().print(f"veille: {error}", style="red", markup=False, soft_wrap=True)
    if json:
        print_json({"done": done, "failed": failed})
    for url, counts in () if json else done.items():
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no articles"
        console().print(f"{url}: {said}", markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)


def digest(json: Json = False) -> None:
    """Send digests now, before their hour; other notifications that are due go too.

    Example: `veille digest`
    """
    from processors.pipeline import notify as notifying

    with opened() as (settings, store), locked(settings.home, wait=True):
        owner = owner_of(settings.home)
        sent = notifying.notify(store, settings, rules_of(settings), now(), owner, digests_now=True)
    if json:
        print_json(sent)
        return
    console().print(f"{sent.sent} notifications sent, {sent.failed} failed, {sent.retried} to be tried again")
