"""The query tree → Elasticsearch's query DSL. Pure. No query_string, no scripts: values are values only.

What speaks for relevance (words) is put where it scores, everything else in filters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from processors.query.events import names_status
from processors.query.tree import (
    And,
    EventClause,
    EventTest,
    Everything,
    Instants,
    Linked,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Value,
    Word,
)
from processors.query.values import DENIED
from processors.store import analysis

Dsl = dict[str, Any]
TOKENS = "whitespace"  # the analyzer of the unstemmed fields, which are given ready-made tokens
TITLE_WEIGHT = 8.0  # of a word in the title, against 1 in the body
_EXPANSIONS = 10_000  # words that a phrase with a * at its end may end with

NOTHING: Dsl = {"match_none": {}}
EVERYTHING: Dsl = {"match_all": {"boost": 0}}


def compiled(node: Node, languages: Collection[str], family: Callable[[str], Collection[str]]) -> Dsl:
    """The query that the tree stands for.

    languages: those to stem words in. family: a story's id → the ids of all stories that are one with it.
    """

    def walk(node: Node) -> Dsl:
        match node:
            case Word():
                return _word(node, languages)
            case Phrase():
                return _phrase(node)
            case Prefix():
                return _prefix(node)
            case And(parts=parts):
                return _all(list(map(walk, parts)))
            case Or(parts=parts):
                return _any(list(map(walk, parts)))
            case Not(part=part):
                return {"bool": {"must_not": [walk(part)]}}
            case Value(field="story", value=value):
                return _filter({"terms": {"story": sorted(family(value))}})
            case EventClause(test=test) | (EventTest() as test):
                return _filter(_event(test))
        return _filter(_value(node))

    return walk(node)


def _value(node: Node) -> Dsl:
    match node:
        case Linked(qids=qids, form=form):
            return {"terms": {"entity": list(qids)}} if qids else {"term": {"form": form}}
        case Value(field=field, value=value):
            return {"term": {field: value}}
        case Instants(field=field, start=start, end=end):
            bounds = ([("gte", start.isoformat())] if start else []) + ([("lt", end.isoformat())] if end else [])
            return {"range": {field: dict(bounds)}} if bounds else {"exists": {"field": field}}
        case Everything():
            return EVERYTHING
    raise TypeError(f"not a query: {node!r}")


def _word(node: Word, languages: Collection[str]) -> Dsl:
    """As it is in any language, or stemmed by the server in those of these that stem its script."""
    words = analysis.searched_words(node.text)
    if not words:
        return NOTHING
    tokens = list(map(analysis.token, words))
    choices = [_in_row(field, tokens) for field in node.fields]
    for language in sorted(set(languages) & set(analysis.stemmed_in(" ".join(tokens)))):
        choices += [_stemmed(f"{field}_{language}", words) for field in node.fields]
    return _any(choices)


def _phrase(node: Phrase) -> Dsl:
    tokens = analysis.tokens(node.text)
    if not tokens:
        return NOTHING
    if node.slop == 0 or len(tokens) == 1:
        return _any([_in_row(field, tokens) for field in node.fields])
    # each word on its own, for a word that stands twice in the phrase must stand twice in the text
    words = [{"match": {"query": token, "analyzer": TOKENS}} for token in tokens]
    rule = {"all_of": {"intervals": words, "ordered": True, "max_gaps": node.slop}}
    return _any([{"intervals": {field: {**rule, "boost": _weight(field)}}} for field in node.fields])


def _prefix(node: Prefix) -> Dsl:
    tokens = analysis.tokens(node.text)
    if not tokens:
        return NOTHING
    if len(tokens) == 1:
        return _any([{"prefix": {field: {"value": tokens[0], "boost": _weight(field)}}} for field in node.fields])
    row = {"query": " ".join(tokens), "analyzer": TOKENS, "max_expansions": _EXPANSIONS}
    return _any([{"match_phrase_prefix": {field: {**row, "boost": _weight(field)}}} for field in node.fields])


def _in_row(field: str, tokens: list[str]) -> Dsl:
    """Tokens one after another, as they are in the field."""
    if len(tokens) == 1:
        return {"term": {field: {"value": tokens[0], "boost": _weight(field)}}}
    return {"match_phrase": {field: {"query": " ".join(tokens), "analyzer": TOKENS, "boost": _weight(field)}}}


def _stemmed(field: str, words: list[str]) -> Dsl:
    return {"match_phrase": {field: {"query": " ".join(words), "boost": _weight(field)}}}


def _weight(field: str) -> float:
    return TITLE_WEIGHT if field.startswith("title") else 1.0


def _event(test: Node) -> Dsl:
    inner: Dsl = {"bool": {"filter": [_event_test(test)]}}
    if not names_status(test):
        inner["bool"]["must_not"] = [{"term": {"events.status": DENIED}}]
    return {"nested": {"path": "events", "query": inner, "score_mode": "none"}}


def _event_test(node: Node) -> Dsl:
    match node:
        case EventTest(field="quantity", low=low, high=high):
            conditions = [] if low is None else [{"range": {"events.low": {"gte": low}}}]
            if high is not None:
                conditions.append({"range": {"events.top": {"lte": high}}})
            return _all(conditions) if conditions else {"exists": {"field": "events.top"}}
        case EventTest(field="topic" | "status" as field, value=value):
            return {"term": {f"events.{field}": value}}
        case EventTest(field=field, qids=qids, value=value):
            if qids:
                return {"terms": {f"events.{field}": list(qids)}}
            return {"term": {f"events.{field}_label": value}} if value else NOTHING
        case And(parts=parts):
            return _all(map(_event_test, parts))
        case Or(parts=parts):
            return _any(map(_event_test, parts))
        case Not(part=part):
            return {"bool": {"must_not": [_event_test(part)]}}
    raise TypeError(f"not a test on one event: {node!r}")


def _filter(condition: Dsl) -> Dsl:
    return {"bool": {"filter": [condition]}}


def _all(conditions: Iterable[Dsl]) -> Dsl:
    found = list(conditions)
    return found[0] if len(found) == 1 else {"bool": {"must": found}}


def _any(conditions: Iterable[Dsl]) -> Dsl:
    found = list(conditions)
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}
