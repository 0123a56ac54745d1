"""Records → documents, as mappings/*.json describe them. The record lies in `document` or `record`, unindexed."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from processors.models.articles import Event, IndexedArticle, Party
from processors.models.stories import StoryMember
from processors.query.values import keyword, label
from processors.store import analysis
from processors.store.elasticsearch.cluster import Source
from processors.store.elasticsearch.compile import OTHER
from processors.urls import digest

Record = TypeVar("Record")
_ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?", re.ASCII)


def as_record(value: Any, type_: type[Record]) -> Record:
    return msgspec.convert(value, type_)


def key(*parts: str) -> str:
    """An id for what is known by long names, such as URLs: Elasticsearch takes 512 bytes at most."""
    return digest(*parts)


def stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def article(indexed: IndexedArticle, member: StoryMember, order: int) -> Source:
    made, tags = indexed.tagged.article, indexed.tagged.tags
    forms = [form for entity in tags.entities for form in entity.forms]
    forms += [entity.name for entity in tags.entities if not entity.id]
    return {
        **_common(indexed),
        "id": made.id,
        "order": order,
        "keys": member.keys,
        "author": _keywords("author", made.authors),
        "topic": _keywords("topic", [topic.id for topic in tags.topics]),
        "entity": _keywords("entity", [entity.id for entity in tags.entities]),
        "form": _keywords("form", forms),
        **_words("title", made.title, made.lang),
        **_words("body", made.text, made.lang),
        "events": [_tests(event) for event in tags.events],
        "member": member,
        "document": indexed,
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
        "headline": made.title,
        "url": made.url,
        "published": stamp(made.published_at),
        "seen": stamp(made.seen_at),
        "timestamp": stamp(made.timestamp),
        "lang": _keywords("lang", [made.lang]),
        "source": _keywords("source", [made.source]),
        "country": _keywords("country", [made.country or ""]),
    }


def _keywords(field: str, values: Any) -> list[str]:
    return sorted({keyword(field, value) for value in values if value})


def _words(field: str, text: str, lang: str) -> Source:
    """Our own analysis, ready-made, so that the index has only to split at spaces."""
    tokens, stems = analysis.analysed(text, lang)
    language = lang if lang in analysis.STEMMED else OTHER
    return {field: " ".join(tokens), f"{field}_{language}": " ".join(stems)}


def _tests(event: Event) -> Source:
    """What clauses on one event compare."""
    low, high = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    return {
        **_party("actor", event.actor, label),
        **_party("target", event.target, label),
        **_party("place", event.place, label),
        "topic": event.topic,
        "status": event.status,
        "low": low,
        "high": high,
        "top": high if high is not None else low,
    }


def _chart(event: Event) -> Source:
    low, high = (event.quantity.min, event.quantity.max) if event.quantity else (None, None)
    dated = event.date if event.date and _ISO_DATE.fullmatch(event.date) else None
    return {
        **_party("actor", event.actor, str),
        **_party("target", event.target, str),
        **_party("place", event.place, str),
        **_party("claimed_by", event.claimed_by, str),
        "topic": event.topic,
        "status": event.status,
        "low": low,
        "high": high,
        "date": dated,
        "evidence": event.evidence,
        "cameo": event.codes.get("cameo"),
        "plover": event.codes.get("plover"),
    }


def _party(field: str, party: Party | None, written: Any) -> Source:
    if party is None:
        return {}
    return {name: value for name, value in ((field, party.id), (f"{field}_label", written(party.label))) if value}
