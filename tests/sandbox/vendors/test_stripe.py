"""Stripe as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from extractors.model import Window
from sandbox.stories.retold import Retold
from sandbox.vendors.stripe.sales import Sale
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str, window: Window = MARCH) -> list[dict[str, Any]]:
    options = {"requests_per_second": 1000}
    return pulled(server, "stripe", table, window=window, password="rk_test_synthetic", options=options)


def test_every_page_lands_a_charge_again_on_the_day_it_was_paid_back(server: Server) -> None:
    server.order("settings", most_on_page=1)

    rows = landed(server, "charges")

    assert [(row["charge_id"], row["updated_at"].day, row["amount_refunded_minor"]) for row in rows] == [
        ("ch_SYN90", 10, 75_000),
        ("ch_SYN91", 11, 0),
        ("ch_SYN90", 15, 75_000),
    ]
    assert {(row["amount_captured_minor"], row["currency"], row["status"]) for row in rows} == {
        (150_000, "eur", "succeeded")
    }
    assert (rows[0]["email"], rows[1]["is_disputed"]) == ("c1@example.test", True)


def test_on_the_day_of_the_charge_nothing_had_gone_back(server: Server) -> None:
    server.order("clock", today="2026-03-12")

    assert [row["amount_refunded_minor"] for row in landed(server, "charges")] == [0, 0]


def test_events_are_kept_for_thirty_days(server: Server) -> None:
    headers = {"Authorization": "Bearer rk_test_synthetic"}
    url = f"{server.url}/stripe/v1/events"
    asked = {"types[]": ["charge.refunded", "charge.dispute.closed"]}

    found = requests.get(url, asked, headers=headers, timeout=10).json()
    server.order("clock", today="2026-04-17")
    later = requests.get(url, asked, headers=headers, timeout=10).json()

    assert [event["type"] for event in found["data"]] == ["charge.dispute.closed", "charge.refunded"]
    assert [event["type"] for event in later["data"]] == ["charge.dispute.closed"]


def test_customers_refunds_disputes_and_invoices_with_all_their_lines_land(server: Server) -> None:
    server.order("settings", most_on_page=1)

    assert [row["email"] for row in landed(server, "customers")] == ["c1@example.test", None]
    [refund] = landed(server, "refunds")
    assert (refund["charge_id"], refund["amount_minor"]) == ("ch_SYN90", 75_000)
    assert [(row["updated_at"].day, row["status"]) for row in landed(server, "disputes")] == [
        (16, "lost"),
        (18, "lost"),
    ]
    assert [row["total_minor"] for row in landed(server, "invoices")] == [150_000, 150_000]
    assert [row["line_id"] for row in landed(server, "invoice_lines")] == [
        f"il_SYN{end}" for end in ("90a", "90b", "91a", "91b")
    ]
    payments = landed(server, "invoice_payments")
    assert [row["charge_id"] for row in payments] == ["ch_SYN90", "ch_SYN91"]
    assert payments[0]["updated_at"] == datetime.fromisoformat("2026-03-10T10:00")


def test_a_wrong_key_and_a_page_behind_nothing_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="key is wrong"):
        pulled(server, "stripe", "charges", password="rk_wrong", window=Window(date(2026, 3, 1), date(2026, 3, 1)))

    headers = {"Authorization": "Bearer rk_test_synthetic"}
    refused = requests.get(f"{server.url}/stripe/v1/charges?starting_after=ch_none", headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "resource_missing")


def sale(key: str) -> Sale:
    """A deal of 100.00 with that number, seen a month after it was won."""
    told = {"amount": "100.00", "deal_currency_code": "EUR", "closedate": "2026-03-10T10:00:00Z"}
    moment = datetime.fromisoformat("2026-03-10T10:00:00+00:00")
    deal = Retold(key, moment, moment.date(), {"properties": told})
    return Sale(deal, {"email": "ann@mail.example"}, int(moment.timestamp()) + 30 * 86_400)


def test_what_was_authorised_and_not_captured_is_counted_as_given_back() -> None:
    charge = sale("97").charge()

    assert (charge["amount"], charge["amount_captured"], charge["amount_refunded"]) == (12_500, 10_000, 2_500)


def test_an_invoice_paid_by_a_transfer_has_no_payment_and_nothing_to_give_back() -> None:
    transferred = sale("93")

    assert transferred.invoice(is_expanded=True)["payments"]["data"] == []
    assert transferred.invoice()["status"] == "paid"
    assert (transferred.refunded, transferred.disputed, transferred.lost) == (None, None, None)
