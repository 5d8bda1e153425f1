"""LinkedIn's ads and leads as the sandbox serves them, and as the extractor reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from extractors.errors import FixSettings
from extractors.model import Window
from extractors.settings import landing_dir
from sandbox.vendors.linkedin_ads.analytics import MOST_ELEMENTS
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

ID = "507404993"
OURS = f"urn%3Ali%3AsponsoredAccount%3A{ID}"
ACCOUNTS = f"accounts=List({OURS})"
DAILY = "q=analytics&pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)"
MARCH_1_TO_4 = "dateRange=(start:(year:2026,month:3,day:1),end:(year:2026,month:3,day:4))"
COST = "fields=costInLocalCurrency,dateRange,pivotValues"
RESPONSES = f"q=owner&owner=(sponsoredAccount:{OURS})&leadType=(leadType:SPONSORED)"
RESTLI = {"LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def renewing(server: Server, **changed: Any) -> dict[str, Any]:
    token_url = f"{server.url}/linkedin_ads/oauth/v2/accessToken"
    extra = {"client_secret": "linkedin-secret", "token_url": token_url}
    return {"login": "linkedin-client", "password": "linkedin-refresh", "extra": extra, **changed}


def landed(server: Server, table: str, window: Window = MARCH, **changed: Any) -> list[dict[str, Any]]:
    return pulled(server, "linkedin_ads", table, window=window, **{"account": ID, **renewing(server), **changed})


def token_of(server: Server) -> str:
    opened = renewing(server)
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": opened["password"],
        "client_id": opened["login"],
        "client_secret": opened["extra"]["client_secret"],
    }
    given = requests.post(opened["extra"]["token_url"], asked, timeout=10).json()
    assert (given["expires_in"], given["refresh_token_expires_in"]) == (5_184_000, 31_536_000)
    return str(given["access_token"])


def get(server: Server, path: str, query: str, **headers: str | None) -> requests.Response:
    shown = {**RESTLI, "Authorization": f"Bearer {token_of(server)}"}
    shown |= {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
    kept = {name: value for name, value in shown.items() if headers.get(name.replace("-", "_"), "") is not None}
    return requests.get(f"{server.url}/linkedin_ads/rest/{path}?{query}", headers=kept, timeout=10)


def elements(answer: requests.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["elements"]
    return found


def test_each_day_of_a_campaign_lands_what_google_s_networks_cost_together(server: Server) -> None:
    rows = landed(server, "campaign_days")

    # Six clicks of each of two networks, a euro each; and every day has its lead.
    assert [row["day"].day for row in rows] == [1, 2, 3, 4]
    told = ("campaign_id", "impressions", "clicks", "cost_in_local_currency", "cost_in_usd", "one_click_leads")
    assert {tuple(row[name] for name in told) for row in rows} == {
        ("900001", 240, 12, Decimal(12), Decimal("13.08"), 1)
    }
    assert {row["external_website_conversions"] for row in rows} == {5}
    assert len(list((landing_dir() / "linkedin_ads/campaign_days").rglob("day=*.parquet"))) == 31


def test_a_day_is_told_as_it_was_known_then_and_corrected_later(server: Server) -> None:
    the_1st = Window(date(2026, 3, 1), date(2026, 3, 1))
    server.order("clock", today="2026-03-02")
    [then] = landed(server, "campaign_days", the_1st)
    server.order("clock", today="2026-03-04")
    [now] = landed(server, "campaign_days", the_1st)

    assert (then["cost_in_local_currency"], now["cost_in_local_currency"]) == (Decimal(10), Decimal(12))


def test_the_account_is_found_among_others_and_the_campaign_by_its_name(server: Server) -> None:
    server.order("settings", most_on_page=1)

    [account] = landed(server, "account")
    [campaign] = landed(server, "campaigns")

    assert (account["account_id"], account["name"], account["currency"]) == (ID, "Nordhaus", "EUR")
    assert (campaign["campaign_id"], campaign["name"], campaign["status"]) == ("900001", "Roofing", "ACTIVE")
    # A token each, two pages of accounts and one of campaigns.
    assert server.stats()["requests"]["linkedin_ads"] == 5


def test_a_campaign_that_is_over_is_shown_to_whoever_names_its_status(server: Server) -> None:
    server.order("clock", today="2026-05-01")
    path = f"adAccounts/{ID}/adCampaigns"

    running = elements(get(server, path, "q=search"))
    every = elements(get(server, path, "q=search&search=(status:(values:List(ACTIVE,COMPLETED)))"))

    assert (running, [one["status"] for one in every]) == ([], ["COMPLETED"])
    assert [row["status"] for row in landed(server, "campaigns")] == ["COMPLETED"]


def test_every_page_of_forms_and_leads_lands_with_the_questions_answered(server: Server) -> None:
    server.order("settings", most_on_page=1)

    forms, leads = landed(server, "lead_forms"), landed(server, "lead_responses")

    answered = next(form for form in forms if json.loads(form["questions"]))
    asked = {one["predefinedField"] for one in json.loads(answered["questions"])}
    assert (len(forms), asked) == (2, {"EMAIL", "FIRST_NAME", "LAST_NAME"})
    told = ("lead_id", "submitted_at", "email", "full_name", "form_id", "campaign_id")
    # On 5 March no campaign ran.
    assert [tuple(row[name] for name in told) for row in leads] == [
        (
            f"r{number}",
            datetime.fromisoformat(f"2026-03-0{number + 1}T09:02:41"),
            f"r{number}@a.example",
            "Ann Lee",
            answered["form_id"],
            "900001" if number < 4 else None,
        )
        for number in range(5)
    ]
    assert {json.loads(row["answers"])["client_id"] for row in leads} == {"11.22"}
    # The campaign stands in one of two places.
    places = {name for row in leads for name in json.loads(row["_payload"]) if name.startswith("leadMetadata")}
    assert places == {"leadMetadata", "leadMetadataInfo"}
    assert len(list((landing_dir() / "linkedin_ads/lead_responses").rglob("day=*.parquet"))) == 31


def test_the_last_millisecond_is_included_and_older_leads_are_gone_after_ninety_days(server: Server) -> None:
    moment = int(datetime.fromisoformat("2026-03-01T09:02:41+00:00").timestamp() * 1000)

    def submitted(start: int, end: int) -> list[str]:
        span = f"submittedAtTimeRange=(start:{start},end:{end})"
        return [one["id"] for one in elements(get(server, "leadFormResponses", f"{RESPONSES}&{span}&count=100"))]

    assert (submitted(0, moment), submitted(0, moment - 1), submitted(moment, moment)) == (["r0"], [], ["r0"])
    server.order("clock", today="2026-06-01")
    assert submitted(0, 4_000_000_000_000) == ["r2", "r3", "r4"]


def test_pages_by_place_say_how_many_there_are_and_link_to_the_next(server: Server) -> None:
    first, last = (get(server, "leadFormResponses", f"{RESPONSES}&count=3&start={start}").json() for start in (0, 3))

    assert [one["id"] for one in first["elements"] + last["elements"]] == [f"r{number}" for number in range(5)]
    assert {name: first["paging"][name] for name in ("start", "count", "total")} == {"start": 0, "count": 3, "total": 5}
    assert (first["paging"]["links"][0]["rel"], last["paging"]["links"]) == ("next", [])
    following = first["paging"]["links"][0]["href"].removeprefix("/rest/leadFormResponses?")
    assert elements(get(server, "leadFormResponses", following)) == last["elements"]


def test_a_token_that_ran_out_is_renewed_and_one_that_nobody_renews_needs_a_person(server: Server) -> None:
    server.order("faults", source="linkedin_ads", kind="expired_token", match="adAnalytics")
    assert len(landed(server, "campaign_days")) == 4

    with pytest.raises(FixSettings, match="invalid_client"):
        landed(server, "account", extra={**renewing(server)["extra"], "client_secret": "wrong"})
    # A refresh token opens nothing by itself; and the other brand's token does not open this account.
    with pytest.raises(FixSettings, match="65600"):
        landed(server, "campaign_days", login="", password="linkedin-refresh")
    with pytest.raises(FixSettings, match="may not read"):
        landed(server, "campaign_days", login="", password="linkedin-access")


def test_a_version_that_is_gone_is_answered_with_426_and_one_that_is_missing_with_400(server: Server) -> None:
    with pytest.raises(FixSettings, match="set api_version"):
        landed(server, "campaign_days", options={"api_version": "202501"})

    missing = get(server, "adAccounts", "q=search", LinkedIn_Version=None)
    assert (missing.status_code, missing.json()["code"]) == (400, "VERSION_MISSING")
    older = get(server, "adAccounts", "q=search", X_Restli_Protocol_Version=None)
    assert (older.status_code, older.json()["serviceErrorCode"]) == (400, 100)
    assert len(landed(server, "account", options={"api_version": "202610"})) == 1


@pytest.mark.parametrize(
    "query",
    [
        f"{DAILY}&{ACCOUNTS}&{MARCH_1_TO_4}".replace("(", "%28").replace(")", "%29"),
        f"{DAILY}&accounts=List(urn:li:sponsoredAccount:{ID})&{MARCH_1_TO_4}",
        f"{DAILY}&{ACCOUNTS}&dateRange=(start:(year:2026,month:3,day:1)",
        f"{DAILY}&{ACCOUNTS}",
        f"{DAILY}&{MARCH_1_TO_4}",
        f"{DAILY}&{ACCOUNTS}&{MARCH_1_TO_4}&fields=impressions,colour",
        f"{DAILY}&{ACCOUNTS}&{MARCH_1_TO_4}&fields={','.join(['clicks'] * 21)}",
        f"q=analytics&pivot=(value:MEMBER_AGE)&timeGranularity=(value:DAILY)&{ACCOUNTS}&{MARCH_1_TO_4}",
        f"q=analytics&pivot=(value:CAMPAIGN)&timeGranularity=(value:HOURLY)&{ACCOUNTS}&{MARCH_1_TO_4}",
        f"q=everything&{ACCOUNTS}&{MARCH_1_TO_4}",
    ],
)
def test_a_query_that_is_written_otherwise_is_refused(server: Server, query: str) -> None:
    refused = get(server, "adAnalytics", query)

    assert (refused.status_code, refused.json()["code"]) == (400, "ILLEGAL_ARGUMENT")
    assert list(refused.json()) == ["status", "serviceErrorCode", "code", "message"]


def test_a_long_query_may_come_in_a_body(server: Server) -> None:
    url = f"{server.url}/linkedin_ads/rest/adAnalytics"
    query = f"{DAILY}&{ACCOUNTS}&{MARCH_1_TO_4}"
    headers = {**RESTLI, "Authorization": f"Bearer {token_of(server)}", "X-HTTP-Method-Override": "GET"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    tunnelled = requests.post(url, data=query, headers=headers, timeout=10)
    headers.pop("X-HTTP-Method-Override")
    plain = requests.post(url, data=query, headers=headers, timeout=10)

    # Who names no fields gets two, and neither the day nor the campaign.
    assert elements(tunnelled) == [{"impressions": 240, "clicks": 12}] * 4
    assert elements(get(server, "adAnalytics", query)) == elements(tunnelled)
    assert plain.status_code == 405


@pytest.mark.parametrize(("period", "days"), [("ALL", (1, 4)), ("MONTHLY", (1, 4)), ("YEARLY", (1, 4))])
def test_longer_periods_add_up_to_the_same_cost(server: Server, period: str, days: tuple[int, int]) -> None:
    query = f"q=statistics&pivots=List(ACCOUNT,CAMPAIGN)&timeGranularity={period}&{ACCOUNTS}&{MARCH_1_TO_4}&{COST}"

    [element] = elements(get(server, "adAnalytics", query))

    assert element["costInLocalCurrency"] == "48"
    assert tuple(element["dateRange"][side]["day"] for side in ("start", "end")) == days
    assert element["pivotValues"] == [f"urn:li:sponsoredAccount:{ID}", "urn:li:sponsoredCampaign:900001"]


def test_groups_and_creatives_lead_to_the_same_campaign(server: Server) -> None:
    path = f"adAccounts/{ID}"
    [group] = elements(get(server, f"{path}/adCampaignGroups", "q=search"))
    [creative] = elements(get(server, f"{path}/creatives", "q=criteria", X_RestLi_Method="FINDER"))
    facets = [
        f"campaignGroups=List(urn%3Ali%3AsponsoredCampaignGroup%3A{group['id']})",
        f"creatives=List({creative['id'].replace(':', '%3A')})",
        "campaigns=List(urn%3Ali%3AsponsoredCampaign%3A1)",
    ]
    found = [elements(get(server, "adAnalytics", f"{DAILY}&{facet}&{MARCH_1_TO_4}&{COST}")) for facet in facets]

    assert creative["campaign"] == "urn:li:sponsoredCampaign:900001"
    assert [len(days) for days in found] == [4, 4, 0]
    assert get(server, f"{path}/creatives", "q=criteria").status_code == 400
    assert get(server, "adAccounts/500900900/adCampaigns", "q=search").status_code == 403
    assert get(server, "adAnalytics/nowhere", "q=search").json()["code"] == "RESOURCE_NOT_FOUND"


def test_too_many_values_in_five_minutes_are_refused_without_saying_for_how_long(server: Server) -> None:
    server.order("limits", source="linkedin_ads", bucket="values", requests=20, seconds=300)
    query = f"{DAILY}&{ACCOUNTS}&{MARCH_1_TO_4}&{COST}"

    first, second = (get(server, "adAnalytics", query) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 429)
    assert (second.json()["serviceErrorCode"], second.json()["code"]) == (101, "TOO_MANY_REQUESTS")
    assert not [name for name in second.headers if "limit" in name.lower() or "retry" in name.lower()]
    assert elements(get(server, "adAccounts", "q=search"))


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Server]:
    """A market in which two days together have two campaigns more than an answer holds."""
    path = write_tiny_wire(tmp_path / "wire.duckdb")
    with duckdb.connect(str(path)) as database:
        database.execute(
            "insert into google_ads__campaign_days select days.* replace ((1000000 + number)::text as campaign_id,"
            " replace(_payload, '6000000', (10000 * number)::text) as _payload)"
            f" from google_ads__campaign_days as days, range({MOST_ELEMENTS // 2}) as numbers (number)"
            " where day <= '2026-03-02' and ad_network_type = 'SEARCH' and _valid_to is null"
        )
    with serving(path, CONNECTIONS) as server:
        yield server


def test_an_answer_that_was_cut_off_after_15_000_elements_is_read_in_parts(crowded: Server) -> None:
    two_days = Window(date(2026, 3, 1), date(2026, 3, 2))
    span = "dateRange=(start:(year:2026,month:3,day:1),end:(year:2026,month:3,day:2))"
    assert len(elements(get(crowded, "adAnalytics", f"{DAILY}&{ACCOUNTS}&{span}&{COST}"))) == MOST_ELEMENTS

    rows = landed(crowded, "campaign_days", two_days)

    assert len(rows) == MOST_ELEMENTS + 2
    # On each day a cent more with each campaign, and the twelve euros of the tiny market's own.
    a_day = sum(range(MOST_ELEMENTS // 2)) / Decimal(100) + 12
    assert [sum(row["cost_in_local_currency"] for row in rows if row["day"] == day) for day in two_days.days()] == [
        a_day,
        a_day,
    ]
