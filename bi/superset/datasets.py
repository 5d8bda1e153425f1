"""A dataset for every mart: its columns as they are described, its metrics as ``report/metrics.yml`` defines them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import yaml

from bi.superset.declared import Mart, marts
from report.metrics import METRICS, Metric

OURS = UUID("c9d6a1de-58f6-4d84-9b3e-2c6e4f1f7a10")
"""Ids are made of names below it: what is imported again is the same thing."""

SCHEMA = "marts"
ROWS = "rows"
FORMATS = {"money": ",.0f", "count": ",.0f", "percent": ".1%", "ratio": ",.2f", "decimal": ",.1f", "days": ",.0f"}
CENTS = ",.2f"


@dataclass(frozen=True)
class Adding:
    """What may be added up of a mart, as ``marts.yml`` says."""

    day: str | None = None
    adds: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)
    one: tuple[str, ...] = ()

    def can(self, metric: Metric) -> bool:
        """Whether all parts of the metric may be added up here."""
        return metric.share is None and all(part in self.adds or part in self.made for part in metric.parts)


def made_id(kind: str, name: str) -> str:
    """The id of something of ours."""
    return str(uuid5(OURS, f"{kind}/{name}"))


def adding() -> dict[str, Adding]:
    """What may be added up, by mart."""
    written = yaml.safe_load(Path(__file__).with_name("marts.yml").read_text(encoding="utf-8"))
    return {
        mart: Adding(
            day=told.get("day"),
            adds=tuple(told.get("adds", ())),
            made=told.get("made", {}),
            one=tuple(told.get("one", ())),
        )
        for mart, told in written.items()
    }


def metrics_of(mart: Mart, says: Adding) -> dict[str, str]:
    """The SQL of each metric of the mart, by its name."""
    return {name: _guarded(metric, mart, says) for name, metric in METRICS.items() if says.can(metric)}


def _guarded(metric: Metric, mart: Mart, says: Adding) -> str:
    """The sum, or nothing where what must be chosen was not: a number that is missing is better than a wrong one."""
    is_money = any(METRICS[part].format == "money" for part in metric.parts)
    one = [*says.one, *(["currency"] if is_money and mart.has("currency") else [])]
    sql = metric.sql_over(says.made)
    if not one:
        return sql
    chosen = " and ".join(f"min({column}) = max({column})" for column in one)
    return f"case when {chosen} then {sql} end"


def dataset(mart: Mart, says: Adding) -> dict[str, Any]:
    """The dataset as Superset imports it."""
    return {
        "table_name": mart.name,
        "schema": SCHEMA,
        "description": mart.description,
        "main_dttm_col": says.day,
        "currency_code_column": "currency" if mart.has("currency") else None,
        "uuid": made_id("dataset", mart.name),
        "database_uuid": made_id("database", "warehouse"),
        "is_managed_externally": True,
        "columns": [
            {
                "column_name": column.name,
                "verbose_name": column.name.replace("_", " ").capitalize(),
                "type": column.type.upper(),
                "is_dttm": column.is_time,
                "groupby": True,
                "filterable": True,
                "is_active": True,
                "description": column.description,
            }
            for column in mart.columns
        ],
        "metrics": [
            {
                "metric_name": ROWS,
                "verbose_name": "Rows",
                "expression": "count(*)",
                "description": mart.description.rpartition("One row per")[2].strip().capitalize() or None,
                "d3format": ",d",
            },
            *(_metric(METRICS[name], sql, mart, says) for name, sql in metrics_of(mart, says).items()),
        ],
        "version": "1.0.0",
    }


def _metric(metric: Metric, sql: str, mart: Mart, says: Adding) -> dict[str, Any]:
    is_in_currency = metric.format == "money" and mart.has("currency")
    what_to_choose = [column.replace("_", " ") for column in says.one]
    return {
        "metric_name": metric.name,
        "verbose_name": metric.label,
        "expression": sql,
        "description": metric.help,
        "d3format": CENTS if metric.format == "money" and metric.over else FORMATS.get(metric.format),
        # The currency of the rows themselves, which Superset asks for.
        "currency": {"symbol": "AUTO", "symbolPosition": "suffix"} if is_in_currency else None,
        "warning_text": f"Choose one {', one '.join(what_to_choose)}: over several it is empty."
        if what_to_choose
        else None,
    }


def datasets() -> dict[str, dict[str, Any]]:
    """Every dataset, by its mart."""
    told = adding()
    return {name: dataset(mart, told.get(name, Adding())) for name, mart in marts().items()}
