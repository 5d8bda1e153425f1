"""A visitor clicks an ad, agrees, reads on, sends the form: the campaign that was paid for gets the credit.

Everything is real: Chromium, the receiver as a process, its spool, the landing zone, the warehouse.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES
from tests.story.browser import Site, browsing, refuse_without_chromium

GCLID = "SYN-Cj0KCQiA_cAsE"
TODAY = datetime.now(UTC).date()
ACCOUNT = Account("google_ads", "1112223334", "none", "nordhaus")


@dataclass
class Story:
    """What one visitor did, and the warehouse in which it can be read."""

    environment: Mapping[str, str]
    data: Path
    client_id: str = ""
    thanked: str = ""

    def run(self, *arguments: str) -> str:
        """A command of the project, with the story's own folders; a failure shows what it said."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a reader of the published warehouse finds."""
        with duckdb.connect(str(self.data / "warehouse.duckdb"), read_only=True) as connection:
            found = connection.execute(query)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def land(data: Path, table: str, day: date, *rows: Row) -> None:
    """A day of Google Ads as a pull lands it."""
    window = Window(day, day)
    with LandingWriter(data / "landing", "google_ads", SOURCES["google_ads"].table(table), ACCOUNT, window, "r") as to:
        to.add(list(rows))
        assert to.commit().rejects == 0


