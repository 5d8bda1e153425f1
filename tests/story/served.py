"""What the sandbox served, by its own wire file or asked of it once more, without our extractors."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import requests

from sandbox.config import RETOLD, TOLD
from sandbox.vendors.vk_ads import lead_of
from tests.story.night import FIRST_DAY, LAST_DAY, Night

RecordId = tuple[str, str]
"""A source, and the record's id there."""

SPEND_RETOLD = {
    "tiktok_ads": "meta_ads",
    "vk_ads": "meta_ads",
    "linkedin_ads": "google_ads",
    "yandex_direct": "google_ads",
    "microsoft_ads": "google_ads",
}
"""Platform beside the market -> whose spend it tells once more."""

FIRST, LAST = date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY)

INQUIRIES = """
    select 'callrail' as source, call_id as record_id from wire.callrail__calls
    where _valid_to is null and coalesce(direction, 'inbound') <> 'outbound'
    union all
    select 'callrail', form_submission_id from wire.callrail__form_submissions where _valid_to is null
    union all
    -- Who texts first asks; what the market's customers add and answer comes within hours.
    select 'callrail', arg_min(message_id, sent_at) from wire.callrail__text_messages
    group by conversation_id having arg_min(direction, sent_at) = 'incoming'
    union all
    select 'typeform', response_id from wire.typeform__responses where _valid_to is null
    union all
    select 'meta_ads', lead_id from wire.meta_ads__leads where _valid_to is null
"""
SPEND = """
    select _brand as brand, 'google_ads' as platform, day as date, sum(cost_micros) / 1000000 as spend
    from wire.google_ads__campaign_days where _valid_to is null group by all
    union all
    select _brand, 'meta_ads', day, sum(spend) from wire.meta_ads__ad_days where _valid_to is null group by all
    union all
    -- Who has no account at a platform writes its days into a file, under the name that people use.
    select brand, case platform when 'Google Ads' then 'google_ads' else 'meta_ads' end, date, sum(spend)
    from read_csv('{spend}') where platform in ('Google Ads', 'Facebook') group by all
    order by all
"""


def cents(money: Any) -> Decimal:
    """An amount to the cent."""
    return Decimal(str(money)).quantize(Decimal("0.01"))


def market_inquiries(night: Night) -> list[RecordId]:
    """Every inquiry of the market's own sources and of what its staff wrote down."""
    with (night.market / "manual" / "inquiries" / "inquiries.csv").open(encoding="utf-8") as file:
        written = [("manual", row["inquiry_id"]) for row in csv.DictReader(file)]
    return sorted([(row["source"], row["record_id"]) for row in night.rows(INQUIRIES)] + written)


def market_spend(night: Night) -> list[dict[str, Any]]:
    """What each platform of the market cost by brand and day, to the cent; days that cost nothing are left out."""
    query = SPEND.format(spend=night.market / "manual" / "spend" / "spend.csv")
    return [{**row, "spend": cents(row["spend"])} for row in night.rows(query) if row["spend"]]


def retold_spend(night: Night, platforms: Collection[str]) -> list[dict[str, Any]]:
    """What those platforms cost that tell once more what another one's ads cost."""
    return [
        {**row, "brand": RETOLD, "platform": platform}
        for platform in platforms
        for row in market_spend(night)
        if (row["brand"], row["platform"]) == (TOLD, SPEND_RETOLD[platform])
    ]


def retold_inquiries(night: Night, sources: Collection[str]) -> list[RecordId]:
    """Every inquiry that the vendors beside the market tell of when they are asked."""
    return sorted(one for source in sources for one in INQUIRIES_RETOLD[source](night))


def _jotform(night: Night) -> Iterator[RecordId]:
    headers, size, offset = {"APIKEY": _secret(night, "jotform")}, 50, 0
    while page := _asked(night, "/jotform/user/submissions", {"limit": size, "offset": offset}, headers)["content"]:
        yield from (("jotform", one["id"]) for one in page)
        offset += size


def _vk(night: Night) -> Iterator[RecordId]:
    query = f"select lead_id from wire.meta_ads__leads where _valid_to is null and _brand = '{TOLD}'"
    yield from (("vk_ads", lead_of(row["lead_id"])) for row in night.rows(query))


def _calendly(night: Night) -> Iterator[RecordId]:
    headers = {"Authorization": f"Bearer {_secret(night, 'calendly')}"}
    query = {"organization": "https://api.calendly.com/organizations/O1", "count": 100, "page_token": ""}
    while query["page_token"] is not None:
        answer = _asked(night, "/calendly/scheduled_events", query, headers)
        for event in answer["collection"]:
            path = f"/calendly/scheduled_events/{event['uri'].rpartition('/')[2]}/invitees"
            # Who moved an appointment asked once.
            for invitee in _asked(night, path, {}, headers)["collection"]:
                if not invitee["old_invitee"]:
                    yield "calendly", invitee["uri"]
        query["page_token"] = answer["pagination"]["next_page_token"]


