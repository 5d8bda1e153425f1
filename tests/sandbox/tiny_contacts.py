"""The calls, forms, visits, customers and rates of the tiny market."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from tests.sandbox.tiny_records import FIRST_DAY, LAST_DAY, Record, utc


def calls() -> Iterable[Record]:
    for number in range(7):
        # The last one is on 8 March in UTC and still on 7 March in Denver.
        started_at = utc(2026, 3, 1 + number, 10) if number < 6 else utc(2026, 3, 8, 3)
        payload = {
            "id": f"CAL{number}",
            "answered": True,
            "voicemail": False,
            "direction": "inbound",
            "duration": 184,
            "start_time": f"{started_at:%Y-%m-%dT%H:%M:%S}.000+00:00",
            "customer_phone_number": "+15005550006",
            "tracking_phone_number": "+15005550001",
            "source": "Google Ads",
            "gclid": None,
            "tags": ["Quote"],
        }
        row = {
            "started_at": started_at,
            "created_at": started_at,
            "call_id": f"CAL{number}",
            "company_id": "COM1",
            "tracker_id": "TRK1",
            "direction": "inbound",
            "duration_seconds": 184,
        }
        yield row, payload, started_at.date(), None


def form_submissions() -> Iterable[Record]:
    payload = {
        "id": "FOR1",
        "form_data": {"email": "a@example.test"},
        "submitted_at": "2026-03-02T10:00:00.000Z",
    }
    yield {"submitted_at": utc(2026, 3, 2, 10), "form_submission_id": "FOR1"}, payload, FIRST_DAY, None


def text_messages() -> Iterable[Record]:
    told = [
        ("KZ1", utc(2026, 3, 2, 10), "incoming", "My roof leaks"),
        ("KZ1", utc(2026, 3, 2, 10, 20), "outgoing", "We come tomorrow"),
        ("KZ1", utc(2026, 3, 3, 7), "incoming", "Thank you"),
        ("KZ2", utc(2026, 3, 5, 9), "incoming", "Do you sell windows?"),
    ]
    for number, (conversation, sent_at, direction, content) in enumerate(told):
        payload = {
            "id": conversation,
            "initial_tracker_id": "TRK1",
            "customer_phone_number": "+15005550006",
            "initial_tracking_number": "+15005550001",
            "current_tracking_number": "+15005550001",
            "state": "active",
            "company_id": "COM1",
            "lead_status": None,
            "source": "Google Ads",
            "message": {
                "direction": direction,
                "content": content,
                "created_at": f"{sent_at:%Y-%m-%dT%H:%M:%S}.000+00:00",
                "type": "sms",
            },
        }
        row = {"sent_at": sent_at, "message_id": f"{conversation}-{number}", "conversation_id": conversation}
        yield row, payload, sent_at.date(), None


def trackers() -> Iterable[Record]:
    payload = {
        "id": "TRK1",
        "name": "Site",
        "type": "session",
        "status": "active",
        "company": {"id": "COM1", "name": "N"},
    }
    yield {"tracker_id": "TRK1"}, payload, FIRST_DAY, None


def forms() -> Iterable[Record]:
    payload = {
        "id": "F1",
        "title": "Quote",
        "hidden": ["client_id", "gclid"],
        "fields": [{"id": "1", "ref": "email", "type": "email", "title": "E-mail"}],
        "_links": {"display": "https://nordhaus.example/F1"},
    }
    yield {"form_id": "F1"}, payload, FIRST_DAY, None


def responses() -> Iterable[Record]:
    for number in range(5):
        submitted_at = utc(2026, 3, 1 + number, 9, 2, 41)
        payload = {
            "response_id": f"r{number}",
            "token": f"r{number}",
            "landed_at": f"{submitted_at:%Y-%m-%dT%H:%M:%SZ}",
            "submitted_at": f"{submitted_at:%Y-%m-%dT%H:%M:%SZ}",
            "metadata": {"user_agent": "Mozilla/5.0"},
            "hidden": {"client_id": "11.22", "gclid": None},
            "answers": [
                {"field": {"id": "F1", "type": "short_text", "ref": "full_name"}, "type": "text", "text": "Ann Lee"},
                {
                    "field": {"id": "F2", "type": "email", "ref": "email"},
                    "type": "email",
                    "email": f"r{number}@a.example",
                },
            ],
        }
        row = {"submitted_at": submitted_at, "response_id": f"r{number}", "form_id": "F1"}
        yield row, payload, submitted_at.date(), None


def _crm_object(number: int, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": str(number),
        "properties": {**properties, "hs_object_id": str(number)},
        "createdAt": "2026-03-01T10:00:00.000Z",
        "updatedAt": "2026-03-01T10:00:00.000Z",
        "archived": False,
    }


def contacts() -> Iterable[Record]:
    for number in range(1, 6):
        changed = utc(2026, 3, number, 10)
        iso = f"{changed:%Y-%m-%dT%H:%M:%S}.000Z"
        properties = {
            "email": f"c{number}@example.test",
            "phone": None,
            "createdate": iso,
            "lastmodifieddate": iso,
        }
        row = {"updated_at": changed, "created_at": changed, "contact_id": str(number)}
        yield row, _crm_object(number, properties), changed.date(), None


def deals() -> Iterable[Record]:
    for number in (90, 91):
        changed = utc(2026, 3, number - 80, 10)
        iso = f"{changed:%Y-%m-%dT%H:%M:%S}.000Z"
        properties = {
            "dealname": "Roof",
            "amount": "1500.00",
            "dealstage": "won",
            "createdate": iso,
            "hs_lastmodifieddate": iso,
        }
        row = {"updated_at": changed, "created_at": changed, "deal_id": str(number)}
        yield row, _crm_object(number, properties), changed.date(), None


def deal_stages() -> Iterable[Record]:
    for day, stage in ((10, "new"), (12, "won")):
        entered_at = utc(2026, 3, day, 10)
        payload = {
            "value": stage,
            "timestamp": f"{entered_at:%Y-%m-%dT%H:%M:%S}.000Z",
            "sourceType": "CRM_UI",
        }
        yield {"entered_at": entered_at, "deal_id": "90", "stage_id": stage}, payload, FIRST_DAY, None


def deal_contacts() -> Iterable[Record]:
    kind = {"category": "HUBSPOT_DEFINED", "typeId": 3, "label": None}
    payload = {"toObjectId": "1", "associationTypes": [kind]}
    yield {"deal_id": "90", "contact_id": "1"}, payload, FIRST_DAY, None


def line_items() -> Iterable[Record]:
    payload = _crm_object(500, {"name": "Tiles", "quantity": "2", "amount": "1500.00"})
    yield (
        {"updated_at": utc(2026, 3, 10), "line_item_id": "500", "deal_id": "90"},
        payload,
        FIRST_DAY,
        None,
    )


def crm_calls() -> Iterable[Record]:
    payload = _crm_object(700, {"hs_call_direction": "OUTBOUND"})
    yield {"updated_at": utc(2026, 3, 10), "call_id": "700", "contact_id": "1"}, payload, FIRST_DAY, None


def owners() -> Iterable[Record]:
    for number, archived in ((1, False), (2, True)):
        payload = {"id": str(number), "email": f"owner{number}@nordhaus.example", "archived": archived}
        yield {"owner_id": str(number)}, payload, FIRST_DAY, None


def pipelines() -> Iterable[Record]:
    for order, stage in enumerate(("new", "won")):
        payload = {
            "id": stage,
            "label": stage.title(),
            "displayOrder": order,
            "metadata": {"isClosed": "false"},
        }
        row = {"pipeline_id": "default", "pipeline_label": "Sales", "stage_id": stage, "display_order": order}
        yield row, payload, FIRST_DAY, None


def visits() -> Iterable[Record]:
    for number in range(5):
        moment = utc(2026, 3, 1, 10, number)
        payload = {
            "idVisit": str(501 + number),
            "idSite": "1",
            "visitorId": "0a1b2c3d4e5f6071",
            "serverDate": "2026-03-01",
            "visitDuration": "40",
            "city": "L'Aquila",
            "actionDetails": [{"type": "action", "url": "https://nordhaus.example/?gclid=Gcl-1"}],
        }
        row = {
            "visited_day": date(2026, 3, 1),
            "last_action_at": moment,
            "visit_id": str(501 + number),
            "site_id": "1",
        }
        yield row, payload, FIRST_DAY, None


def rates() -> Iterable[Record]:
    for offset in range(3):
        day = LAST_DAY - timedelta(days=60 * offset)
        for currency, rate in (("GBP", "0.85"), ("USD", "1.1000")):
            yield {"day": day, "currency": currency}, {"currency": currency, "rate": rate}, FIRST_DAY, None
