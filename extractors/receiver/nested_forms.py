"""Senders whose posts are no plain list of fields: Contact Form 7, Google's lead forms, Typeform."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from extractors.errors import ExtractError
from extractors.forms.columns import Answer
from extractors.forms.nested import form_fields
from extractors.forms.posted import Unreadable, flat
from extractors.forms.submission import Submission, flat_form, spoken
from extractors.forms.typeform import form_answers, titles_of


def contact_form_7(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Contact Form 7, whose plug-ins post the form's own fields: the first one of its own is the form's number."""
    told = form_fields(posted)
    own = {one.name: one.value for one in told}
    return Submission(
        # Only a page that carries the pixel gives one.
        record_id=own.get("submission_id"),
        form_id=own.get("_wpcf7") or own.get("form_id"),
        form_name=own.get("form_name"),
        answers=[
            one
            for one in told
            if not one.name.startswith(("_wp", "g-recaptcha"))
            and one.name not in ("submission_id", "form_id", "form_name")
        ],
        payload=flat_form(posted),
    )


GOOGLE_IDS = {
    "gcl_id": "gclid",
    "campaign_id": "campaign_id",
    "adgroup_id": "ad_group_id",
    "asset_group_id": "asset_group_id",
    "creative_id": "creative_id",
}


def google_lead_form(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Google's lead form: answers in a list, beside them the click and the ad that showed the form."""
    told = {name: value for name, value in posted.items() if name != "google_key"} if _is_object(posted) else {}
    listed = told.get("user_column_data")
    if not isinstance(listed, list) or not all(_is_object(one) for one in listed):
        raise Unreadable("the body has no list 'user_column_data' of answers")
    answers = [
        Answer(str(one.get("column_id") or ""), text, title=str(one.get("column_name") or ""))
        for one in listed
        if (text := spoken(one.get("string_value")))
    ]
    fields = flat({name: value for name, value in told.items() if name != "user_column_data"})
    answers += [Answer(name, fields[theirs]) for theirs, name in GOOGLE_IDS.items() if theirs in fields]
    return Submission(
        record_id=fields.get("lead_id"),
        form_id=fields.get("form_id"),
        form_name=None,
        answers=answers,
        payload=told,
    )


def is_google_test(posted: Any) -> bool:
    """Whether the post is what Google sends when its test button is pressed."""
    return _is_object(posted) and posted.get("is_test") is True


def typeform(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Typeform: the response as its API lists it, with the form's definition beside it."""
    response = posted.get("form_response") if _is_object(posted) else None
    if not isinstance(response, Mapping):
        raise Unreadable("the body has no object 'form_response'")
    definition = flat(response.get("definition") or {})
    try:
        titles = titles_of((response.get("definition") or {}).get("fields") or [])
        answers = list(form_answers(response.get("answers") or [], titles))
    except (ExtractError, AttributeError, TypeError) as unknown:
        raise Unreadable("its answers are not written as Typeform writes them") from unknown
    hidden = flat({name: value for name, value in response.items() if name == "hidden"})
    # A link that nobody filled in says so.
    answers += [Answer(name.removeprefix("hidden."), text) for name, text in hidden.items() if text != "xxxxx"]
    try:
        sent = datetime.fromisoformat(str(response.get("submitted_at"))).astimezone(UTC)
    except (ValueError, OverflowError):
        sent = None
    return Submission(
        record_id=flat(response).get("token"),
        form_id=flat(response).get("form_id"),
        form_name=definition.get("title"),
        answers=answers,
        occurred_at=sent,
        payload=response,
    )


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
