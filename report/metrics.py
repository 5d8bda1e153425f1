"""The numbers of the report, each with one meaning, as ``metrics.yml`` tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Metric:
    """A sum, a ratio of two sums, or the part of a sum."""

    name: str
    label: str
    format: str
    help: str
    over: tuple[str, str] | None = None
    less: int | None = None
    price: bool | None = None
    share: str | None = None
    good: str | None = None

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {key: value for key, value in asdict(self).items() if value is not None and key != "name"}

    @property
    def parts(self) -> tuple[str, ...]:
        """The numbers that it is made of."""
        return self.over or (self.name,)

    @property
    def sql(self) -> str:
        """What to write in a query over rows that may be added up; of a part of all rows nothing can be said there."""
        return self.sql_over({})

    def sql_over(self, made: Mapping[str, str]) -> str:
        """The same where some parts are not columns of their names but made of a row."""
        sums = [f"sum({made.get(part, part)})" for part in self.parts]
        if self.over is None:
            return sums[0]
        paid = f"nullif({sums[0]}, 0)" if self.price else sums[0]
        ratio = f"{paid} / nullif({sums[1]}, 0)"
        return f"{ratio} - {self.less}" if self.less else ratio


def ratios() -> str:
    """The ratios, as the table of the glossary."""
    rows = [f"| **{one.label}** | `{one.sql}` | {one.help} | `{one.name}` |" for one in METRICS.values() if one.over]
    return "\n".join(["| ratio | in a query | what it is | in `metrics.yml` |", "|---|---|---|---|", *rows])


def _read() -> dict[str, Metric]:
    written = yaml.safe_load(Path(__file__).with_name("metrics.yml").read_text(encoding="utf-8"))
    return {
        name: Metric(name=name, **{**told, "over": tuple(told["over"]) if "over" in told else None})
        for name, told in written.items()
    }


METRICS = _read()
