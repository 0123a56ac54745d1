"""veille search."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Annotated

import msgspec
import typer
from msgspec import Struct
from rich.markup import escape

from processors.cli.context import gazetteer, instant, opened
from processors.cli.output import console, notes, print_json
from processors.query.parse import parse
from processors.query.tree import And, Instants, Query
from processors.store.interface import Hit, Sort, Store

PAGE = 200  # hits fetched at a time


class EntityHit(Struct):
    id: str
    name: str


class HitLine(Struct):
    """A hit as `--json` gives it: the same names as in queries."""

    id: str
    title: str
    url: str
    published: str | None
    seen: str
    lang: str
    source: str
    topic: list[str]
    entity: list[EntityHit]
    story: str
    highlights: list[str]


def register(app: typer.Typer) -> None:
    app.command(name="search", no_args_is_help=True)(search)


def search(
    query: Annotated[str, typer.Argument(help="A query; see the examples below.")],
    since: Annotated[str | None, typer.Option(help="Only from then on: 2024-11-05, 36h, 7d, 2w.")] = None,
    until: Annotated[str | None, typer.Option(help="Only up to then (a day: its end).")] = None,
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Hits to show.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="One JSON document: total and hits.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets.")] = False,
) -> None:
    """Find articles.

    Words are stemmed in each article's own language; clauses are joined by AND. Fields: title, body, text, entity,
    topic, actor, target, place, quantity, status, lang, source, country, author, story, published, seen.

    Examples:

    - `veille search 'topic:troop-deployment AND entity:"North Korea"'`

    - `veille search 'actor:"North Korea" AND quantity:>=5000' --sort newest`

    - `veille search '"pacte de défense" -lang:en' --since 7d --json`

    - `veille search 'text:(déploy* OR deploy*) AND published:[2024-11-01 TO 2024-11-30]' --csv`
    """
    if json and as_csv:
        raise typer.BadParameter("either --json or --csv")
    with opened() as (settings, store):
        parsed = within(parse(query, gazetteer(settings.seeds)), since, until)
        for note in parsed.notes:
            notes().print(f"note: {note}", style="yellow", markup=False)
        total, hits = first_hits(store, parsed, sort, limit)
        if as_csv:
            _write_csv([hit_line(hit) for hit in hits])
        elif json:
            print_json({"total": total, "hits": [hit_line(hit) for hit in hits]})
        else:
            show_hits(total, hits)


def within(query: Query, since: str | None, until: str | None) -> Query:
    """The query, restricted to timestamps in [since, until)."""
    if since is None and until is None:
        return query
    window = Instants("timestamp", instant(since), instant(until, end=True))
    return msgspec.structs.replace(query, root=And((query.root, window)))


def first_hits(store: Store, query: Query, sort: Sort, limit: int) -> tuple[int, list[Hit]]:
    """The total, and at most `limit` hits, fetched page by page."""
    hits: list[Hit] = []
    page = store.search(query, sort=sort, limit=min(limit, PAGE))
    hits.extend(page.hits)
    while page.cursor and len(hits) < limit:
        page = store.search(query, sort=sort, limit=min(limit - len(hits), PAGE), cursor=page.cursor)
        hits.extend(page.hits)
    return page.total, hits


def hit_line(hit: Hit) -> HitLine:
    tagged = hit.article.tagged
    article = tagged.article
    return HitLine(
        id=article.id,
        title=article.title,
        url=article.url,
        published=article.published_at.isoformat() if article.published_at else None,
        seen=article.seen_at.isoformat(),
        lang=article.lang,
        source=article.source,
        topic=[topic.id for topic in tagged.tags.topics],
        entity=[EntityHit(entity.id, entity.name) for entity in tagged.tags.entities],
        story=hit.article.story_id,
        highlights=list(hit.highlights),
    )


def show_hits(total: int, hits: Sequence[Hit]) -> None:
    """The hits as a person reads them."""
    out = console()
    out.print(f"{total} article{'' if total == 1 else 's'}{f', the first {len(hits)}' if total > len(hits) else ''}")
    for hit in hits:
        line = hit_line(hit)
        out.print(f"\n[bold]{escape(line.title or '(no title)')}[/bold]")
        facts = [line.source, line.lang, _when(line), *line.topic]
        out.print(escape(" · ".join(fact for fact in facts if fact)), style="dim")
        for highlight in line.highlights[:2]:
            out.print("  " + "".join(_marked(highlight)))
        out.print(f"  {escape(line.url or '(no address)')}  [dim]{line.id}[/dim]", soft_wrap=True)


def _when(line: HitLine) -> str:
    """When it was published; for an undated one, when it was seen, and that this is so."""
    return (line.published or f"undated, seen {line.seen}")[: 16 if line.published else 30].replace("T", " ")


def _marked(highlight: str) -> Iterator[str]:
    """The highlight as rich markup."""
    for number, part in enumerate(highlight.replace("</mark>", "<mark>").split("<mark>")):
        text = escape(unescape(part))
        yield f"[bold yellow]{text}[/bold yellow]" if number % 2 else text


def _write_csv(lines: list[HitLine]) -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow(HitLine.__struct_fields__)
    for line in lines:
        row = msgspec.to_builtins(line)
        row["topic"] = " ".join(line.topic)
        row["entity"] = "; ".join(entity.name for entity in line.entity)
        row["highlights"] = " … ".join(
            unescape(h).replace("<mark>", "").replace("</mark>", "") for h in line.highlights
        )
        writer.writerow([_harmless(value) for value in row.values()])


def _harmless(value: object) -> object:
    """A spreadsheet takes text that begins so for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
