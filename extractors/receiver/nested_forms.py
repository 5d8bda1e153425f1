"""Senders whose posts are no plain list of fields: Contact Form 7, Google's lead forms, Typeform."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from extractors.errors import ExtractError
from extractors.forms.columns import Answer
from extractors.forms.posted import Unreadable, flat
from extractors.forms.submission import Submission, flat_form, named_values, spoken
from extractors.forms.typeform import form_answers, titles_of


def contact_form_7(posted: Any, headers: Mapping[str, str]) -> Submission:
    """Contact Form 7, whose plug-ins post the form's own fields: the first one of its own is the form's number."""
    told = form_fields(posted)
    own = {name: value for _, name, value in told}
    return Submission(
        # Only a page that carries the pixel gives one.
        record_id=own.get("submission_id"),
        form_id=own.get("_wpcf7") or own.get("form_id"),
        form_name=own.get("form_name"),
        answers=[
            Answer(name, value, title=path)
            for path, name, value in told
            if not name.startswith(("_wp", "g-recaptcha")) and name not in ("submission_id", "form_id", "form_name")
        ],
        payload=flat_form(posted),
    )


def form_fields(posted: Any) -> list[tuple[str, str, str]]:
    """The fields of a form however deep they lie: their path, what they are called, and the value, perhaps empty.

    What stands beside the fields is the form's: its ``name`` is not the person's. Nor is a company's.
    """
    if isinstance(posted, list) and (listed := named_values(posted)) is not None:
        posted = listed
    if not _is_object(posted):
        raise Unreadable("the body is not an object with the form's fields")
    found: list[tuple[tuple[str, ...], str]] = []
    try:
        for name, value in posted.items():
            _walk((str(name),), value, found)
    except RecursionError as endless:
        raise Unreadable("its values are nested too deeply") from endless
    has_fields = any(_is_in_fields(path) for path, _ in found)
    return [(".".join(path), _called(path, has_fields), value) for path, value in found]


FIELDS = frozenset("data fields answers formdata form_data formfields form_fields values responses".split())
OWNERS = frozenset(
    "form company organisation organization business firm site website page campaign product service shop store event "
    "webhook account agent manager employee owner item items basket cart order payment file files ad adset user_agent "
    "utm tracking meta".split()
)
FORM_S_OWN = frozenset(("name", "title", "id", "type", "slug"))


def _walk(path: tuple[str, ...], value: Any, found: list[tuple[tuple[str, ...], str]]) -> None:
    listed = named_values(value) if isinstance(value, list) else None
    if listed is not None:
        # A list of names and values is one of fields, whatever it is called.
        value, path = listed, (*path[:-1], "fields")
    if _is_object(value) and value:
        for key, one in value.items():
            _walk((*path, str(key)), one, found)
    elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
        for number, one in enumerate(value):
            _walk((*path, str(number)), one, found)
    else:
        text = flat({"": value}).get("", "") if not _is_object(value) else ""
        found.append((path, text))


def _is_in_fields(path: tuple[str, ...]) -> bool:
    return any(part.lower() in FIELDS for part in path[:-1])


def _called(path: tuple[str, ...], has_fields: bool) -> str:
    """The last part of the path, with the one before where that says whose it is: ``company.name``."""
    *above, last = path
    before = next((part for part in reversed(above) if not part.isdecimal()), "")
    if before.lower() in OWNERS and before.lower() not in ("utm", "tracking", "meta"):
        return f"{before}_{last}"
    if before.lower() == "utm" and not last.lower().startswith("utm"):
        return f"utm_{last}"
    return f"form_{last}" if has_fields and last.lower() in FORM_S_OWN and not _is_in_fields(path) else last


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
