"""Meta: stages of a CRM as server events. One event that is refused refuses its whole request; nothing is corrected.

API: https://developers.facebook.com/docs/marketing-api/conversions-api. Meta knows a repetition by name and id of the
event for 48 hours, and takes no event older than seven days.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from activations.batches import Refused, Taken, deliver_whole
from activations.destinations.meta_ads.errors import classify, events_named, is_about_events, reason_of
from activations.hashing import digits, hashed, plain_email
from activations.model import Destination, Job, Outcome, Telling
from extractors.errors import FixSettings, SourceChanged
from extractors.http.answers import Answer, part
from extractors.http.auth import ProvenToken
from extractors.http.client import HttpClient
from extractors.model import Connection
from handwritten.activations import Told

VERSION = "v26.0"
LEAD_ID = re.compile(r"[0-9]{15,17}")


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """Requests of events; where one is refused for an event that it does not name, it is halved."""
    options = job.told.options
    path = f"{_dataset(job.told)}/events"
    crm = str(options["crm"])

    def ask(rows: Sequence[Telling]) -> Taken | Refused:
        answer = client.submit(path, {"data": [_event(one, crm) for one in rows]}, is_read=_is_read)
        if is_about_events(answer.body):
            reason = reason_of(answer.body)
            return Refused(reason, dict.fromkeys(events_named(answer.body), reason))
        received = answer.body.get("events_received")
        if received != len(rows):
            raise SourceChanged(f"meta_ads: {len(rows)} events were sent, and {received!r} received.")
        return Taken(str(answer.body.get("fbtrace_id") or ""))

    yield from deliver_whole(tellings, ask)


def ready(client: HttpClient, job: Job) -> Iterator[str]:
    """The dataset must be there for this token."""
    told = client.get(_dataset(job.told), {"fields": "id,name,is_unavailable"})
    if part(told).get("is_unavailable") is True:
        yield "the dataset is unavailable: look for it in the Events Manager"


def _dataset(told: Told) -> str:
    return f"/{told.options.get('version', VERSION)}/{told.options.get('dataset_id', told.account)}"


def _is_read(answer: Answer) -> bool:
    # Errors come with 200 now and then.
    is_taken = answer.status == 200 and isinstance(answer.body, Mapping) and "events_received" in answer.body
    return is_taken or is_about_events(answer.body)


def _event(one: Telling, crm: str) -> dict[str, Any]:
    custom: dict[str, Any] = {"event_source": "crm", "lead_event_source": crm}
    if one.value is not None:
        custom |= {"value": float(one.value), "currency": one.currency}
    return {
        "event_name": one.told_as,
        "event_time": int(one.happened_at.timestamp()),
        "event_id": f"{one.milestone}:{one.conversion_id}",
        "action_source": "system_generated",
        "user_data": _user(one),
        "custom_data": custom,
    }


def _user(one: Telling) -> dict[str, Any]:
    """Contacts hashed in Meta's own form: no rule for Gmail, a number without its plus. Its own ids are plain."""
    email, phone = hashed(plain_email(one.email)), hashed(digits(one.phone))
    known: dict[str, Any] = {"em": [email] if email else None, "ph": [phone] if phone else None}
    # One that cannot be a lead's, as of Meta's own test leads, would refuse all that go with it.
    known["lead_id"] = one.lead_ad_id if LEAD_ID.fullmatch(one.lead_ad_id or "") else None
    if one.click_id and one.clicked_at:
        # As the cookie would be that the click left: the moment is the click's, never that of the sending.
        known["fbc"] = f"fb.1.{int(one.clicked_at.timestamp() * 1000)}.{one.click_id}"
    return {name: value for name, value in known.items() if value}


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client that proves itself by the token of a system user."""
    if not told.options.get("crm"):
        raise FixSettings(f"meta_ads, account {told.account}: the option crm is missing: the name of your CRM.")
    if told.options.get("test_event_code"):
        raise FixSettings(f"meta_ads, account {told.account}: events with a test_event_code would count nowhere.")
    return HttpClient(
        connection.base_url,
        name=f"meta_events/{told.account}",
        auth=ProvenToken(connection.password, connection.extra.get("app_secret", "")),
        classify=classify,
        secrets=connection.secrets(),
    )


META_ADS = Destination(
    name="meta_ads",
    base_url="https://graph.facebook.com",
    connect=connect,
    deliver=deliver,
    correction="none",
    normaliser="meta-1",
    batch=200,
    resend_hours=47,
    event_margin=timedelta(hours=1),
    docs="https://developers.facebook.com/docs/marketing-api/conversions-api",
    settings={
        "password": "Events Manager > the dataset > Settings: the token of its system user",
        "extra.app_secret": "the app's page > Settings > Basic",
    },
    ready=ready,
)
