"""Reads what people sent with HubSpot's forms. Only the newest can be asked for first, so old days take long."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import as_json, expect_fields
from extractors.forms.columns import PERSON, WORDS, Answer, filled, rules_of
from extractors.forms.names import UTM
from extractors.http.answers import Gone
from extractors.model import Account, Client, ColumnType, Row, Window
from extractors.sources.hubspot.objects import Record, listed, paths
from extractors.times import end_of, from_unix, start_of, unix

log = logging.getLogger(__name__)

PAGE_SIZE = 50
FORM_PATH = "/form-integrations/v1/submissions/forms/"
"""The old path; the dated versions have none of their own."""

FORM_SUBMISSION: Mapping[str, ColumnType] = {
    "submission_id": "text",
    "form_id": "text",
    "form_name": "text",
    "submitted_at": "timestamp",
    **dict.fromkeys(PERSON, "text"),
    "page_url": "text",
    **dict.fromkeys(UTM, "text"),
    "click_ids": "text",
    **WORDS,
}


def read_form_submissions(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what was sent on the window's days, in UTC: with the forms that the options name, else with all."""
    rules_of(account)
    for form_id, form_name in _forms(client, account, window).items():
        try:
            for page in _sent(client, form_id, window):
                yield [_submission(account, form_id, form_name, one) for one in page]
        except Gone:
            log.warning("hubspot: form %s does not exist any more; what was sent with it is left out", form_id)


def _forms(client: Client, account: Account, window: Window) -> dict[str, str | None]:
    """Form id -> its name. A form put away since the window's first day may have been used before."""
    named = account.options.get("forms")
    found: dict[str, str | None] = {}
    for archived in (False, True):
        for page in listed(client, paths(account)["forms"], {"limit": PAGE_SIZE, "archived": str(archived).lower()}):
            expect_fields("hubspot: forms", page, ("id", "name"))
            for form in page:
                if not archived or str(form.get("archivedAt") or "") >= window.first_day.isoformat():
                    found[str(form["id"])] = form.get("name")
    return {str(form_id): found.get(str(form_id)) for form_id in named} if named else found


def _sent(client: Client, form_id: str, window: Window) -> Iterator[list[Record]]:
    """The window's submissions out of a list that begins with the newest and knows no dates."""
    first, end = unix(start_of(window)) * 1000, unix(end_of(window)) * 1000
    where = f"hubspot: submissions of form {form_id}"
    for page in listed(client, f"{FORM_PATH}{form_id}", {"limit": PAGE_SIZE}):
        expect_fields(where, page, ("conversionId", "submittedAt", "values"))
        moments = [_milliseconds(where, one) for one in page]
        yield [one for one, moment in zip(page, moments, strict=True) if first <= moment < end]
        if moments[-1] < first:
            return


def _milliseconds(where: str, one: Record) -> int:
    moment = one.get("submittedAt")
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise SourceChanged(f"{where}: 'submittedAt' is no number of milliseconds, so the list's end is not known.")
    return moment


def _submission(account: Account, form_id: str, form_name: str | None, one: Record) -> Row:
    answers = list(_answers(one.get("values")))
    found = filled(answers, rules_of(account, form_id))
    return {
        "submission_id": one.get("conversionId"),
        "form_id": form_id,
        "form_name": form_name,
        "submitted_at": from_unix(one["submittedAt"] // 1000),
        **{column: found.columns.get(column) for column in (*PERSON, *UTM)},
        # The page that holds the form; its address keeps the tags of the visit.
        "page_url": one.get("pageUrl") or found.columns.get("page_url"),
        "click_ids": as_json(found.click_ids or None),
        **found.words(),
        "_payload": one,
    }


def _answers(values: Any) -> Iterator[Answer]:
    """What was answered; a field without an answer comes as empty text."""
    for field in values or ():
        if isinstance(field, dict) and field.get("name") and field.get("value") not in (None, ""):
            yield Answer(str(field["name"]), str(field["value"]))
