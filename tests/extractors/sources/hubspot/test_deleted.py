"""HubSpot: deals and line items that were deleted, which no search finds any more."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from extractors.errors import SourceChanged
from extractors.model import Row, Window
from extractors.sources.hubspot import HUBSPOT
from tests.extractors.sources.vendor import Vendor, land, landed_rows, recorded

DEALS = "GET /crm/objects/2026-09/deals"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def deleted(vendor: Vendor) -> list[Row]:
    return land(HUBSPOT, "deleted_deals", vendor, THE_10TH, requests_per_second=200)


def test_deals_deleted_on_the_day_are_read_to_the_last_page_and_others_are_not(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__archived_page_1"), recorded("hubspot/deals__archived_page_2_last"))

    first, last = deleted(vendor)

    assert (first["deal_id"], first["deleted_at"]) == ("9101", datetime.fromisoformat("2026-03-10T09:30:00.123"))
    assert (last["deal_id"], last["_day"]) == ("9103", date(2026, 3, 10))
    assert [request.query.get("after") for request in vendor.requests] == [None, "9103"]
    assert {request.query["archived"] for request in vendor.requests} == {"true"}


def test_a_deal_stays_deleted_when_its_day_is_read_again_after_ninety_days(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__archived_page_2_last"), recorded("hubspot/contacts__empty"))
    deleted(vendor)

    assert [row["deal_id"] for row in deleted(vendor)] == ["9103"]


def test_a_day_without_deletions_lands_empty(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/contacts__empty"))

    assert deleted(vendor) == []


def test_a_deletion_without_its_time_is_noticed(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__archived_renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'archivedAt'"):
        deleted(vendor)

    assert landed_rows(HUBSPOT, "deleted_deals") == []


def test_line_items_that_were_taken_off_land_the_same_way(vendor: Vendor) -> None:
    vendor.answers("GET /crm/objects/2026-09/line_items", recorded("hubspot/deals__archived_page_2_last"))

    [item] = land(HUBSPOT, "deleted_line_items", vendor, THE_10TH, requests_per_second=200)

    assert (item["line_item_id"], item["_day"]) == ("9103", date(2026, 3, 10))
