"""The numbers of the report, each with one meaning, as ``metrics.yml`` tells them."""

from __future__ import annotations

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
    share: str | None = None
    good: str | None = None

    def told(self) -> dict[str, Any]:
        """What the page needs to know of it."""
        return {key: value for key, value in asdict(self).items() if value is not None and key != "name"}


def _read() -> dict[str, Metric]:
    written = yaml.safe_load(Path(__file__).with_name("metrics.yml").read_text(encoding="utf-8"))
    return {
        name: Metric(name=name, **{**told, "over": tuple(told["over"]) if "over" in told else None})
        for name, told in written.items()
    }


METRICS = _read()