def _calltouch(night: Night) -> Iterator[RecordId]:
    key = {"clientApiId": _secret(night, "calltouch")}
    # Calls want the day first, requests the month.
    days = {"dateFrom": f"{FIRST:%d/%m/%Y}", "dateTo": f"{LAST:%d/%m/%Y}", "page": 1, "limit": 1000}
    calls = _asked(night, "/calltouch/calls-service/RestAPI/51001/calls-diary/calls", key | days)
    assert calls["pageTotal"] == 1
    yield from (("calltouch", str(one["callId"])) for one in calls["records"])
    days = {"dateFrom": f"{FIRST:%m/%d/%Y}", "dateTo": f"{LAST:%m/%d/%Y}", "siteId": "51001"}
    requested = _asked(night, "/calltouch/calls-service/RestAPI/requests/", key | days)
    yield from (("calltouch", str(one["requestId"])) for one in requested)


def _comagic(night: Night) -> Iterator[RecordId]:
    for method in ("get.calls_report", "get.offline_messages_report"):
        params = {
            "access_token": _secret(night, "comagic"),
            "date_from": f"{FIRST} 00:00:00",
            "date_till": f"{LAST} 23:59:59",
            "limit": 10_000,
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = requests.post(f"{night.server.url}/comagic/v2.0", json=body, timeout=30).json()
        yield from (("comagic", str(one["id"])) for one in answer["result"]["data"])


def _linkedin(night: Night) -> Iterator[RecordId]:
    token = _secret(night, "linkedin_ads")
    headers = {"Authorization": f"Bearer {token}", "LinkedIn-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}
    # Parentheses and colons mean something to it, so the query is written as it stands.
    owner = "owner=(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A507404993)"
    query = f"q=owner&{owner}&leadType=(leadType:SPONSORED)&start=0&count=100"
    answer = _asked(night, f"/linkedin_ads/rest/leadFormResponses?{query}", {}, headers)
    assert answer["paging"]["total"] == len(answer["elements"])
    yield from (("linkedin_ads", one["id"]) for one in answer["elements"])


INQUIRIES_RETOLD: dict[str, Callable[[Night], Iterator[RecordId]]] = {
    "jotform": _jotform,
    "calendly": _calendly,
    "vk_ads": _vk,
    "calltouch": _calltouch,
    "comagic": _comagic,
    "linkedin_ads": _linkedin,
}


def stripe_revenue(night: Night) -> dict[str, Decimal]:
    """What was kept of each charge that left something, and each invoice that was paid by a transfer, less its notes.

    Of a charge that is captured, less what was paid back of it and what a lost dispute took; what was authorised and
    never captured was never paid.
    """
    kept: dict[str, Decimal] = {}
    for charge in _stripe(night, "charges"):
        kept[charge["id"]] = Decimal(min(charge["amount_captured"], charge["amount"] - charge["amount_refunded"])) / 100
    for dispute in _stripe(night, "disputes"):
        if dispute["status"] == "lost":
            kept[dispute["charge"]] -= Decimal(dispute["amount"]) / 100
    for invoice in _stripe(night, "invoices", "data.payments"):
        if invoice["status"] == "paid" and not invoice["payments"]["data"]:
            kept[invoice["id"]] = Decimal(invoice["amount_paid"]) / 100
    for note in _stripe(night, "credit_notes"):
        kept[note["invoice"]] -= Decimal(note["out_of_band_amount"]) / 100
    return {name: amount for name, amount in kept.items() if amount > 0}


def _stripe(night: Night, name: str, expand: str = "") -> Iterator[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {_secret(night, 'stripe')}"}
    answer: dict[str, Any] = {"has_more": True}
    params: dict[str, Any] = {"limit": 100, **({"expand[]": expand} if expand else {})}
    while answer["has_more"]:
        answer = _asked(night, f"/stripe/v1/{name}", params, headers)
        yield from answer["data"]
        if not answer["data"]:
            return
        params["starting_after"] = answer["data"][-1]["id"]


def visits_of_brands(night: Night) -> dict[str, int]:
    """How many visits of people Matomo served of each brand."""
    found: dict[str, int] = defaultdict(int)
    people = "_valid_to is null and browser_name <> 'Headless Chrome'"
    for row in night.rows(f"select _brand as brand from wire.matomo__visits where {people}"):
        found[row["brand"]] += 1
    return dict(found)


def _secret(night: Night, source: str) -> str:
    return str(json.loads(night.environment[f"AIRFLOW_CONN_{source.upper()}_NORDHAUS"])["password"])


def _asked(night: Night, path: str, params: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    answer = requests.get(night.server.url + path, params=params, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()
