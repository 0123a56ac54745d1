"""veille dashboards build: readable sources → the file that Kibana imports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from processors.dashboards.build import FILE, built, up_to_date
from processors.exceptions import SeedError
from processors.store.elasticsearch.schema import KINDS, mapping
from tests.cli.conftest import call
from tests.dashboards.checking import Json, fields, objects, problems

SEEDS = Path(__file__).parents[2] / "seeds" / "kibana"
DASHBOARDS = {"veille-coverage", "veille-alerts-board", "veille-deployments", "veille-feeds-board"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "kibana"))


def test_the_shipped_file_is_what_its_sources_make() -> None:
    assert up_to_date(SEEDS)


def test_the_shipped_file_has_no_problems_with_the_mappings() -> None:
    mappings = {f"veille-{kind}": fields(mapping(kind)) for kind in KINDS}
    assert problems((SEEDS / FILE).read_bytes(), mappings) == []


def test_four_dashboards_and_their_parts() -> None:
    found = objects(built(SEEDS))
    assert {one["id"] for one in found if one["type"] == "dashboard"} == DASHBOARDS
    titles = {one["attributes"]["title"] for one in found if one["type"] == "index-pattern"}
    assert titles >= {f"veille-{kind}" for kind in ("articles", "events", "alerts", "polls", "feeds")}
    types = {one["attributes"]["visualizationType"] for one in found if one["type"] == "lens"}
    assert types == {"lnsXY", "lnsPie", "lnsHeatmap", "lnsDatatable"}  # no maps, no scripts


def test_no_chart_of_events_counts_denied_ones() -> None:
    views = {"veille-events"}
    charts = [one for one in objects(built(SEEDS)) if one["type"] == "lens" and one["references"][0]["id"] in views]
    assert charts
    assert all("not status: denied" in one["attributes"]["state"]["query"]["query"] for one in charts)


def test_built_twice_gives_the_same_bytes(folder: Path) -> None:
    assert built(folder) == built(SEEDS) == built(folder)


VIEW = "view: veille-articles\n    chart"
WRONG = {
    "an unknown view": ("coverage.yaml", VIEW, VIEW.replace("articles", "artikel"), "no data view"),
    "an unknown chart": ("coverage.yaml", "chart: donut", "chart: pie", "Invalid enum value 'pie'"),
    "too wide": ("coverage.yaml", "at: [0, 0, 48, 14]", "at: [1, 0, 48, 14]", "48 columns"),
    "an overlap": ("coverage.yaml", "at: [24, 14, 24, 13]", "at: [23, 14, 24, 13]", "overlaps"),
    "an id twice": ("feeds.yaml", "id: veille-feeds-lag", "id: veille-coverage-topics", "something else too"),
    "a count of a field": ("feeds.yaml", "{of: count, title: Polls}", "{of: count, field: url, title: A}", "no field"),
    "a median of nothing": ("feeds.yaml", "{of: median, field: lag,", "{of: median,", "others need one"),
    "no such order": ("feeds.yaml", "rows: [{field: url, title: Feed, size: 50}]",
                      "rows: [{field: url, title: Feed, by: 3}]", "ordered by a value that is not there"),
    "parts of many values": ("alerts.yaml", "rows: [{field: rule, title: Rule, size: 50}]",
                         "split: {field: rule, title: A}\n    rows: [{field: rule, title: Rule}]", "1 to 1 of them"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_source_is_named_with_its_line(folder: Path, name: str, old: str, new: str, told: str) -> None:
    path = folder / name
    before, found, after = path.read_text().partition(old)
    assert found
    path.write_text(before + new + after)
    with pytest.raises(SeedError, match=told) as raised:
        built(folder)
    near = before.count("\n") + 1
    assert raised.value.path == path
    assert near <= (raised.value.line or 0) <= near + 4


def test_an_unknown_key_is_named_with_its_line(folder: Path) -> None:
    path = folder / "feeds.yaml"
    path.write_text(path.read_text() + "colour: red\n")
    with pytest.raises(SeedError, match="colour") as raised:
        built(folder)
    assert raised.value.line == path.read_text().count("\n")


def test_a_folder_without_views(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"views\.yaml: is not there"):
        built(tmp_path)


def change(kind: str, edit: Callable[[Json], Any]) -> bytes:
    """The shipped file with its first object of a type edited."""
    found = objects(built(SEEDS))
    edit(next(one for one in found if one["type"] == kind))
    return msgspec.json.Encoder().encode_lines(found)


def layer(one: Json) -> Json:
    made: Json = one["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]["layer"]
    return made


def panels(one: Json, edit: Callable[[list[Json]], Any]) -> None:
    found = json.loads(one["attributes"]["panelsJSON"])
    edit(found)
    one["attributes"]["panelsJSON"] = json.dumps(found)


BROKEN: dict[str, tuple[str, Callable[[Json], Any]]] = {
    "its versions": ("lens", lambda one: one.pop("typeMigrationVersion")),
    "its versions are": ("dashboard", lambda one: one.update(typeMigrationVersion="10.9.0")),
    "unknown attributes": ("dashboard", lambda one: one["attributes"].update(panels=[])),
    "each layer needs one reference": ("lens", lambda one: one["references"].clear()),
    "which is not there": ("lens", lambda one: one["references"][0].update(id="gone")),
    "two references are named": ("dashboard", lambda one: one["references"].append(one["references"][0])),
    "is not used": ("dashboard", lambda one: one["references"][0].update(name="other")),
    "columnOrder": ("lens", lambda one: layer(one)["columnOrder"].reverse()),
    "shown and defined columns differ": ("lens", lambda one: layer(one)["columns"].update(
        more=layer(one)["columns"]["value0"]) or layer(one)["columnOrder"].append("more")),
    "is no field": ("lens", lambda one: layer(one)["columns"]["split"].update(sourceField="topics")),
    "cannot be aggregated": ("lens", lambda one: layer(one)["columns"]["split"].update(sourceField="text")),
    "is no date": ("lens", lambda one: layer(one)["columns"]["row0"].update(
        operationType="date_histogram", sourceField="lag")),
    "is a number, not a string": ("lens", lambda one: layer(one)["columns"]["split"].update(sourceField="lag")),
    "ordered by what is no value": ("lens", lambda one: layer(one)["columns"]["split"]["params"]["orderBy"].update(
        columnId="row0")),
    "its query names": ("lens", lambda one: one["attributes"]["state"]["query"].update(query="colour: red")),
    "shows colour": ("search", lambda one: one["attributes"]["columns"].append("colour")),
    "its index is not named": ("search", lambda one: one["references"][0].update(name="other")),
    "overlap": ("dashboard", lambda one: panels(one, lambda found: found[1]["gridData"].update(y=13))),
    "outside the 48 columns": ("dashboard", lambda one: panels(one, lambda found: found[0]["gridData"].update(x=19))),
    "no index of its own": ("dashboard", lambda one: panels(one, lambda found: found[0]["gridData"].update(i="x"))),
    "has no reference to its lens": ("dashboard", lambda one: panels(one, lambda found: found[0].update(
        panelRefName="x"))),
    "is on no dashboard": ("dashboard", lambda one: (panels(one, list.clear), one["references"].clear())),
    "its title is no index": ("index-pattern", lambda one: one["attributes"].update(title="veille-*")),
    "its time": ("index-pattern", lambda one: one["attributes"].update(timeFieldName="topic")),
}  # fmt: skip


@pytest.mark.parametrize("told", BROKEN)
def test_the_check_sees_what_would_break(told: str) -> None:
    mappings = {f"veille-{kind}": fields(mapping(kind)) for kind in KINDS}
    assert any(re.search(told, problem) for problem in problems(change(*BROKEN[told]), mappings))


def test_the_command(folder: Path, tmp_path: Path) -> None:
    assert call(tmp_path, "dashboards", "build", "--check").returncode == 0
    source = folder / "coverage.yaml"
    source.write_text(source.read_text().replace("Top entities", "Who is in the news"))
    stale = call(tmp_path, "dashboards", "build", str(folder), "--check")
    assert stale.returncode == 1
    assert "run `veille dashboards build`" in stale.stderr
    assert "Who is in the news" not in (folder / FILE).read_text()
    assert call(tmp_path, "dashboards", "build", str(folder)).returncode == 0
    assert "Who is in the news" in (folder / FILE).read_text()
    assert call(tmp_path, "dashboards", "build", str(folder), "--check").returncode == 0
    source.write_text(source.read_text() + "colour: red\n")
    wrong = call(tmp_path, "dashboards", "build", str(folder))
    assert (wrong.returncode, "coverage.yaml:" in wrong.stderr) == (2, True)
