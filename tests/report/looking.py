"""A person who looks at the report: opens a page, turns a switch, reads a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

PAGES = (
    "overview", "channels", "claims", "models", "journeys", "identification", "handling", "customers", "assortment",
    "plan", "problems", "health",
)  # fmt: skip
READ_TABLE = """
    const table = [...document.querySelectorAll('#elements > *')]
        .find(part => part.querySelector('h2')?.textContent === arguments[0]).querySelector('table');
    return [...table.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent));
"""


@dataclass(frozen=True)
class Shown:
    """A number as it is written: its value, and how far rounding may have moved it."""

    value: Decimal
    rounding: Decimal

    def is_about(self, other: Decimal) -> bool:
        """Whether it is the other, as written."""
        return abs(self.value - other) <= self.rounding


@dataclass
class Looking:
    """A browser and the page."""

    browser: Chrome
    page: Path

    def open(self, name: str, width: int = 1280, **chosen: str) -> None:
        """Open a page of the report anew with what is chosen, and wait until it is drawn."""
        self.browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        query = "&".join(f"{key}={value}" for key, value in chosen.items())
        self.browser.get("about:blank")
        self.browser.get(f"{self.page.as_uri()}#{name}{'?' + query if query else ''}")
        self.wait()

    def wait(self) -> None:
        """Wait until all charts are drawn."""
        WebDriverWait(self.browser, 60).until(lambda _: self.ask("return document.body.dataset.state === 'drawn'"))

    def choose(self, switch: str, value: str) -> None:
        """Turn a switch as a person does."""
        self.ask(
            "const list = document.querySelector(`select[name=${arguments[0]}]`); list.value = arguments[1];"
            "list.dispatchEvent(new Event('change'))",
            switch,
            value,
        )
        self.wait()

    def ask(self, script: str, *values: Any) -> Any:
        """Ask the page."""
        return self.browser.execute_script(script, *values)

    def faults(self) -> list[str]:
        """What the browser has to say against the page since it was asked last."""
        told: list[dict[str, str]] = self.browser.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in told if entry["level"] == "SEVERE"]

    def tile(self, metric: str) -> str:
        """What a tile says."""
        found: str = self.ask(
            "return document.querySelector(`.tile[data-metric=${arguments[0]}] .value`).textContent", metric
        )
        return found

    def table(self, title: str) -> dict[str, dict[str, str]]:
        """The table of an element: by the first column, each cell under its heading."""
        headings, *rows = self.ask(READ_TABLE, title)
        return {row[0]: dict(zip(headings[1:], row[1:], strict=True)) for row in rows}


def number(text: str, language: str) -> Shown | None:
    """What a written number says; None where a dash stands."""
    if text == "–":
        return None
    digits = re.sub(r"[^\d,.%-]", "", text)
    point, group = (",", ".") if language == "de" else (".", ",")
    plain = digits.replace(group, "").replace(point, ".").replace("%", "")
    decimals = len(plain.partition(".")[2])
    scale = Decimal(1) / 100 if "%" in digits else Decimal(1)
    return Shown(Decimal(plain) * scale, Decimal("0.500001").scaleb(-decimals) * scale)
