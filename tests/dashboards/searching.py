"""A Lens panel → the search that Kibana sends for it, and what a search bar's text finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.dashboards.checking import Json

_METRICS = {"sum": "sum", "average": "avg", "min": "min", "max": "max", "unique_count": "cardinality"}


def written(kql: str) -> Json:
    """KQL of fields, values, brackets, `and`, `or` and `not`, which Lucene's syntax writes in capitals."""
    parts = re.split(r'("[^"]*")', kql)
    capitals = [part if part.startswith('"') else re.sub(r"\b(and|or|not)\b", _capital, part) for part in parts]
    return {"query_string": {"query": "".join(capitals), "default_operator": "AND"}} if kql else {"match_all": {}}


def _capital(found: re.Match[str]) -> str:
    return found[0].upper()


def search(lens: Json, time: str, since: str) -> Json:
    """time: the data view's time field, "" for none; since: the dashboard's saved time range, such as now-30d."""
    layer = lens["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]["layer"]
    filters = [written(lens["attributes"]["state"]["query"]["query"])]
    if time:
        filters.append({"range": {time: {"gte": since, "lte": "now"}}})
    columns = layer["columns"]
    metrics = {id_: made for id_, column in columns.items() if (made := _metric(column))}
    aggregations: Json = metrics
    for id_ in reversed([id_ for id_ in layer["columnOrder"] if columns[id_]["isBucketed"]]):
        aggregations = {**metrics, id_: {**_bucket(columns[id_], columns), "aggs": aggregations}}
    return {"size": 0, "query": {"bool": {"filter": filters}}, "aggs": aggregations}


def _metric(column: Json) -> Json | None:
    field = column["sourceField"]
    match column["operationType"]:
        case "median":
            return {"percentiles": {"field": field, "percents": [50]}}
        case operation if operation in _METRICS:
            return {_METRICS[operation]: {"field": field}}
    return None


def _bucket(column: Json, columns: Json) -> Json:
    field, params = column["sourceField"], column["params"]
    if column["operationType"] == "date_histogram":
        return {"date_histogram": {"field": field, "calendar_interval": "day", "min_doc_count": 1}}
    ordered = params["orderBy"]["columnId"]
    path = {"count": "_count", "median": f"{ordered}.50"}.get(columns[ordered]["operationType"], ordered)
    return {"terms": {"field": field, "size": params["size"], "order": {path: params["orderDirection"]}}}


def buckets(answer: Json) -> set[tuple[Any, ...]]:
    """The keys of the innermost buckets with documents, each with those around it."""
    return set(_innermost(answer["aggregations"], ()))


def _innermost(node: Json, around: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = [part for part in node.values() if isinstance(part, dict) and "buckets" in part]
    if not inner and around:
        yield around
    for part in inner:
        for bucket in part["buckets"]:
            if bucket["doc_count"]:
                yield from _innermost(bucket, (*around, bucket["key"]))
