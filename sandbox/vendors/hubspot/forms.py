"""HubSpot's forms: those of Typeform retold, for the one account that is asked for them; any other has none.

API: https://developers.hubspot.com/docs/api-reference/legacy/forms-v1
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, TypeVar

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.pages import page_behind
from sandbox.answering.vendor import Call
from sandbox.stories.retold import FORM_TITLE, FORMS, Retold, form_of, retold, said
from sandbox.vendors.hubspot.objects import check_version, error

T = TypeVar("T")

MOST_ON_PAGE = 50
NAMES = {"full_name": "name", "service": "product"}


def list_forms(call: Call) -> Answer:
    """``GET /marketing/forms``: no form was put away."""
    check_version(call)
    if call.query.get("archived") == "true":
        return _page(call, (), _form)
    forms = {form_of(response) for response in _responses(call)}
    return _page(call, sorted(forms), _form)


def _form(form: str) -> dict[str, Any]:
    return {
        "id": _guid(form),
        "name": FORM_TITLE,
        "formType": "hubspot",
        "createdAt": "2025-06-03T10:00:00.000Z",
        "updatedAt": "2025-11-03T10:00:00.000Z",
        "archived": False,
    }


def list_submissions(call: Call) -> Answer:
    """``GET /form-integrations/v1/submissions/forms/{form}``: the newest first, whatever day is asked for."""
    responses = _responses(call)
    forms = {_guid(form): form for form in {form_of(one) for one in responses}}
    form = forms.get(call.parts["form"])
    if form is None:
        raise Refused(error(404, "OBJECT_NOT_FOUND", f"Form with guid {call.parts['form']} not found"))
    return _page(call, [one for one in reversed(responses) if form_of(one) == form], _submission)


def _responses(call: Call) -> tuple[Retold, ...]:
    return retold(call, FORMS) if call.sandbox.settings.forms_at_hubspot == call.account else ()


def _submission(one: Retold) -> dict[str, Any]:
    values = [
        {"name": NAMES.get(name, name), "value": value, "objectTypeId": "0-1"}
        for name, value in said(one.payload).items()
    ]
    return {
        "conversionId": _guid(one.key),
        "submittedAt": int(one.moment.replace(tzinfo=UTC).timestamp() * 1000),
        "values": values,
        "pageUrl": (one.payload.get("metadata") or {}).get("referer"),
    }


def _guid(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def _page(call: Call, records: Sequence[T], shown: Callable[[T], dict[str, Any]]) -> Answer:
    size = call.query.get("limit", "20")
    if not size.isdigit() or not 1 <= int(size) <= MOST_ON_PAGE:
        raise Refused(error(400, "VALIDATION_ERROR", f"limit must be between 1 and {MOST_ON_PAGE}"))
    try:
        page, after = page_behind(
            records, call.query.get("after", ""), min(int(size), call.sandbox.settings.most_on_page)
        )
    except ValueError:
        raise Refused(error(400, "VALIDATION_ERROR", "after is not a valid cursor")) from None
    body: dict[str, Any] = {"results": [shown(one) for one in page]}
    if after:
        body["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return json_answer(body)
