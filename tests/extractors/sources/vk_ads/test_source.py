"""VK Ads: names of what was shown, days that cost nothing, moments as Go writes them, and one token of five."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.http.client import Answer, Verdict
from extractors.model import Account, Connection, Row, Window
from extractors.run import land_table
from extractors.sources.vk_ads import VK_ADS
from extractors.sources.vk_ads.errors import classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, landed_rows, recorded, sleeps

TOKEN, ME = "POST /api/v2/oauth2/token.json", "GET /api/v2/user.json"
PLANS, GROUPS, BANNERS = (f"GET /api/v2/{name}.json" for name in ("ad_plans", "ad_groups", "banners"))
DAYS, LEADS = "GET /api/v2/statistics/banners/day.json", "GET /api/v1/lead_ads/leads.json"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TODAY = datetime.now(UTC).date()


def account(**options: Any) -> Account:
    return Account("vk_ads", "ACC1", "vk_ads", "nordhaus", {"requests_per_second": 200, **options})


def opened(vendor: Vendor) -> Connection:
    return Connection(vendor.url, "client-7", SECRET)


def landed(vendor: Vendor, table: str, window: Window = THE_10TH, **options: Any) -> list[Row]:
    if not vendor._answers.get(TOKEN):
        vendor.answers(TOKEN, recorded("vk_ads/token"))
    land_table(VK_ADS, account(**options), table, window, opened(vendor))
    return landed_rows(VK_ADS, table)


def named(vendor: Vendor) -> None:
    vendor.answers(PLANS, recorded("vk_ads/ad_plans"))
    vendor.answers(GROUPS, recorded("vk_ads/ad_groups__page_1"), recorded("vk_ads/ad_groups__page_2_last"))
    vendor.answers(BANNERS, recorded("vk_ads/banners"))


def test_the_account_tells_its_currency(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("vk_ads/user"))

    (row,) = landed(vendor, "account")
    assert (row["id"], row["currency"]) == ("4401", "RUB")


@pytest.mark.meets("last_page")
def test_an_ad_s_day_has_its_names_from_every_page_and_a_day_without_shows_is_none(vendor: Vendor) -> None:
    named(vendor)
    vendor.answers(DAYS, recorded("vk_ads/statistics__days"))

    first, second = landed(vendor, "banner_days", Window(date(2026, 3, 10), date(2026, 3, 11)))

    assert (first["banner_id"], first["ad_group_name"], first["ad_plan_name"]) == ("501", "Москва", "Крыши")
    # Of two counts of goals the one of today's cabinet is meant.
    assert (first["spent"], first["clicks"], first["goals"]) == (Decimal("640.50"), 12, 2)
    assert (second["ad_group_name"], second["ad_plan_id"]) == ("Омск", "301")
    (asked,) = vendor.asked("/api/v2/statistics/banners/day.json")
    assert (asked.query["id"], asked.query["date_to"]) == ("501,502,503", "2026-03-11")
    assert asked.headers["authorization"] == "Bearer granted-1"
    assert {one.query["_status__in"] for one in vendor.asked("/api/v2/banners.json")} == {"active,blocked,deleted"}
    assert [one.query["offset"] for one in vendor.asked("/api/v2/ad_groups.json")] == ["0", "1"]


def test_what_is_too_much_for_one_answer_is_asked_for_in_halves(vendor: Vendor) -> None:
    named(vendor)
    asked: list[str] = []

    def answer(request: Any) -> Reply:
        asked.append(request.query["id"])
        is_much = "," in request.query["id"]
        return recorded("vk_ads/error_400_limit", 400) if is_much else recorded("vk_ads/empty")

    vendor.answers(DAYS, answer)

    assert landed(vendor, "banner_days") == []
    assert asked == ["501,502,503", "501", "502,503", "502", "503"]


def test_days_that_vk_keeps_no_more_are_not_asked_for(vendor: Vendor) -> None:
    long_ago = TODAY - timedelta(days=400)

    assert landed(vendor, "banner_days", Window(long_ago, long_ago)) == []
    assert vendor.requests == []


def test_leads_are_of_the_day_on_which_they_were_written_however_that_is_said(vendor: Vendor) -> None:
    vendor.answers(LEADS, recorded("vk_ads/leads__page_1"), recorded("vk_ads/leads__page_2_last"))

    found = {str(row["lead_id"]): row for row in landed(vendor, "leads")}

    assert sorted(found) == ["9001", "9002", "9004"]
    ivan, other = found["9001"], found["9002"]
    assert ivan["created_at"] == datetime.fromisoformat("2026-03-10T06:15:01.5")
    assert (ivan["full_name"], ivan["email"], ivan["phone"]) == ("Иван", "ivan@mail.example", "+79990000001")
    assert (ivan["ad_plan_id"], ivan["banner_id"], ivan["form_id"]) == ("301", "501", "17")
    assert (other["form_id"], other["banner_id"], other["message"]) == ("17", None, "Крыша, Фасад")
    assert json.loads(other["answers"])["Что нужно?"] == "Крыша, Фасад"
    assert "created_at" in str(found["9004"]["_reject_reason"])
    first, second = vendor.asked("/api/v1/lead_ads/leads.json")
    assert (first.query["_created_at__gte"], first.query["_created_at__lte"]) == (
        "2026-03-09 00:00:00", "2026-03-11 23:59:59",
    )  # fmt: skip
    assert second.query["offset"] == "1"


@pytest.mark.meets("empty_answer")
def test_without_ads_and_without_leads_a_day_lands_empty(vendor: Vendor) -> None:
    for route in (PLANS, GROUPS, BANNERS, LEADS):
        vendor.answers(route, recorded("vk_ads/empty"))

    assert landed(vendor, "banner_days") == landed(vendor, "leads") == []
    assert vendor.asked("/api/v2/statistics/banners/day.json") == []


# ---------------------------------------------------------------- the five tokens


def test_a_token_is_asked_for_once_and_kept_for_the_next_run(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("vk_ads/user"))

    for _ in range(3):
        landed(vendor, "account")

    (asked,) = vendor.asked("/api/v2/oauth2/token.json")
    assert asked.form == {"grant_type": "client_credentials", "client_id": "client-7", "client_secret": SECRET}


@pytest.mark.meets("expired_auth")
@pytest.mark.parametrize("refusal", ["vk_ads/error_401_expired", "vk_ads/error_401_unknown"])
def test_a_token_that_is_not_accepted_is_renewed_and_no_other_is_asked_for(vendor: Vendor, refusal: str) -> None:
    vendor.answers(TOKEN, recorded("vk_ads/token"), recorded("vk_ads/token__renewed"))
    vendor.answers(ME, recorded("vk_ads/user"), recorded(refusal, 401), recorded("vk_ads/user"))

    landed(vendor, "account")
    landed(vendor, "account")

    first, second = vendor.asked("/api/v2/oauth2/token.json")
    assert (first.form["grant_type"], second.form["grant_type"]) == ("client_credentials", "refresh_token")
    assert second.form["refresh_token"] == "renew-1"
    assert vendor.asked("/api/v2/user.json")[-1].headers["authorization"] == "Bearer granted-2"


def test_where_all_tokens_were_deleted_it_begins_anew(vendor: Vendor) -> None:
    vendor.answers(
        TOKEN, recorded("vk_ads/token"), recorded("vk_ads/error_401_unknown", 401), recorded("vk_ads/token__renewed")
    )
    vendor.answers(ME, recorded("vk_ads/user"), recorded("vk_ads/error_401_unknown", 401), recorded("vk_ads/user"))

    landed(vendor, "account")
    landed(vendor, "account")

    grants = [one.form["grant_type"] for one in vendor.asked("/api/v2/oauth2/token.json")]
    assert grants == ["client_credentials", "refresh_token", "client_credentials"]


def test_a_sixth_token_is_refused_with_what_to_do(vendor: Vendor) -> None:
    vendor.answers(TOKEN, recorded("vk_ads/error_403_five_tokens", 403))

    with pytest.raises(FixSettings, match="five tokens for a user in all") as refused:
        landed(vendor, "account")

    assert SECRET not in str(refused.value)
    assert len(vendor.requests) == 1


def test_an_agency_asks_for_the_token_of_its_client(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("vk_ads/user"))

    landed(vendor, "account", agency_client_name="client@firm.example")

    form = vendor.asked("/api/v2/oauth2/token.json")[0].form
    assert (form["grant_type"], form["agency_client_name"]) == ("agency_client_credentials", "client@firm.example")


def test_a_connection_without_a_client_is_a_setting_to_fix(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="client id"):
        VK_ADS.connect(Connection(vendor.url, password=SECRET), account())


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(TOKEN, recorded("vk_ads/token"))
    vendor.answers(
        ME,
        recorded("vk_ads/error_429", 429),
        recorded("vk_ads/error_500", 500),
        recorded("vk_ads/user", is_cut=True),
        recorded("vk_ads/user"),
    )
    client = VK_ADS.connect(opened(vendor), account())
    sleeps(client, waits.append)

    assert len(list(VK_ADS.table("account").read(client, account(), THE_10TH))) == 1
    assert len(waits) == 3


def test_a_used_up_hour_is_waited_for_and_a_used_up_day_is_left_for_later(vendor: Vendor) -> None:
    hour = Reply(b"{}", 429, {"X-RateLimit-Hourly-Remaining": "0", "X-RateLimit-Daily-Remaining": "9"})
    day = Reply(b"{}", 429, {"X-RateLimit-Hourly-Remaining": "0", "X-RateLimit-Daily-Remaining": "0"})
    vendor.answers(TOKEN, recorded("vk_ads/token"))
    vendor.answers(ME, day)

    with pytest.raises(RetryLater, match="the day's requests"):
        landed(vendor, "account")

    found = classify_reply(hour)
    assert found.cure == "wait"
    assert 0 < (found.after or 0) <= 3600


def classify_reply(reply: Reply) -> Verdict:
    found = classify(Answer("GET", "/api/v2/user.json", reply.status, reply.headers, {}, ""))
    assert found
    return found


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("vk_ads/error_403", 403, "may not read this"),
        ("vk_ads/error_401_revoked", 401, "the access was taken back"),
        ("vk_ads/error_400_parameter", 400, "refused the request"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(ME, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message):
        landed(vendor, "account")

    assert len(vendor.asked("/api/v2/user.json")) == 1


@pytest.mark.meets("drift")
def test_a_field_that_vanished_is_noticed(vendor: Vendor) -> None:
    named(vendor)
    vendor.answers(DAYS, recorded("vk_ads/statistics__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'rows'"):
        landed(vendor, "banner_days")


def test_an_object_or_an_ad_that_cannot_be_read_costs_itself_alone(vendor: Vendor) -> None:
    vendor.answers(PLANS, recorded("vk_ads/ad_plans"))
    vendor.answers(GROUPS, recorded("vk_ads/ad_groups__page_1"), recorded("vk_ads/ad_groups__page_2_last"))
    banners = json.loads(recorded("vk_ads/banners").body)
    banners["items"][1]["id"] = ["502"]
    vendor.answers(BANNERS, Reply(json.dumps(banners).encode()))
    days = json.loads(recorded("vk_ads/statistics__days").body)
    days["items"][2]["rows"] = "none"
    vendor.answers(DAYS, Reply(json.dumps(days).encode()))

    rows = landed(vendor, "banner_days")

    assert [row["banner_id"] for row in rows if row["_reject_reason"] is None] == ["501", "502"]
    reasons = sorted(str(row["_reject_reason"]).partition(";")[0] for row in rows if row["_reject_reason"])
    assert reasons == ["id is list, not an id", "rows is str, not a list"]


@pytest.mark.parametrize("field", ["spent", "shows"])
def test_a_number_that_vanished_from_every_day_is_noticed(vendor: Vendor, field: str) -> None:
    named(vendor)
    text = recorded("vk_ads/statistics__days").body.replace(f'"{field}"'.encode(), b'"renamed"')
    vendor.answers(DAYS, Reply(text))

    with pytest.raises(SourceChanged, match=f"no record has '{field}'"):
        landed(vendor, "banner_days")
