"""What a page of the report is made of. Each element names a cube and how its rows are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from report.charts import Spec, ranked_bars
from report.metrics import METRICS, Metric


@dataclass(frozen=True)
class Top:
    """Only the names with the most of a number; the table behind the chart has the same ones."""

    metric: str
    count: int


@dataclass(frozen=True)
class Tiles:
    """Numbers of the period, each against the period before, and against the plan where there is one."""

    cube: str
    metrics: Sequence[str]
    planned: Mapping[str, str] = field(default_factory=dict)
    """Metric -> the metric that compares with the plan."""
    where: Mapping[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {
            "kind": "tiles",
            "cube": self.cube,
            "metrics": list(self.metrics),
            "planned": dict(self.planned),
            "where": dict(self.where),
        }


@dataclass(frozen=True)
class Chart:
    """A picture with a table of its numbers behind it."""

    title: str
    cube: str
    by: Sequence[str]
    metrics: Sequence[str]
    spec: Spec
    note: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    """Column -> the value that it must have; ``$name`` is what the switch of that name says."""
    top: Top | None = None
    sort: str | None = None
    """Dimension or metric that the rows stand in the order of: a metric from the largest."""
    is_wide: bool = False
    least_width: int = 0
    """Pixels without which it cannot be read: on a phone it is moved sideways."""

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {
            "kind": "chart",
            "title": self.title,
            "cube": self.cube,
            "by": list(self.by),
            "metrics": list(self.metrics),
            "spec": self.spec,
            "note": self.note,
            "where": dict(self.where),
            "top": None if self.top is None else {"metric": self.top.metric, "count": self.top.count},
            "sort": self.sort,
            "wide": self.is_wide,
            "least_width": self.least_width,
        }


@dataclass(frozen=True)
class Each:
    """The same chart for each name that a column has, with a sentence that says what the chart shows."""

    of: str
    chart: Chart

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {**self.chart.told(), "kind": "each", "of": self.of}


@dataclass(frozen=True)
class Table:
    """Numbers by name; a name opens into the names below it."""

    title: str
    cube: str
    by: Sequence[str]
    """From the outermost: a row of one level opens into those of the next."""
    metrics: Sequence[str]
    sort: str
    note: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    deeper: Mapping[str, Any] | None = None
    """A further cube that tells what lies below the last level, with the level's name."""

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {
            "kind": "table",
            "title": self.title,
            "cube": self.cube,
            "by": list(self.by),
            "metrics": list(self.metrics),
            "sort": self.sort,
            "note": self.note,
            "where": dict(self.where),
            "deeper": self.deeper,
            "wide": True,
        }


@dataclass(frozen=True)
class Rows:
    """Rows as they are."""

    title: str
    cube: str
    columns: Mapping[str, str]
    """Column -> its heading and, after a bar, its format: text, money, count, percent, decimal."""
    empty: str
    note: str = ""
    is_wide: bool = True

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        columns = []
        for name, heading in self.columns.items():
            label, _, written = heading.partition("|")
            columns.append({"name": name, "label": label, "format": written or "text"})
        return {
            "kind": "rows",
            "title": self.title,
            "cube": self.cube,
            "columns": columns,
            "empty": self.empty,
            "note": self.note,
            "wide": self.is_wide,
        }


@dataclass(frozen=True)
class Story:
    """One journey, step by step."""

    title: str
    cube: str

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {"kind": "story", "title": self.title, "cube": self.cube, "wide": True}


@dataclass(frozen=True)
class Problems:
    """A card for each problem, with its course, its money and the page that says more."""

    cube: str
    spec: Spec
    pages: Mapping[str, str]
    """Problem -> page."""

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {"kind": "problems", "cube": self.cube, "spec": self.spec, "pages": dict(self.pages), "wide": True}


@dataclass(frozen=True)
class Words:
    """A sentence or two."""

    text: str

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {"kind": "words", "text": self.text, "wide": True}


Element = Tiles | Chart | Each | Table | Rows | Story | Problems | Words


@dataclass(frozen=True)
class Page:
    """A part of the report."""

    name: str
    title: str
    question: str
    """What it answers."""
    switches: Sequence[str]
    elements: Sequence[Element]

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "switches": list(self.switches),
            "elements": [element.told() for element in self.elements],
        }


def metric(name: str) -> Metric:
    """The metric of a name; a name that no metric has is a mistake of ours."""
    return METRICS[name]


def ranked(
    title: str,
    cube: str,
    by: str,
    names: Sequence[str],
    colour: int,
    *,
    top: int | None = None,
    sort: str = "",
    **more: Any,
) -> Chart:
    """A bar for each name, by the first of the metrics and in its order; the others are told beside it."""
    first, *beside = names
    return Chart(
        title,
        cube,
        (by,),
        names,
        ranked_bars(by, metric(first), colour, tuple(map(metric, beside))),
        top=None if top is None else Top(first, top),
        sort=sort or first,
        **more,
    )
