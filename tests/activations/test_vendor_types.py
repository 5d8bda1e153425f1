"""What is sent holds against the vendors' own types: their packages, or the facts that were collected of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from facebook_business.adobjects.serverside.event import Event
from facebook_business.adobjects.serverside.user_data import UserData

from activations.destinations.google_ads import GOOGLE_ADS, request_of
from activations.destinations.google_ads.errors import CONTACTS_IMPOSSIBLE, FORGOTTEN, LATER, STOPPING
from activations.destinations.google_ads.later import AGAIN, STATES, STATUS
from activations.destinations.microsoft_ads import MICROSOFT_ADS
from activations.destinations.microsoft_ads.goals import GOALS, OFFLINE, REPORT
from activations.model import Job, Telling
from activations.sending import connection_from_environment
from handwritten.activations import Told
from tests.activations.conftest import Platform, configured
from tests.activations.publications import NOW, SOLD_AT, click, publish, sale
from tests.sandbox.serving import Server

FACTS = Path(__file__).parents[1] / "vendor_facts"
EMAIL, PHONE = "Jane.Doe+ads@mail.example", "+4915112345678"
CONTACT: dict[str, Any] = {"email": EMAIL, "phone": PHONE, "ad_user_data": "granted", "ad_personalization": "denied"}


def facts(name: str) -> Any:
    return json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))


def strangers(told: Mapping[str, Any], message: str, known: Any, path: str = "") -> Iterator[str]:
    """Fields that the vendor's message has not, and words that its enumeration has not."""
    for name, value in told.items():
        if name not in known["messages"][message]:
            yield f"{path}.{name}"
            continue
        kind = known["messages"][message][name]
        for one in value if isinstance(value, list) else [value]:
            if kind in known["enums"] and one not in known["enums"][kind]:
                yield f"{path}.{name}={one}"
            elif kind in known["messages"] and isinstance(one, Mapping):
                yield from strangers(one, kind, known, f"{path}.{name}")


