"""Google Ads: calls that were made from ads, and the answers of lead forms.

API: https://developers.google.com/google-ads/api/fields/v26/call_view and .../lead_form_submission_data. Neither knows
``segments.date``: their moments are filtered by themselves, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from extractors.errors import SourceChanged
from extractors.fields import as_json
from extractors.forms.columns import WORDS, Answer, FormRules, filled
from extractors.model import Account, Client, ColumnType, Row, Window
from extractors.sources.google_ads.columns import CALL_VIEW, LEAD_FORM_SUBMISSIONS, after
from extractors.sources.google_ads.customers import of_each_customer, pages
from extractors.times import from_local

LEADS_KEPT = timedelta(days=30)
"""Older answers of forms may be deleted at Google already."""
FILLED = {"email": "email", "phone": "phone", "full_name": "name", "city": "city", "company": "company"}
_IN_LISTS = ("fields", "custom_fields")
_ANSWERED: Mapping[str, ColumnType] = {**dict.fromkeys(FILLED, "text"), **WORDS}

CALL_COLUMNS: Mapping[str, ColumnType] = {
    name: kind for name, kind in CALL_VIEW.columns().items() if name != "time_zone"
}
LEAD_COLUMNS: Mapping[str, ColumnType] = {
    **{name: kind for name, kind in LEAD_FORM_SUBMISSIONS.columns().items() if name not in _IN_LISTS},
    **_ANSWERED,
}


def read_call_view(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls that began on the window's days, as each customer's clock shows them."""
    moment = "call_view.start_call_date_time"
    within = f"{moment} >= '{window.first_day} 00:00:00' AND {moment} <= '{window.last_day} 23:59:59'"

    def calls(customer: str) -> Iterator[list[Row]]:
        for page in pages(client, account, customer, CALL_VIEW, within):
            yield [_call(row) for row in page]

    return of_each_customer(client, account, calls)


def _call(row: Row) -> Row:
    zone = _zone(row.pop("time_zone"))
    for name in ("started_at", "ended_at"):
        row[name] = from_local(row[name], "%Y-%m-%d %H:%M:%S", zone)
    started = row["day"]
    row["day"] = started[:10] if isinstance(started, str) else started
    row["call_id"] = after(row["call_id"], "/")
    return row


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise SourceChanged(
            "google_ads: a customer's time zone is not like 'Europe/Berlin'. Has Google changed customer.time_zone?"
        ) from None


def read_lead_form_submissions(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the answers of lead forms that were sent on the window's days, in UTC.

    All that Google still keeps is asked for: it does not say in whose zone it would compare a moment that is written
    with an offset.
    """
    # Older answers are gone without a word: what was landed of them in time must stay.
    client.gone.update(day for day in window.days() if day < datetime.now(UTC).date() - LEADS_KEPT)

    def leads(customer: str) -> Iterator[list[Row]]:
        for page in pages(client, account, customer, LEAD_FORM_SUBMISSIONS):
            rows = [_lead(row) for row in page]
            yield [row for row in rows if _day_of(row["submitted_at"], window.last_day) in window]

    return of_each_customer(client, account, leads)


def _day_of(moment: Any, otherwise: date) -> date:
    """The day of a moment; one that is no moment belongs to the last day, and is rejected there."""
    return moment.date() if isinstance(moment, datetime) else otherwise


def _lead(row: Row) -> Row:
    known, asked = _by_name(row.pop("fields"), "fieldType"), _by_name(row.pop("custom_fields"), "questionText")
    # What Google itself asks for comes before a question of the advertiser's.
    answers = [Answer(name, value, kind=name.lower()) for name, value in known.items()]
    answers.sort(key=lambda one: one.kind.startswith("work_"))
    found = filled([*answers, *(Answer("", value, title=question) for question, value in asked.items())], FormRules())
    return row | {
        "submitted_at": _in_utc(row["submitted_at"]),
        "form_id": after(row["form_id"], "/"),
        "ad_group_id": after(row["ad_group_id"], "/"),
        "ad_id": after(row["ad_id"], "~"),
        **{column: found.columns.get(ours) for column, ours in FILLED.items()},
        **found.words(),
        "answers": as_json(asked or None),
    }


def _in_utc(value: Any) -> Any:
    """The moment, in UTC, of a text like ``2026-03-10 09:30:00+01:00``; anything else stays and becomes a reject."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    return value if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def _by_name(answers: Any, name: str) -> dict[str, str]:
    """What was answered, by the kind or the text of the question; a question that was left empty is none."""
    listed = [answer for answer in answers if isinstance(answer, dict)] if isinstance(answers, list) else []
    return {str(answer.get(name)): str(answer["fieldValue"]) for answer in listed if answer.get("fieldValue")}
