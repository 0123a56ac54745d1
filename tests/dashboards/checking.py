"""What a file of saved objects must keep to, so that Kibana 9 imports it whole and every panel shows something.

Learned from exports of Kibana 8.8 to 9.4 and from its source: see docs/kibana.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

Json = dict[str, Any]
Fields = Mapping[str, str]  # name → type, of those that can be searched; aggregatable ones unless it is text

VERSIONS = {"index-pattern": "8.0.0", "lens": "8.9.0", "search": "10.2.0", "dashboard": "10.2.0"}
ATTRIBUTES = {
    "index-pattern": {"title", "name", "timeFieldName", "allowNoIndex", "fieldFormatMap"},
    "lens": {"title", "description", "visualizationType", "state"},
    "search": {
        "title", "description", "columns", "sort", "grid", "hideChart", "isTextBasedQuery", "timeRestore",
        "kibanaSavedObjectMeta",
    },
    "dashboard": {
        "title", "description", "panelsJSON", "optionsJSON", "timeRestore", "timeFrom", "timeTo", "refreshInterval",
        "version", "controlGroupInput", "kibanaSavedObjectMeta",
    },
}  # fmt: skip
STATE = {"visualization", "query", "filters", "datasourceStates", "internalReferences", "adHocDataViews"}
COLUMN = {"label", "customLabel", "dataType", "operationType", "isBucketed", "scale", "sourceField", "params"}
METRICS = {"count", "unique_count", "sum", "average", "median", "min", "max"}
BUCKETS = {"terms", "date_histogram"}
KINDS = {"keyword": "string", "text": "string", "long": "number", "date": "date", "boolean": "boolean"}
CHARTS = {"lnsXY", "lnsPie", "lnsHeatmap", "lnsDatatable"}
RECORDS = "___records___"
_KQL_FIELD = re.compile(r"([\w.]+) *(?::|[<>]=?)")


def objects(data: bytes) -> list[Json]:
    return [json.loads(line) for line in data.splitlines()]


def fields(mapping: Json) -> dict[str, str]:
    """The fields of one index as a chart can use them: aliases by the type of what they stand for, nothing nested."""
    found: dict[str, str] = {}
    aliases: dict[str, str] = {}

    def walk(properties: Json, prefix: str) -> None:
        for name, spec in properties.items():
            kind = spec.get("type", "object")
            if kind == "alias":
                aliases[prefix + name] = spec["path"]
            elif kind not in ("nested", "object"):
                found[prefix + name] = kind
            if kind != "nested":
                walk(spec.get("properties", {}) | spec.get("fields", {}), f"{prefix}{name}.")

    walk(mapping["properties"], "")
    return found | {name: found[path] for name, path in aliases.items()}


def problems(data: bytes, mappings: Mapping[str, Fields] | None = None) -> list[str]:
    """One line each, none where all is well. mappings: the fields behind each data view's title."""
    found = objects(data)
    there = Counter((one["type"], one["id"]) for one in found)
    views = {
        one["id"]: (mappings or {}).get(one["attributes"].get("title")) for one in found if _is(one, "index-pattern")
    }
    told = [f"{kind} {id_} is there twice" for (kind, id_), count in there.items() if count > 1]
    for one in found:
        where = f"{one['type']} {one['id']}"
        told += [f"{where}: {problem}" for problem in _of_object(one, set(there))]
        check = {"lens": _of_lens, "search": _of_search, "dashboard": _of_dashboard, "index-pattern": _of_view}
        told += [f"{where}: {problem}" for problem in check[one["type"]](one, views, mappings is not None)]
    shown = {ref["id"] for one in found if _is(one, "dashboard") for ref in one["references"]}
    told += [f"{one['type']} {one['id']} is on no dashboard" for one in found if one["type"] in ("lens", "search")
             and one["id"] not in shown]  # fmt: skip
    return told


def _is(one: Json, kind: str) -> bool:
    return bool(one["type"] == kind)


