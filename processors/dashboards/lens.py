"""A panel → the attributes of a Lens object, as exports of Kibana 9 hold them. Pure."""

from __future__ import annotations

from typing import Any

from processors.dashboards.sources import Buckets, Panel, Value

Json = dict[str, Any]
LAYER = "layer"
REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
RECORDS = "___records___"  # what a count counts
_TYPES = {"donut": "lnsPie", "heatmap": "lnsHeatmap", "table": "lnsDatatable"}
_SERIES = {"columns": "bar_stacked", "bars": "bar_horizontal_stacked", "lines": "line"}
_SIDE_BY_SIDE = {"columns": "bar", "bars": "bar_horizontal"}  # several values, which do not add up


def lens(panel: Panel) -> Json:
    """No `version`: absent it stands for the oldest state shape, which every 9.x converts when it reads it."""
    columns = _columns(panel)
    layer = {"columns": columns, "columnOrder": list(columns), "incompleteColumns": {}, "sampling": 1}
    return {
        "title": panel.title,
        "description": panel.description,
        "visualizationType": _TYPES.get(panel.chart, "lnsXY"),
        "state": {
            "visualization": _visualization(panel),
            "query": {"query": panel.filter, "language": "kuery"},
            "filters": [],
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }


def _columns(panel: Panel) -> Json:
    """Buckets in nesting order, then values. Parts lie outside a time axis, so that they are the same at each time."""
    rows = {f"row{number}": _bucket(panel, buckets) for number, buckets in enumerate(panel.rows)}
    parts = {"split": _bucket(panel, panel.split)} if panel.split else {}
    values = {_value_id(number): _value(value) for number, value in enumerate(panel.values)}
    over_time = bool(panel.rows[0].every)
    return {**parts, **rows, **values} if over_time else {**rows, **parts, **values}


def _bucket(panel: Panel, buckets: Buckets) -> Json:
    common = {"label": buckets.title, "customLabel": True, "isBucketed": True, "sourceField": buckets.field}
    if buckets.every:
        params: Json = {"interval": buckets.every, "includeEmptyRows": True, "dropPartials": False}
        return {
            **common,
            "dataType": "date",
            "operationType": "date_histogram",
            "scale": "interval",
            "params": params,
        }
    params = {
        "size": buckets.size,
        "orderBy": {"type": "column", "columnId": _value_id(buckets.by)},
        "orderDirection": buckets.order,
        "otherBucket": False,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
    }
    return {**common, "dataType": buckets.kind, "operationType": "terms", "scale": "ordinal", "params": params}


def _value(value: Value) -> Json:
    number = value.of == "count"
    return {
        "label": value.title,
        "customLabel": True,
        "dataType": "date" if value.date else "number",
        "operationType": value.of,
        "isBucketed": False,
        "scale": "ratio",
        "sourceField": value.field or RECORDS,
        "params": {"emptyAsNull": not number},
    }


def _value_id(number: int) -> str:
    return f"value{number}"


def _visualization(panel: Panel) -> Json:
    layer = {"layerId": LAYER, "layerType": "data"}
    values = [_value_id(number) for number in range(len(panel.values))]
    rows = [f"row{number}" for number in range(len(panel.rows))]
    match panel.chart:
        case "donut":
            group = {
                **layer,
                "primaryGroups": rows,
                "metrics": values,
                "numberDisplay": "percent",
                "categoryDisplay": "default",
                "legendDisplay": "default",
                "nestedLegend": False,
            }
            return {"shape": "donut", "layers": [group]}
        case "heatmap":
            return _heatmap(layer)
        case "table":
            columns: list[Json] = [{"columnId": id_, "isTransposed": False} for id_ in (*rows, *values)]
            return {**layer, "columns": columns, "paging": {"size": 10, "enabled": True}}
    return _xy(panel, layer, values)


def _heatmap(layer: Json) -> Json:
    return {
        **layer,
        "shape": "heatmap",
        "yAccessor": "row0",
        "xAccessor": "row1",
        "valueAccessor": _value_id(0),
        "legend": {"isVisible": True, "position": "right", "type": "heatmap_legend"},
        "gridConfig": {
            "type": "heatmap_grid",
            "isCellLabelVisible": True,
            "isYAxisLabelVisible": True,
            "isXAxisLabelVisible": True,
            "isYAxisTitleVisible": True,
            "isXAxisTitleVisible": True,
        },
    }


def _xy(panel: Panel, layer: Json, values: list[str]) -> Json:
    series = (_SERIES if len(values) == 1 else {**_SERIES, **_SIDE_BY_SIDE})[panel.chart]
    drawn: Json = {**layer, "seriesType": series, "xAccessor": "row0", "accessors": values}
    if panel.split:
        drawn["splitAccessor"] = "split"
    return {
        "legend": {"isVisible": panel.split is not None or len(values) > 1, "position": "right"},
        "valueLabels": "hide",
        "fittingFunction": "None",
        "preferredSeriesType": series,
        "layers": [drawn],
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
    }