def buy_the_click(data: Path) -> None:
    """One campaign, what it cost today, and the click that was bought."""
    land(data, "customer", TODAY, {"customer_id": ACCOUNT.account, "currency_code": "EUR", "time_zone": "UTC"})
    campaign: Row = {
        "customer_id": ACCOUNT.account,
        "campaign_id": "7001",
        "campaign_name": "Roofs - search",
        "day": TODAY,
        "ad_network_type": "SEARCH",
        "device": "DESKTOP",
    }
    land(
        data,
        "campaign_days",
        TODAY,
        {
            **campaign,
            "channel_type": "SEARCH",
            "impressions": 50,
            "clicks": 1,
            "cost_micros": 2_500_000,
        },
    )
    land(
        data,
        "click_view",
        TODAY,
        {**campaign, "gclid": GCLID, "ad_group_id": "8001", "ad_group_name": "Flat roofs", "keyword_text": "new roof"},
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    refuse_without_chromium()
    folder = tmp_path_factory.mktemp("story")
    config, data, site = folder / "config", folder / "data", Site()
    config.mkdir()
    accounts = [
        {
            "source": "webhook",
            "account": "site",
            "brand": "nordhaus",
            "options": {"sender": "browser", "origins": [site.url], "thanks_url": f"{site.url}/thanks.html"},
        },
        {"source": "pixel", "account": "dach", "brand": "nordhaus", "options": {"origins": [site.url]}},
        {"source": "google_ads", "account": ACCOUNT.account, "brand": "nordhaus"},
    ]
    (config / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")
    header = "brand,name,time_zone,currency,phone_region,language,site_hosts"
    (config / "brands.csv").write_text(f"{header}\nnordhaus,Nordhaus,Europe/Berlin,EUR,DE,de,\n", encoding="utf-8")
    told = Story({"LEADGEN_CONFIG": str(config), "LEADGEN_DATA": str(data), "LEADGEN_HASH_KEY": "story"}, data)
    receiver = start_receiver(told, folder)
    try:
        site.receiver = f"http://127.0.0.1:{(folder / 'port').read_text()}"
        with browsing(folder / "profile") as browser:
            visit(browser, site, told)
        assert receiver.poll() is None
    finally:
        receiver.terminate()
        receiver.wait()
        site.close()
    buy_the_click(data)
    days = ["--from", str(TODAY - timedelta(days=1)), "--to", str(TODAY + timedelta(days=1))]
    told.run("extractors", "pull", "--source", "webhook", "--source", "pixel", *days)
    told.run("warehouse", "build", "--to", str(TODAY + timedelta(days=1)))
    return told


def start_receiver(told: Story, folder: Path) -> subprocess.Popen[bytes]:
    """The receiver as an operator starts it."""
    command = [sys.executable, "-m", "extractors", "receive", "--port", "0", "--port-file", str(folder / "port")]
    with (folder / "receiver.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **told.environment}, stdout=log, stderr=log)
    limit = time.monotonic() + 60
    while not (folder / "port").exists():
        assert process.poll() is None, (folder / "receiver.log").read_text()
        assert time.monotonic() < limit
        time.sleep(0.05)
    return process


def visit(browser: Chrome, site: Site, told: Story) -> None:
    """What the visitor does."""
    wait = WebDriverWait(browser, 30)
    browser.get(f"{site.url}/?gclid={GCLID}&utm_source=google&utm_medium=cpc")
    wait.until(lambda page: page.execute_script("return Boolean(window.leadgen)"))
    assert browser.get_cookie("_lg_id") is None
    browser.find_element(By.ID, "agree").click()
    wait.until(lambda page: page.execute_script("return document.body.dataset.agreed === 'yes'"))
    told.client_id = browser.get_cookie("_lg_id")["value"]  # type: ignore[index]
    browser.find_element(By.ID, "to-the-form").click()
    wait.until(lambda page: page.title == "Ask for a quote" and page.execute_script("return Boolean(window.leadgen)"))
    for name, text in (
        ("name", "Ida Berg"),
        ("email", "ida.berg@mail.example"),
        ("phone", "+49 151 1234567"),
        ("message", "A flat roof of 80 m²"),
    ):
        browser.find_element(By.NAME, name).send_keys(text)
    browser.find_element(By.ID, "send").click()
    wait.until(lambda page: page.title == "Thank you")
    told.thanked = browser.current_url


pytestmark = pytest.mark.timeout(600)


def test_the_visitor_is_thanked_and_has_one_id(story: Story) -> None:
    assert story.thanked.endswith("/thanks.html")
    assert len(story.client_id) == 36


def test_the_form_lands_with_the_click_of_the_first_page_and_the_visitor_s_id(story: Story) -> None:
    files = story.data / "landing" / "webhook" / "inquiries" / "account=site" / "day=*.parquet"
    landed = duckdb.sql(f"select * from read_parquet('{files}')")
    (row,) = [dict(zip(landed.columns, values, strict=True)) for values in landed.fetchall()]

    assert row["_reject_reason"] is None
    assert (row["email"], row["name"], row["form_id"]) == ("ida.berg@mail.example", "Ida Berg", "quote")
    assert row["client_id"] == story.client_id
    # The form was on the second page, whose address has no click id.
    assert row["click_ids"] == f'{{"gclid":"{GCLID}"}}'


def test_both_pages_are_one_visit(story: Story) -> None:
    files = story.data / "landing" / "pixel" / "hits" / "account=dach" / "day=*.parquet"
    hits = duckdb.sql(f"select event, client_id, is_bot from read_parquet('{files}') order by received_at").fetchall()
    touches = story.rows("select distinct touchpoint_id from marts.lead_journeys where touch_kind = 'visit'")

    assert hits == [("page_view", story.client_id, False)] * 2
    assert len(touches) == 1


def test_the_inquiry_is_attributed_to_the_campaign_that_was_paid_for(story: Story) -> None:
    (inquiry,) = story.rows("select channel, campaign_id, campaign_name from marts.inquiries")
    credited = story.rows(
        "select attribution_model, channel, platform, campaign_id, sum(credit) as credit from marts.attributed_leads"
        " where attribution_model in ('first_touch', 'last_touch', 'linear') group by all order by all"
    )

    assert inquiry == {"channel": "Paid Search", "campaign_id": "7001", "campaign_name": "Roofs - search"}
    assert [tuple(row.values())[:4] for row in credited] == [
        (model, "Paid Search", "google_ads", "7001") for model in ("first_touch", "last_touch", "linear")
    ]
    assert {float(row["credit"]) for row in credited} == {1.0}


def test_the_cost_of_the_lead_is_what_the_click_cost(story: Story) -> None:
    (row,) = story.rows(
        "select sum(spend) as spend, sum(lead_credit) as leads from marts.channel_performance"
        " where attribution_model = 'last_touch' and date_basis = 'conversion' and campaign_id = '7001'"
    )

    assert (float(row["spend"]), float(row["leads"])) == (2.5, 1.0)


def test_no_contact_detail_of_the_visitor_is_published(story: Story) -> None:
    for file in [story.data / "warehouse.duckdb", *(story.data / "parquet").rglob("*.parquet")]:
        content = file.read_bytes()
        assert not [told for told in (b"ida.berg@", b"Ida Berg", b"1511234567") if told in content], file
