"""The Bank of Russia's rates as the sandbox serves them, and as they are pulled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from defusedxml import ElementTree

from extractors.model import Window
from sandbox.vendors.cbr import CURRENCIES, price
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

A_WEEK = Window(date(2026, 3, 9), date(2026, 3, 15))
"""From a Monday to a Sunday."""


def get(server: Server, day: str, agent: str = "Mozilla/5.0") -> requests.Response:
    address = f"{server.url}/cbr/scripts/XML_daily.asp"
    return requests.get(address, params={"date_req": day}, headers={"User-Agent": agent}, timeout=10)


def test_every_day_with_a_rate_of_its_own_lands_and_the_others_land_empty(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    rows = pulled(server, "cbr", "rates", window=A_WEEK, account="cbr")

    days = [date(2026, 3, day) for day in range(10, 15)]
    assert [(row["day"], row["currency"], row["rate"]) for row in rows] == [
        (day, code, price(value, day) / nominal) for day in days for _, _, code, nominal, _, value in CURRENCIES
    ]
    assert {row["_reject_reason"] for row in rows} == {None}
    assert len(list((tmp_path / "landing/cbr/rates").rglob("day=*.parquet"))) == 7


def test_a_sunday_is_answered_with_the_saturday_before_it(server: Server) -> None:
    root = ElementTree.fromstring(get(server, "15/03/2026").content)

    assert root.attrib["Date"] == "14.03.2026"
    tenge = next(one for one in root.iter("Valute") if one.findtext("CharCode") == "KZT")
    assert (tenge.findtext("Nominal"), tenge.findtext("Name")) == ("100", "Тенге")
    value = tenge.findtext("Value")
    assert value
    assert Decimal(value.replace(",", ".")) == price(CURRENCIES[2][5], date(2026, 3, 14))


def test_what_is_no_day_is_said_in_words_with_status_200(server: Server) -> None:
    answer = get(server, "2026-03-10")

    assert (answer.status_code, "Error in parameters" in answer.text) == (200, True)
    assert "Date" not in ElementTree.fromstring(answer.content).attrib


def test_a_program_that_says_so_is_turned_away(server: Server) -> None:
    assert get(server, "10/03/2026", agent="python-requests/2").status_code == 403
