"""A year of nights in one seed: faults, kills, full disks, races, clocks and re-reads, drawn over a tiny account.

    python -m tests.faults.year --seed 7 --nights 365

After every night what is landed is compared, row by row, with what the vendor has: a day has its old rows or its new
ones, and no other day moved. The same seed draws the same year, so that a night that breaks can be seen again; when
exactly a kill falls is the machine's.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from tests.faults.landing_night import land

FIRST_DAY = date(2026, 1, 1)
FAULTS = ("none", "none", "none", "twice", "vendor", "kill", "kill", "full disk", "race", "kill in a race", "clock")
READ_AGAIN = 3
"""Days that a night reads, its own included."""

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.landing_night"])


@dataclass
class Year:
    """One year: what the vendor has, and what is to be landed of it."""

    folder: Path
    random: random.Random
    vendor: dict[str, dict[str, str]] = field(default_factory=dict)
    """Day -> deal -> amount, as the vendor has it tonight."""
    landed: dict[str, dict[str, str]] = field(default_factory=dict)
    """The same, as a landing zone must have it."""

    def night(self, day: date) -> str:
        """Live one night and check it; what was drawn."""
        self._trade(day)
        fault = self.random.choice(FAULTS)
        first = day - timedelta(days=READ_AGAIN - 1)
        if self.random.random() < 0.1:
            first, day = (FIRST_DAY + timedelta(days=self.random.randrange((day - FIRST_DAY).days + 1)),) * 2
        first = max(first, FIRST_DAY)
        days = [str(first + timedelta(days=n)) for n in range((day - first).days + 1)]
        rows = [(one, deal, amount) for one in days for deal, amount in self.vendor.get(one, {}).items()]
        order: dict[str, Any] = {
            "root": str(self.folder / "landing"),
            "first": days[0],
            "last": days[-1],
            "rows": rows,
            "fault": fault.partition(" in ")[0],
            "moment": "",
        }
        if fault == "clock":
            # Nothing may hang on the machine's clock, which somebody sets years back or ahead.
            order["moment"] = str(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=self.random.randrange(-3000, 3000)))
        order |= {"after": self.random.randrange(len(rows) + 1), "bytes": self.random.choice([0, 2000, 9000])}
        others = [{**order, "fault": "none"}] if "race" in fault else []
        is_landed = self._land([order, *others], self.random.random() * 0.02)
        self._check(days, is_landed, f"{days[0]} to {days[-1]}, {fault}")
        return f"{day} {fault}"

    def _trade(self, day: date) -> None:
        """New deals today, and some of the last days that come to another amount."""
        made = self.vendor.setdefault(str(day), {})
        for _ in range(self.random.randrange(6)):
            made[f"d{self.random.getrandbits(40)}"] = str(self.random.randrange(1, 10**6))
        for back in range(1, 10):
            earlier = self.vendor.get(str(day - timedelta(days=back)), {})
            for deal in earlier:
                if self.random.random() < 0.1:
                    earlier[deal] = str(self.random.randrange(1, 10**6))

    def _land(self, orders: Sequence[dict[str, Any]], wait: float) -> bool:
        """Whether a process said that it had landed; a killed one may have landed some days, none or all.

        Several orders are carried out at the same time, each by a process of its own.
        """
        started = [self._started(order) for order in orders]
        said = [
            self._heard(order, process, heard, wait) for order, (process, heard) in zip(orders, started, strict=True)
        ]
        return "landed" in said

    def _started(self, order: dict[str, Any]) -> tuple[Any, Connection]:
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=land, args=(order, theirs))
        process.start()
        theirs.close()
        return process, ours

    def _heard(self, order: dict[str, Any], process: Any, ours: Connection, wait: float) -> str:
        """The last word of a process that has ended."""
        said = ""
        try:
            while (word := ours.recv()) != "landed":
                said = word
                if word == "committing" and order["fault"] == "kill":
                    time.sleep(wait)
                    process.kill()
            said = word
        except EOFError:
            pass
        process.join()
        return said

    def _check(self, days: list[str], is_landed: bool, what: str) -> None:
        """Each day has its old rows or its new ones, all of them; where it was said, the new ones."""
        found = self._found()
        for day in days:
            old, new = self.landed.get(day), self.vendor.get(day, {})
            has = found.get(day)
            assert has == new or (not is_landed and has == old), f"{what}: {day} has {has}, not {new} nor {old}"
            if has is not None:
                self.landed[day] = dict(has)
        assert found == self.landed, f"{what}: another day moved"

    def _found(self) -> dict[str, dict[str, str]]:
        """What is landed, as a reader of all days sees it; each file says how many rows it has."""
        files = sorted((self.folder / "landing").glob("hubspot/deals/account=*/day=*.parquet"))
        found: dict[str, dict[str, str]] = {file.stem.removeprefix("day="): {} for file in files}
        if files:
            rows = duckdb.execute(
                "select _day, deal_id, amount, _reject_reason from read_parquet(?)", [list(map(str, files))]
            ).fetchall()
            for day, deal, amount, reason in rows:
                assert reason is None
                assert deal not in found[str(day)], f"{day}: {deal} came twice"
                found[str(day)][deal] = str(int(amount))
        return found


def live(seed: int, nights: int, folder: Path) -> dict[str, int]:
    """The nights of a seed; how often each fault was drawn."""
    year, drawn = Year(folder, random.Random(seed)), dict[str, int]()
    for number in range(nights):
        fault = year.night(FIRST_DAY + timedelta(days=number)).partition(" ")[2]
        drawn[fault] = drawn.get(fault, 0) + 1
    return drawn


def main() -> None:
    """Live it and say what was drawn."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--nights", type=int, default=365)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        drawn = live(options.seed, options.nights, Path(folder))
    print(f"seed {options.seed}: {options.nights} nights held in {time.monotonic() - started:.0f} s: {drawn}")


if __name__ == "__main__":
    main()
