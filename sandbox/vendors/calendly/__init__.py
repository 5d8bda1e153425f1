"""Calendly: appointments by the time of the meeting, and who booked each; it retells half of Typeform's answers.

API: https://developer.calendly.com/api-docs (v2). Every seventh appointment was moved: it is cancelled, and booked anew
without the tags of the link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.pages import page_behind
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import FORMS, Retold, number_of, retold, said

API = "https://api.calendly.com"
MOST_ON_PAGE = 100
LEAD = timedelta(days=2)
"""How long before the meeting somebody books."""
OWN = ("full_name", "email", "phone", "client_id")
ASKED_OF_EVENTS = {"organization", "user", "min_start_time", "max_start_time", "sort", "count", "page_token"}

Record = dict[str, Any]


@dataclass(frozen=True)
class Booking:
    """One appointment with its one invitee."""

    one: Retold
    booked_at: datetime
    is_moved: bool = False
    """It was given up for another."""
    is_second: bool = False
    """It replaces the one that was given up."""

    @property
    def event(self) -> str:
        return f"E{self.one.number}{'B' if self.is_second else ''}"

    @property
    def start_at(self) -> datetime:
        return (self.booked_at + LEAD).replace(minute=0, second=0, microsecond=0)


def _bookings(call: Call) -> list[Booking]:
    found = [booking for one in retold(call, FORMS) if one.number % 2 for booking in _of(one)]
    return sorted(found, key=lambda one: (one.start_at, one.event))


def _of(one: Retold) -> Iterator[Booking]:
    is_moved = number_of(f"moved {one.key}") % 7 == 0
    yield Booking(one, one.moment, is_moved=is_moved)
    if is_moved:
        yield Booking(one, one.moment + timedelta(hours=1), is_second=True)


def _me(call: Call) -> Answer:
    user = {
        "uri": f"{API}/users/U1", "name": "Eva Brand", "email": "eva@nordhaus.example", "timezone": "Europe/Berlin",
        "scheduling_url": "https://calendly.com/nordhaus", "current_organization": f"{API}/organizations/O1",
    }  # fmt: skip
    return json_answer({"resource": user})


def _events(call: Call) -> Answer:
    if unknown := call.query.keys() - ASKED_OF_EVENTS:
        raise Refused(_error(400, "Invalid Argument", f"The sandbox does not know {', '.join(sorted(unknown))}"))
    if not call.query.keys() & {"organization", "user"}:
        raise Refused(_error(400, "Invalid Argument", "organization or user must be given"))
    first, end = _moment(call, "min_start_time"), _moment(call, "max_start_time")
    kept = [one for one in _bookings(call) if (not first or one.start_at >= first) and (not end or one.start_at < end)]
    return _page(call, [_event(one) for one in kept])


def _invitees(call: Call) -> Answer:
    found = [one for one in _bookings(call) if one.event == call.parts["event"]]
    if not found:
        raise Refused(_not_found(call))
    return _page(call, [_invitee(one) for one in found])


def _event(booking: Booking) -> Record:
    return {
        "uri": f"{API}/scheduled_events/{booking.event}",
        "name": "Quote call",
        "status": "canceled" if booking.is_moved else "active",
        "start_time": _written(booking.start_at),
        "end_time": _written(booking.start_at + timedelta(minutes=30)),
        "event_type": f"{API}/event_types/T1",
        "location": {"type": "physical", "location": "At the customer's"},
        "invitees_counter": {"total": 1, "active": int(not booking.is_moved), "limit": 1},
        "event_memberships": [{"user": f"{API}/users/U1"}],
        "event_guests": [],
        "created_at": _written(booking.booked_at),
        "updated_at": _written(booking.booked_at),
    }


def _invitee(booking: Booking) -> Record:
    told = said(booking.one.payload)
    other = f"{API}/scheduled_events/E{booking.one.number}"
    tags = {} if booking.is_second else told
    return {
        "uri": invitee_of(booking.event),
        "event": f"{API}/scheduled_events/{booking.event}",
        "email": told.get("email"),
        "name": told.get("full_name"),
        "first_name": None,
        "last_name": None,
        "status": "canceled" if booking.is_moved else "active",
        "timezone": "Europe/Berlin",
        "text_reminder_number": told.get("phone"),
        "rescheduled": booking.is_moved,
        "old_invitee": invitee_of(f"E{booking.one.number}") if booking.is_second else None,
        "new_invitee": f"{other}B/invitees/I1" if booking.is_moved else None,
        "no_show": None,
        "questions_and_answers": [
            {"question": name, "answer": value, "position": place}
            for place, (name, value) in enumerate(told.items())
            if name not in OWN and not name.startswith(("utm_", "ad_"))
        ],
        "tracking": {
            **{
                name: tags.get(name) for name in ("utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term")
            },
            "salesforce_uuid": tags.get("client_id"),
        },
        "created_at": _written(booking.booked_at),
        # Who moves an appointment changes the first booking an hour later.
        "updated_at": _written(booking.booked_at + timedelta(hours=int(booking.is_moved))),
    }


def invitee_of(event: str) -> str:
    """The address of the one who booked an appointment."""
    return f"{API}/scheduled_events/{event}/invitees/I1"


def _page(call: Call, records: list[Record]) -> Answer:
    size = min(int(call.query.get("count", "20")), MOST_ON_PAGE, call.sandbox.settings.most_on_page)
    try:
        page, following = page_behind(records, call.query.get("page_token", ""), size)
    except ValueError:
        raise Refused(_error(400, "Invalid Argument", "page_token is not valid")) from None
    address = f"{API}{call.path}?page_token={following}" if following else None
    told = {"count": len(page), "next_page": address, "next_page_token": following, "previous_page": None}
    return json_answer({"collection": page, "pagination": told})


def _moment(call: Call, name: str) -> datetime | None:
    text = call.query.get(name)
    try:
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None
    except ValueError:
        raise Refused(_error(400, "Invalid Argument", f"{name} is not a time")) from None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("calendly", call.bearer())
    if login is None:
        raise Refused(_unauthenticated(call))
    return login


def _unauthenticated(call: Call) -> Answer:
    return _error(401, "Unauthenticated", "The access token is invalid")


def _not_found(call: Call) -> Answer:
    return _error(404, "Resource Not Found", "The server could not find the requested resource.")


def _rate_limited(call: Call, wait: float) -> Answer:
    # Seconds that are left, where others name a moment.
    headers = {"X-RateLimit-Limit": "500", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(max(1, round(wait)))}
    return json_answer({"title": "Too Many Requests", "message": "Rate limit exceeded"}, 429, headers)


def _error(status: int, title: str, message: str) -> Answer:
    return json_answer({"title": title, "message": message, "details": []}, status)


CALENDLY = Vendor(
    source="calendly",
    accounts={"nordhaus": "nordhaus-calendly"},
    routes=(
        Route("GET", "/users/me", _me),
        Route("GET", "/scheduled_events", _events),
        Route("GET", "/scheduled_events/{event}/invitees", _invitees),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(500, "Internal Server Error", "The server encountered an unexpected error"),
    expired_token=_unauthenticated,
    revoked=_unauthenticated,
    not_found=_not_found,
    rows_keys=frozenset({"collection"}),
    documented_limits={"": Limit(500, 60)},
)
