"""What a deal without a currency is counted in: the portal's own, which it is asked for once and only then."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from extractors.model import Window
from extractors.sources.hubspot import HUBSPOT
from tests.extractors.sources.vendor import Reply, Vendor, land

DEALS = "POST /crm/objects/2026-09/deals/search"
DETAILS = "GET /account-info/v3/details"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def deals(*currencies: str | None) -> Reply:
    """A deal of 100 in each currency, and one without an amount."""
    told: list[dict[str, Any]] = [{"amount": "100.00", "deal_currency_code": one} for one in currencies]
    told.append({"amount": None, "deal_currency_code": None})
    also = {"dealstage": "won", "pipeline": "p", "createdate": "2026-03-10T09:00:00Z"}
    also |= {"hs_lastmodifieddate": "2026-03-10T09:30:00Z"}
    results = [{"id": str(number), "properties": {**one, **also}} for number, one in enumerate(told, start=1)]
    return Reply(json.dumps({"total": len(results), "results": results}).encode())


def test_a_deal_that_names_no_currency_is_in_the_portals_own(vendor: Vendor) -> None:
    vendor.answers(DEALS, deals("GBP", None, None))
    vendor.answers(DETAILS, Reply(b'{"portalId": 62515, "companyCurrency": "USD", "additionalCurrencies": ["GBP"]}'))

    landed = land(HUBSPOT, "deals", vendor, THE_10TH)

    assert [deal["currency"] for deal in landed] == ["GBP", "USD", "USD", None]
    assert len(vendor.asked("/account-info/v3/details")) == 1


def test_nobody_is_asked_where_every_deal_names_its_currency(vendor: Vendor) -> None:
    vendor.answers(DEALS, deals("GBP", "EUR"))

    assert [deal["currency"] for deal in land(HUBSPOT, "deals", vendor, THE_10TH)] == ["GBP", "EUR", None]


@pytest.mark.parametrize(
    "answer", [Reply(b'{"category": "MISSING_SCOPES"}', 403), Reply(b"{}"), Reply(b'{"companyCurrency": ["USD"]}')]
)
def test_a_portal_that_does_not_tell_its_currency_leaves_it_to_the_brands(vendor: Vendor, answer: Reply) -> None:
    vendor.answers(DEALS, deals(None))
    vendor.answers(DETAILS, answer)

    assert [deal["currency"] for deal in land(HUBSPOT, "deals", vendor, THE_10TH)] == [None, None]
