"""The charts of a dashboard, from the few words that its file has of each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bi.superset.datasets import CENTS, FORMATS, Adding, made_id
from bi.superset.declared import marts
from report.metrics import METRICS

GRAINS = {"day": "P1D", "week": "P1W", "month": "P1M"}
MOST_ROWS = 1000
IN_CURRENCY = {"symbol": "AUTO", "symbolPosition": "suffix"}
"""Superset writes the currency of the rows behind a number."""


@dataclass(frozen=True)
class Asked:
    """A chart as a dashboard's file asks for it; ``where`` asks for a value, one of several or any ``known`` one."""

    title: str
    form: str
    mart: str
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    every: str = "week"
    where: Mapping[str, str | bool | list[str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    sort: str | None = None
    rows: int = MOST_ROWS
    width: int = 12
    height: int = 50
    says: str | None = None


def read(written: Mapping[str, Any]) -> Asked:
    """What the file says of one chart."""
    lists = {name: tuple(written[name]) for name in ("metrics", "by", "columns") if name in written}
    return Asked(**{**written, **lists})


def chart(asked: Asked, dashboard: str, says: Adding) -> dict[str, Any]:
    """The chart as Superset imports it."""
    kind, params = FORMS[asked.form](asked, says)
    return {
        "slice_name": asked.title,
        "description": asked.says,
        "viz_type": kind,
        "uuid": made_id("chart", f"{dashboard}/{asked.title}"),
        "dataset_uuid": made_id("dataset", asked.mart),
        "is_managed_externally": True,
        "params": {"viz_type": kind, "adhoc_filters": _filters(asked, says), **_written(asked), **params},
        "version": "1.0.0",
    }


def _written(asked: Asked) -> dict[str, Any]:
    """How the numbers are written, where all are of one kind."""
    formats = {METRICS[name].format for name in asked.metrics if name in METRICS}
    if asked.form == "table" or len(formats) != 1:
        return {}
    written = {"y_axis_format": _format(asked.metrics[0])}
    return {**written, "currency_format": IN_CURRENCY} if formats == {"money"} else written


def _format(name: str) -> str:
    metric = METRICS[name]
    return CENTS if metric.format == "money" and metric.over else FORMATS[metric.format]


def _filters(asked: Asked, says: Adding) -> list[dict[str, Any]]:
    """The chart's own filters, and the one that a period of the dashboard replaces."""
    period = [_filter(says.day, "TEMPORAL_RANGE", "No filter")] if says.day else []
    chosen = [
        _filter(column, "IN" if isinstance(value, list) else "==", value)
        for column, value in asked.where.items()
        if value != "known"
    ]
    known = [_filter(column, "IS NOT NULL", None) for column, value in asked.where.items() if value == "known"]
    return [*period, *chosen, *known]


def _filter(column: str, operator: str, value: object) -> dict[str, Any]:
    return {
        "expressionType": "SIMPLE",
        "clause": "WHERE",
        "subject": column,
        "operator": operator,
        "comparator": value,
    }


def _number(asked: Asked, _: Adding) -> tuple[str, dict[str, Any]]:
    return "big_number_total", {"metric": asked.metrics[0], "header_font_size": 0.4, "subtitle": asked.says or ""}


def _over_time(kind: str) -> Callable[[Asked, Adding], tuple[str, dict[str, Any]]]:
    def made(asked: Asked, says: Adding) -> tuple[str, dict[str, Any]]:
        is_stacked = kind == "echarts_timeseries_bar" and bool(asked.by)
        return kind, {
            "x_axis": says.day,
            "time_grain_sqla": GRAINS[asked.every],
            "metrics": list(asked.metrics),
            "groupby": list(asked.by),
            "row_limit": 10_000,
            "truncate_metric": True,
            "show_legend": len(asked.metrics) > 1 or bool(asked.by),
            "rich_tooltip": True,
            "x_axis_time_format": "smart_date",
            "stack": "Stack" if is_stacked else None,
        }

    return made


def _bars(asked: Asked, _: Adding) -> tuple[str, dict[str, Any]]:
    return "echarts_timeseries_bar", {
        "x_axis": asked.by[0],
        "xAxisForceCategorical": True,
        "x_axis_sort": asked.metrics[0],
        "x_axis_sort_asc": True,
        "metrics": list(asked.metrics),
        "groupby": list(asked.by[1:]),
        "row_limit": asked.rows,
        "orientation": "horizontal",
        "show_legend": len(asked.metrics) > 1 or len(asked.by) > 1,
        "rich_tooltip": True,
        "truncate_metric": True,
    }


def _heat(asked: Asked, _: Adding) -> tuple[str, dict[str, Any]]:
    across, down = asked.by
    return "heatmap_v2", {
        "x_axis": across,
        "groupby": down,
        "metric": asked.metrics[0],
        "sort_x_axis": "alpha_asc",
        "sort_y_axis": "alpha_desc",
        "normalize_across": "heatmap",
        "legend_type": "continuous",
        "linear_color_scheme": "schemeBlues",
        "show_legend": True,
        "show_values": True,
        "left_margin": "auto",
        "bottom_margin": "auto",
        "xscale_interval": 1,
        "yscale_interval": 1,
        "row_limit": asked.rows,
    }


def _table(asked: Asked, says: Adding) -> tuple[str, dict[str, Any]]:
    """Sums by some columns; a minus before what they are sorted by puts the largest first."""
    column = (asked.sort or "").lstrip("-")
    money = [name for name in asked.metrics if name in METRICS and METRICS[name].format == "money"]
    return "table", {
        "query_mode": "aggregate",
        "groupby": list(asked.by),
        "temporal_columns_lookup": {says.day: True} if says.day in asked.by else {},
        "time_grain_sqla": GRAINS[asked.every],
        "metrics": list(asked.metrics),
        "timeseries_limit_metric": _order(asked, column) if column else asked.metrics[0],
        "order_desc": not column or asked.sort != column,
        "row_limit": asked.rows,
        "show_cell_bars": False,
        "table_timestamp_format": "%Y-%m-%d",
        "column_config": {name: {"currencyFormat": IN_CURRENCY, "d3NumberFormat": _format(name)} for name in money},
    }


def _order(asked: Asked, column: str) -> str | dict[str, Any]:
    """What a table is sorted by: one of its metrics, or a column of it."""
    if column in asked.metrics:
        return column
    return {"expressionType": "SQL", "sqlExpression": f"min({column})", "label": f"by {column}"}


def _list(asked: Asked, _: Adding) -> tuple[str, dict[str, Any]]:
    """Rows as they are, sorted in the same way."""
    sort = [json.dumps([asked.sort.lstrip("-"), not asked.sort.startswith("-")])] if asked.sort else []
    types = {column.name: column.type for column in marts()[asked.mart].columns}
    money = [name for name in asked.columns if types[name].startswith("decimal")]
    return "table", {
        "query_mode": "raw",
        "all_columns": list(asked.columns),
        "order_by_cols": sort,
        "row_limit": asked.rows,
        "show_cell_bars": False,
        "table_timestamp_format": "%Y-%m-%d",
        # The currency has a column of its own.
        "column_config": {name: {"d3NumberFormat": CENTS} for name in money},
    }


FORMS: Mapping[str, Callable[[Asked, Adding], tuple[str, dict[str, Any]]]] = {
    "number": _number,
    "line": _over_time("echarts_timeseries_line"),
    "columns": _over_time("echarts_timeseries_bar"),
    "bars": _bars,
    "heat": _heat,
    "table": _table,
    "list": _list,
}


def named(asked: Asked) -> Sequence[str]:
    """The columns that a chart names."""
    return [*asked.by, *asked.columns, *asked.where]
