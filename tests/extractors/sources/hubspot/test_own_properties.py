"""HubSpot: properties of a customer's own, by whatever name, and days among them."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from extractors.errors import FixSettings, SourceChanged
from extractors.model import Window
from extractors.sources.hubspot import HUBSPOT
from tests.extractors.sources.vendor import Reply, Vendor, land, read, recorded

CONTACTS = "POST /crm/objects/2026-09/contacts/search"
DEALS = "POST /crm/objects/2026-09/deals/search"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
OWN = {"cancelled_at": "refunded_on", "cost_of_goods": "total_cost"}


def with_properties(fixture: str, **properties: str) -> Reply:
    """The recorded answer, its first record with these properties more."""
    body = json.loads(recorded(fixture).body)
    body["results"][0]["properties"] |= properties
    return Reply(json.dumps(body).encode())


def test_own_properties_fill_the_columns_that_the_options_name(vendor: Vendor) -> None:
    vendor.answers(DEALS, with_properties("hubspot/deals__two", refunded_on="2026-03-09", total_cost="900.10"))

    deal, _ = land(HUBSPOT, "deals", vendor, THE_10TH, requests_per_second=200, deal_fields=OWN)

    # A day has no hour: its first one is meant.
    assert (deal["cancelled_at"], deal["cost_of_goods"]) == (datetime.fromisoformat("2026-03-09"), Decimal("900.1"))
    assert deal["_reject_reason"] is None
    asked = vendor.requests[0].json["properties"]
    assert {"refunded_on", "total_cost"} <= set(asked)
    assert not {"cancelled_at", "cost_of_goods"} & set(asked)


def test_a_day_in_the_usual_property_is_no_reject_either(vendor: Vendor) -> None:
    vendor.answers(DEALS, with_properties("hubspot/deals__two", cancelled_at="2026-03-09"))

    deal, _ = land(HUBSPOT, "deals", vendor, THE_10TH, requests_per_second=200)

    assert (deal["cancelled_at"], deal["_reject_reason"]) == (datetime.fromisoformat("2026-03-09"), None)


def test_an_own_click_id_of_contacts_is_read(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, with_properties("hubspot/contacts__page_2_last", utm_gclid="SYN-g4"))

    [contact] = land(
        HUBSPOT, "contacts", vendor, THE_10TH, requests_per_second=200, contact_fields={"google_click_id": "utm_gclid"}
    )

    assert contact["google_click_id"] == "SYN-g4"


def test_an_own_property_that_does_not_exist_is_told_by_name(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__two"))

    with pytest.raises(SourceChanged, match="no record has 'refunded_on', 'total_cost'"):
        read(HUBSPOT, "deals", vendor, THE_10TH, deal_fields=OWN)


def test_an_option_for_another_column_is_refused_before_anything_is_asked(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="deal_fields names"):
        read(HUBSPOT, "deals", vendor, THE_10TH, deal_fields={"amount": "my_amount"})

    assert vendor.requests == []