def _of_object(one: Json, there: set[tuple[str, str]]) -> Iterator[str]:
    kind = one["type"]
    if one.get("coreMigrationVersion") != "8.8.0" or one.get("typeMigrationVersion") != VERSIONS[kind]:
        yield "its versions are not those that every Kibana 9 knows"
    if extra := one["attributes"].keys() - ATTRIBUTES[kind]:
        yield f"unknown attributes {sorted(extra)}"
    if "title" not in one["attributes"]:
        yield "no title"
    names = [ref["name"] for ref in one["references"]]
    yield from (f"two references are named {name}" for name, count in Counter(names).items() if count > 1)
    for ref in one["references"]:
        if (ref["type"], ref["id"]) not in there:
            yield f"refers to {ref['type']} {ref['id']}, which is not there"


def _of_view(one: Json, views: Mapping[str, Fields | None], strict: bool) -> Iterator[str]:
    known, time = views[one["id"]], one["attributes"].get("timeFieldName")
    if strict and known is None:
        yield "its title is no index"
    if known is not None and time and known.get(time) != "date":
        yield f"its time {time} is no date"
    formats = json.loads(one["attributes"].get("fieldFormatMap", "{}"))
    yield from (f"formats {name}, which is no field" for name in formats if known is not None and name not in known)


def _of_lens(one: Json, views: Mapping[str, Fields | None], strict: bool) -> Iterator[str]:
    attributes = one["attributes"]
    state = attributes["state"]
    if state.keys() != STATE or attributes["visualizationType"] not in CHARTS:
        yield "is no state of a known chart"
    layers = state["datasourceStates"]["formBased"]["layers"]
    references = {ref["name"]: ref["id"] for ref in one["references"]}
    if references.keys() != {f"indexpattern-datasource-layer-{layer}" for layer in layers}:
        yield "each layer needs one reference to its data view, and there are no others"
    pointed = set(_pointed(state["visualization"]))
    for name, layer in layers.items():
        known = views.get(references.get(f"indexpattern-datasource-layer-{name}", ""))
        columns, order = layer["columns"], layer["columnOrder"]
        if list(columns) != order:
            yield f"layer {name}: columnOrder does not list its columns"
        buckets = [columns[id_]["isBucketed"] for id_ in order if id_ in columns]
        if buckets != sorted(buckets, reverse=True) or not buckets[0]:
            yield f"layer {name}: buckets must come first"
        if pointed != set(columns):
            yield f"layer {name}: shown and defined columns differ: {sorted(pointed ^ set(columns))}"
        for id_, column in columns.items():
            yield from (f"column {id_}: {problem}" for problem in _of_column(column, columns, known))
    yield from _of_query(state["query"], views.get(next(iter(references.values()), "")))


