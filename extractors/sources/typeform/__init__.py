"""Typeform: forms, and the responses that people sent with them.

API: https://www.typeform.com/developers/responses/. A response can take half an hour until it is
listed, so the day before is read again. An answer names its field by an id: the question is in the form's definition.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.fields import Field, Fields, as_json, columns_of, expect_fields, picked, same_named
from extractors.forms.columns import Answer as FormAnswer
from extractors.forms.columns import FormRules, filled, rules_of
from extractors.forms.names import UTM
from extractors.forms.typeform import form_answers, titles_of
from extractors.http.answers import Cure, retry_after
from extractors.http.auth import Auth, BearerToken
from extractors.http.client import Answer, HttpClient, TooMuch, Verdict
from extractors.http.limits import rates_of
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import numbered_pages
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in, objects_in, rows_made

log = logging.getLogger(__name__)

PAGE_SIZE = 1000
SECOND = timedelta(seconds=1)
WEEK_SECONDS = 7 * 86400.0
SCOPE = "forms:read responses:read offline"

# How Typeform writes that something never happened.
NEVER = "0001-01-01T00:00:00Z"

# The column that an answer fills is called otherwise in the tables of webhooks.
FILLED = {"email": "email", "phone": "phone", "full_name": "name", "company": "company", "service": "product"}

FORM: Fields = {"form_id": Field("id"), "title": Field("title"), "hidden_fields": Field("hidden")}

RESPONSE: Fields = {
    "response_id": Field("response_id"),
    "form_id": Field("form_id"),
    "landed_at": Field("landed_at", "timestamp"),
    "submitted_at": Field("submitted_at", "timestamp"),
    **same_named("referer", "user_agent", "email", "phone", "full_name", "company", "service"),
    **same_named("client_id", "hidden", "answers"),
    # What hidden fields and answers mean, however they write their names; the two columns above are as they came.
    **same_named("referrer", "self_reported_source", *UTM, "click_ids", "message", "context", "contact_found_by"),
}


def classify(answer: Answer) -> Verdict | None:
    """Typeform's own rules."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    if answer.status == 404 and "/forms/" in answer.url:
        return Verdict("skip", "the form does not exist any more")
    if answer.status == 402:
        return Verdict("fix_settings", "the account's plan does not include the API")
    if answer.status == 403:
        return Verdict("fix_settings", "perhaps the token lacks a scope; it needs forms:read and responses:read")
    if answer.status == 429:
        asked = retry_after(answer.headers)
        return Verdict("wait", "Typeform allows 2 requests a second", after=2 if asked is None else asked)
    if answer.status == 499:
        cure: Cure = "shrink" if answer.url.endswith("/responses") else "transient"
        return Verdict(cure, "Typeform timed out on its own side")
    if answer.status == 400:
        return Verdict("fix_settings", f"Typeform refused the request ({code})")
    return None


