"""What every edge of Meta's Graph shares: parameters, versions, fields, pages with a ``next``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from sandbox.answering.answer import Refused, spliced
from sandbox.answering.fields import Pick, picker
from sandbox.answering.vendor import Call
from sandbox.vendors.meta_ads import errors as meta_errors

VERSIONS = ("v24.0", "v25.0", "v26.0")
MAX_PAGE = 5_000


def values(call: Call) -> Mapping[str, str]:
    """The parameters, wherever they stand: in the URL or in a form body."""
    return {**call.query, **call.form}


def check_version(call: Call) -> None:
    """Refuse a version that is gone."""
    if call.parts["version"] not in VERSIONS:
        message = "(#2635) You are calling a deprecated version of the Ads API. Please update."
        raise Refused(meta_errors.error(400, 2635, message))


def check_account(call: Call) -> None:
    """Refuse an account that the token may not see."""
    check_version(call)
    if call.parts["account"] != call.account:
        raise meta_errors.no_such_object(f"act_{call.parts['account']}")


def asked_fields(
    call: Call,
    table: str,
    default: Sequence[str],
    always: Sequence[str] = (),
    known: frozenset[str] | None = None,
) -> Pick:
    """A pick of ``fields=``; a name outside ``known`` is refused."""
    asked = values(call).get("fields", "")
    names = [name.strip() for name in asked.split(",")] if asked else list(default)
    return field_pick(call, table, names, always, known)


def field_pick(
    call: Call, table: str, names: Sequence[str], always: Sequence[str], known: frozenset[str] | None
) -> Pick:
    """A pick of these top-level fields."""
    for name in names:
        if known is not None and name not in known:
            raise meta_errors.bad_parameter(
                f"{name} is not valid for fields param. please check"
                " https://developers.facebook.com/docs/marketing-api/reference for all valid values"
            )
    return picker(call.sandbox.wire, table, frozenset((name,) for name in (*names, *always)))


def json_parameter(call: Call, name: str) -> Any:
    """A parameter that holds JSON, None when absent."""
    text = values(call).get(name)
    if text is None:
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise meta_errors.bad_parameter(f"param {name} must be valid JSON") from None


def page_size(call: Call) -> int:
    """``limit``, 25 unless given."""
    text = values(call).get("limit", "25")
    if not text.isdigit() or not int(text):
        raise meta_errors.bad_parameter("param limit must be a positive number")
    if int(text) > MAX_PAGE:
        message = "Please reduce the amount of data you're asking for, then retry your request"
        raise Refused(meta_errors.error(500, 1, message))
    return int(text)


def page_start(call: Call) -> int:
    """The offset behind ``after``."""
    after = values(call).get("after", "")
    try:
        return int(base64.urlsafe_b64decode(after).decode().removeprefix("row:")) if after else 0
    except (binascii.Error, ValueError):
        raise meta_errors.bad_parameter("Invalid cursor") from None


def page(
    call: Call, records: Sequence[Any], start: int, has_more: bool, leads_past_the_end: bool = False
) -> dict[str, Any]:
    """A page of an edge. ``next`` carries the access token, as Meta's own links do, but not the proof.

    Some lists lead past their end: to an empty page, which leads to itself.
    """
    data = spliced(list(records)) if records and isinstance(records[0], str) else list(records)
    if not records and not (leads_past_the_end and start):
        return {"data": data}
    has_more = has_more or leads_past_the_end
    before, after = (_cursor(offset) for offset in (start, start + len(records)))
    paging: dict[str, Any] = {"cursors": {"before": before, "after": after}}
    if has_more:
        kept = {name: value for name, value in call.query.items() if name not in ("after", "appsecret_proof")}
        kept.setdefault("access_token", call.bearer())
        # Mounted under /meta_ads, the path begins with the source's name; base_url holds it already.
        path = call.path.partition("/meta_ads")[2]
        paging["next"] = f"{call.base_url}{path}?{urlencode({**kept, 'after': after})}"
    return {"data": data, "paging": paging}


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"row:{offset}".encode()).decode()
