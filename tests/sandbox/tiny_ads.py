"""The ads of the tiny market: Google and Meta."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.sandbox.tiny_records import FIRST_DAY, Record, utc


def _google_row(day: date, network: str, clicks: int, **resources: dict[str, Any]) -> dict[str, Any]:
    root = "customers/1112223334"
    row: dict[str, Any] = {}
    for resource, fields in resources.items():
        row[resource] = {"resourceName": f"{root}/{resource}s/{fields.get('id', 'x')}", **fields}
    metrics = {
        "clicks": str(clicks),
        "conversions": 2.5,
        "conversionsValue": 180.0,
        "costMicros": str(clicks * 10**6),
        "impressions": str(clicks * 20),
    }
    return {
        **row,
        "metrics": metrics,
        "segments": {"adNetworkType": network, "date": str(day), "device": "MOBILE"},
    }


def campaign_days() -> Iterable[Record]:
    for offset in range(4):
        day = FIRST_DAY + timedelta(days=offset)
        for network in ("CONTENT", "SEARCH"):
            row = {"day": day, "campaign_id": "900001", "ad_network_type": network, "device": "MOBILE"}
            campaign = {
                "id": "900001",
                "name": "Roofing",
                "status": "ENABLED",
                "advertisingChannelType": "SEARCH",
            }
            restated = day + timedelta(days=3)
            yield row, _google_row(day, network, 5, campaign=campaign), day + timedelta(days=1), restated
            yield row, _google_row(day, network, 6, campaign=campaign), restated, None


def ad_group_days() -> Iterable[Record]:
    row = {"day": FIRST_DAY, "ad_group_id": "31", "ad_network_type": "SEARCH", "device": "MOBILE"}
    payload = _google_row(
        FIRST_DAY,
        "SEARCH",
        6,
        campaign={"id": "900001", "name": "Roofing"},
        adGroup={"id": "31", "name": "Roofs"},
    )
    yield row, payload, FIRST_DAY, None


def keyword_days() -> Iterable[Record]:
    row = {
        "day": FIRST_DAY,
        "ad_group_id": "31",
        "criterion_id": "77",
        "ad_network_type": "SEARCH",
        "device": "MOBILE",
    }
    criterion = {"criterionId": "77", "keyword": {"matchType": "EXACT", "text": "roof repair"}}
    payload = _google_row(
        FIRST_DAY,
        "SEARCH",
        6,
        campaign={"id": "900001", "name": "Roofing"},
        adGroup={"id": "31", "name": "Roofs"},
        adGroupCriterion=criterion,
        keywordView={},
    )
    yield row, payload, FIRST_DAY, None


def search_term_days() -> Iterable[Record]:
    root = "customers/1112223334"
    for term, fit in (("roof repair", "EXACT"), ("roof repair near me", "BROAD")):
        row = {
            "day": FIRST_DAY,
            "ad_group_id": "31",
            "criterion_id": "77",
            "search_term": term,
            "search_term_match_type": fit,
        }
        payload = {
            "campaign": {"resourceName": f"{root}/campaigns/900001", "id": "900001", "name": "Roofing"},
            "adGroup": {"resourceName": f"{root}/adGroups/31", "id": "31", "name": "Roofs"},
            "searchTermView": {"resourceName": f"{root}/searchTermViews/900001~31~x", "searchTerm": term},
            "metrics": {"clicks": "2", "conversions": 0.5, "costMicros": "2000000", "impressions": "40"},
            "segments": {
                "date": str(FIRST_DAY),
                "searchTermMatchType": fit,
                "keyword": {
                    "adGroupCriterion": f"{root}/adGroupCriteria/31~77",
                    "info": {"matchType": "BROAD", "text": "roof repair"},
                },
            },
        }
        yield row, payload, FIRST_DAY, None


def click_view() -> Iterable[Record]:
    for number in (1, 2):
        row = {"day": FIRST_DAY, "gclid": f"Gcl-{number}", "ad_network_type": "SEARCH"}
        payload = {
            "clickView": {
                "resourceName": f"customers/1112223334/clickViews/{FIRST_DAY}~Gcl-{number}",
                "gclid": f"Gcl-{number}",
                "keywordInfo": {"matchType": "EXACT", "text": "roof repair"},
            },
            "metrics": {"clicks": "1"},
            "segments": {
                "adNetworkType": "SEARCH",
                "clickType": "URL_CLICKS",
                "date": str(FIRST_DAY),
                "device": "MOBILE",
            },
        }
        yield row, payload, FIRST_DAY, None


def call_view() -> Iterable[Record]:
    for number in range(3):
        day = FIRST_DAY + timedelta(days=number)
        payload = {
            "customer": {"resourceName": "customers/1112223334", "timeZone": "Europe/Berlin"},
            "campaign": {"resourceName": "customers/1112223334/campaigns/900001", "id": "900001", "name": "Roofing"},
            "adGroup": {"resourceName": "customers/1112223334/adGroups/31", "id": "31", "name": "Roofs"},
            "callView": {
                "resourceName": f"customers/1112223334/callViews/77{number}",
                "callerCountryCode": "DE",
                "callerAreaCode": "40",
                "callDurationSeconds": "184",
                "startCallDateTime": f"{day} 23:30:05",
                "endCallDateTime": f"{day} 23:33:09",
                "callTrackingDisplayLocation": "AD",
                "type": "MANUALLY_DIALED",
                "callStatus": "RECEIVED",
            },
        }
        yield {"day": day, "call_id": f"77{number}"}, payload, day, None


def lead_form_submissions() -> Iterable[Record]:
    root = "customers/1112223334"
    for number in range(5):
        submitted_at = utc(2026, 3, 1 + number, 8, 30)
        payload = {
            "campaign": {"resourceName": f"{root}/campaigns/900001", "id": "900001", "name": "Roofing"},
            "leadFormSubmissionData": {
                "resourceName": f"{root}/leadFormSubmissionData/lead-{number}",
                "id": f"lead-{number}",
                "asset": f"{root}/assets/5501",
                "campaign": f"{root}/campaigns/900001",
                "adGroup": f"{root}/adGroups/31",
                "adGroupAd": f"{root}/adGroupAds/31~55",
                "gclid": f"Gcl-{number}",
                "submissionDateTime": f"{submitted_at:%Y-%m-%d} 09:30:00+01:00",
                "leadFormSubmissionFields": [
                    {"fieldType": "FULL_NAME", "fieldValue": "Ann Lee"},
                    {"fieldType": "EMAIL", "fieldValue": f"g{number}@a.example"},
                ],
                "customLeadFormSubmissionFields": [{"questionText": "Which roof?", "fieldValue": "Flat"}],
            },
        }
        yield {"submitted_at": submitted_at, "lead_id": f"lead-{number}"}, payload, submitted_at.date(), None


def customer() -> Iterable[Record]:
    customer = {
        "resourceName": "customers/1112223334",
        "id": "1112223334",
        "descriptiveName": "Nordhaus",
        "currencyCode": "EUR",
        "timeZone": "Europe/Berlin",
        "status": "ENABLED",
        "autoTaggingEnabled": True,
    }
    yield {"customer_id": "1112223334"}, {"customer": customer}, FIRST_DAY, None


def customer_clients() -> Iterable[Record]:
    client = {
        "resourceName": "customers/1112223334/customerClients/1112223334",
        "id": "1112223334",
        "level": "0",
        "manager": False,
        "hidden": False,
        "testAccount": False,
        "descriptiveName": "Nordhaus",
        "currencyCode": "EUR",
        "timeZone": "Europe/Berlin",
        "status": "ENABLED",
    }
    yield {"customer_id": "1112223334"}, {"customerClient": client}, FIRST_DAY, None


def meta_account() -> Iterable[Record]:
    payload = {
        "id": "act_555000111",
        "account_id": "555000111",
        "name": "Nordhaus",
        "currency": "EUR",
        "timezone_name": "Europe/Berlin",
        "account_status": 1,
    }
    yield {"account_id": "555000111"}, payload, FIRST_DAY, None


def ad_days() -> Iterable[Record]:
    for offset in range(7):
        day = FIRST_DAY + timedelta(days=offset)
        payload = {
            "account_id": "555000111",
            "account_currency": "EUR",
            "campaign_id": "2301",
            "campaign_name": "Leads",
            "adset_id": "2302",
            "adset_name": "Broad",
            "ad_id": "2303",
            "ad_name": "Video",
            "objective": "OUTCOME_LEADS",
            "impressions": "1520",
            "clicks": "31",
            "inline_link_clicks": "18",
            "spend": "47.53",
            "actions": [
                {"action_type": "link_click", "value": "18"},
                {"action_type": "lead", "value": "3", "1d_view": "1"},
            ],
            "date_start": str(day),
            "date_stop": str(day),
        }
        yield {"day": day, "ad_id": "2303"}, payload, day, None


def leads() -> Iterable[Record]:
    for number in range(5):
        created_at = utc(2026, 3, 1 + number, 9, 30)
        payload = {
            "id": f"66{number}",
            "created_time": f"{created_at:%Y-%m-%dT%H:%M:%S}+0000",
            "ad_id": "2303",
            "form_id": "8801",
            "is_organic": False,
            "platform": "fb",
            "field_data": [{"name": "email", "values": [f"lead{number}@example.test"]}],
        }
        row = {
            "created_at": created_at,
            "lead_id": f"66{number}",
            "form_id": "8801",
            "ad_id": "2303",
            "page_id": "7700",
        }
        yield row, payload, created_at.date(), None
