"""Pipedrive: deals that were deleted are listed for 30 days, and stay deleted after that."""

from __future__ import annotations

from datetime import date

from extractors.model import Window
from extractors.sources.pipedrive import PIPEDRIVE
from tests.extractors.sources.vendor import Reply, Request, Vendor, land, recorded

THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def test_a_deleted_deal_stays_deleted_when_its_day_is_read_again_after_pipedrive_forgot_it(vendor: Vendor) -> None:
    forgotten = False

    def deals(request: Request) -> Reply:
        if request.query.get("status") != "deleted":
            return recorded("pipedrive/deals__two")
        return recorded("pipedrive/empty" if forgotten else "pipedrive/deals__deleted")

    vendor.answers("GET /api/v2/deals", deals)
    vendor.answers("GET /api/v2/deals/archived", recorded("pipedrive/empty"))
    first = land(PIPEDRIVE, "deals", vendor, THE_10TH)
    forgotten = True

    again = land(PIPEDRIVE, "deals", vendor, THE_10TH)

    assert sorted((row["deal_id"], row["is_deleted"]) for row in again) == sorted(
        (row["deal_id"], row["is_deleted"]) for row in first
    )
    assert ("504", True) in {(row["deal_id"], row["is_deleted"]) for row in again}
