"""What is asked for is what the vendors' own packages know, and our fakes accept and answer no more than that."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from facebook_business.adobjects.ad import Ad
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.adreportrun import AdReportRun
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.lead import Lead
from facebook_business.adobjects.leadgenform import LeadgenForm
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow

from extractors.settings import connection
from extractors.sources import SOURCES
from extractors.sources.google_ads import columns as google_columns
from extractors.sources.google_ads.columns import Query
from extractors.sources.meta_ads import EVERY_CAMPAIGN, EVERY_STATUS, INSIGHTS_FIELDS
from extractors.sources.meta_ads.leads import FORM_FIELDS, LEAD_FIELDS
from extractors.sources.microsoft_ads import TIME_ZONE
from sandbox.vendors.microsoft_ads import ZONES
from sandbox.vendors.microsoft_ads.reports import KINDS, METRICS, of_the_account
from tests.fuzz.replay import Recorded
from tests.fuzz.test_answers import account_of, recorded

FACTS = Path(__file__).parents[1] / "vendor_facts"
QUERIES = {name: one for name, one in vars(google_columns).items() if isinstance(one, Query)}


def facts(name: str) -> Any:
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def asked(source: str) -> list[Recorded]:
    """Every request of every table of a source, and its answer."""
    account = account_of(source)
    opened = connection(SOURCES[source], account)
    return [one for table in SOURCES[source].tables for one in recorded(SOURCES[source], table, account, opened)]


@pytest.mark.parametrize("name", QUERIES)
def test_every_field_of_a_query_is_a_field_of_google(name: str) -> None:
    for path, _ in QUERIES[name].paths.values():
        message = GoogleAdsRow.pb(GoogleAdsRow()).DESCRIPTOR
        for step in path.split("."):
            fields = {field.json_name: field for field in message.fields}
            assert step in fields, path
            message = fields[step].message_type


def known(kind: Any) -> set[str]:
    return {value for name, value in vars(kind).items() if not name.startswith("_")}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (INSIGHTS_FIELDS.split(","), AdsInsights.Field),
        (LEAD_FIELDS.split(","), Lead.Field),
        (FORM_FIELDS.split(","), LeadgenForm.Field),
        (["id", "account_id", "name", "currency", "timezone_name", "account_status"], AdAccount.Field),
        (["async_status", "async_percent_completion"], AdReportRun.Field),
        (EVERY_STATUS, Ad.EffectiveStatus),
        (json.loads(EVERY_CAMPAIGN), Campaign.EffectiveStatus),
    ],
)
def test_every_name_sent_to_meta_is_one_of_meta_s(sent: list[str], kind: Any) -> None:
    assert set(sent) <= known(kind)


def test_microsoft_is_asked_for_what_its_reports_have() -> None:
    told, seen = facts("microsoft_ads"), set()
    for one in asked("microsoft_ads"):
        if not one.url.endswith("/GenerateReport/Submit"):
            continue
        request = json.loads(one.sent)["ReportRequest"]
        report = told["reports"][request["Type"]]
        seen.add(request["Type"])
        assert set(request["Columns"]) <= set(report["columns"])
        assert set(request) <= set(report["fields"])
        assert set(request["Time"]) <= set(told["time"])
        assert request["Time"]["ReportTimeZone"] in told["zones"]
        assert (request["Aggregation"] in told["aggregations"], request["Format"] in told["formats"]) == (True, True)
    assert seen == set(told["reports"])


def test_the_fake_of_microsoft_knows_no_column_and_no_zone_that_microsoft_does_not() -> None:
    told = facts("microsoft_ads")
    for report, (_, attributes) in KINDS.items():
        assert {*of_the_account(report), *attributes, *METRICS} <= set(told["reports"][report]["columns"]), report
    assert {TIME_ZONE, *ZONES.values()} <= set(told["zones"])


def test_stripe_is_asked_with_parameters_that_its_lists_have() -> None:
    told, seen = facts("stripe"), set()
    for one in asked("stripe"):
        path = re.sub(r"/(in_|ch_)[^/]+/", "/", urlsplit(one.url).path.removeprefix("/stripe"))
        if path not in told["lists"]:
            continue
        seen.add(path)
        sent = parse_qsl(urlsplit(one.url).query)
        assert {name.partition("[")[0] for name, _ in sent} <= set(told["lists"][path]["parameters"]), path
        assert {value for name, value in sent if name == "types[]"} <= set(told["events"])
        for record in json.loads(one.body)["data"]:
            assert set(record) <= {*told["lists"][path]["fields"], "object"}, path
    assert seen >= {"/v1/customers", "/v1/charges", "/v1/refunds", "/v1/invoices", "/v1/credit_notes", "/v1/events"}


def test_bigquery_is_asked_at_addresses_and_with_parameters_that_it_has() -> None:
    told, seen = facts("bigquery"), set()
    patterns = {method: re.compile(re.sub(r"\{\w+\}", "[^/]+", method.partition(" ")[2])) for method in told["methods"]}
    for one in asked("ga4"):
        path = urlsplit(one.url).path.removeprefix("/ga4")
        if path.endswith("/token"):
            continue
        [method] = [name for name, at in patterns.items() if name.startswith(f"{one.method} ") and at.fullmatch(path)]
        seen.add(method)
        sent = {name for name, _ in parse_qsl(urlsplit(one.url).query)}
        assert sent <= {*told["methods"][method], *told["everywhere"]}, method
        if one.method == "POST":
            assert set(json.loads(one.sent)) <= set(told["query"])
    assert len(seen) >= 2
