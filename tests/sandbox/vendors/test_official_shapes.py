"""What the invented market's ads answer is what the vendors' own packages read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.lead import Lead
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow
from google.protobuf import json_format

from extractors.sources import SOURCES
from tests.sandbox.test_pull_equals_land import NOT_IN_THE_MARKET

GOOGLE = [table.name for table in SOURCES["google_ads"].tables if f"google_ads/{table.name}" not in NOT_IN_THE_MARKET]


def payloads(landed: tuple[Path, Path], table: str) -> list[Any]:
    """The records of a table as they came over HTTP."""
    files = landed[0] / table / "account=*" / "day=*.parquet"
    return [json.loads(text) for (text,) in duckdb.sql(f"select _payload from read_parquet('{files}')").fetchall()]


@pytest.mark.parametrize("table", GOOGLE)
def test_every_row_is_a_row_of_google(landed: tuple[Path, Path], table: str) -> None:
    rows = payloads(landed, f"google_ads/{table}")

    assert rows
    for row in rows:
        # Refuses a field that Google does not have, and a value of another type.
        json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))


@pytest.mark.parametrize(("table", "kind"), [("account", AdAccount), ("ad_days", AdsInsights), ("leads", Lead)])
def test_every_record_has_the_fields_of_metas_objects(landed: tuple[Path, Path], table: str, kind: Any) -> None:
    known = {value for name, value in vars(kind.Field).items() if not name.startswith("_")}
    records = payloads(landed, f"meta_ads/{table}")

    assert records
    for record in records:
        assert set(record) <= known
        read = kind()
        read.set_data(record) if hasattr(read, "set_data") else read._set_data(record)
        assert read.export_all_data() == record


def test_metas_numbers_are_texts(landed: tuple[Path, Path]) -> None:
    for row in payloads(landed, "meta_ads/ad_days"):
        assert all(isinstance(value, str | list) for value in row.values())
