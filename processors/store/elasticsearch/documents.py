"""Records → documents, as mappings/*.json describe them. The record lies in `document` or `record`, unindexed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from processors.models.articles import Event, IndexedArticle, Party
from processors.models.stories import StoryMember
from processors.query.values import DENIED, keyword, label
from processors.store import analysis
from processors.store.elasticsearch.cluster import Source
from processors.store.elasticsearch.schema import analyzer_of
from processors.urls import digest

Record = TypeVar("Record")
LONGEST_SHOWN = 8_000  # letters: `ignore_above` of the mappings; Lucene takes 32,766 bytes of one value
_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)


def as_record(value: Any, type_: type[Record]) -> Record:
    return msgspec.convert(value, type_)


def key(*parts: str) -> str:
    """An id for what is known by long names, such as URLs: Elasticsearch takes 512 bytes at most."""
    return digest(*parts)


def stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def seconds(since: datetime | None, until: datetime) -> int | None:
    """How long it took, never below 0; None where the beginning is not known."""
    return max(0, round((until - since).total_seconds())) if since else None


def article(indexed: IndexedArticle, member: StoryMember, order: int) -> Source:
    made, tags = indexed.tagged.article, indexed.tagged.tags
    linked = [entity for entity in tags.entities if entity.id]
    return {
        **_common(indexed),
        **values(indexed),
        "id": made.id,
        "order": order,
        "keys": member.keys,
        "lag": seconds(made.published_at, made.seen_at),
        "entity_id": sorted({entity.id for entity in linked}),
        "entity_label": sorted({entity.name for entity in linked}),
        "about_country": sorted({entity.name for entity in linked if entity.type == "country"}),
        **_said(tags.events),
        **words("title", made.title, made.lang),
        **words("body", made.text, made.lang),
        "member": member,
        "document": indexed,
    }


def values(indexed: IndexedArticle) -> Source:
    """What clauses on keyword fields and on events compare."""
    made, tags = indexed.tagged.article, indexed.tagged.tags
    forms = [form for entity in tags.entities for form in entity.forms]
    forms += [entity.name for entity in tags.entities if not entity.id]
    return {
        "topic": _keywords("topic", [topic.id for topic in tags.topics]),
        "entity": sorted({name for entity in tags.entities if entity.id for name in (entity.id, entity.name)}),
        "form": _keywords("form", forms),
        "lang": _keywords("lang", [made.lang]),
        "source": _keywords("source", [made.source]),
        "country": _keywords("country", [made.country or ""]),
        "author": _keywords("author", made.authors),
        "events": [_tests(event) for event in tags.events],
    }


def events(indexed: IndexedArticle) -> list[tuple[str, Source]]:
    """(id, document) of each event of an article: what charts of events read."""
    id_ = indexed.tagged.article.id
    return [
        (event_id(id_, place), {**_common(indexed), **_chart(event), "id": event_id(id_, place), "article": id_})
        for place, event in enumerate(indexed.tagged.tags.events)
    ]


def event_id(article_id: str, place: int) -> str:
    return f"{article_id}-{place}"


def _common(indexed: IndexedArticle) -> Source:
    made = indexed.tagged.article
    return {
        "run": indexed.run_id,
        "story": indexed.story_id,
        "headline": shown(made.title),
        "url": shown(made.url),
        "published": stamp(made.published_at),
        "seen": stamp(made.seen_at),
        "timestamp": stamp(made.timestamp),
        "lang": _keywords("lang", [made.lang]),
        "source": _keywords("source", [made.source]),
        "country": _keywords("country", [made.country or ""]),
        "author": _keywords("author", made.authors),
    }


def shown(text: str) -> str:
    """What a chart shows of a text: all of it, or its beginning and an ellipsis, as the mappings ignore longer ones."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _keywords(field: str, values: Any) -> list[str]:
    return sorted({keyword(field, value) for value in values if value})


def words(field: str, text: str, lang: str) -> Source:
    """Our own tokens, where the index has only to split at spaces; and the text, which the server stems."""
    made = {field: " ".join(analysis.tokens(text))}
    if analyzer := analyzer_of(lang):
        made[f"{field}_{analyzer}"] = analysis.composed(text)
    return made


def _tests(event: Event) -> Source:
    """What clauses on one event compare."""
    low, high = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    return {
        **_party("actor", event.actor),
        **_party("target", event.target),
        **_party("place", event.place),
        "topic": event.topic,
        "status": event.status,
        "low": low,
        "high": high,
        "top": high if high is not None else low,
    }


def _said(events: Sequence[Event]) -> Source:
    """What the events say, taken together, for Kibana's search bar, which does not look into nested fields."""
    told = [event for event in events if event.status != DENIED]
    return {
        **{
            field: sorted({name for event in told for name in _names(getattr(event, field))})
            for field in ("actor", "target", "place")
        },
        "quantity": sorted({event.quantity.min for event in told if event.quantity and event.quantity.min is not None}),
        "status": sorted({event.status for event in events}),
    }


def _names(party: Party | None) -> list[str]:
    """What a person may call it: its QID and its English label."""
    return [name for name in (party.id, party.label) if name] if party else []


def _chart(event: Event) -> Source:
    """number: what a chart draws, the least that the text says, else the most."""
    low, high = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    parties = {field: getattr(event, field) for field in ("actor", "target", "place", "claimed_by")}
    dated = event.date if event.date and _ISO_DATE.fullmatch(event.date) else None
    return {
        **{field: _names(party) for field, party in parties.items()},
        **{f"{field}_label": party.label for field, party in parties.items() if party and party.label},
        "entity": sorted({name for party in parties.values() for name in _names(party)}),
        "topic": event.topic,
        "status": event.status,
        "low": low,
        "high": high,
        "number": low if low is not None else high,
        "date": dated,
        "evidence": event.evidence,
        "cameo": event.codes.get("cameo"),
        "plover": event.codes.get("plover"),
    }


def _party(field: str, party: Party | None) -> Source:
    if party is None:
        return {}
    return {name: value for name, value in ((field, party.id), (f"{field}_label", label(party.label))) if value}