@pytest.mark.parametrize("action", ["send", "restate", "retract"])
def test_a_request_to_google_has_only_fields_and_words_of_google(action: Any) -> None:
    telling = Telling(
        "a", action, "sale", "s1", "700002", NOW, Decimal("12.50"), "EUR", "gclid", "Cj0abc", NOW, **CONTACT
    )
    told = Told("google_ads", "111-222-3334", "n", "c", "asked", (), {"login_account": "9998887776"})

    request = request_of(Job(told, NOW, is_check=True), "700002", [telling], with_contacts=True)

    assert list(strangers(request, "IngestEventsRequest", facts("google_data_manager"))) == []
    [event] = request["events"]
    assert request["destinations"][0]["operatingAccount"]["accountId"] == "1112223334"
    assert event["consent"] == {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_DENIED"}
    assert event["conversionValue"] == (0.0 if action == "retract" else 12.5)
    # Of a contact each item holds one identifier.
    assert [len(one) for one in event["userData"]["userIdentifiers"]] == [1, 1]


def test_the_reasons_of_google_that_are_told_apart_are_reasons_of_google() -> None:
    # What a google.rpc.Status says itself is no reason of theirs.
    own = {"PERMISSION_DENIED", "NOT_FOUND"}

    assert (CONTACTS_IMPOSSIBLE | LATER | STOPPING) - own - set(facts("google_data_manager")["reasons"]) == set()


def test_conversions_and_adjustments_have_only_fields_of_microsoft(microsoft: Platform) -> None:
    known = {"click_id_type": "msclkid", "click_id": click(1), "clicked_at": SOLD_AT}
    sold = [sale(1, "microsoft_ads", "900100", **known), sale(2, "microsoft_ads", "900100", **CONTACT)]
    publish(microsoft.data, sold)
    microsoft.tell()
    publish(microsoft.data, [{**sold[0], "value": Decimal(3)}, {**sold[1], "cancelled_at": SOLD_AT}])
    microsoft.tell(now=NOW + timedelta(days=1))

    told = facts("microsoft_conversions")
    sent, adjusted = microsoft.posted()[:2], microsoft.posted()[2:]
    assert {name for row in sent for name in row} <= set(told["OfflineConversion"])
    assert {name for row in adjusted for name in row} <= set(told["OfflineConversionAdjustment"])
    assert sorted(row["AdjustmentType"] for row in adjusted) == ["Restate", "Retract"]


def test_an_event_for_meta_is_what_meta_s_own_package_would_send(
    environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {
        "destination": "meta_ads",
        "account": "555000111",
        "brand": "nordhaus",
        "options": {"crm": "HubSpot"},
        "tells": [{"milestone": "sale", "as": "Purchase", "value": "revenue"}],
    }
    meta: Platform = configured(monkeypatch, environment, entry)
    own = {"told_as": "Purchase", "lead_ad_id": "1234567890123456", **CONTACT}
    publish(meta.data, [sale(1, "meta_ads", "555000111", **own)])
    meta.tell()

    [sent] = meta.posted()
    theirs = Event(
        event_name="Purchase",
        event_time=sent["event_time"],
        event_id=sent["event_id"],
        action_source=None,
        user_data=UserData(email=EMAIL, phone=PHONE, lead_id="1234567890123456"),
    ).normalize()
    assert sent["user_data"] == {name: theirs["user_data"][name] for name in sent["user_data"]}
    assert {name: sent[name] for name in ("event_name", "event_time", "event_id")} == {
        name: theirs[name] for name in ("event_name", "event_time", "event_id")
    }
    assert set(sent) <= set(Event.param_types)


def test_what_google_tells_later_is_asked_for_and_told_in_google_s_own_words(
    environment: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = facts("google_data_manager")
    entry = {
        "destination": "google_ads",
        "account": "1112223334",
        "brand": "nordhaus",
        "tells": [{"milestone": "sale", "as": "700002", "value": "revenue"}],
    }
    google: Platform = configured(monkeypatch, environment, entry)
    environment.order("settings", refused_later=["Cj0bad"], report_polls=0)
    click_id = {"click_id_type": "gclid", "click_id": "Cj0bad", "clicked_at": SOLD_AT - timedelta(days=3)}
    publish(google.data, [sale(1, "google_ads", "1112223334", told_as="700002", **click_id)])
    google.tell()
    receipt = next(json.loads(line)["receipt"] for line in google.ledger().splitlines() if '"outcome"' in line)

    client = GOOGLE_ADS.connect(connection_from_environment(GOOGLE_ADS, google.told), google.told)
    answer = client.get(STATUS, {"requestId": receipt})

    assert list(strangers(answer, "RetrieveRequestStatusResponse", known)) == []
    assert list(strangers({"requestId": receipt}, "RetrieveRequestStatusRequest", known)) == []
    assert set(STATES) <= set(known["enums"]["RequestStatus"])
    told = known["enums"]["ProcessingErrorReason"]
    assert {f"PROCESSING_ERROR_REASON_{reason}" for reason in AGAIN} <= set(told)
    assert set(known["reasons"]) >= FORGOTTEN
    assert google.tell(now=NOW + timedelta(hours=1)).heard == {("came to nothing", "CLICK_NOT_FOUND"): 1}


def test_what_microsoft_tells_later_has_only_fields_and_words_of_microsoft(microsoft: Platform) -> None:
    known = facts("microsoft_conversions")
    microsoft.server.order("settings", refused_later=[click(1)])
    who = {"click_id_type": "msclkid", "click_id": click(1), "clicked_at": SOLD_AT}
    publish(microsoft.data, [sale(1, "microsoft_ads", "900100", **who)])
    microsoft.tell()
    asked: dict[str, Any] = {"GoalIds": ["4002"], "StartDateUtc": "2026-04-01T00:00:00Z"}
    asked["EndDateUtc"] = "2026-04-30T23:59:59Z"

    client = MICROSOFT_ADS.connect(connection_from_environment(MICROSOFT_ADS, microsoft.told), microsoft.told)
    goals, told = client.post_json(GOALS, {"ConversionGoalTypes": OFFLINE}), client.post_json(REPORT, asked)

    assert set(asked) <= set(known["GetOfflineConversionReportByGoalIdsRequest"])
    assert set(goals) <= set(known["GetConversionGoalsByIdsResponse"])
    assert {name for goal in goals["ConversionGoals"] for name in goal} <= set(known["OfflineConversionGoal"])
    assert set(told) <= set(known["GetOfflineConversionReportByGoalIdsResponse"])
    [summary] = told["OfflineGoalConversionSummaries"]
    assert set(summary) <= set(known["OfflineGoalConversionSummary"])
    [day] = summary["DailySummaries"]
    assert set(day) <= set(known["OfflineGoalDailySummary"])
    assert {alert["UnattributedReason"] for alert in day["Alerts"]} <= set(known["unattributed"])
