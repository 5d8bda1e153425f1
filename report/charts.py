"""The forms that a chart of the report can have, as Vega-Lite. The rows come when the page is looked at.

A row has each dimension and each metric under its name, and each metric written out under ``<name>__text``.
Colours are variables of the page's style sheet, so that light, dark and paper need no second drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from report.metrics import Metric

Spec = dict[str, Any]
COLOURS = [f"var(--series-{number})" for number in range(1, 9)]
LINE = 26
ROOM = 1.4
"""How far an axis goes beyond the longest bar, so that its number fits behind it on a phone too."""
"""Pixels a bar takes with its space."""


def bars_over_time(dim: str, metric: Metric, colour: int = 1) -> Spec:
    """One number by week or month."""
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(color=COLOURS[colour - 1], cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(x=_time(dim), y=_value(metric), tooltip=_told((dim,), (metric,)))
    )
    return _drawn(chart, height=150)


def stack_over_time(
    dim: str, parts: str, metric: Metric, order: Sequence[str], colours: Sequence[str], is_share: bool = True
) -> Spec:
    """The parts of one number by week or month, as shares of it or as they are."""
    domain = alt.Scale(domain=list(order), range=list(colours))
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar()
        .encode(
            x=_time(dim),
            y=alt.Y(
                f"{metric.name}:Q",
                stack="normalize" if is_share else True,
                axis=alt.Axis(labelExpr=_written("percent" if is_share else metric.format)),
                title=None,
            ),
            color=alt.Color(f"{parts}:N", scale=domain, title=None, legend=alt.Legend(orient="top")),
            tooltip=_told((dim, parts), (metric,)),
        )
    )
    return _drawn(chart, height=200)


def ranked_bars(dim: str, metric: Metric, colour: int = 1, tips: Sequence[Metric] = ()) -> Spec:
    """One number by name, the largest first, written at its bar."""
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y(f"{dim}:N", sort=None, title=None),
        x=alt.X(
            f"{metric.name}:Q",
            axis=None,
        ),
        tooltip=_told((dim,), (metric, *tips)),
    )
    bars = base.mark_bar(color=COLOURS[colour - 1], cornerRadiusEnd=2)
    words = base.mark_text(align="left", dx=4, color="var(--ink)").encode(text=f"{metric.name}__text:N")
    room = (
        alt.Chart(alt.NamedData("rows"))
        .transform_calculate(room=f"datum['{metric.name}'] * {ROOM}")
        .mark_point(opacity=0, aria=False)
        .encode(x=alt.X("room:Q", axis=None))
    )
    return _drawn(alt.layer(bars, words, room), height=alt.Step(LINE))


def paired_bars(dim: str, first: Metric, second: Metric, colours: tuple[int, int] = (3, 2)) -> Spec:
    """Two numbers of the same kind side by side under each name."""
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .transform_fold([first.label, second.label], as_=["what", "value"])
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            y=alt.Y(f"{dim}:N", sort=None, title=None),
            yOffset=alt.YOffset("what:N", sort=[first.label, second.label]),
            x=alt.X("value:Q", title=None, axis=alt.Axis(labelExpr=_written(first.format), tickCount=4)),
            color=_of_two(first, second, colours),
            tooltip=_told((dim,), (first, second)),
        )
    )
    return _drawn(chart, height=alt.Step(14))


def paired_bars_over_time(dim: str, first: Metric, second: Metric, colours: tuple[int, int] = (5, 1)) -> Spec:
    """Two numbers of the same kind side by side in each month."""
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .transform_fold([first.label, second.label], as_=["what", "value"])
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X(
                f"utcyearmonth({dim}):O",
                title=None,
                axis=alt.Axis(format="%b %y", labelAngle=0, labelOverlap="parity", labelSeparation=6),
            ),
            xOffset=alt.XOffset("what:N", sort=[first.label, second.label]),
            y=alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=_written(first.format), tickCount=4)),
            color=_of_two(first, second, colours),
            tooltip=_told((dim,), (first, second)),
        )
    )
    return _drawn(chart, height=180)


def _of_two(first: Metric, second: Metric, colours: tuple[int, int]) -> alt.Color:
    """Which of two numbers a bar is."""
    return alt.Color(
        "what:N",
        scale=alt.Scale(domain=[first.label, second.label], range=[COLOURS[colour - 1] for colour in colours]),
        title=None,
        legend=alt.Legend(orient="top"),
    )


def ranges(dim: str, low: Metric, value: Metric, high: Metric, from_: Metric, to: Metric) -> Spec:
    """How far all models lie apart (thin), how far chance could move the chosen one (thick), and its own value."""
    base = alt.Chart(alt.NamedData("rows")).encode(
        y=alt.Y(f"{dim}:N", sort=None, title=None),
        tooltip=_told((dim,), (value, low, high, from_, to)),
    )
    axis = alt.Axis(labelExpr=_written("percent"), tickCount=5)
    all_models = base.mark_rule(color=COLOURS[4], strokeWidth=2).encode(
        x=alt.X(f"{low.name}:Q", title=None, axis=axis), x2=f"{high.name}:Q"
    )
    chance = base.mark_rule(color=COLOURS[0], strokeWidth=8, opacity=0.35, strokeCap="round").encode(
        x=alt.X(f"{from_.name}:Q", title=None, axis=axis), x2=f"{to.name}:Q"
    )
    own = base.mark_point(color=COLOURS[0], filled=True, size=90, opacity=1).encode(
        x=alt.X(f"{value.name}:Q", title=None, axis=axis)
    )
    return _drawn(alt.layer(all_models, chance, own), height=alt.Step(LINE))


def grid(
    across: str, down: str, metric: Metric, is_numbered: bool = True, tips: Sequence[Metric] = (), angle: int = 0
) -> Spec:
    """One number where two names meet: the more, the darker."""
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X(
            f"{across}:O",
            sort="ascending",
            title=None,
            axis=alt.Axis(orient="top", labelAngle=angle, labelOverlap=angle == 0, domain=False, ticks=False),
        ),
        y=alt.Y(f"{down}:O", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False)),
        tooltip=_told((across, down), (metric, *tips)),
    )
    cells = base.mark_rect(color=COLOURS[0], stroke="var(--card)", strokeWidth=1).encode(
        opacity=alt.Opacity(f"{metric.name}:Q", scale=alt.Scale(range=[0.04, 0.6], domainMin=0), legend=None)
    )
    if not is_numbered:
        return _drawn(cells, height=alt.Step(LINE))
    words = base.mark_text(color="var(--ink)", fontSize=11).encode(text=f"{metric.name}__text:N")
    return _drawn(alt.layer(cells, words), height=alt.Step(LINE))


def lines(x: str, metric: Metric, series: str, x_title: str) -> Spec:
    """One number along another, a line for each name."""
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_line(point=True)
        .encode(
            x=alt.X(f"{x}:O", title=x_title, axis=alt.Axis(labelAngle=0)),
            y=_value(metric),
            color=alt.Color(f"{series}:N", scale=alt.Scale(range=COLOURS), title=None, legend=alt.Legend(orient="top")),
            tooltip=_told((series, x), (metric,)),
        )
    )
    return _drawn(chart, height=240)


def columns(dim: str, metric: Metric, colour: int = 1, tips: Sequence[Metric] = ()) -> Spec:
    """One number by classes that have an order, written on top of its column."""
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X(f"{dim}:N", sort=None, title=None, axis=alt.Axis(labelAngle=0)),
        y=_value(metric),
        tooltip=_told((dim,), (metric, *tips)),
    )
    bars = base.mark_bar(color=COLOURS[colour - 1], cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
    words = base.mark_text(dy=-7, color="var(--ink)").encode(text=f"{metric.name}__text:N")
    return _drawn(alt.layer(bars, words), height=190)


def waterfall(dim: str, step: str, metric: Metric) -> Spec:
    """From the number of the first step to that of the last, what each step between adds or takes off."""
    rows = (
        alt.Chart(alt.NamedData("rows"))
        .transform_calculate(moved=f"datum.{step} === 99 ? 0 : datum['{metric.name}']")
        .transform_window(reached="sum(moved)", sort=[alt.SortField(step)])
        .transform_calculate(
            begun=f"datum.{step} === 1 || datum.{step} === 99 ? 0 : datum.reached - datum.moved",
            way=f"datum.{step} === 1 || datum.{step} === 99 ? 'whole' : datum.moved < 0 ? 'less' : 'more'",
        )
    )
    base = rows.encode(
        y=alt.Y(f"{dim}:N", sort=alt.EncodingSortField(step, order="ascending"), title=None),
        tooltip=_told((dim,), (metric,)),
    )
    bars = base.mark_bar(cornerRadius=2).encode(
        x=alt.X("begun:Q", title=None, axis=alt.Axis(labelExpr=_written(metric.format), tickCount=4)),
        x2="reached:Q",
        color=alt.Color(
            "way:N",
            scale=alt.Scale(domain=["whole", "more", "less"], range=[COLOURS[0], COLOURS[2], COLOURS[1]]),
            legend=None,
        ),
    )
    words = base.mark_text(align="left", dx=4, color="var(--ink)").encode(
        x=alt.X("edge:Q"), text=f"{metric.name}__text:N"
    )
    reach = "max(datum.begun, datum.reached)"
    room = (
        rows.transform_calculate(room=f"{reach} * {ROOM}").mark_point(opacity=0, aria=False).encode(x=alt.X("room:Q"))
    )
    return _drawn(alt.layer(bars, words.transform_calculate(edge=reach), room), height=alt.Step(LINE))


def sparkline(dim: str, metric: Metric, threshold: str) -> Spec:
    """A number by month against the line that it should not cross."""
    base = alt.Chart(alt.NamedData("rows")).encode(x=alt.X(f"utcyearmonth({dim}):O", axis=None))
    course = base.mark_line(color=COLOURS[0], point=True).encode(
        y=alt.Y(f"{metric.name}:Q", axis=None, scale=alt.Scale(domainMin=0)), tooltip=_told((dim,), (metric,))
    )
    limit = base.mark_line(color="var(--bad)", strokeDash=[4, 3]).encode(y=alt.Y(f"{threshold}:Q", axis=None))
    return _drawn(alt.layer(course, limit), height=64)


def _time(dim: str) -> alt.X:
    if dim == "month":
        return alt.X(
            f"utcyearmonth({dim}):O",
            title=None,
            axis=alt.Axis(format="%b %y", labelAngle=0, labelOverlap="parity", labelSeparation=6),
        )
    return alt.X(
        f"utcyearmonthdate({dim}):O",
        title=None,
        axis=alt.Axis(format="%d %b", labelAngle=0, labelOverlap="parity", labelSeparation=10),
    )


def _value(metric: Metric) -> alt.Y:
    return alt.Y(f"{metric.name}:Q", title=None, axis=alt.Axis(labelExpr=_written(metric.format), tickCount=4))


def _written(form: str) -> str:
    """The page writes the numbers of axes too: as the brand does, and short."""
    return f"written(datum.value, '{form}')"


def _told(dims: Sequence[str], metrics: Sequence[Metric]) -> list[alt.Tooltip]:
    named = [alt.Tooltip(f"{dim}__text:N", title=dim.replace("_", " ").capitalize()) for dim in dims]
    return [*named, *(alt.Tooltip(f"{metric.name}__text:N", title=metric.label) for metric in metrics)]


def _drawn(chart: alt.Chart | alt.LayerChart | alt.FacetChart, height: int | alt.Step) -> Spec:
    # tests/report/test_charts.py holds each of them against the schema of Vega-Lite.
    spec: Spec = chart.properties(width="container", height=height).to_dict(validate=False)
    # The page brings its own colours and fonts.
    spec.pop("config", None)
    return spec
