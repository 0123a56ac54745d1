"""veille articles: one article, shown or taken down."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from processors.alerting.wording import figure, parties, place, standing
from processors.cli.context import now, opened
from processors.cli.output import console, print_json
from processors.exceptions import NotFound
from processors.models.articles import IndexedArticle

app = typer.Typer(help="One article: show it, or take it down.", no_args_is_help=True)


@app.command(no_args_is_help=True)
def show(
    article_id: Annotated[str, typer.Argument(help="An article's id, as `veille search` shows it.")],
    json: Annotated[bool, typer.Option("--json", help="Everything that is stored, as JSON.")] = False,
) -> None:
    """An article with its tags, events and text."""
    with opened() as (_, store):
        found = store.articles([article_id])
    if not found:
        raise NotFound(f"no article {article_id}; `veille search QUERY` shows ids")
    if json:
        print_json(msgspec.to_builtins(found[0]))
    else:
        _print(found[0])


@app.command(no_args_is_help=True)
def remove(
    article_id: Annotated[str, typer.Argument(help="An article's id.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "taken down",
) -> None:
    """Delete an article for good: a tombstone keeps later crawls from bringing it back."""
    with opened() as (_, store):
        if not store.remove_article(article_id, reason, now()):
            raise NotFound(f"no article {article_id}; `veille search QUERY` shows ids")
    console().print(f"removed {article_id}; no later crawl brings it back")


def _print(indexed: IndexedArticle) -> None:
    out, article, tags = console(), indexed.tagged.article, indexed.tagged.tags
    out.print(f"[bold]{escape(article.title or '(no title)')}[/bold]")
    published = f"{article.published_at:%Y-%m-%d %H:%M} UTC" if article.published_at else "no date"
    out.print(
        escape(" · ".join(filter(None, (article.source, *article.authors, published, article.lang)))), style="dim"
    )
    out.print(escape(article.url), soft_wrap=True)
    out.print(f"story {indexed.story_id} · run {indexed.run_id} · revision {indexed.revision}", style="dim")
    out.print(f"\n[bold]topics[/bold] {escape(', '.join(topic.id for topic in tags.topics) or 'none')}")
    names = ", ".join(f"{entity.name} ({entity.id or 'unlinked'}, {entity.count}×)" for entity in tags.entities)
    out.print(f"[bold]entities[/bold] {escape(names or 'none')}")
    for event in tags.events:
        told = filter(None, (parties(event) or "not named", place(event), figure(event.quantity), standing(event)))
        out.print(f"[bold]event[/bold] {event.topic}: {escape(', '.join(told))}")
        out.print(f"  {escape(event.evidence)}", style="italic")
    out.print(f"\n{escape(article.text)}")
