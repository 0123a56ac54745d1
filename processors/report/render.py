"""The report: one HTML page that needs nothing else, in light and dark, on screens wide and narrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from processors.alerting.wording import title_of, when
from processors.report.charts import COLOURS, Range, bar, ranges_over_time, stacked_columns
from processors.report.data import Coverage, ReportData, Reported, Row, gather
from processors.store.interface import Store

WIDE, HALF, NARROW = (980, 280), (480, 230), (350, 220)  # view boxes; the page shows the one that fits
MAX_PANELS = 4
Size = tuple[int, int]


class Panel(Struct, frozen=True):
    """The numbers reported for one movement, e.g. "North Korea → Russia"."""

    title: str
    chart: Markup
    reports: int


class Bar(Struct, frozen=True):
    name: str
    count: int
    bar: Markup


def render_report(store: Store, now: datetime, since: datetime | None = None, until: datetime | None = None) -> str:
    """The page on articles whose timestamp lies in [since, until), either end open, and on alerts raised then."""
    data = gather(store, now, since, until)
    legend, panels = troop_panels(data.reported, data.start, data.end)
    template = _templates().get_template("report.html.j2")
    return template.render(
        data=data,
        made=when(now),
        coverage=coverage_chart(data.coverage),
        topics=_bars([Row(title_of(row.name), row.count) for row in data.topics]),
        entities=_bars(data.entities),
        sources=_bars(data.top_sources),
        legend=legend,
        panels=panels,
        tiles=_tiles(data),
    )


def coverage_chart(coverage: Coverage) -> Markup:
    title = f"Articles per {coverage.unit}, by language"

    def draw(size: Size) -> Markup:
        return stacked_columns(coverage.columns, coverage.keys, title, width=size[0], height=size[1])

    return _responsive(draw)


def troop_panels(
    reported: Sequence[Reported], start: datetime, end: datetime
) -> tuple[tuple[tuple[int, str], ...], tuple[Panel, ...]]:
    """The legend (colour, source), and a panel for each movement that most is reported of."""
    sources = Counter(item.source for item in reported)
    ranked = [source for source, _ in sources.most_common()]
    shown = ranked if len(ranked) <= COLOURS else ranked[: COLOURS - 1]
    colours = {source: shown.index(source) if source in shown else COLOURS - 1 for source in ranked}
    legend = [*enumerate(shown)] + ([(COLOURS - 1, "other sources")] if len(shown) < len(ranked) else [])
    movements = Counter(item.who for item in reported if item.who != "not named").most_common(MAX_PANELS)
    size = HALF if len(movements) > 1 else WIDE
    panels = []
    for who, count in movements:
        ranges = [_range(item, colours[item.source]) for item in reported if item.who == who]
        panels.append(Panel(who, _panel_chart(who, ranges, start, end, size), count))
    return tuple(legend), tuple(panels)


def _panel_chart(who: str, ranges: Sequence[Range], start: datetime, end: datetime, wide: Size) -> Markup:
    """The time axis starts a little before the first report where the window is much longer."""
    first = min(each.at for each in ranges)
    start = max(start, first - max(timedelta(days=1), (end - first) / 10))

    def draw(size: Size) -> Markup:
        title = f"Troop numbers reported for {who}, over time, by source"
        return ranges_over_time(ranges, start, end, title, width=size[0], height=size[1])

    return _responsive(draw, wide)


def _range(item: Reported, colour: int) -> Range:
    title = f"{item.source}, {item.at:%-d %b %Y}: {item.count} ({item.status})"
    return Range(item.at, item.low, item.high, colour, title)


def _responsive(draw: Callable[[Size], Markup], wide: Size = WIDE) -> Markup:
    """The chart twice, drawn for wide and for narrow screens, so that its text is legible on both."""
    return Markup('<div class="wide">{}</div><div class="narrow">{}</div>').format(draw(wide), draw(NARROW))


def _bars(rows: Sequence[Row]) -> list[Bar]:
    top = max((row.count for row in rows), default=1)
    return [Bar(row.name, row.count, bar(row.count / top)) for row in rows]


def _tiles(data: ReportData) -> list[tuple[str, str]]:
    return [
        (f"{data.articles:,}", "articles"),
        (f"{data.sources:,}", "sources"),
        (f"{data.languages:,}", "languages"),
        (f"{len(data.reported):,}", "reported troop numbers"),
        (f"{data.alerts_total:,}", "alerts"),
    ]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("processors.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
