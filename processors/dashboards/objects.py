"""Sources → Kibana's saved objects. Pure.

Versions are the lowest shapes that every Kibana 9 knows and migrates up itself: a file that says more than a server
knows is refused, one that says nothing goes through all migrations since 7.x and dies in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from processors.dashboards.lens import REFERENCE, Json, lens
from processors.dashboards.sources import Control, Dashboard, Panel, Search, Sources, View

CORE_VERSION = "8.8.0"
VERSIONS = {"index-pattern": "8.0.0", "lens": "8.9.0", "search": "10.2.0", "dashboard": "10.2.0"}
_INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
_DURATION = {"inputFormat": "seconds", "outputFormat": "humanizePrecise", "outputPrecision": 1, "useShortSuffix": True}
_OBEYED = ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations")


def saved_objects(sources: Sources) -> Iterator[Json]:
    """Each object before those that refer to it."""
    for view in sources.views:
        yield _view(view)
    for board in sources.dashboards:
        for panel in board.panels:
            yield _object("lens", panel.id, lens(panel), [_reference("index-pattern", panel.view, REFERENCE)])
        for search in board.searches:
            yield _search(search)
        yield _dashboard(board)


def _object(kind: str, id_: str, attributes: Json, references: list[Json]) -> Json:
    return {
        "type": kind,
        "id": id_,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": VERSIONS[kind],
    }


def _reference(kind: str, id_: str, name: str) -> Json:
    return {"type": kind, "id": id_, "name": name}


def _text(value: Any) -> str:
    """JSON inside JSON, as Kibana keeps whatever it does not index."""
    return msgspec.json.encode(value).decode()


def _view(view: View) -> Json:
    attributes: Json = {"title": view.id, "name": view.name, "allowNoIndex": True}
    if view.time:
        attributes["timeFieldName"] = view.time
    if view.durations:
        formats = {field: {"id": "duration", "params": _DURATION} for field in view.durations}
        attributes["fieldFormatMap"] = _text(formats)
    return _object("index-pattern", view.id, attributes, [])


def _search(search: Search) -> Json:
    source = {"query": _kql(search.filter), "filter": [], "indexRefName": _INDEX}
    attributes = {
        "title": search.title,
        "description": search.description,
        "columns": list(search.columns),
        "sort": [[search.sort, "desc"]],
        "grid": {},
        "hideChart": True,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text(source)},
    }
    return _object("search", search.id, attributes, [_reference("index-pattern", search.view, _INDEX)])


def _dashboard(board: Dashboard) -> Json:
    panels, references = [], []
    for kind, items in (("lens", board.panels), ("search", board.searches)):
        for item in items:
            panels.append(_panel(kind, item))
            references.append(_reference(kind, item.id, f"{item.id}:panel_{item.id}"))
    controls: Json = {}
    for control in board.controls:
        id_ = f"control-{control.view}-{control.field}"
        controls[id_] = _options(id_, len(controls), control)
        references.append(_reference("index-pattern", control.view, f"controlGroup_{id_}:optionsListDataView"))
    if board.slider:
        controls["control-time"] = _slider("control-time", len(controls))
    options = {
        "useMargins": True,
        "syncColors": False,
        "syncCursor": True,
        "syncTooltips": False,
        "hidePanelTitles": False,
    }
    attributes = {
        "title": board.title,
        "description": board.description,
        "panelsJSON": _text(panels),
        "optionsJSON": _text(options),
        "timeRestore": True,
        "timeFrom": board.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60000},
        "version": 3,
        "controlGroupInput": {
            "controlStyle": "oneLine",
            "chainingSystem": "HIERARCHICAL",
            "showApplySelections": False,
            "ignoreParentSettingsJSON": _text(dict.fromkeys(_OBEYED, False)),
            "panelsJSON": _text(controls),
        },
        "kibanaSavedObjectMeta": {"searchSourceJSON": _text({"query": _kql(""), "filter": []})},
    }
    return _object("dashboard", board.id, attributes, references)


def _panel(kind: str, item: Panel | Search) -> Json:
    x, y, width, height = item.at
    return {
        "type": kind,
        "panelIndex": item.id,
        "gridData": {"x": x, "y": y, "w": width, "h": height, "i": item.id},
        "embeddableConfig": {"enhancements": {}},
        "panelRefName": f"panel_{item.id}",
        "title": item.title,
    }


def _options(id_: str, order: int, control: Control) -> Json:
    chosen: Json = {
        "id": id_,
        "dataViewId": control.view,
        "fieldName": control.field,
        "title": control.title,
        "searchTechnique": "prefix",
        "selectedOptions": [],
    }
    return {"type": "optionsListControl", "order": order, "width": "medium", "grow": True, "explicitInput": chosen}


def _slider(id_: str, order: int) -> Json:
    explicit = {"id": id_, "title": "Time slider"}
    return {"type": "timeSlider", "order": order, "width": "large", "grow": True, "explicitInput": explicit}


def _kql(text: str) -> Json:
    return {"query": text, "language": "kuery"}
