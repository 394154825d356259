"""Numbers as small pictures: inline SVG that takes its colours from the stylesheet. Pure.

Each has its numbers in words too, for those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import NamedTuple

from markupsafe import Markup

from feeder.store.board import Run

MOST_BARS = 100
"""More are no picture any more; the latest are shown."""
_CROSS = 3.0
"""Half the width of the mark of a refresh that failed: its shape tells it, not its colour."""
_FEW, _QUICK = 3.0, 2.0
"""New entries and seconds that are as high as a chart at least: one entry is no mountain."""


class Bar(NamedTuple):
    """A number in a chart, with what it stands for in words; `failed` ones are marked."""

    value: float
    label: str = ""
    failed: bool = False


class Chart(NamedTuple):
    """How large a chart is, in its own units; it is as wide as the page lets it be."""

    width: int
    height: int


SPARK = Chart(96, 24)
WIDE = Chart(640, 96)


def bars(values: Sequence[Bar], summary: str, size: Chart = SPARK) -> Markup:
    """A bar for each value, from the left to the right; those that failed bear a cross."""
    shown = [bar._replace(value=_finite(bar.value)) for bar in values[-MOST_BARS:]]
    highest = max((bar.value for bar in shown), default=0.0)
    scale = size.height / max(highest, _FEW)
    step = size.width / max(len(shown), 12)
    # One path for all bars of a kind: a page has thousands of them.
    drawn: dict[str, list[str]] = {"bar": [], "none": [], "failed": [], "cross": []}
    for index, bar in enumerate(shown):
        kind = "failed" if bar.failed else ("bar" if bar.value else "none")
        drawn[kind].append(_bar(index * step, step, bar.value * scale, size))
        if bar.failed:
            drawn["cross"].append(_cross((index + 0.5) * step, size.height / 2, step))
    paths = [f'<path class="{kind}" d="{"".join(some)}"/>' for kind, some in drawn.items() if some]
    told = [_told(bar.label, n * step, step, size) for n, bar in enumerate(shown) if bar.label]
    return _picture(Markup("".join(paths)) + Markup("").join(told), summary, size)  # noqa: S704


def _bar(left: float, step: float, tall: float, size: Chart) -> str:
    width = _short(max(step - max(step * 0.2, 0.5), 0.5))
    tall = max(tall, 1.0)  # nothing is a line, so that it is seen that there was a refresh
    return f"M{_short(left)} {size.height}v-{_short(tall)}h{width}v{_short(tall)}z"


def _cross(x: float, y: float, room: float) -> str:
    half = min(_CROSS, room * 0.35)
    a, b, c, d = map(_short, (x - half, x + half, y - half, y + half))
    return f"M{a} {c}L{b} {d}M{a} {d}L{b} {c}"


def _told(label: str, left: float, step: float, size: Chart) -> Markup:
    """What a bar stands for, for whoever points at it or above it."""
    rect = Markup('<rect class="over" x="{}" y="0" width="{}" height="{}"><title>{}</title></rect>')
    return rect.format(_short(left), _short(step), size.height, label)


def line(values: Sequence[float], summary: str, size: Chart = SPARK) -> Markup:
    """A line through the values, with a dot at the last one."""
    shown = [_finite(value) for value in values[-MOST_BARS:]]
    if not shown:
        return _picture(Markup(), summary, size)
    highest = max(*shown, _QUICK)
    step = (size.width - 6) / max(len(shown) - 1, 1)
    points = [
        (3 + index * step, size.height - 3 - (size.height - 6) * value / highest)
        for index, value in enumerate(shown)
    ]
    path = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
    x, y = points[-1]
    drawn = Markup('<path class="line" d="M{}"/><circle class="dot" cx="{}" cy="{}" r="2.5"/>')
    return _picture(drawn.format(path, _short(x), _short(y)), summary, size)


def _picture(drawn: Markup, summary: str, size: Chart) -> Markup:
    svg = Markup(
        '<svg class="chart" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMid" role="img"'
        ' aria-label="{}">{}</svg>'
    )
    return svg.format(size.width, size.height, summary, drawn)


def _finite(value: float) -> float:
    return min(value, 1e12) if math.isfinite(value) and value > 0 else 0.0


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def new_entries(runs: Sequence[Run], size: Chart = SPARK) -> Markup:
    """New entries of the last refreshes, and which of these failed."""
    told = [Bar(run.new, _label(run) if size == WIDE else "", run.failed) for run in runs]
    return bars(told, _in_words(runs), size)


def seconds(runs: Sequence[Run], size: Chart = SPARK) -> Markup:
    """How long the last refreshes took."""
    taken = [run.seconds for run in runs]
    if not taken:
        return line((), "never refreshed yet", size)
    words = f"{brief(min(taken))} to {brief(max(taken))}, the last {brief(taken[-1])}"
    return line(taken, f"Time that {_times(len(runs))} took: {words}", size)


def brief(number: float) -> str:
    """Seconds as people say them."""
    if number < 10:
        return f"{number:.1f} s"
    return f"{number:.0f} s" if number < 120 else f"{number / 60:.0f} min"


def _in_words(runs: Sequence[Run]) -> str:
    if not runs:
        return "never refreshed yet"
    failed = sum(run.failed for run in runs)
    end = f"; {failed} failed" if failed else "; none failed"
    return f"{sum(run.new for run in runs)} new entries in {_times(len(runs))}{end}"


def _label(run: Run) -> str:
    return f"{_at(run.started)}: {'failed' if run.failed else f'{run.new} new'}"


def _times(number: int) -> str:
    return "the last refresh" if number == 1 else f"the last {number} refreshes"


def _at(moment: datetime) -> str:
    return f"{moment:%d %b %H:%M} UTC"


class Span(NamedTuple):
    """What all sources did in a piece of time; `seconds` is the median of their refreshes."""

    begins: datetime
    refreshes: int
    new: int
    failed: int
    seconds: float


def spans(runs: Sequence[Run], number: int = 48) -> list[Span]:
    """The time that the refreshes cover, in as many equal pieces."""
    if not runs:
        return []
    first, last = min(run.started for run in runs), max(run.started for run in runs)
    piece = (last - first) / number
    pieces: list[list[Run]] = [[] for _ in range(number if piece else 1)]
    for run in runs:
        index = int((run.started - first) / piece) if piece else 0
        pieces[min(index, len(pieces) - 1)].append(run)
    return [_span(some, first + piece * index) for index, some in enumerate(pieces)]


def _span(runs: Sequence[Run], begins: datetime) -> Span:
    return Span(
        begins,
        len(runs),
        sum(run.new for run in runs),
        sum(run.failed for run in runs),
        median(run.seconds for run in runs) if runs else 0.0,
    )
