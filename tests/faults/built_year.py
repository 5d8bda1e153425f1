"""The year of year.py with what is made of it: builds, publishes, kills in both and changes of rules, of the same seed.

    python -m tests.faults.built_year --seed 7 --nights 365 --builds 0.1

A build takes as long as a hundred nights of landing, so only a share of the nights has one. Whatever happened in it,
readers have the warehouse of before or the new one, whole; the new one has the sales that are landed, each with a
credit of one. At the end the numbers are those of a clean build of the same days. A night that breaks is said with its
seed, which draws the same year again.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

from dags.fingerprint import TELL_OF_NIGHTS, of_tables
from tests.faults.town import TABLES, Town, land_day
from tests.faults.year import FIRST_DAY, Year
from warehouse.publish import STEPS
from warehouse.run import PHASES, BuildRun

PEOPLE = tuple(table for table in TABLES if table != "deals")
BUILT_BY_DBT = ("stage", "identify", "model", "attribute")
ENDS = ("whole", "whole", "killed while dbt builds", "killed while publishing")

SUMS = """
    with sums as (
        select attribution_model, lead_id as id, sum(credit) as credit from marts.attributed_leads group by all
        union all
        select attribution_model, sale_id, sum(credit) from marts.attributed_sales group by all
    )
    select
        (select count(*) from sums where abs(credit - 1) > 1e-9),
        (select count(*) from marts.reconciliation where difference <> 0),
        (select count(*) from marts.reconciliation where landed is not null and landed <> rejected + staged),
        (select count(*) from marts.inquiries),
        (select count(*) from marts.sales),
        (select coalesce(sum(revenue), 0)::bigint from marts.sales)
"""


class BuiltYear:
    """One year of a town, and what readers see of it."""

    def __init__(self, seed: int, folder: Path, share: float) -> None:
        self.town, self.share = Town(folder), share
        self.year = Year(folder / "data", random.Random(seed))
        # Apart from the year's own, which is drawn as without builds.
        self.random = random.Random(f"builds of {seed}")
        self.seen: tuple[str, dict[str, str]] = ("", {})
        self.last = FIRST_DAY

    def night(self, day: date) -> str:
        """Live one night and what is built after it; what was drawn."""
        self.last = day
        fault = self.year.night(day).partition(" ")[2]
        return self._build(day) if self.random.random() < self.share else fault

    def _build(self, day: date) -> str:
        """Build the warehouse of the night, as far as was drawn."""
        run, end = BuildRun(f"night-{day}", day), self.random.choice(ENDS)
        self._change_rules()
        self._land_people()
        if end == "killed while dbt builds":
            phase = self.random.choice(BUILT_BY_DBT)
            self.town.build(run, *PHASES[: PHASES.index(phase)])
            self.town.kill_in(run, phase)
        elif end == "killed while publishing":
            self.town.build(run, *PHASES[:-1])
            code, said = self.town.run(run, "publish", LEADGEN_KILL_AT=self.random.choice(STEPS))
            assert code == -signal.SIGKILL, said
        else:
            self.town.build(run, *PHASES)
        self._check(run, is_published=end == "whole")
        return f"built, {end}"

    def _change_rules(self) -> None:
        """From time to time other days count before a conversion."""
        if self.random.random() < 0.5:
            days = {one: self.random.choice([7, 30, 90]) for one in ("lead", "qualified_lead", "first_sale")}
            lines = ["conversion_type,days", *(f"{one},{many}" for one, many in days.items()), "repeat_sale,90", ""]
            (self.town.folder / "config" / "lookback_windows.csv").write_text("\n".join(lines), encoding="utf-8")

    def _land_people(self) -> None:
        """Who made the deals that are landed, and the forms that they sent."""
        for day, deals in self.year.landed.items():
            land_day(
                self.town.landing, date.fromisoformat(day), deals, ("contacts", "deal_contacts", "form_submissions")
            )

    def _check(self, run: BuildRun, *, is_published: bool) -> None:
        """Readers have what they had or the new one, whole; where it was said, the new one."""
        shown = self.town.shown()
        assert shown == run.run_id or (not is_published and shown == self.seen[0]), f"{run}: readers see {shown}"
        if not shown:
            return
        numbers = of_tables(self.town.warehouse)
        if shown == self.seen[0]:
            assert numbers == self.seen[1], f"{run}: what readers see changed"
            return
        self.seen = shown, numbers
        amounts = [int(amount) for deals in self.year.landed.values() for amount in deals.values()]
        with duckdb.connect(str(self.town.warehouse.resolve()), read_only=True) as reader:
            found = reader.execute(SUMS).fetchone()
        assert found == (0, 0, 0, len(amounts), len(amounts), sum(amounts)), f"{run}: {found}, of {len(amounts)} deals"

    def end(self, folder: Path) -> None:
        """Build the last night whole, and all its days anew in another folder: the numbers are the same."""
        run = BuildRun(f"last-{self.last}", self.last)
        self._land_people()
        self.town.build(run, *PHASES)
        self._check(run, is_published=True)
        clean = Town(folder)
        for one in sorted(self.year.landed):
            land_day(clean.landing, date.fromisoformat(one), self.year.landed[one])
        for rules in (self.town.folder / "config").glob("*.csv"):
            (folder / "config" / rules.name).write_bytes(rules.read_bytes())
        clean.build(run, *PHASES)
        numbers = of_tables(clean.warehouse)
        other = {name for name in numbers if numbers[name] != self.seen[1][name]}
        assert other <= TELL_OF_NIGHTS, f"other than in a clean build: {sorted(other - TELL_OF_NIGHTS)}"


def live(seed: int, nights: int, share: float, folder: Path) -> dict[str, int]:
    """The nights of a seed; how often each end and each fault was drawn."""
    year, drawn = BuiltYear(seed, folder / "year", share), dict[str, int]()
    for number in range(nights):
        day = FIRST_DAY + timedelta(days=number)
        try:
            what = year.night(day)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}, share {share}, night {number + 1} ({day}): {broken}") from broken
        drawn[what] = drawn.get(what, 0) + 1
    year.end(folder / "clean")
    return drawn


def main() -> None:
    """Live it and say what was drawn."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--nights", type=int, default=365)
    asked.add_argument("--builds", type=float, default=0.1, help="the share of the nights that have a build")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        drawn = live(options.seed, options.nights, options.builds, Path(folder))
    print(f"seed {options.seed}: {options.nights} nights held in {time.monotonic() - started:.0f} s: {drawn}")


if __name__ == "__main__":
    main()
