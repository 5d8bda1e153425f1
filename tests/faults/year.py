"""A year of nights in one seed: faults, kills, full disks and re-reads, drawn at random over a tiny account.

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
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tests.faults.landing_night import land

FIRST_DAY = date(2026, 1, 1)
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
        fault = self.random.choice(["none", "none", "none", "twice", "vendor", "kill", "kill", "full disk"])
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
            "fault": fault,
        }
        order |= {"after": self.random.randrange(len(rows) + 1), "bytes": self.random.choice([0, 2000, 9000])}
        is_landed = self._land(order, self.random.random() * 0.02)
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

    def _land(self, order: dict[str, Any], wait: float) -> bool:
        """Whether the process said that it had landed; a killed one may have landed some days, none or all."""
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=land, args=(order, theirs))
        process.start()
        theirs.close()
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
        return said == "landed"

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
