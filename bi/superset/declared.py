"""What the marts promise, read from their declarations in the dbt project: columns, types, descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
BLOCK = re.compile(r"{%\s*docs\s+(\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.DOTALL)


@dataclass(frozen=True)
class Column:
    """One column of a mart."""

    name: str
    type: str
    description: str

    @property
    def is_time(self) -> bool:
        """Whether it is a day or a moment."""
        return self.type in ("date", "timestamp")


@dataclass(frozen=True)
class Mart:
    """A published table."""

    name: str
    description: str
    columns: tuple[Column, ...]

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return any(one.name == column for one in self.columns)


@cache
def marts() -> Mapping[str, Mart]:
    """Every mart whose columns are promised, by its name; read once, since each chart asks."""
    blocks = {
        name: _in_one_line(text)
        for file in sorted(MODELS.rglob("*.md"))
        for name, text in BLOCK.findall(file.read_text(encoding="utf-8"))
    }
    declared = [
        model
        for file in sorted((MODELS / "marts").rglob("*.yml"))
        for model in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", [])
    ]
    found = (_mart(model, blocks) for model in declared if model.get("config", {}).get("contract", {}).get("enforced"))
    return {mart.name: mart for mart in sorted(found, key=lambda one: one.name)}


def _mart(model: dict[str, Any], blocks: dict[str, str]) -> Mart:
    def described(text: str) -> str:
        return _in_one_line(Environment(autoescape=False).from_string(text).render(doc=lambda name: blocks[name]))

    columns = tuple(
        Column(one["name"], one["data_type"], described(one.get("description", ""))) for one in model["columns"]
    )
    return Mart(model["name"], described(model.get("description", "")), columns)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
