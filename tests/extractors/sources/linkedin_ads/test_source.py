"""LinkedIn: its queries as it wants them, pages of two kinds, cut answers, leads of forms, and what errors mean."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.model import Account, Connection, Row, Window
from extractors.run import land_table
from extractors.sources.linkedin_ads import LINKEDIN_ADS, MOST_ELEMENTS
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor, fixture, landed_rows, recorded, sleeps

ID = "507404993"
ACCOUNTS, CAMPAIGNS = "GET /adAccounts", f"GET /adAccounts/{ID}/adCampaigns"
ANALYTICS, FORMS, LEADS = "GET /adAnalytics", "GET /leadForms", "GET /leadFormResponses"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
OURS = f"urn%3Ali%3AsponsoredAccount%3A{ID}"


def account(**options: Any) -> Account:
    return Account("linkedin_ads", ID, "linkedin_ads", brand="nordhaus", options=options)


def read(
    vendor: Vendor,
    table: str,
    window: Window = TWO_DAYS,
    waits: list[float] | None = None,
    connection: Connection | None = None,
    **options: Any,
) -> list[Row]:
    client = LINKEDIN_ADS.connect(connection or Connection(vendor.url, password=SECRET), account(**options))
    sleeps(client, (waits if waits is not None else []).append)
    pages = LINKEDIN_ADS.table(table).read(client, account(**options), window)
    return [row for page in pages for row in page]


def answers_leads(vendor: Vendor) -> None:
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, recorded("linkedin_ads/lead_responses__page_1"))


def test_a_day_of_a_campaign_is_read_and_what_is_not_counted_is_zero(vendor: Vendor) -> None:
    vendor.answers(ANALYTICS, recorded("linkedin_ads/analytics__two_days"))

    first, last = read(vendor, "campaign_days")

    assert (first["day"], first["campaign_id"], first["cost_in_local_currency"]) == ("2026-03-10", "777", "45.67")
    assert (first["one_click_leads"], first["landing_page_clicks"]) == (1, 2)
    assert (last["day"], last["clicks"], last["one_click_leads"]) == ("2026-03-11", 0, 0)


@pytest.mark.meets("empty_answer")
def test_money_lands_exactly_and_days_without_activity_land_empty(vendor: Vendor) -> None:
    vendor.answers(ANALYTICS, recorded("linkedin_ads/analytics__two_days"), recorded("linkedin_ads/empty"))
    connection = Connection(vendor.url, password=SECRET)

    landed = land_table(LINKEDIN_ADS, account(), "campaign_days", TWO_DAYS, connection)
    costs = [row["cost_in_local_currency"] for row in landed_rows(LINKEDIN_ADS, "campaign_days")]
    emptied = land_table(LINKEDIN_ADS, account(), "campaign_days", TWO_DAYS, connection)

    assert (landed.rows, landed.rejects, emptied.rows) == (2, 0, 0)
    assert costs == [Decimal("45.67"), Decimal(0)]
    assert landed_rows(LINKEDIN_ADS, "campaign_days") == []


def test_brackets_of_a_query_stay_and_colons_of_an_urn_are_encoded(vendor: Vendor) -> None:
    vendor.answers(ANALYTICS, recorded("linkedin_ads/empty"))

    assert read(vendor, "campaign_days", api_version="202610") == []

    (asked,) = vendor.asked("/adAnalytics")
    assert f"accounts=List({OURS})" in asked.query_text
    assert "pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)" in asked.query_text
    span = "dateRange=(start:(year:2026,month:3,day:10),end:(year:2026,month:3,day:11))"
    assert span in asked.query_text
    assert "costInLocalCurrency" in asked.query["fields"]
    assert (asked.headers["linkedin-version"], asked.headers["x-restli-protocol-version"]) == ("202610", "2.0.0")
    assert asked.headers["authorization"] == f"Bearer {SECRET}"


def test_an_answer_that_was_cut_off_is_asked_for_by_days_and_then_by_campaigns(vendor: Vendor) -> None:
    element = json.loads(fixture("linkedin_ads/analytics__two_days.json").read_text())["elements"][0]
    cut = Reply(json.dumps({"elements": [element] * MOST_ELEMENTS}).encode())
    vendor.answers(
        CAMPAIGNS, recorded("linkedin_ads/campaigns__page_1"), recorded("linkedin_ads/campaigns__page_2_removed")
    )
    vendor.answers(ANALYTICS, cut, cut, recorded("linkedin_ads/analytics__two_days"), recorded("linkedin_ads/empty"))

    assert len(read(vendor, "campaign_days")) == 2

    both, tenth, sliced, eleventh = (one.query_text for one in vendor.asked("/adAnalytics"))
    assert "end:(year:2026,month:3,day:11)" in both
    assert "end:(year:2026,month:3,day:10)" in tenth
    assert "campaigns=List(urn%3Ali%3AsponsoredCampaign%3A777,urn%3Ali%3AsponsoredCampaign%3A778)" in sliced
    assert "accounts=" not in sliced
    assert "start:(year:2026,month:3,day:11)" in eleventh


def test_our_account_is_found_on_the_last_page(vendor: Vendor) -> None:
    vendor.answers(ACCOUNTS, recorded("linkedin_ads/accounts__page_1"), recorded("linkedin_ads/accounts__page_2_ours"))

    (ours,) = read(vendor, "account")

    assert (ours["account_id"], ours["currency"]) == (int(ID), "EUR")
    assert vendor.asked("/adAccounts")[1].query["pageToken"] == "DgGerr1iVQreCJVjZDOW_grcp63nueBDipsS4DJpvJo="


def test_an_account_that_the_token_cannot_see_is_for_a_person(vendor: Vendor) -> None:
    vendor.answers(ACCOUNTS, recorded("linkedin_ads/accounts__page_1"), recorded("linkedin_ads/empty"))

    with pytest.raises(FixSettings, match=ID):
        read(vendor, "account")


def test_campaigns_that_were_removed_keep_their_names(vendor: Vendor) -> None:
    vendor.answers(
        CAMPAIGNS, recorded("linkedin_ads/campaigns__page_1"), recorded("linkedin_ads/campaigns__page_2_removed")
    )

    running, removed = read(vendor, "campaigns")

    assert (running["name"], running["campaign_group_id"]) == ("Dach Architekten", "601")
    assert (removed["name"], removed["status"], removed["campaign_group_id"]) == ("Dach 2025", "REMOVED", None)
    first, second = vendor.asked(f"/adAccounts/{ID}/adCampaigns")
    assert "search=(status:(values:List(ACTIVE,PAUSED,ARCHIVED" in first.query_text
    assert second.query["pageToken"] == "next+1/2="


def test_a_lead_s_answers_find_their_questions_on_its_form(vendor: Vendor) -> None:
    answers_leads(vendor)

    (ann,) = read(vendor, "lead_responses")

    assert (ann["email"], ann["phone"], ann["full_name"]) == ("ann@studio.example", "+4915112345678", "Ann Lee")
    assert (ann["company"], ann["form_id"], ann["campaign_id"]) == ("Studio Lee", "3213", "777")
    assert (ann["submitted_at"], ann["is_test"]) == ("2026-03-10T09:34:56Z", False)
    assert json.loads(ann["answers"])["Which roofs?"] == "flat, green"
    assert json.loads(ann["answers"])["utm_campaign"] == "spring"
    asked = vendor.asked("/leadFormResponses")[0].query_text
    assert f"owner=(sponsoredAccount:{OURS})" in asked
    assert "submittedAtTimeRange=(start:1773100800000,end:1773273600000)" in asked


@pytest.mark.meets("last_page")
def test_leads_on_the_last_page_are_read_too_and_a_lead_without_its_form_is_kept(vendor: Vendor) -> None:
    lead = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    full = Reply(json.dumps({"elements": [{**lead, "id": f"lead-{number}"} for number in range(500)]}).encode())

    def page(request: Request) -> Reply:
        return {"0": full, "500": recorded("linkedin_ads/lead_responses__last_page_test_lead")}[request.query["start"]]

    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, page)

    leads = read(vendor, "lead_responses")

    assert len(leads) == 501
    assert (leads[-1]["is_test"], leads[-1]["email"], leads[-1]["campaign_id"]) == (True, None, "778")
    assert json.loads(leads[-1]["answers"]) == {"1": "a form that is gone"}


def test_a_full_last_page_is_followed_by_an_empty_one(vendor: Vendor) -> None:
    form = json.loads(fixture("linkedin_ads/lead_forms.json").read_text())["elements"][0]
    full = Reply(json.dumps({"elements": [{**form, "id": number} for number in range(100)]}).encode())
    vendor.answers(FORMS, full, recorded("linkedin_ads/empty"))

    assert len(read(vendor, "lead_forms")) == 100
    assert [one.query["start"] for one in vendor.asked("/leadForms")] == ["0", "100"]


def test_a_page_cut_smaller_than_was_asked_is_not_taken_for_the_last(vendor: Vendor) -> None:
    form = json.loads(fixture("linkedin_ads/lead_forms.json").read_text())["elements"][0]

    def page(request: Request) -> Reply:
        start = int(request.query["start"])
        forms = [{**form, "id": number} for number in range(25)][start : start + 10]
        return Reply(json.dumps({"elements": forms, "paging": {"count": 10, "start": start, "links": []}}).encode())

    vendor.answers(FORMS, page)

    assert [row["form_id"] for row in read(vendor, "lead_forms")] == list(range(25))
    assert [one.query["start"] for one in vendor.asked("/leadForms")] == ["0", "10", "20"]


@pytest.mark.parametrize("name", [b"hiddenFields", b"leadGenFormHiddenFields"])
def test_forms_land_with_their_questions(vendor: Vendor, name: bytes) -> None:
    vendor.answers(FORMS, Reply(recorded("linkedin_ads/lead_forms").body.replace(b"hiddenFields", name)))

    (form,) = read(vendor, "lead_forms")

    assert (form["form_id"], form["name"]) == (3213, "Quote for architects")
    assert json.loads(form["questions"])[0]["predefinedField"] == "EMAIL"
    assert json.loads(form["hidden_fields"])[0]["name"] == "utm_campaign"


def test_leads_that_linkedin_keeps_no_more_stay_landed(vendor: Vendor) -> None:
    answers_leads(vendor)
    connection = Connection(vendor.url, password=SECRET)
    land_table(LINKEDIN_ADS, account(), "lead_responses", TWO_DAYS, connection)
    vendor._answers[LEADS] = [recorded("linkedin_ads/empty")]

    land_table(LINKEDIN_ADS, account(), "lead_responses", TWO_DAYS, connection)

    assert [row["full_name"] for row in landed_rows(LINKEDIN_ADS, "lead_responses")] == ["Ann Lee"]


def test_an_account_without_forms_is_not_asked_for_leads(vendor: Vendor) -> None:
    assert read(vendor, "lead_responses", lead_forms=False) == []
    assert read(vendor, "lead_forms", lead_forms=False) == []
    assert vendor.requests == []


def test_a_limit_that_outlasts_six_minutes_is_the_day_s(vendor: Vendor) -> None:
    vendor.answers(ANALYTICS, recorded("linkedin_ads/error__too_many", 429))
    waits: list[float] = []

    with pytest.raises(RetryLater) as limited:
        read(vendor, "campaign_days", waits=waits)

    midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), datetime.min.time(), UTC)
    assert waits == [60, 300]
    assert limited.value.after is not None
    assert abs(datetime.now(UTC) + limited.value.after - midnight) < timedelta(minutes=1)


@pytest.mark.meets("rate_limit")
def test_a_limit_that_ends_is_waited_for(vendor: Vendor) -> None:
    busy = recorded("linkedin_ads/error__too_many", 429)
    vendor.answers(ANALYTICS, busy, busy, recorded("linkedin_ads/analytics__two_days"))

    assert len(read(vendor, "campaign_days")) == 2


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        ("error__token_expired", 401, FixSettings),
        ("error__forbidden", 403, FixSettings),
        ("error__bad_request", 400, FixSettings),
        ("error__version_gone", 426, FixSettings),
        ("error__gateway", 504, RetryLater),
    ],
)
def test_every_error_ends_in_its_cure(vendor: Vendor, answer: str, status: int, cure: type[ExtractError]) -> None:
    vendor.answers(ANALYTICS, recorded(f"linkedin_ads/{answer}", status))

    with pytest.raises(cure):
        read(vendor, "campaign_days")


@pytest.mark.meets("transient_5xx", "cut_body")
def test_a_fault_and_a_cut_answer_are_asked_again(vendor: Vendor) -> None:
    whole = recorded("linkedin_ads/analytics__two_days")
    vendor.answers(ANALYTICS, recorded("linkedin_ads/error__gateway", 502), Reply(whole.body, is_cut=True), whole)
    waits: list[float] = []

    assert len(read(vendor, "campaign_days", waits=waits)) == 2
    assert len(waits) == 2


def test_a_gone_version_names_the_option(vendor: Vendor) -> None:
    vendor.answers(ANALYTICS, recorded("linkedin_ads/error__version_gone", 426))

    with pytest.raises(FixSettings, match="api_version"):
        read(vendor, "campaign_days")


@pytest.mark.meets("expired_auth")
def test_a_revoked_access_token_is_renewed_once(vendor: Vendor) -> None:
    expired = recorded("linkedin_ads/error__token_expired", 401)
    vendor.answers(ANALYTICS, expired, recorded("linkedin_ads/analytics__two_days"))
    vendor.answers("POST /token", recorded("linkedin_ads/token"))
    extra = {"client_secret": "client-secret-1", "token_url": f"{vendor.url}/token"}
    connection = Connection(vendor.url, login="client-1", password=SECRET, extra=extra)

    assert len(read(vendor, "campaign_days", connection=connection)) == 2

    asked = vendor.asked("/token")
    assert [one.form["refresh_token"] for one in asked] == [SECRET, SECRET]
    assert vendor.asked("/adAnalytics")[1].headers["authorization"] == "Bearer access-1"


@pytest.mark.meets("drift")
@pytest.mark.parametrize("field", ["costInLocalCurrency", "impressions", "pivotValues"])
def test_a_renamed_field_is_named(vendor: Vendor, field: str) -> None:
    body = recorded("linkedin_ads/analytics__two_days").body
    vendor.answers(ANALYTICS, Reply(body.replace(f'"{field}"'.encode(), b'"renamed"')))

    with pytest.raises(SourceChanged, match=f"'{field}'"):
        read(vendor, "campaign_days")


def test_a_connection_without_a_token_is_refused(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="password"):
        read(vendor, "account", connection=Connection(vendor.url))


def test_a_window_in_which_nothing_was_spent_or_shown_is_no_change(vendor: Vendor) -> None:
    told = json.loads(recorded("linkedin_ads/analytics__two_days").body)
    quiet = [
        {name: one[name] for name in ("dateRange", "pivotValues")} | {"oneClickLeads": 1} for one in told["elements"]
    ]
    vendor.answers(ANALYTICS, Reply(json.dumps({"elements": quiet}).encode()))

    rows = read(vendor, "campaign_days")

    assert {(row["cost_in_local_currency"], row["impressions"], row["one_click_leads"]) for row in rows} == {(0, 0, 1)}
