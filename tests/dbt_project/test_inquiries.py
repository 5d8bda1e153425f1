"""What posts become on their way into inquiries: words apart from machine fields, tags of one place, nobody twice."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from extractors.model import Account
from extractors.receiver.spool import Received
from extractors.sources.webhook import rows_of
from tests.dbt_project.tiny_market import RUN, STAGED, TinyMarket
from warehouse.steps.contacts import normalise_contacts

DAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)
PAGE = "https://www.dach.example/quote"
SENDER: dict[str, tuple[str, dict[str, str]]] = {
    "a": ("gravity_forms", {"user-agent": "WordPress/6.8; https://a.example"}),
    "b": ("gravity_forms", {"user-agent": "WordPress/6.8; https://b.example"}),
    "g": ("google_lead_form", {}),
}
LINKS = {"photos": "https://s.example/1.jpg, https://s.example/2.jpg", "website": "https://kunde.example"}
POSTS: dict[str, dict[str, Any]] = {
    # A link in an answer, and those of the page, the page before, and two files.
    "one_link": {**LINKS, "page_url": f"{PAGE}?gclid=SYN-1", "referrer": "https://www.google.com/"},
    "three_links": {"message": "see https://x.example https://y.example https://z.example", "page_url": PAGE},
    # A newsletter of last month in hidden fields, and the ad that led to this page.
    "two_visits": {"utm_source": "newsletter", "utm_medium": "email",
                   "page_url": f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign=roof&gclid=SYN-2"},
    "one_visit": {"utm_source": "Google", "page_url": f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign=roof"},
    "no_source": {"utm_campaign": "old", "page_url": f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign=roof"},
    "bare_click": {"utm_source": "google", "utm_medium": "cpc", "page_url": f"{PAGE}?gclid=SYN-3"},
    "other_click": {"gclid": "SYN-4", "page_url": f"{PAGE}?utm_source=google&utm_campaign=roof&gclid=SYN-5"},
    "cookie": {"_ga": "GA1.1.333.170"},
}  # fmt: skip


def row(sender: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(body).encode()
    received = Received(id="r", at=AT, body=text, content_type="application/json", headers=headers)
    (found,) = rows_of(Account("webhook", "a1", "none", "nordhaus", {"sender": sender}), received)
    return found


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """Some posts, calls and visits, staged and screened once for all tests of this file."""
    tiny = TinyMarket(tmp_path_factory.mktemp("inquiries"))
    posts = [
        row("signed", {"email": f"{name}@b.example", **body}, {"webhook-id": name}) for name, body in POSTS.items()
    ]
    posts += [row(SENDER[name][0], {"id": "900", "2": f"{name}@mail.example"}, SENDER[name][1]) for name in ("a", "b")]
    lead = {
        "lead_id": "g1",
        "campaign_id": 22,
        "user_column_data": [{"column_id": "EMAIL", "string_value": "g@b.example"}],
    }
    tiny.land("webhook", "inquiries", DAY, [*posts, row("google_lead_form", lead, {})])
    call = {"called_day": DAY, "started_at": AT, "duration_seconds": 60, "is_successful": True}
    callers = {"c1": "101", "c2": "491715550001", "c3": "79990000001"}
    tiny.land("calltouch", "calls", DAY, [{**call, "call_id": name, "caller_number": n} for name, n in callers.items()])
    visit = {
        "site_id": 1,
        "visitor_id": "0123456789abcdef",
        "visited_day": DAY,
        "first_action_at": AT,
        "landing_url": PAGE,
    }
    browsers = {"v1": "Chrome", "v2": "Headless Chrome", "v3": None}
    tiny.land("matomo", "visits", DAY, [{**visit, "visit_id": name, "browser_name": b} for name, b in browsers.items()])
    tiny.build(*(f"path:models/{folder}" for folder in STAGED))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADGEN_DATA", str(tiny.folder))
        normalise_contacts(RUN)
    tiny.build(
        *(f"+{model},path:models/intermediate" for model in ("int_inquiries__parsed", "int_inquiries__screened"))
    )
    return tiny


def of(market: TinyMarket, table: str, name: str) -> dict[str, Any]:
    """The row of a post by its id."""
    query = f"""
        select found.*, inquiries.* exclude (inquiry_id)
        from {table} as found inner join shapes.inquiries__unioned as inquiries using (inquiry_id)
        where inquiries.source_record_id = '{name}'
    """
    (found,) = market.rows(query)
    return dict(found)


def test_links_that_a_machine_wrote_make_no_spam(market: TinyMarket) -> None:
    found = {name: of(market, "intermediate.int_inquiries__screened", name) for name in ("one_link", "three_links")}

    assert {name: one["is_spam"] for name, one in found.items()} == {"one_link": False, "three_links": True}


@pytest.mark.parametrize(
    ("name", "source", "campaign", "click"),
    [
        ("two_visits", "newsletter", None, None),
        ("one_visit", "google", "roof", None),
        ("no_source", "google", "roof", None),
        ("bare_click", "google", None, "SYN-3"),
        ("other_click", None, None, "SYN-4"),
    ],
)
def test_tags_come_whole_from_one_place(
    market: TinyMarket, name: str, source: str | None, campaign: str | None, click: str | None
) -> None:
    found = market.rows(
        "select parsed.* from intermediate.int_inquiries__parsed as parsed "
        f"inner join shapes.inquiries__unioned as made using (inquiry_id) where made.source_record_id = '{name}'"
    )[0]

    assert (found["utm_source"], found["utm_campaign"], found["click_id"]) == (source, campaign, click)


def test_entries_of_two_sites_are_two_inquiries(market: TinyMarket) -> None:
    rows = market.rows("select email_raw from shapes.inquiries__unioned where source_record_id like '%:900' order by 1")

    assert [one["email_raw"] for one in rows] == ["a@mail.example", "b@mail.example"]


def test_a_google_lead_by_webhook_is_google_s_ad_as_by_the_pull(market: TinyMarket) -> None:
    (found,) = market.rows(
        "select parsed.source, parsed.medium, made.platform, made.campaign_id "
        "from intermediate.int_inquiries__parsed as parsed "
        "inner join shapes.inquiries__unioned as made using (inquiry_id) where made.source_record_id = 'g1'"
    )

    assert list(found.values()) == ["google", "cpc", "google_ads", "22"]


def test_a_cookie_of_analytics_is_the_device_of_its_visits(market: TinyMarket) -> None:
    assert of(market, "intermediate.int_inquiries__screened", "cookie")["client_id"] == "333.170"


def test_a_telephone_of_the_house_is_a_colleague_s_and_a_foreign_caller_is_heard(market: TinyMarket) -> None:
    rows = market.rows(
        "select inquiries.source_record_id as name, screened.is_employee, screened.phone_e164 from "
        "intermediate.int_inquiries__screened as screened inner join shapes.inquiries__unioned as inquiries "
        "using (inquiry_id) where inquiries.source = 'calltouch'"
    )

    assert {one["name"]: (one["is_employee"], one["phone_e164"]) for one in rows} == {
        "c1": (True, None),
        "c2": (False, "+491715550001"),
        "c3": (False, "+79990000001"),
    }


def test_the_visit_of_a_program_is_nobody_s(market: TinyMarket) -> None:
    rows = market.rows("select source_visit_id from shapes.visits__unioned where source = 'matomo' order by 1")

    assert [one["source_visit_id"] for one in rows] == ["v1", "v3"]
