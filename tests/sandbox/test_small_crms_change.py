"""What somebody merged and took off in the small CRMs, pulled before and after: deals, people, ties, products."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.sources import SOURCES
from sandbox.stories.crm_story import FIRST_ENTERED, MERGED_AT, Deal, unmerged_on
from tests.dbt_project.crm_worlds.nights import keep_as
from tests.dbt_project.tiny_market import TinyMarket
from tests.sandbox.serving import serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

EVENINGS = {
    "before": Window(date(2026, 3, 1), date(2026, 3, 15)),
    "after": Window(date(2026, 3, 16), date(2026, 3, 22)),
}
LOGINS = {
    "pipedrive": ("", "pipedrive-token"),
    "amocrm": ("", "amocrm-token"),
    "bitrix24": ("1", "bitrix-secret"),
    "salesforce": ("consumer-key", "consumer-secret"),
}
MERGING = ("pipedrive", "amocrm", "bitrix24")
"""Opportunities of Salesforce cannot be merged."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """All four, each pulled on two evenings by the sandbox's clock: one account an evening."""
    tiny = TinyMarket(tmp_path_factory.mktemp("merges") / "data")
    wire = write_tiny_wire(tmp_path_factory.mktemp("tiny") / "wire.duckdb")
    with pytest.MonkeyPatch.context() as patch, serving(wire, CONNECTIONS) as server:
        patch.setenv("LEADGEN_DATA", str(tiny.folder))
        for evening, window in EVENINGS.items():
            server.order("clock", today=window.last_day.isoformat())
            for source, (login, password) in LOGINS.items():
                whose = Account(source, "now", source, "nordhaus", {"requests_per_second": 200})
                for table in SOURCES[source].tables:
                    opened = Connection(f"{server.url}/{source}", login, password)
                    land_table(SOURCES[source], whose, table.name, window, opened)
                keep_as(tiny, source, evening)
    tiny.build("+deals__unioned", "+deal_items__unioned", "+deal_contacts__unioned", "+contacts__unioned")
    return tiny


def by_evening(told: TinyMarket, source: str, query: str) -> dict[str, list[Any]]:
    rows = told.rows(
        f"select account, found from ({query}) where source = '{source}' and account <> 'now' order by all"
    )
    return {evening: [row["found"] for row in rows if row["account"] == evening] for evening in EVENINGS}


@pytest.mark.parametrize("source", LOGINS)
def test_a_deal_that_was_won_twice_is_one_sale_when_it_was_merged(told: TinyMarket, source: str) -> None:
    found = by_evening(
        told,
        source,
        "select source, account, sum(amount_original) as found from shapes.deals__unioned"
        " where won_at is not null group by all",
    )
    # 3,001.50 + 6,003 + 8,004 that were brought over; and 3,001.50 that were entered twice.
    once, twice = [Decimal("17008.5")], [Decimal("20010")]
    assert found == {"before": twice if source in MERGING else once, "after": once}


@pytest.mark.parametrize("source", MERGING)
def test_what_was_sold_twice_is_sold_once(told: TinyMarket, source: str) -> None:
    found = by_evening(
        told,
        source,
        "select items.source, items.account, count(*) as found from shapes.deal_items__unioned as items"
        " inner join shapes.deals__unioned using (deal_id) where won_at is not null group by all",
    )
    assert found == {"before": [4], "after": [3]}


@pytest.mark.parametrize("source", MERGING)
def test_whoever_was_entered_twice_has_both_addresses(told: TinyMarket, source: str) -> None:
    found = by_evening(
        told,
        source,
        "select source, account, other_emails_raw as found from shapes.contacts__unioned"
        f" where email_raw = '{Deal(FIRST_ENTERED).email}'",
    )
    assert found == {"before": [None], "after": ["cleo@second.example"]}


@pytest.mark.parametrize("source", LOGINS)
@pytest.mark.parametrize("shape", ["deal_contacts", "deal_items"])
def test_the_only_contact_and_the_only_product_leave_the_fifth(told: TinyMarket, source: str, shape: str) -> None:
    found = by_evening(
        told,
        source,
        f"select source, account, right(trim(source_deal_id, 'A'), 1) as found from shapes.{shape}__unioned"
        f" where {'source_contact_id' if shape == 'deal_contacts' else 'product'} is not null",
    )
    assert "5" not in found["after"]
    # Salesforce tells of what was taken off as it is now: of no evening before.
    assert ("5" in found["before"]) == (source != "salesforce")
    assert "4" in found["after"]


@pytest.mark.parametrize("source", LOGINS)
def test_the_sixth_was_sold_in_its_own_currency_where_the_crm_has_several(told: TinyMarket, source: str) -> None:
    found = by_evening(
        told,
        source,
        "select source, account, currency as found from shapes.deals__unioned where amount_original = 6003",
    )
    one = {"pipedrive": "ISK", "bitrix24": "ISK", "amocrm": "EUR"}.get(source)
    assert found == {"before": [one], "after": [one]}


def test_the_story_has_both_until_the_day_of_the_merge() -> None:
    day = MERGED_AT.date()
    assert len(unmerged_on(day.replace(day=day.day - 1))) == len(unmerged_on(day)) + 1 == len(unmerged_on(None)) + 1
