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

from activations.destinations.google_ads import request_of
from activations.destinations.google_ads.errors import CONTACTS_IMPOSSIBLE, LATER, STOPPING
from activations.model import Job, Telling
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
