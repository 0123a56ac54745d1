"""Charts as inline SVG: pure functions of numbers. Colours are the page's classes c0 to c7, so that they follow its
light and dark scheme; every mark has a title that browsers show and screen readers say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from markupsafe import Markup, escape
from msgspec import Struct

COLOURS = 8  # c0 to c7; the last is for "other"
_ROOM = 1.25  # above and below the marks, for their arrows
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 12.0, 10.0, 26.0


class Column(Struct, frozen=True):
    """A stacked column. parts: a count for each key of the chart."""

    label: str
    parts: tuple[int, ...]


class Range(Struct, frozen=True):
    """A reported number. One end may be open (None). colour: 0 to COLOURS - 1."""

    at: datetime
    low: int | None
    high: int | None
    colour: int
    title: str


def bar(share: float, colour: int = 0) -> Markup:
    """A horizontal bar that fills this share (0 to 1) of its cell."""
    width = max(0.0, min(1.0, share)) * 100
    shape = f'<rect class="c{colour}" width="{width:.1f}%" height="12" rx="2"/>'
    return Markup(f'<svg class="bar" width="100%" height="12" aria-hidden="true">{shape}</svg>')


def stacked_columns(columns: Sequence[Column], keys: Sequence[str], title: str, *, width: int, height: int) -> Markup:
    """Columns side by side, each stacked from its parts in the order of keys. width, height: of the view box."""
    ticks = linear_ticks(max((sum(column.parts) for column in columns), default=0))
    top = ticks[-1] or 1
    plot = _Plot(width, height)
    step = plot.across / max(1, len(columns))
    shapes = [*_grid(plot, [(tick / top, f"{tick:,}") for tick in ticks])]
    every = max(1, math.ceil((20 + 7 * max((len(column.label) for column in columns), default=0)) / step))
    for number, column in enumerate(columns):
        left = plot.x(number / len(columns)) + step * 0.1
        base = 0
        for colour, (key, count) in enumerate(zip(keys, column.parts, strict=True)):
            if count:
                y, bottom = plot.y((base + count) / top), plot.y(base / top)
                base += count
                shapes.append(
                    f'<rect class="c{colour}" x="{left:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}"'
                    f' height="{bottom - y:.1f}"><title>{escape(f"{column.label}, {key}: {count:,}")}</title></rect>'
                )
        if number % every == 0:
            shapes.append(_label(left + step * 0.4, height - 8, column.label, "middle"))
    return _svg(plot, title, shapes)


def ranges_over_time(
    ranges: Sequence[Range], start: datetime, end: datetime, title: str, *, width: int, height: int
) -> Markup:
    """Reported numbers on a logarithmic scale: a dot for an exact one, a bar from low to high, an arrow for an open
    end. start, end: of the time axis; numbers below 1 stand at its foot."""
    values = [value for each in ranges for value in (each.low, each.high) if value]
    ticks = log_ticks(round(min(values, default=1) / _ROOM), math.ceil(max(values, default=10) * _ROOM))
    span = math.log10(ticks[-1] / ticks[0])
    plot = _Plot(width, height)

    def y(value: int) -> float:
        return plot.y(math.log10(max(value, ticks[0]) / ticks[0]) / span)

    shapes = [*_grid(plot, [(math.log10(tick / ticks[0]) / span, f"{tick:,}") for tick in ticks])]
    form = "%-d %b" if end - start < timedelta(days=300) else "%b %Y"
    shapes += [
        _label(plot.x(_share(day, start, end)), height - 8, day.strftime(form), "middle")
        for day in days(start, end, max(2, width // 110))
    ]
    for each in sorted(ranges, key=lambda item: item.at):
        x = plot.x(_share(each.at, start, end))
        shapes.append(f'<g class="c{each.colour}">{_mark(each, x, y)}<title>{escape(each.title)}</title></g>')
    return _svg(plot, title, shapes)


def linear_ticks(top: int) -> list[int]:
    """Three to six round numbers from 0 to at least `top`."""
    if top <= 4:
        return list(range(max(top, 1) + 1))
    rough = top / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(int(power * factor) for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [step * number for number in range(math.ceil(top / step) + 1)]


def log_ticks(low: int, high: int) -> list[int]:
    """Round numbers from at most `low` to at least `high`, evenly dense on a logarithmic scale: four or more where
    whole numbers allow it, about nine at most."""
    low, high = max(low, 1), max(high, low + 1, 2)
    exponents = range(int(math.log10(low)), math.ceil(math.log10(high)) + 1)
    chosen: list[int] = []
    for factors in ((10,), (10, 30), (10, 20, 50), (10, 15, 20, 30, 50, 70)):
        ticks = sorted({factor * 10**exponent // 10 for exponent in exponents for factor in factors})
        first = max(number for number, tick in enumerate(ticks) if tick <= low)
        last = min(number for number, tick in enumerate(ticks) if tick >= high or number == len(ticks) - 1)
        chosen = ticks[first : last + 1]
        if len(chosen) >= 4:
            break
    return chosen


def days(start: datetime, end: datetime, most: int) -> Iterator[datetime]:
    """At most about `most` midnights, evenly spaced, from start to end."""
    length = max(1, math.ceil((end - start) / timedelta(days=1)))
    day = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day <= end:
        yield day
        day += timedelta(days=math.ceil(length / most))


class _Plot(Struct, frozen=True):
    """The view box and the plot area in it; x and y take shares of its sides."""

    width: int
    height: int

    @property
    def across(self) -> float:
        return self.width - _LEFT - _RIGHT

    def x(self, share: float) -> float:
        return _LEFT + share * self.across

    def y(self, share: float) -> float:
        return self.height - _BOTTOM - share * (self.height - _TOP - _BOTTOM)


def _mark(each: Range, x: float, y: Callable[[int], float]) -> str:
    known = [value for value in (each.low, each.high) if value is not None]
    if not known:
        return ""
    top, bottom = y(max(known)), y(min(known))
    if each.low is not None and each.high is not None and each.low != each.high:
        return f'<rect x="{x - 4:.1f}" y="{top:.1f}" width="8" height="{max(bottom - top, 3):.1f}" rx="4"/>'
    dot = f'<circle cx="{x:.1f}" cy="{top:.1f}" r="5"/>'
    if each.low == each.high:
        return dot
    way = -1 if each.high is None else 1
    arrow = f"M{x - 1:.1f} {top:.1f}v{way * 12}h-4l5 {way * 7}l5 {-way * 7}h-4v{-way * 12}z"
    return f'{dot}<path d="{arrow}"/>'


def _grid(plot: _Plot, ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    for share, text in ticks:
        y = plot.y(share)
        yield f'<line class="grid" x1="{_LEFT}" x2="{plot.width - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _label(_LEFT - 8, y + 4, text, "end")


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _share(at: datetime, start: datetime, end: datetime) -> float:
    length = (end - start).total_seconds() or 1.0
    return min(1.0, max(0.0, (at - start).total_seconds() / length))


def _svg(plot: _Plot, title: str, shapes: Sequence[str]) -> Markup:
    opening = f'<svg class="chart" viewBox="0 0 {plot.width} {plot.height}" role="img" aria-label="{escape(title)}">'
    return Markup(f"{opening}{''.join(shapes)}</svg>")
