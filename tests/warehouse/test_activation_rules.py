"""``activations.yml`` says what is told to whom; the build lays it out as a rule file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from handwritten.activations import read_activations
from warehouse import settings
from warehouse.errors import FixRules
from warehouse.rules import lay_out_rules

GOOD = """
destinations:
- destination: microsoft_ads
  account: 900100
  brand: nordhaus
  tells:
  - {milestone: qualified, as: Qualified lead, value: 50.5}
  - {milestone: sale, as: Sale, value: revenue, hold_days: 1}
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def laid_out() -> list[tuple[str, ...]]:
    file = settings.rules_dir() / "activations.csv"
    return duckdb.sql(f"from read_csv('{file}', header = true, all_varchar = true)").fetchall()


def test_each_milestone_of_an_account_is_a_line(config: Path) -> None:
    (config / "activations.yml").write_text(GOOD, encoding="utf-8")
    lay_out_rules()

    assert laid_out() == [
        ("nordhaus", "microsoft_ads", "900100", "qualified", "Qualified lead", "fixed", "50.5", "asked", "0"),
        ("nordhaus", "microsoft_ads", "900100", "sale", "Sale", "revenue", None, "asked", "1"),
    ]


def test_without_the_file_nobody_is_told(config: Path) -> None:
    lay_out_rules()

    assert laid_out() == []


def test_the_connection_is_named_after_destination_and_account(config: Path) -> None:
    (config / "activations.yml").write_text(GOOD, encoding="utf-8")

    [told] = read_activations(config, ["microsoft_ads"])

    assert (told.connection, told.consent) == ("microsoft_ads_900100", "asked")
    assert told.tells[0].fixed_value == Decimal("50.5")


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("microsoft_ads", "microsoft_add", "'destination' is 'microsoft_add'.*Did you mean 'microsoft_ads'"),
        ("milestone: sale", "milestone: sales", "tell 2: 'milestone' is 'sales'.*Did you mean 'sale'"),
        ("value: revenue", "value: revenu", "'value' is 'revenu'.*or an amount such as 50.*Did you mean 'revenue'"),
        ("hold_days", "hold_day", "'hold_day' means nothing here.*Did you mean 'hold_days'"),
        ("hold_days: 1", "hold_days: 900", "a number of days from 0 to 90"),
        ("value: 50.5", "value: -1", "'value' is '-1'"),
        ("value: 50.5", "value: margin", "only a sale has margin"),
        ("milestone: qualified", "milestone: sale", "sale is told twice"),
        ("as: Sale, ", "", "'as' is missing"),
        ("  brand: nordhaus\n", "", "'brand' is missing"),
        ("account: 900100", "account: a/b", "'account' must be"),
        ("destinations:", "destination:", "there is no list 'destinations'"),
        ("  brand: nordhaus\n", "  brand: nordhaus\n  consent: ask\n", "'consent' is 'ask'.*Did you mean 'asked'"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_place_and_the_nearest_word(
    config: Path, was: str, becomes: str, message: str
) -> None:
    assert was in GOOD
    (config / "activations.yml").write_text(GOOD.replace(was, becomes), encoding="utf-8")

    with pytest.raises(FixRules, match=message):
        lay_out_rules()


def test_a_brand_that_the_rule_files_do_not_know_is_named(config: Path) -> None:
    (config / "activations.yml").write_text(GOOD, encoding="utf-8")
    (config / "brands.csv").write_text(
        "brand,name,time_zone,currency,phone_region,language,site_hosts\nnordhau,N,Europe/Berlin,EUR,DE,de,\n",
        encoding="utf-8",
    )

    with pytest.raises(FixRules, match=r"activations\.yml.*nordhaus"):
        lay_out_rules()
