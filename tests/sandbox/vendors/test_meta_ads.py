"""Meta as the sandbox serves it."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.lead import Lead

from sandbox.vendors.meta_ads import insights as meta_insights
from sandbox.vendors.meta_ads import leads as meta_leads
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

FIELDS = "account_id,ad_id,ad_name,campaign_id,impressions,clicks,spend,actions,date_start,date_stop"
DAYS = {"since": "2026-03-01", "until": "2026-03-31"}
INSIGHTS = {"level": "ad", "time_increment": "1", "time_range": json.dumps(DAYS), "fields": FIELDS}


def signed(token: str = "meta-token", secret: str = "app-secret") -> dict[str, str]:
    proof = hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    return {"access_token": token, "appsecret_proof": proof}


def get(server: Server, path: str, token: str = "meta-token", **params: Any) -> requests.Response:
    url = f"{server.url}/meta_ads/v26.0/{path}"
    return requests.get(url, params={**signed(token), **params}, timeout=10)


def start(server: Server, **changed: str) -> requests.Response:
    url = f"{server.url}/meta_ads/v26.0/act_555000111/insights"
    return requests.post(url, data={**signed(), **INSIGHTS, **changed}, timeout=10)


def page_token(server: Server) -> str:
    [page] = get(server, "me/accounts", fields="id,name,access_token").json()["data"]
    return str(page["access_token"])


def code(answer: requests.Response) -> tuple[int, int, int | None]:
    problem = answer.json()["error"]
    return answer.status_code, problem["code"], problem.get("error_subcode")


def test_the_account_shows_the_fields_asked_for(server: Server) -> None:
    account = get(server, "act_555000111", fields="currency,timezone_name").json()

    assert account == {"id": "act_555000111", "currency": "EUR", "timezone_name": "Europe/Berlin"}


def test_a_token_needs_the_proof_of_the_apps_secret(server: Server) -> None:
    url = f"{server.url}/meta_ads/v26.0/act_555000111"
    without = requests.get(url, params={"access_token": "meta-token"}, timeout=10)
    wrong = requests.get(url, params=signed(secret="other"), timeout=10)
    unknown = requests.get(url, params=signed("no-such-token"), timeout=10)
    by_header = requests.get(
        url,
        params={"appsecret_proof": signed()["appsecret_proof"]},
        headers={"Authorization": "Bearer meta-token"},
        timeout=10,
    )

    assert "requires" not in without.text
    assert "require an appsecret_proof" in without.text
    assert "Invalid appsecret_proof" in wrong.text
    assert code(unknown) == (400, 190, None)
    assert by_header.status_code == 200


def test_a_report_at_100_per_cent_is_not_yet_complete(server: Server) -> None:
    server.order("settings", report_polls=3)
    run = start(server).json()["report_run_id"]
    assert code(get(server, f"{run}/insights")) == (400, 2601, 1815107)

    states = [get(server, run).json() for _ in range(4)]

    assert [(state["async_status"], state["async_percent_completion"]) for state in states] == [
        ("Job Started", 0),
        ("Job Running", 37),
        ("Job Running", 100),
        ("Job Completed", 100),
    ]
    assert len(get(server, f"{run}/insights").json()["data"]) == 7


def test_results_are_paged_by_a_link_that_holds_the_token(server: Server) -> None:
    server.order("settings", report_polls=0)
    run = start(server).json()["report_run_id"]
    get(server, run)
    days: list[str] = []
    page = get(server, f"{run}/insights", limit=3).json()
    days += [row["date_start"] for row in page["data"]]
    while link := page["paging"].get("next"):
        assert parse_qs(urlsplit(link).query)["access_token"] == ["meta-token"]
        assert "appsecret_proof" not in link
        page = requests.get(link, params={"appsecret_proof": signed()["appsecret_proof"]}, timeout=10).json()
        days += [row["date_start"] for row in page["data"]]

    assert days == [f"2026-03-0{day}" for day in range(1, 8)]


def test_a_report_holds_the_campaigns_that_it_was_asked_for(server: Server) -> None:
    server.order("settings", report_polls=0)
    [campaign] = get(server, "act_555000111/campaigns", fields="id").json()["data"]

    def rows(campaign_id: str) -> int:
        wanted = [{"field": "campaign.id", "operator": "IN", "value": [campaign_id]}]
        run = start(server, filtering=json.dumps(wanted)).json()["report_run_id"]
        get(server, run)
        return len(get(server, f"{run}/insights").json()["data"])

    assert (campaign, rows(campaign["id"]), rows("1")) == ({"id": "2301"}, 7, 0)


def test_a_window_is_told_where_it_was_asked_for_and_those_that_are_gone_are_refused(server: Server) -> None:
    server.order("settings", report_polls=0)

    def lead(**more: str) -> dict[str, str]:
        run = start(server, fields=FIELDS, **more).json()["report_run_id"]
        get(server, run)
        found: dict[str, str] = get(server, f"{run}/insights").json()["data"][0]["actions"][1]
        return found

    assert lead() == {"action_type": "lead", "value": "3"}
    assert lead(action_attribution_windows='["1d_view"]') == {"action_type": "lead", "value": "3", "1d_view": "1"}
    assert code(start(server, action_attribution_windows='["7d_view"]')) == (400, 100, None)


def test_insights_are_fields_of_metas_own_package(server: Server) -> None:
    server.order("settings", report_polls=0)
    run = start(server, fields=FIELDS).json()["report_run_id"]
    get(server, run)
    [row, *_] = get(server, f"{run}/insights").json()["data"]

    known = {value for name, value in vars(AdsInsights.Field).items() if not name.startswith("_")}
    insight = AdsInsights()
    insight._set_data(row)
    assert set(row) <= known
    assert insight[AdsInsights.Field.spend] == "47.53"
    assert set(row) == set(FIELDS.split(","))
    assert known >= meta_insights.FIELDS
    lead_fields = {value for name, value in vars(Lead.Field).items() if not name.startswith("_")}
    assert lead_fields >= meta_leads.FIELDS


def test_a_job_can_fail(server: Server) -> None:
    server.order("faults", source="meta_ads", kind="job_failed", match="POST /meta_ads")
    run = start(server).json()["report_run_id"]
    state = get(server, run).json()

    assert (state["async_status"], state["error_code"], state["error_subcode"]) == ("Job Failed", -2, 2490547)
    assert server.fired() == 1
    second = start(server).json()["report_run_id"]
    assert get(server, second).json()["async_status"] == "Job Running"


def test_a_wrong_report_is_refused_when_it_is_started(server: Server) -> None:
    assert code(start(server, fields="ad_id,nickname")) == (400, 100, None)
    assert code(start(server, time_range="yesterday")) == (400, 100, None)
    assert code(start(server, level="account")) == (400, 100, None)
    url = f"{server.url}/meta_ads/v19.0/act_555000111"
    assert code(requests.get(url, params=signed(), timeout=10)) == (400, 2635, None)
    assert code(get(server, "act_999")) == (400, 100, 33)
    assert code(get(server, "123456789")) == (400, 100, 33)


def test_a_few_days_of_insights_come_at_once_and_many_do_not(server: Server) -> None:
    few = {**INSIGHTS, "time_range": json.dumps({"since": "2026-03-01", "until": "2026-03-02"})}

    assert len(get(server, "act_555000111/insights", **few).json()["data"]) == 2
    assert code(get(server, "act_555000111/insights", **INSIGHTS)) == (400, 100, 1504018)


def test_the_forms_of_a_page_open_to_the_pages_token_only(server: Server) -> None:
    assert code(get(server, "7700/leadgen_forms")) == (400, 190, None)
    token = page_token(server)
    [form] = get(server, "7700/leadgen_forms", token, fields="id,status,leads_count").json()["data"]

    assert form == {"id": "8801", "status": "ACTIVE", "leads_count": 5}
    assert code(get(server, "8801/leads")) == (400, 190, None)


def test_leads_come_newest_first_and_filtered_by_their_moment(server: Server) -> None:
    token = page_token(server)
    # 3 March 2026, 09:30 UTC: the third lead's own second.
    moment = [{"field": "time_created", "operator": "GREATER_THAN", "value": 1772530200}]
    all_of_them = get(server, "8801/leads", token, limit=2).json()
    later = get(server, "8801/leads", token, filtering=json.dumps(moment), fields="id").json()

    assert [lead["id"] for lead in all_of_them["data"]] == ["664", "663"]
    assert set(all_of_them["data"][0]) == {"id", "created_time", "field_data"}
    assert later["data"] == [{"id": "664"}, {"id": "663"}]
    lead = Lead()
    lead._set_data(all_of_them["data"][0])
    assert lead[Lead.Field.field_data][0]["name"] == "email"
    assert get(server, "664", fields="platform").json() == {"id": "664", "platform": "fb"}


def test_behind_the_last_lead_a_page_is_empty_and_leads_to_itself(server: Server) -> None:
    token = page_token(server)
    page = get(server, "8801/leads", token, limit=4).json()
    lengths, cursors = [len(page["data"])], []
    for _ in range(3):
        cursors.append(page["paging"]["cursors"]["after"])
        assert page["paging"]["next"]
        page = get(server, "8801/leads", token, limit=4, after=cursors[-1]).json()
        lengths.append(len(page["data"]))

    assert lengths == [4, 1, 0, 0]
    assert cursors[1] == cursors[2]


def test_leads_are_read_to_their_last_and_no_further(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    server.order("settings", most_on_page=2)
    login: dict[str, Any] = {"password": "meta-token", "extra": {"app_secret": "app-secret"}}

    rows = pulled(server, "meta_ads", "leads", account="555000111", options={"page_id": "7700"}, **login)

    assert sorted(row["lead_id"] for row in rows) == ["660", "661", "662", "663", "664"]


def test_leads_can_be_downloaded_for_ninety_days(server: Server) -> None:
    token = page_token(server)
    server.order("clock", today="2026-06-01")

    assert [lead["id"] for lead in get(server, "8801/leads", token).json()["data"]] == ["664", "663", "662"]


def test_every_answer_tells_how_much_of_the_limit_is_used(server: Server) -> None:
    server.order("limits", source="meta_ads", requests=2, seconds=600)
    first, second, third = (get(server, "act_555000111") for _ in range(3))

    assert json.loads(first.headers["x-fb-ads-insights-throttle"])["acc_id_util_pct"] == 50
    assert json.loads(second.headers["x-app-usage"])["call_count"] == 100
    assert code(third) == (400, 80000, 2446079)
    [usage] = json.loads(third.headers["x-business-use-case-usage"])["555000111"]
    assert usage["estimated_time_to_regain_access"] == 4
