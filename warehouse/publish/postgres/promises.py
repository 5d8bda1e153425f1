"""What the contracts of the marts promise of their rows: which columns are never null, and which are a key together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from warehouse import settings


@dataclass(frozen=True)
class Promise:
    """What is promised of one mart."""

    never_null: frozenset[str] = frozenset()
    keys: tuple[tuple[str, ...], ...] = ()
    """Each of them once per row, nulls counting as equal: the dbt tests `unique` and `unique_together`."""


def promises() -> dict[str, Promise]:
    """Mart -> what its contract promises."""
    files = sorted((settings.DBT_PROJECT / "models" / "marts").rglob("*.yml"))
    declared = [yaml.safe_load(file.read_text(encoding="utf-8")) or {} for file in files]
    return {model["name"]: _promise(model) for file in declared for model in file.get("models", [])}


def _promise(model: dict[str, Any]) -> Promise:
    columns = model.get("columns", [])
    alone = [(column["name"],) for column in columns if "unique" in column.get("data_tests", [])]
    together = [
        tuple(test["unique_together"]["arguments"]["columns"])
        for test in model.get("data_tests", [])
        if isinstance(test, dict) and "unique_together" in test
    ]
    never_null = {
        column["name"]
        for column in columns
        if "not_null" in (*(one["type"] for one in column.get("constraints", [])), *column.get("data_tests", []))
    }
    return Promise(frozenset(never_null), (*alone, *together))
