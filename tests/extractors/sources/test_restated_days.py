"""How many days are read again every night, by what each vendor says that it corrects."""

from __future__ import annotations

import pytest

from extractors.sources import SOURCES

RESTATED = {
    # Conversions grow on the day of the click for the conversion window, which is 30 days unless somebody changes it.
    "google_ads": {
        "campaign_days": 30,
        "ad_group_days": 30,
        "keyword_days": 30,
        "search_term_days": 30,
        "click_view": 3,
    },
    "meta_ads": {"ad_days": 28},
    "microsoft_ads": {"campaign_days": 30, "ad_group_days": 30, "keyword_days": 30, "search_term_days": 30},
    "linkedin_ads": {"campaign_days": 30},
    # Money for a week, conversions as long as their window of 28 days.
    "tiktok_ads": {"ad_days": 28},
    "yandex_direct": {"criterion_days": 30, "search_term_days": 30},
    "yandex_metrica": {"visits": 4},
    "ga4": {"visits": 3},
}


@pytest.mark.parametrize("source", RESTATED)
def test_days_that_a_vendor_corrects_are_read_again(source: str) -> None:
    tables = {table.name: table.restated_days for table in SOURCES[source].tables}

    assert {name: tables[name] for name in RESTATED[source]} == RESTATED[source]
