"""Meta: the leads of a page's instant forms, and the lead behind the answers of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from functools import partial
from typing import Any

from extractors.errors import FixSettings
from extractors.fields import Field, Fields, expect_fields, picked, same_named
from extractors.forms.columns import WORDS, Answer, FormRules, filled
from extractors.model import Account, Client, Row, Window
from extractors.records import id_in, list_in, objects_in, rows_made
from extractors.sources.meta_ads.pages import version_of, whole_list
from extractors.times import days_before

LEAD: Fields = {
    "lead_id": Field("id"),
    "created_at": Field("created_time", "timestamp"),
    "form_id": Field("form_id"),
    "page_id": Field("page_id"),
    **same_named("ad_id", "ad_name", "adset_id", "campaign_id", "campaign_name", "platform"),
    "is_organic": Field("is_organic", "boolean"),
    **same_named("email", "phone", "full_name", "city", "company", *WORDS),
}
FILLED = {"email": "email", "phone": "phone", "full_name": "name", "city": "city", "company": "company"}

FORM_FIELDS = "id,name,status,questions"
LEAD_FIELDS = (
    "id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,is_organic,platform,field_data"
)
LEADS_PER_PAGE = 100
LEADS_KEPT = timedelta(days=90)

Questions = Mapping[str, Mapping[str, Any]]
"""How a form calls an answer -> its question."""


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads of the pages' instant forms that were created on the window's days, in UTC."""
    named = account.options.get("page_id")
    if not named:
        # An account without instant forms.
        return
    # Older leads can no longer be asked for, and nothing says so: what was landed of them in time must stay. Of the
    # day on which the 90 days end only the hours after this one are left.
    client.partly_gone |= days_before(window, LEADS_KEPT)
    for page_id in dict.fromkeys(map(str, named if isinstance(named, list) else [named])):
        yield from _leads_of_page(_as_page(client, account, page_id), account, page_id, window)


def _leads_of_page(client: Client, account: Account, page_id: str, window: Window) -> Iterator[list[Row]]:
    begins = datetime.combine(window.first_day, clock_time.min, UTC)
    ends = datetime.combine(window.last_day, clock_time.max, UTC)
    since = [{"field": "time_created", "operator": "GREATER_THAN", "value": int(begins.timestamp()) - 1}]
    params = {"fields": LEAD_FIELDS, "filtering": json.dumps(since)}
    where, path = "meta_ads: lead forms", f"{version_of(account)}/{page_id}/leadgen_forms"
    forms: dict[str, Questions] = {}
    for page in whole_list(client, where, path, {"fields": FORM_FIELDS}, LEADS_PER_PAGE):
        expect_fields(where, page, ("id",))
        for form in rows_made(where, page, lambda one: {"id": id_in(one), "questions": questions_of(one)}):
            if "_reject_reason" in form:
                # Which form it is nobody knows, and so none of its leads can be asked for.
                yield [form]
            else:
                forms[form["id"]] = form["questions"]
    for form_id, questions in forms.items():
        where = f"meta_ads: leads of form {form_id}"
        for page in whole_list(client, where, f"{version_of(account)}/{form_id}/leads", params, LEADS_PER_PAGE):
            expect_fields(where, page, ("id", "created_time", "field_data"))
            rows = rows_made(where, page, partial(lead_row, form_id=form_id, page_id=page_id, questions=questions))
            # Meta can be asked for leads after a moment, not for those before one.
            yield [row for row in rows if not _is_after(row.get("created_at"), ends)]


def _as_page(client: Client, account: Account, page_id: str) -> Client:
    """The client with the page's own token: a page's forms open to no other."""
    params = {"fields": "id,access_token"}
    where, path = "meta_ads: pages", f"{version_of(account)}/me/accounts"
    for pages in whole_list(client, where, path, params, LEADS_PER_PAGE):
        expect_fields(where, pages, ("id",))
        for page in pages:
            if str(page.get("id")) == page_id and isinstance(token := page.get("access_token"), str) and token:
                return client.with_token(token)
    raise FixSettings(
        f"meta_ads, account {account.account}: the token's owner does not manage the page {page_id}. "
        "Give the system user that page, or correct the option 'page_id'."
    )


def questions_of(form: Mapping[str, Any]) -> Questions:
    """A form's questions. A question's key is in the form's language, its type never is."""
    return {id_in(one, "key"): one for one in objects_in(form, "questions") if one.get("key") is not None}


def _is_after(text: Any, ends: datetime) -> bool:
    """Whether a lead was created later; what is no moment stays, and becomes a reject."""
    try:
        return datetime.fromisoformat(text) > ends
    except (TypeError, ValueError):
        return False


def lead_row(lead: Mapping[str, Any], form_id: str, page_id: str, questions: Questions) -> Row:
    """A lead under our columns' names, read by the types of the form's questions, else by what they are called."""
    given = {str(one.get("name")): list_in(one, "values") for one in objects_in(lead, "field_data")}
    # What was asked and not answered is asked all the same: no other answer is taken for it.
    answers = [_answer(name, given.get(name, []), questions.get(name, {})) for name in {**given, **questions}]
    found = filled(answers, FormRules())
    return {
        **picked(lead, LEAD),
        "form_id": lead.get("form_id") or form_id,
        "page_id": page_id,
        **{column: found.columns.get(ours) for column, ours in FILLED.items()},
        **found.words(),
        "_payload": lead,
    }


def _answer(name: str, values: Sequence[Any], question: Mapping[str, Any]) -> Answer:
    text = ", ".join(str(value) for value in values if value not in (None, ""))
    return Answer(name, text, str(question.get("label") or ""), str(question.get("type") or name).lower())