def read_forms(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every form with its definition, which names the hidden fields."""
    for form_id in _form_ids(client, account):
        try:
            form = client.get(f"/forms/{form_id}")
        except SkipAccount:
            log.warning("typeform: form %s was deleted while the forms were read; it is left out", form_id)
            continue
        expect_fields("typeform: a form's definition", [form], ("id", "title"))
        yield [{**picked(form, FORM), "hidden_fields": as_json(form.get("hidden") or []), "_payload": form}]


def read_responses(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the responses submitted on the window's days, in UTC, form by form."""
    start = datetime.combine(window.first_day, time.min)
    # Both ends are included, and Typeform counts in seconds.
    end = datetime.combine(window.last_day, time.max).replace(microsecond=0)
    for form_id in _form_ids(client, account):
        rules, titles = _rules(account, form_id), None
        try:
            for page in _responses(client, form_id, start, end):
                expect_fields(
                    "typeform: responses", page, ("response_id", "landed_at", "submitted_at", "answers", "metadata")
                )
                titles = _titles(client, form_id) if titles is None else titles
                make = partial(_response, form_id=form_id, titles=titles, rules=rules)
                yield rows_made("typeform: responses", page, make)
        except SkipAccount:
            log.warning("typeform: form %s does not exist; its responses are left out", form_id)


def _form_ids(client: Client, account: Account) -> list[str]:
    """The forms that the account's options name, else every form there is."""
    named = account.options.get("forms")
    if named:
        if not isinstance(named, list | dict):
            raise FixSettings(f"typeform, account {account.account}: 'forms' must be a list of the ids of forms.")
        return [str(form_id) for form_id in named]
    ids = []
    for page in numbered_pages(client, "/forms", "items", {}, size_param="page_size", size=200, total_key="page_count"):
        expect_fields("typeform: forms", page, ("id",))
        ids += [str(form["id"]) for form in page]
    return ids


def _responses(client: Client, form_id: str, start: datetime, end: datetime) -> Iterator[list[dict[str, Any]]]:
    """The responses between two seconds. An answer that does not hold all of them is asked for in halves.

    Tokens (``before``) are not used: Typeform does not take them together with a window.
    """
    params = {
        "since": f"{start:%Y-%m-%dT%H:%M:%SZ}",
        "until": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "page_size": PAGE_SIZE,
        "response_type": "completed",
    }
    where = f"typeform: responses of form {form_id}"
    try:
        told = client.get(f"/forms/{form_id}/responses", params)
        answer = told if isinstance(told, dict) else {}
        if not isinstance(answer.get("items"), list) or not isinstance(answer.get("total_items"), int):
            raise SourceChanged(f"{where}: no 'items' or 'total_items' in the answer; it has {sorted(answer)}.")
        items, total = objects_in(answer, "items"), answer["total_items"]
        expect_fields(where, items, ("response_id",))
        # A response that comes twice is one.
        is_whole = total <= len({str(item.get("response_id")) for item in items})
    except TooMuch:
        items, is_whole = [], False
    if is_whole:
        if items:
            yield items
        return
    if start == end:
        raise RetryLater(f"{where}: the second {params['since']} never came whole.")
    middle = start + (end - start) // (2 * SECOND) * SECOND
    yield from _responses(client, form_id, start, middle)
    yield from _responses(client, form_id, middle + SECOND, end)


def _rules(account: Account, form_id: str) -> FormRules:
    """What the options say of the form; a plain list of forms says nothing of their fields."""
    forms = account.options.get("forms")
    options = dict(account.options) if isinstance(forms, Mapping) else {**account.options, "forms": None}
    return rules_of(replace(account, options=options), form_id)


def _titles(client: Client, form_id: str) -> dict[str, str]:
    """The question of each field by its id; fields lie inside groups, too."""
    where = "typeform: a form's definition"
    try:
        form = client.get(f"/forms/{form_id}")
    except SkipAccount:
        log.warning("typeform: form %s was deleted; what was sent with it is read without its questions", form_id)
        return {}
    expect_fields(where, [form], ("fields",))
    return titles_of(form["fields"])


def _response(response: dict[str, Any], form_id: str, titles: Mapping[str, str], rules: FormRules) -> Row:
    metadata = object_in(response, "metadata")
    hidden = [FormAnswer(name, value, kind="hidden") for name, value in _hidden(object_in(response, "hidden")).items()]
    found = filled([*form_answers(objects_in(response, "answers"), titles), *hidden], rules)
    return {
        "response_id": response.get("response_id"),
        # Not every response says which form it is of.
        "form_id": form_id,
        "landed_at": _happened(response.get("landed_at")),
        "submitted_at": _happened(response.get("submitted_at")),
        "referer": metadata.get("referer"),
        "user_agent": metadata.get("user_agent"),
        **{column: found.columns.get(name) for column, name in FILLED.items()},
        **{column: found.columns.get(column) for column in ("client_id", "referrer", "self_reported_source", *UTM)},
        "click_ids": as_json(found.click_ids or None),
        **found.words(),
        "hidden": as_json(response.get("hidden")),
        "answers": as_json(response.get("answers")),
        "_payload": response,
    }


def _happened(moment: Any) -> Any:
    return None if moment == NEVER else moment


def _hidden(given: Mapping[str, Any]) -> dict[str, str]:
    """What came with the address; an empty field, and the placeholder of a link that was not filled, are none."""
    return {name: str(value) for name, value in given.items() if value not in (None, "", "xxxxx")}


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the personal token, or renews the one of an application in the account's own region."""
    base_url = connection.base_url.rstrip("/")
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = RotatingOAuthRefresh(
            token_url=f"{base_url}/oauth/token",
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            store=TokenStore(f"typeform/{account.account}"),
            # Without "offline" the answer would hold no next refresh token.
            extra_fields={"scope": SCOPE},
            usual_lifetime=WEEK_SECONDS,
        )
    return HttpClient(
        base_url,
        name=f"typeform/{account.account}",
        auth=auth,
        classify=classify,
        rates=rates_of(account, Rate(2, Duration.SECOND)),
        secrets=connection.secrets(),
    )


TYPEFORM = Source(
    name="typeform",
    kind="forms",
    base_url="https://api.typeform.com",
    docs="https://www.typeform.com/developers/responses/",
    settings={
        "password": "Typeform: Account > Personal tokens, with forms:read and responses:read; or the refresh token of "
        "an application",
        "host": "https://api.eu.typeform.com for an account in the EU data centre",
    },
    connect=connect,
    tables=(
        Table(
            name="forms",
            grain="snapshot",
            key=("form_id",),
            columns=columns_of(FORM),
            read=read_forms,
        ),
        Table(
            name="responses",
            grain="day",
            key=("response_id",),
            day="submitted_at",
            restated_days=1,
            columns=columns_of(RESPONSE),
            read=read_responses,
        ),
    ),
)
