"""Hits and facets as people and scripts read them: text, JSON, JSON Lines, CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import unescape

import msgspec
from msgspec import UNSET, Struct, UnsetType
from rich.markup import escape

from processors.alerting.wording import figure, parties
from processors.cli.output import console, table
from processors.models.articles import Event
from processors.query.fields import Resolver, known_label
from processors.store.interface import Bucket, Hit, Reason


class EntityHit(Struct):
    id: str
    name: str


class WhyLine(Struct):
    """A clause that the article fulfils (`speaks`) or not. events: as `veille articles show ID --json` has them."""

    clause: str
    speaks: bool
    words: tuple[str, ...]
    events: list[Event]


class HitLine(Struct):
    """A hit as `--json` gives it: the same names as in queries. why: where it was asked for."""

    id: str
    title: str
    url: str
    published: datetime | None
    seen: datetime
    lang: str
    source: str
    topic: list[str]
    entity: list[EntityHit]
    story: str
    highlights: list[str]
    why: list[WhyLine] | UnsetType = UNSET


class Bar(Struct):
    """name: of an entity."""

    key: str
    count: int
    name: str | UnsetType = UNSET


Explained = tuple[Hit, Sequence[Reason] | None]


def hit_line(hit: Hit, reasons: Sequence[Reason] | None = None) -> HitLine:
    tagged = hit.article.tagged
    article = tagged.article
    return HitLine(
        id=article.id,
        title=article.title,
        url=article.url,
        published=article.published_at,
        seen=article.seen_at,
        lang=article.lang,
        source=article.source,
        topic=[topic.id for topic in tagged.tags.topics],
        entity=[EntityHit(entity.id, entity.name) for entity in tagged.tags.entities],
        story=hit.article.story_id,
        highlights=list(hit.highlights),
        why=UNSET if reasons is None else [_why(hit, reason) for reason in reasons],
    )


def _why(hit: Hit, reason: Reason) -> WhyLine:
    events = hit.article.tagged.tags.events
    return WhyLine(reason.clause, reason.speaks, reason.words, [events[place] for place in reason.events])


def bars(facets: Mapping[str, Sequence[Bucket]], names: Resolver) -> dict[str, list[Bar]]:
    """The facets, entities with their names."""
    return {
        field: [Bar(one.key, one.count, known_label(one.key, names) if field == "entity" else UNSET) for one in buckets]
        for field, buckets in facets.items()
    }


def show_hits(total: int, hits: Sequence[Hit], reasons: Sequence[Sequence[Reason]] = ()) -> None:
    """The hits as a person reads them. reasons: of each hit, where they were asked for."""
    out = console()
    out.print(f"{total} article{'' if total == 1 else 's'}{f', the first {len(hits)}' if total > len(hits) else ''}")
    for place, hit in enumerate(hits):
        line = hit_line(hit, reasons[place] if reasons else None)
        out.print(f"\n[bold]{escape(line.title or '(no title)')}[/bold]")
        facts = [line.source, line.lang, _when(line), *line.topic]
        out.print(escape(" · ".join(fact for fact in facts if fact)), style="dim")
        for highlight in line.highlights[:2]:
            out.print("  " + "".join(_marked(highlight)))
        for why in line.why or ():
            if why.speaks:
                out.print(f"  why: {'; '.join(_because(why))}", markup=False, style="cyan", soft_wrap=True)
        out.print(f"  {escape(line.url or _origin(hit))}  [dim]{line.id}[/dim]", soft_wrap=True)


def _because(why: WhyLine) -> Iterator[str]:
    """The clause, and what of the article speaks for it."""
    yield why.clause if not why.words else f"{why.clause} ({', '.join(f'“{word}”' for word in why.words)})"
    for event in why.events:
        facts = (event.topic, parties(event), figure(event.quantity), event.status)
        yield f"event {', '.join(filter(None, facts))}: “{event.evidence}”"


def _origin(hit: Hit) -> str:
    """What is known of where an article without an address came from."""
    article = hit.article.tagged.article
    return " · ".join(filter(None, ("no address", article.source, article.locator.file if article.locator else "")))


def _when(line: HitLine) -> str:
    """When it was published; for an undated one, when it was seen, and that this is so."""
    return f"{line.published:%Y-%m-%d %H:%M}" if line.published else f"undated, seen {line.seen:%Y-%m-%d %H:%M}"


def _marked(highlight: str) -> Iterator[str]:
    """The highlight as rich markup."""
    for number, part in enumerate(highlight.replace("</mark>", "<mark>").split("<mark>")):
        text = escape(unescape(part))
        yield f"[bold yellow]{text}[/bold yellow]" if number % 2 else text


def show_facets(facets: Mapping[str, Sequence[Bar]]) -> None:
    """A table a facet."""
    for field, found in facets.items():
        rows = [(f"{bar.name} ({bar.key})" if bar.name else bar.key, f"{bar.count:,}") for bar in found]
        console().print("", table(field, (field, "articles#"), rows))


def write_jsonl(hits: Iterable[Explained]) -> None:
    """A line a hit, as they come."""
    for hit, reasons in hits:
        sys.stdout.buffer.write(msgspec.json.encode(hit_line(hit, reasons)) + b"\n")


def write_csv(hits: Iterable[Explained], *, explained: bool) -> None:
    """A row a hit, as they come."""
    writer = csv.writer(sys.stdout)
    columns = HitLine.__struct_fields__
    writer.writerow(columns if explained else columns[:-1])
    for hit, reasons in hits:
        line = hit_line(hit, reasons)
        row = msgspec.to_builtins(line)
        row["topic"] = " ".join(line.topic)
        row["entity"] = "; ".join(entity.name for entity in line.entity)
        row["highlights"] = " … ".join(
            unescape(h).replace("<mark>", "").replace("</mark>", "") for h in line.highlights
        )
        if line.why:
            row["why"] = " | ".join("; ".join(_because(why)) for why in line.why if why.speaks)
        writer.writerow([_harmless(value) for value in row.values()])


def _harmless(value: object) -> object:
    """A spreadsheet takes text that begins so for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
