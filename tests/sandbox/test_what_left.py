"""What leaves the invented CRM without a word, moves on or cannot be read, pulled on the days on which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from extractors.model import Window
from extractors.run import LandedTable, pull
from sandbox.config import connections, write_config
from sandbox.generate import Market, generate
from tests.dbt_project.tiny_market import TinyMarket
from tests.sandbox.serving import serving

MARKET = Market(scale=0.25, first_day=date(2026, 1, 1), last_day=date(2026, 2, 28))
HABITS = (
    "entered_twice_and_deleted", "entered_twice_and_merged", "contact_entered_twice_and_merged", "moved_to_delivery",
    "brought_over_by_an_import", "cost_in_words",
)  # fmt: skip


class Told:
    """A market, and what a warehouse made of it."""

    def __init__(self, market: Path, tiny: TinyMarket) -> None:
        self.tiny = tiny
        self._market = market

    def truth(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self._market / "truth.duckdb"), read_only=True) as database:
            return database.execute(query).fetchall()

    def of_habit(self, habit: str) -> set[str]:
        """The deals of all brands that have it."""
        return {deal for (deal,) in self.truth(f"select record_id from defects where defect = '{habit}'")}

    def landed(self) -> list[Mapping[str, Any]]:
        """Every version of every deal."""
        files = (self.tiny.folder / "landing/hubspot/deals").glob("account=*/day=*.parquet")
        return [row for file in sorted(files) for row in pq.ParquetFile(file).read().to_pylist()]


def nights(market: Path) -> list[date]:
    """The evenings on which something is read: a second deal or contact is still there, or a deal is just won."""
    with duckdb.connect(str(market / "wire.duckdb"), read_only=True) as wire:
        [(merged,)] = wire.execute(
            "select max(_day) from hubspot__deals where deal_id in (select merged_deal_ids from hubspot__deals)"
        ).fetchall()
        [(deleted,)] = wire.execute(
            "select max(_day) from hubspot__deals where deal_id in (select deal_id from hubspot__deleted_deals)"
        ).fetchall()
        [(won,)] = wire.execute(
            "select max(before._day) from hubspot__deals as before inner join hubspot__deals as after using (deal_id)"
            " where after.stage_id = 'packed' and before._day < after._day"
        ).fetchall()
        [(tied,)] = wire.execute(
            "select max(_day) from hubspot__deal_contacts"
            " where contact_id in (select merged_contact_ids from hubspot__contacts)"
        ).fetchall()
    # Nobody reads the day on which it was entered again after that.
    return sorted({merged + timedelta(days=1), deleted + timedelta(days=1), won, tied, MARKET.last_day})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("left")
    market, tiny = folder / "market", TinyMarket(folder / "data")
    generate(MARKET, market)
    write_config(market, folder / "config")
    with pytest.MonkeyPatch.context() as environment, serving(market / "wire.duckdb") as server:
        for name, value in connections(server.url).items():
            environment.setenv(name, value)
        environment.setenv("LEADGEN_CONFIG", str(folder / "config"))
        environment.setenv("LEADGEN_DATA", str(tiny.folder))
        first = MARKET.first_day
        for evening in nights(market):
            server.order("clock", today=evening.isoformat())
            results = pull(Window(first, evening), sources=["hubspot"])
            assert [one for one in results if not isinstance(one, LandedTable)] == []
            first = evening
    tiny.build("+deals__unioned", "+contacts__unioned")
    return Told(market, tiny)


@pytest.mark.parametrize("habit", HABITS)
def test_the_market_tells_each_habit_of_few_records(told: Told, habit: str) -> None:
    made = len({row["deal_id"] for row in told.landed()})

    assert 0 < len(told.of_habit(habit)) < made / 40


@pytest.mark.parametrize("habit", ["entered_twice_and_deleted", "entered_twice_and_merged"])
def test_a_deal_that_was_entered_twice_was_landed_and_is_gone(told: Told, habit: str) -> None:
    twins = told.of_habit(habit)
    landed = twins & {row["deal_id"] for row in told.landed()}

    assert landed
    found = told.tiny.rows("select source_deal_id from shapes.deals__unioned")
    assert not landed & {row["source_deal_id"] for row in found}


def test_what_was_sold_is_what_the_truth_says_also_of_deals_that_are_delivered(told: Told) -> None:
    rows = told.tiny.rows(
        "select source_deal_id as deal, amount_original as amount, won_at::date as day from shapes.deals__unioned "
        "where won_at is not null"
    )
    found = {row["deal"]: (row["amount"], row["day"]) for row in rows}
    sold = {deal: (amount, day) for deal, amount, day in told.truth("select deal_id, revenue, won_at::date from sales")}
    assert found == sold
    delivered = told.of_habit("moved_to_delivery")
    assert delivered <= set(found)


def test_a_cost_in_words_is_a_note_and_its_deal_is_there(told: Told) -> None:
    unread = told.of_habit("cost_in_words")

    noted = {row["deal_id"] for row in told.landed() if row["_column_rejects"]}
    assert noted == unread
    there = told.tiny.rows("select source_deal_id from shapes.deals__unioned where lost_at is not null")
    assert {row["source_deal_id"] for row in there} >= unread


def test_a_deal_that_was_imported_was_won_when_it_was_closed_and_says_so(told: Told) -> None:
    rows = told.tiny.rows(
        "select source_deal_id, won_at < created_at as is_older from shapes.deals__unioned where is_imported"
    )
    assert {row["source_deal_id"] for row in rows} == told.of_habit("brought_over_by_an_import")
    assert {row["is_older"] for row in rows} == {True}
    # All of a week's came in one instant.
    landed = {row["deal_id"]: row["created_at"] for row in told.landed() if row["created_through"] == "IMPORT"}
    assert set(landed) == {row["source_deal_id"] for row in rows}
    assert {(moment.isoweekday(), moment.hour) for moment in landed.values()} == {(1, 6)}


def test_a_contact_that_was_merged_is_another_number_of_the_one_that_took_it(told: Told) -> None:
    rows = told.tiny.rows(
        "select deals.source_contact_id as known, contacts.source_contact_id as kept"
        " from shapes.deals__unioned as deals"
        " inner join shapes.contacts__unioned as contacts"
        " on deals.account = contacts.account and deals.source_contact_id = contacts.merged_contact_ids"
    )
    merged = told.of_habit("contact_entered_twice_and_merged")
    # Whose deals were read before; the others are only known under the number that stays.
    assert 0 < len(rows) <= len(merged)
    assert {row["known"] for row in rows} <= merged
    assert not {row["kept"] for row in rows} & merged
