"""Meta's lead ads: the forms of a page, the leads of a form or of an ad, one lead."""

from __future__ import annotations

from datetime import timedelta

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.fields import names
from sandbox.answering.vendor import Call
from sandbox.vendors.meta_ads import errors as meta_errors
from sandbox.vendors.meta_ads.graph import (
    asked_fields,
    check_version,
    json_parameter,
    page,
    page_size,
    page_start,
    values,
)

TABLE = "meta_ads__leads"
DEFAULT = ("created_time", "field_data")
KEPT_DAYS = 90
OPERATORS = {
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL": ">=",
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL": "<=",
    "EQUAL": "=",
}
FIELDS = names(
    "id created_time ad_id ad_name adset_id adset_name campaign_id campaign_name form_id is_organic platform"
    " partner_name retailer_item_id post field_data custom_disclaimer_responses home_listing vehicle"
)


def page_of(call: Call) -> str | None:
    """The page of the account, None when it has no leads at all."""
    numbers = call.sandbox.wire.ids(TABLE, "page_id", call.account)
    return numbers[0] if numbers else None


def forms_of_page(call: Call) -> Answer:
    """``GET /{page_id}/leadgen_forms``."""
    check_version(call)
    if call.parts["node"] != page_of(call):
        raise meta_errors.no_such_object(call.parts["node"])
    _need_page_token(call)
    wanted = [*values(call).get("fields", "name,status,locale").split(","), "id"]
    found = call.sandbox.wire.rows(
        f"select form_id, count(*), min(created_at) from {_shown(call)} where _account = ?"
        " group by form_id order by form_id",
        [call.account],
    )
    forms = []
    for form_id, leads, created_at in found:
        form = {
            "id": form_id,
            "name": f"Form {form_id}",
            "status": "ACTIVE",
            "locale": "en_US",
            "created_time": f"{created_at:%Y-%m-%dT%H:%M:%S}+0000",
            "leads_count": leads,
        }
        forms.append({name: value for name, value in form.items() if name in wanted})
    size, start = page_size(call), page_start(call)
    return json_answer(page(call, forms[start : start + size], start, len(forms) > start + size))


def leads_of(call: Call) -> Answer:
    """``GET /{form_id}/leads`` and ``GET /{ad_id}/leads``, newest first."""
    check_version(call)
    node = call.parts["node"]
    size, start = page_size(call), page_start(call)
    pick = asked_fields(call, TABLE, DEFAULT, always=("id",), known=FIELDS)
    wire = call.sandbox.wire
    columns = [name for name in ("form_id", "ad_id") if node in wire.ids(TABLE, name, call.account)]
    if not columns:
        raise meta_errors.no_such_object(node)
    if columns[0] == "form_id":
        _need_page_token(call)
    where, parameters = _created(call)
    texts = call.sandbox.wire.texts(
        f"select _payload from {_shown(call)} where _account = ? and {columns[0]} = ? {where}"
        f" order by created_at desc, lead_id desc limit {size + 1} offset {start}",
        [call.account, node, *parameters],
    )
    records = [pick(text) for text in texts[:size]]
    return json_answer(page(call, records, start, len(texts) > size, leads_past_the_end=True))


def one_lead(call: Call) -> Answer:
    """``GET /{leadgen_id}``."""
    node = call.parts["node"]
    texts = call.sandbox.wire.texts(
        f"select _payload from {_shown(call)} where _account = ? and lead_id = ?", [call.account, node]
    )
    if not texts:
        raise meta_errors.no_such_object(node)
    pick = asked_fields(call, TABLE, DEFAULT, always=("id",), known=FIELDS)
    return Answer(body=pick(texts[0]).encode())


def _shown(call: Call) -> str:
    """The leads that can still be downloaded."""
    known = call.sandbox.known(TABLE)
    if call.sandbox.today is None:
        return known
    oldest = call.sandbox.today - timedelta(days=KEPT_DAYS)
    return f"(select * from {known} where created_at >= date '{oldest.isoformat()}')"


def _created(call: Call) -> tuple[str, list[float]]:
    where, parameters = "", []
    for condition in json_parameter(call, "filtering") or []:
        operator = OPERATORS.get(str(condition.get("operator")))
        if condition.get("field") != "time_created" or operator is None:
            raise meta_errors.bad_parameter(f"Filtering field {condition.get('field')} is invalid")
        where += f" and epoch(created_at) {operator} ?"
        parameters.append(float(condition["value"]))
    return where, parameters


def _need_page_token(call: Call) -> None:
    """A page's forms open to the page's own token only."""
    token = values(call).get("access_token") or call.bearer()
    if ("page_token", token) not in call.sandbox.kept:
        raise Refused(meta_errors.error(400, 190, "(#190) This method must be called with a Page Access Token"))
