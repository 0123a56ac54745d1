"""What seeds/kibana/*.yaml say: data views in views.yaml, one dashboard in each other file."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from processors.exceptions import SeedError
from processors.seedfile import Document, read_yaml

COLUMNS = 48  # of Kibana's grid

Place = tuple[int, int, int, int]  # x, y, width, height in cells of the grid
Chart = Literal["columns", "bars", "lines", "donut", "heatmap", "table"]
Operation = Literal["count", "unique_count", "sum", "average", "median", "min", "max"]
Kind = Literal["string", "number", "boolean"]


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Base: a key that is not known is an error."""


class View(Source, frozen=True):
    """A data view. id: the alias, its title too. time: the field of the time picker, "" for none.

    durations: fields in seconds that are shown as durations.
    """

    id: str
    name: str
    time: str = ""
    durations: tuple[str, ...] = ()


class Buckets(Source, frozen=True):
    """What is counted by: the `size` first values of a field, or its time by `every` ("auto", "d", "h").

    by: the place of the value that orders them (0: the first). order: largest or smallest first.
    """

    field: str
    title: str
    every: str = ""
    size: int = 10
    by: int = 0
    order: Literal["desc", "asc"] = "desc"
    kind: Kind = "string"


class Value(Source, frozen=True):
    """What is measured. field: none for a count; date: the field is a time."""

    of: Operation
    title: str
    field: str = ""
    date: bool = False


class Panel(Source, frozen=True):
    """A chart. rows: x axis, slices or lines of the table, from the outside in; split: the parts of each bar."""

    id: str
    title: str
    at: Place
    view: str
    chart: Chart
    rows: tuple[Buckets, ...]
    values: tuple[Value, ...]
    split: Buckets | None = None
    filter: str = ""
    description: str = ""


class Search(Source, frozen=True):
    """A saved search, shown as a table of documents on its dashboard."""

    id: str
    title: str
    at: Place
    view: str
    columns: tuple[str, ...]
    sort: str
    filter: str = ""
    description: str = ""


class Control(Source, frozen=True):
    """A list of a field's values above the charts, to choose from."""

    field: str
    title: str
    view: str


class Dashboard(Source, frozen=True):
    """since: how far back it looks, such as now-30d. slider: whether it has a time slider."""

    id: str
    title: str
    description: str
    since: str
    panels: tuple[Panel, ...]
    searches: tuple[Search, ...] = ()
    controls: tuple[Control, ...] = ()
    slider: bool = True


class Sources(Struct, frozen=True):
    """All that one file of saved objects is made of."""

    views: tuple[View, ...]
    dashboards: tuple[Dashboard, ...]


def load_sources(folder: Path) -> Sources:
    """Reads and checks the folder. Raises SeedError naming file, line and field."""
    paths = sorted(folder.glob("*.yaml"))
    if folder / "views.yaml" not in paths:
        raise SeedError(folder / "views.yaml", "is not there: it lists the data views")
    views = read_yaml(folder / "views.yaml", tuple[View, ...]).value
    seen: set[str] = {view.id for view in views}
    dashboards = []
    for path in paths:
        if path.name != "views.yaml":
            document = read_yaml(path, Dashboard)
            _check(document, {view.id for view in views}, seen)
            dashboards.append(document.value)
    return Sources(views, tuple(dashboards))


def _check(document: Document[Dashboard], views: set[str], seen: set[str]) -> None:
    board = document.value
    _once(document, "", board.id, seen)
    placed: list[tuple[str, Place]] = []
    items: list[tuple[str, Panel | Search]] = [(f".panels[{place}]", item) for place, item in enumerate(board.panels)]
    items += [(f".searches[{place}]", item) for place, item in enumerate(board.searches)]
    for where, item in items:
        _once(document, where, item.id, seen)
        _known(document, f"{where}.view", item.view, views)
        placed.append((f"{where}.at", item.at))
    for number, control in enumerate(board.controls):
        _known(document, f".controls[{number}].view", control.view, views)
    for where, (x, y, width, height) in placed:
        if min(x, y) < 0 or min(width, height) < 1 or x + width > COLUMNS:
            raise document.error(where, f"must lie within {COLUMNS} columns: [x, y, width, height]", "at")
    for (_, one), (where, other) in combinations(placed, 2):
        if _overlap(one, other):
            raise document.error(where, "overlaps a panel above it in this file", "at")
    for number, panel in enumerate(board.panels):
        _check_panel(document, f".panels[{number}]", panel)


def _check_panel(document: Document[Any], where: str, panel: Panel) -> None:
    rows = {"table": (1, 4), "heatmap": (2, 2)}.get(panel.chart, (1, 1))
    if not rows[0] <= len(panel.rows) <= rows[1]:
        raise document.error(f"{where}.rows", f"a {panel.chart} needs {rows[0]} to {rows[1]} of them", "rows")
    most = 1 if panel.split or panel.chart in ("donut", "heatmap") else 8
    if not 1 <= len(panel.values) <= most:
        raise document.error(f"{where}.values", f"this chart shows 1 to {most} of them", "values")
    if panel.split and panel.chart not in ("columns", "bars", "lines"):
        raise document.error(f"{where}.split", f"a {panel.chart} has no parts: add it to rows", "split")
    for number, value in enumerate(panel.values):
        if bool(value.field) is (value.of == "count"):
            raise document.error(f"{where}.values[{number}]", "a count has no field, all others need one", "of")
    for buckets in (*panel.rows, *([panel.split] if panel.split else [])):
        if not buckets.every and not 0 <= buckets.by < len(panel.values):
            raise document.error(f"{where}.rows", f"{buckets.field} is ordered by a value that is not there", "by")


def _once(document: Document[Any], where: str, id_: str, seen: set[str]) -> None:
    if id_ in seen:
        raise document.error(f"{where}.id", f"{id_} is the id of something else too", "id")
    seen.add(id_)


def _known(document: Document[Any], where: str, view: str, views: set[str]) -> None:
    if view not in views:
        raise document.error(where, f"no data view {view}: views.yaml has {', '.join(sorted(views))}", "view")


def _overlap(one: Place, other: Place) -> bool:
    return all(one[axis] < other[axis] + other[axis + 2] and other[axis] < one[axis] + one[axis + 2] for axis in (0, 1))
