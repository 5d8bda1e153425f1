"""Calls of the REST API of Bitrix24: one method, a list page by page, a batch of commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import expect_fields
from extractors.http.answers import vendor_said
from extractors.http.paging import cursor_pages, rows_of
from extractors.model import Client, Window
from extractors.sources.bitrix24.errors import PERMANENT
from extractors.times import end_of, start_of

PAGE_SIZE = 50
"""Fixed by Bitrix24, for pages and for the commands of a batch."""


def changed(
    client: Client, kind: int, fields: Sequence[str], window: Window, expected: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records last changed on the window's days."""
    select = list(dict.fromkeys([*fields, "id", "updatedTime"]))
    for page in items(client, kind, select, between("updatedTime", window)):
        expect_fields(f"bitrix24: records of kind {kind}", page, (*expected, "updatedTime"))
        yield page


def items(
    client: Client, kind: int, select: Sequence[str], condition: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    also = {"entityTypeId": kind, "select": list(select)}
    return listed(client, "crm.item.list", "items", "id", condition, also)


def listed(
    client: Client, method: str, key: str | None, id_field: str, condition: Mapping[str, Any], also: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Page by id: pages by number shift when a record changes, and Bitrix24 counts the whole list for each."""
    where = f"bitrix24: {method}"

    def fetch(cursor: str | None) -> Any:
        body = {
            **also,
            "order": {id_field: "ASC"},
            "filter": {**condition, f">{id_field}": int(cursor or 0)},
            "start": -1,
        }
        answer = call(client, method, body)
        return answer if key is None else {"result": rows_of(where, answer.get("result"), key)}

    def following(answer: Mapping[str, Any]) -> str | None:
        page = answer["result"]
        return str(page[-1].get(id_field)) if len(page) >= PAGE_SIZE else None

    yield from cursor_pages(where, fetch, "result", following)


def batch(client: Client, commands: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What each command found, and where each goes on. One that failed fails the batch: it came with a 200."""
    outer = call(client, "batch", {"halt": 0, "cmd": dict(commands)}).get("result")
    if not isinstance(outer, dict):
        raise SourceChanged("bitrix24: a batch has no object 'result'. Has the vendor changed its answer?")
    # PHP writes an empty object as an empty list.
    errors, found, following = (outer.get(name) or {} for name in ("result_error", "result", "result_next"))
    for error in errors.values() if isinstance(errors, dict) else []:
        code = error.get("error") if isinstance(error, dict) else error
        told = vendor_said(error.get("error_description")) if isinstance(error, dict) else ""
        said = ": ".join(filter(None, (str(code or ""), told))) or "no code given"
        if str(code) in PERMANENT:
            raise FixSettings(f"bitrix24: a command of a batch was refused: {PERMANENT[str(code)]} ({said}).")
        raise RetryLater(f"bitrix24: a command of a batch failed ({said}).")
    return found if isinstance(found, dict) else {}, following if isinstance(following, dict) else {}


def call(client: Client, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post_json(f"{method}.json", dict(body))
    if not isinstance(answer, dict):
        raise SourceChanged(f"bitrix24: {method}: an object was expected, and it is {type(answer).__name__}.")
    return answer


def between(field: str, window: Window) -> dict[str, str]:
    return {f">={field}": _offset(start_of(window)), f"<{field}": _offset(end_of(window))}


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
