"""veille search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from processors.cli.context import gazetteer, instant, opened
from processors.cli.hits import Explained, bars, hit_line, show_facets, show_hits, write_csv, write_jsonl
from processors.cli.output import print_json, print_notes
from processors.query.parse import parse
from processors.query.tree import And, Instants, Node, Query, Value
from processors.store.interface import FACETS, Hit, Reason, SearchPage, Sort, Store
from processors.store.reasons import clauses

PAGE = 200  # hits at most that one request asks for; more are read from one state of the store


def register(app: typer.Typer) -> None:
    app.command(name="search", no_args_is_help=True)(search)


def search(
    query: Annotated[str, typer.Argument(help="A query; see the examples below.")],
    since: Annotated[str | None, typer.Option(help="Only from then on: 2024-11-05, 36h, 7d, 2w.")] = None,
    until: Annotated[str | None, typer.Option(help="Only up to then (a day: its end).")] = None,
    sort: Annotated[Sort, typer.Option(help="What comes first.")] = "relevance",
    limit: Annotated[int, typer.Option(min=1, help="Hits to show.")] = 10,
    everything: Annotated[bool, typer.Option("--all", help="All hits, however many: for exports.")] = False,
    facets: Annotated[str, typer.Option(help=f"Count all hits by any of {','.join(FACETS)}.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Say of each hit why it was found.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document: total, hits, facets.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="A line of JSON a hit.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets.")] = False,
) -> None:
    """Find articles.

    Words are stemmed in each article's own language; clauses are joined by AND. Fields: title, body, text, entity,
    topic, actor, target, place, quantity, status, lang, source, country, author, story, published, seen.

    Examples:

    - `veille search 'topic:troop-deployment AND entity:"North Korea"'`

    - `veille search 'actor:"North Korea" AND quantity:>=5000' --sort newest --explain`

    - `veille search '"pacte de défense" -lang:en' --since 7d --json --facets topic,source,day`

    - `veille search 'text:(déploy* OR deploy*) AND published:[2024-11-01 TO 2024-11-30]' --csv --all`
    """
    if json + jsonl + as_csv > 1:
        raise typer.BadParameter("one of --json, --jsonl and --csv")
    counted = _facets(facets)
    if counted and (jsonl or as_csv):
        raise typer.BadParameter("facets are shown as text or with --json", param_hint="--facets")
    with opened() as (settings, store):
        names = gazetteer(settings.seeds)
        parsed = within(parse(query, names), since, until)
        print_notes((*parsed.notes, *_unknown_topics(parsed.root, settings.seeds)))
        wanted = None if everything else limit
        if jsonl:
            write_jsonl(_explained(store, parsed, all_hits(store, parsed, sort, wanted), explain))
            return
        if as_csv:
            write_csv(_explained(store, parsed, all_hits(store, parsed, sort, wanted), explain), explained=explain)
            return
        page = first_hits(store, parsed, sort, wanted, counted)
        found = bars(page.facets, names)
        if json:
            told = [hit_line(hit, why) for hit, why in _explained(store, parsed, page.hits, explain)]
            print_json({"total": page.total, "hits": told, **({"facets": found} if counted else {})})
            return
        show_hits(page.total, page.hits, _reasons(store, parsed, page.hits) if explain else ())
        show_facets(found)


def _facets(text: str) -> list[str]:
    """The fields, in the order asked for."""
    found = list(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    for name in found:
        if name not in FACETS:
            raise typer.BadParameter(f"no facet {name!r}: choose of {', '.join(FACETS)}", param_hint="--facets")
    return found


def _unknown_topics(root: Node, seeds: Path) -> Iterator[str]:
    """By the names of the taxonomy's files, which are the topics' ids: to read them all would take a second."""
    wanted = {leaf.node.value for leaf in clauses(root) if isinstance(leaf.node, Value) and leaf.node.field == "topic"}
    known = {path.stem for path in (seeds / "topics").glob("*.yaml")} - {"common"}
    for topic in sorted(wanted - known):
        yield f"no topic has the id {topic!r}; known: {', '.join(sorted(known))}"


def within(query: Query, since: str | None, until: str | None) -> Query:
    """The query, restricted to timestamps in [since, until)."""
    if since is None and until is None:
        return query
    start, end = instant(since), instant(until, end=True)
    if start and end and start >= end:
        raise typer.BadParameter(f"{since} is not before {until}: nothing can be found", param_hint="--since")
    return msgspec.structs.replace(query, root=And((query.root, Instants("timestamp", start, end))))


def first_hits(store: Store, query: Query, sort: Sort, limit: int | None, facets: list[str]) -> SearchPage:
    """The total, the facets, and at most `limit` hits (None: all)."""
    if limit is not None and limit <= PAGE:
        return store.search(query, sort=sort, limit=limit, facets=facets)
    page = store.search(query, sort=sort, limit=1, highlight=False, facets=facets)
    return msgspec.structs.replace(page, hits=tuple(all_hits(store, query, sort, limit)))


def all_hits(store: Store, query: Query, sort: Sort, limit: int | None) -> Iterator[Hit]:
    """At most `limit` hits, as they come: in little memory."""
    if limit is not None and limit <= PAGE:
        return iter(store.search(query, sort=sort, limit=limit).hits)
    return islice(store.scan(query, sort=sort), limit)


def _explained(store: Store, query: Query, hits: Iterable[Hit], explain: bool) -> Iterator[Explained]:
    if not explain:
        yield from ((hit, None) for hit in hits)
        return
    left = iter(hits)
    while batch := list(islice(left, PAGE)):
        yield from zip(batch, _reasons(store, query, batch), strict=True)


def _reasons(store: Store, query: Query, hits: Iterable[Hit]) -> list[tuple[Reason, ...]]:
    return store.explain(query, [hit.article for hit in hits])