def _pointed(node: Any) -> Iterator[str]:
    """The columns that a visualization shows."""
    if isinstance(node, list):
        for item in node:
            yield from _pointed(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "columnId" or (key.lower().endswith("accessor") and isinstance(value, str)):
                yield value
            elif key in ("accessors", "primaryGroups", "metrics"):
                yield from value
            else:
                yield from _pointed(value)


def _of_column(column: Json, columns: Json, known: Fields | None) -> Iterator[str]:
    operation, field, kind = column["operationType"], column["sourceField"], column["dataType"]
    if column.keys() != COLUMN or operation not in METRICS | BUCKETS:
        yield f"is no column of an exported chart: {operation} {sorted(column.keys() ^ COLUMN)}"
    if column["isBucketed"] is not (operation in BUCKETS):
        yield "isBucketed is wrong"
    if (field == RECORDS) is not (operation == "count"):
        yield f"{operation} of {field}"
    if operation == "terms":
        by = column["params"]["orderBy"]
        if by.get("type") != "column" or columns.get(by.get("columnId"), {}).get("isBucketed") is not False:
            yield "is ordered by what is no value"
    if known is None or field == RECORDS:
        return
    if field not in known:
        yield f"{field} is no field"
    elif known[field] == "text":
        yield f"{field} is text and cannot be aggregated"
    elif operation == "date_histogram" and known[field] != "date":
        yield f"{field} is no date"
    elif operation in METRICS - {"unique_count"} and KINDS[known[field]] != kind:
        yield f"{operation} of {field} is a {KINDS[known[field]]}, not a {kind}"
    elif operation in ("sum", "average", "median") and KINDS[known[field]] != "number":
        yield f"{operation} of {field}, which is no number"
    elif operation == "terms" and KINDS[known[field]] != kind:
        yield f"{field} is a {KINDS[known[field]]}, not a {kind}"


def _of_query(query: Json, known: Fields | None) -> Iterator[str]:
    if query.keys() != {"query", "language"} or query["language"] != "kuery":
        yield "its query is no KQL"
    for name in _KQL_FIELD.findall(re.sub(r'"[^"]*"', '""', query["query"])):
        if known is not None and name not in known:
            yield f"its query names {name}, which is no field"


def _source(one: Json) -> Json:
    source: Json = json.loads(one["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return source


def _of_search(one: Json, views: Mapping[str, Fields | None], strict: bool) -> Iterator[str]:
    source = _source(one)
    if [source.get("indexRefName")] != [ref["name"] for ref in one["references"]]:
        yield "its index is not named by its one reference"
        return
    known = views.get(one["references"][0]["id"])
    yield from _of_query(source["query"], known)
    sorts = [name for name, direction in one["attributes"]["sort"] if direction in ("asc", "desc")]
    for name in [*one["attributes"]["columns"], *sorts]:
        if known is not None and name not in known:
            yield f"shows {name}, which is no field"
    if not sorts or (known is not None and any(known.get(name) == "text" for name in sorts)):
        yield "is not sorted by a field that can be"


def _of_dashboard(one: Json, views: Mapping[str, Fields | None], strict: bool) -> Iterator[str]:
    attributes = one["attributes"]
    references = {ref["name"]: ref for ref in one["references"]}
    used: set[str] = set()
    placed: list[Json] = []
    for panel in json.loads(attributes["panelsJSON"]):
        index, grid = panel["panelIndex"], panel["gridData"]
        name = f"{index}:{panel['panelRefName']}"
        used.add(name)
        if panel.keys() - {"type", "panelIndex", "gridData", "embeddableConfig", "panelRefName", "title"}:
            yield f"panel {index} has keys that no export has"
        if references.get(name, {}).get("type") != panel["type"]:
            yield f"panel {index} has no reference to its {panel['type']}"
        if grid["i"] != index or index in (other["i"] for other in placed):
            yield f"panel {index} has no index of its own"
        if min(grid["x"], grid["y"]) < 0 or min(grid["w"], grid["h"]) < 1 or grid["x"] + grid["w"] > 48:
            yield f"panel {index} lies outside the 48 columns"
        placed.append(grid)
    for a, b in combinations(placed, 2):
        across = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
        if across and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]:
            yield f"panels {a['i']} and {b['i']} overlap"
    for id_, control in json.loads(attributes["controlGroupInput"]["panelsJSON"]).items():
        if control["type"] == "timeSlider":
            continue
        name, chosen = f"controlGroup_{id_}:optionsListDataView", control["explicitInput"]
        used.add(name)
        view = references.get(name, {}).get("id")
        if (
            control["type"] != "optionsListControl"
            or view is None
            or view != chosen["dataViewId"]
            or chosen["id"] != id_
        ):
            yield f"control {id_} has no reference to its data view"
        known = views.get(view or "")
        if known is not None and known.get(chosen["fieldName"], "text") == "text":
            yield f"control {id_}: {chosen['fieldName']} is no field with values to choose from"
    yield from (f"reference {name} is not used" for name in references.keys() - used)
    if not (attributes["timeRestore"] and attributes["timeFrom"] and attributes["timeTo"]):
        yield "opens without a time range of its own"
    yield from _of_query(_source(one)["query"], None)
