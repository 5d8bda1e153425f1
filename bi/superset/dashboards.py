"""The dashboards: which charts lie where, and what is chosen for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bi.superset.charts import Asked, chart, read
from bi.superset.datasets import Adding, adding, made_id

FILES = Path(__file__).with_name("dashboards")
CHOSEN_FROM = "channel_days"
"""The table whose brands and channels can be chosen."""


@dataclass(frozen=True)
class Dashboard:
    """A dashboard as its file has it: rows of charts."""

    slug: str
    title: str
    says: str
    rows: Sequence[Sequence[Asked]]

    @property
    def charts(self) -> list[Asked]:
        """All its charts."""
        return [one for row in self.rows for one in row]


def dashboards() -> list[Dashboard]:
    """Every dashboard, by its file's name."""
    found = []
    for file in sorted(FILES.glob("*.yml")):
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        rows = [[read(one) for one in row] for row in written["rows"]]
        found.append(Dashboard(file.stem, written["title"], " ".join(written["says"].split()), rows))
    return found


def charts_of(told: Dashboard) -> list[dict[str, Any]]:
    """Its charts as Superset imports them."""
    says = adding()
    return [chart(one, told.slug, says.get(one.mart, Adding())) for one in told.charts]


def dashboard(told: Dashboard) -> dict[str, Any]:
    """The dashboard as Superset imports it."""
    return {
        "dashboard_title": told.title,
        "description": told.says,
        "slug": f"leadgen-{told.slug}",
        "uuid": made_id("dashboard", told.slug),
        "published": True,
        "is_managed_externally": True,
        "position": _position(told),
        "metadata": {
            "native_filter_configuration": [_brand(), _period(), _channel()],
            "cross_filters_enabled": True,
            "color_scheme": "supersetColors",
            "refresh_frequency": 0,
        },
        "version": "1.0.0",
    }


def _position(told: Dashboard) -> dict[str, Any]:
    """Where each chart lies: rows of twelve columns."""
    placed: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": told.title}},
    }
    above = ["ROOT_ID", "GRID_ID"]
    rows = []
    for number, row in enumerate(told.rows):
        row_id = f"ROW-{number}"
        rows.append(row_id)
        ids = [f"CHART-{number}-{place}" for place in range(len(row))]
        placed[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": ids,
            "parents": above,
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        for chart_id, asked in zip(ids, row, strict=True):
            placed[chart_id] = {
                "type": "CHART",
                "id": chart_id,
                "children": [],
                "parents": [*above, row_id],
                "meta": {
                    "uuid": made_id("chart", f"{told.slug}/{asked.title}"),
                    "chartId": 0,
                    "sliceName": asked.title,
                    "width": asked.width,
                    "height": asked.height,
                },
            }
    placed["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    return placed


def _brand() -> dict[str, Any]:
    """One brand at a time: money of two brands may be in two currencies."""
    controls = {"enableEmptyFilter": True, "defaultToFirstItem": True, "multiSelect": False}
    # Charts wait until the first brand is chosen, which nobody has to do by hand.
    return {**_select("brand", "Brand", controls), "requiredFirst": True}


def _channel() -> dict[str, Any]:
    return _select("channel", "Channel", {"enableEmptyFilter": False, "defaultToFirstItem": False, "multiSelect": True})


def _select(column: str, name: str, controls: Mapping[str, bool]) -> dict[str, Any]:
    target = {"datasetUuid": made_id("dataset", CHOSEN_FROM), "column": {"name": column}}
    return {
        **_chosen(f"NATIVE_FILTER-{column}", name, "filter_select", [target]),
        "controlValues": {**controls, "searchAllOptions": False, "inverseSelection": False},
    }


def _period() -> dict[str, Any]:
    return {**_chosen("NATIVE_FILTER-period", "Period", "filter_time", [{}]), "controlValues": {}}


def _chosen(made: str, name: str, kind: str, targets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "id": made,
        "name": name,
        "filterType": kind,
        "type": "NATIVE_FILTER",
        "targets": list(targets),
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "description": "",
    }
