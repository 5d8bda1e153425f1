"""TikTok: events of a CRM. Errors come with HTTP 200; one bad event refuses its request; nothing is corrected.

API: https://business-api.tiktok.com/portal/docs (v1.3, event/track). TikTok knows a repetition by name and id of the
event for 48 hours, a click for seven days, and takes no event older than 28.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from activations.batches import Refused, Taken, deliver_whole
from activations.hashing import hashed, plain_email, with_plus
from activations.model import Destination, Job, Outcome, Telling
from extractors.errors import FixSettings
from extractors.http.answers import Answer, Verdict
from extractors.http.auth import StaticHeader
from extractors.http.client import HttpClient
from extractors.model import Connection
from extractors.redaction import short
from handwritten.activations import Told

TRACK = "/open_api/v1.3/event/track/"
GOOD, PARTLY, BAD_PARAMETER = 0, 20001, 40002
TOO_MANY = {40016, 40100, 40132, 40133}
ABOUT_THE_REQUEST = re.compile(r"\W*(?:event_source|event_source_id|partner_name|test_event_code)\b")
"""How a sentence begins that is about none of the events: whatever they are, all would be refused."""
ABOUT_AN_EVENT = re.compile(r"\b(?:data|Batch)[.\[](\d+)")


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """Requests of events; where one is refused for an event that it does not name, it is halved."""
    head = {
        "event_source": "crm",
        "event_source_id": str(job.told.options.get("event_set_id", job.told.account)),
    }
    crm = str(job.told.options["crm"])

    def ask(rows: Sequence[Telling]) -> Taken | Refused:
        answer = client.submit(TRACK, {**head, "data": [_event(one, crm) for one in rows]}, is_read=_is_read)
        if answer.body["code"] == GOOD:
            return Taken(str(answer.body.get("request_id") or ""))
        # What was taken of a part is known by its event_id when it comes again.
        said = str(answer.body.get("message") or "")
        named = {int(found[1]): f"{answer.body['code']} {short(said)}" for found in ABOUT_AN_EVENT.finditer(said)}
        return Refused(f"{answer.body['code']} {short(said)}", named)

    yield from deliver_whole(tellings, ask)


def _is_read(answer: Answer) -> bool:
    return (
        answer.status == 200
        and isinstance(answer.body, Mapping)
        and answer.body.get("code") in (GOOD, PARTLY, BAD_PARAMETER)
        and not ABOUT_THE_REQUEST.match(str(answer.body.get("message") or ""))
    )


def _event(one: Telling, crm: str) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event": one.told_as,
        "event_time": int(one.happened_at.timestamp()),
        "event_id": f"{one.milestone}:{one.conversion_id}",
        "user": _user(one),
        "lead": {name: value for name, value in (("lead_id", one.lead_ad_id), ("lead_event_source", crm)) if value},
    }
    if one.value is not None:
        event["properties"] = {"value": float(one.value), "currency": one.currency}
    return event


def _user(one: Telling) -> dict[str, Any]:
    email, phone = hashed(plain_email(one.email)), hashed(with_plus(one.phone))
    known = {"email": [email] if email else None, "phone": [phone] if phone else None, "ttclid": one.click_id}
    return {name: value for name, value in known.items() if value}


def classify(answer: Answer) -> Verdict | None:
    """By the code in the body: the status is always 200."""
    code = answer.body.get("code") if isinstance(answer.body, Mapping) else None
    if not isinstance(code, int) or code == GOOD:
        return None
    said = f"{code} {short(answer.body.get('message') or '')}"
    if code in TOO_MANY:
        return Verdict("wait", said, after=10.0)
    return Verdict("transient" if code >= 50000 else "fix_settings", said)


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client with the token of the event set."""
    if not told.options.get("crm"):
        raise FixSettings(f"tiktok_ads, account {told.account}: the option crm is missing: the name of your CRM.")
    return HttpClient(
        connection.base_url,
        name=f"tiktok_events/{told.account}",
        auth=StaticHeader("Access-Token", "{}", connection.password),
        classify=classify,
        secrets=connection.secrets(),
    )


TIKTOK_ADS = Destination(
    name="tiktok_ads",
    base_url="https://business-api.tiktok.com",
    connect=connect,
    deliver=deliver,
    correction="none",
    normaliser="tiktok-1",
    batch=200,
    resend_hours=47,
    docs="https://business-api.tiktok.com/portal/docs",
    settings={"password": "Events Manager > the CRM event set > Settings: its access token"},
)
