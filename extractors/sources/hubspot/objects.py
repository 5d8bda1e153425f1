"""Reads HubSpot's CRM objects: the ones that changed, past the search's cap, and what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import expect_fields
from extractors.http.paging import cursor_pages, rows_of
from extractors.model import Account, Client, Window
from extractors.records import id_in, object_in, objects_in

Record = dict[str, Any]

SEARCH_SIZE = 200
SEARCH_CAP = 10_000

# Said of objects that simply have no association, or were deleted between two requests.
HARMLESS = ("NO_ASSOCIATIONS_FOUND", "OBJECT_NOT_FOUND")


def paths(account: Account) -> Mapping[str, str]:
    """Where each kind of thing is, in the version that the account's options name."""
    version = str(account.options.get("api_version", "2026-09"))
    if version == "v3":
        return {
            "objects": "/crm/v3/objects",
            # Never had a version 3 that reads in batches.
            "associations": "/crm/v4/associations",
            "pipelines": "/crm/v3/pipelines",
            "owners": "/crm/v3/owners",
            "forms": "/marketing/v3/forms",
        }
    if not re.fullmatch(r"20\d\d-\d\d", version, re.ASCII):
        raise FixSettings(f"hubspot, account {account.account}: api_version must be a month like '2026-09', or 'v3'.")
    dated = {kind: f"/crm/{kind}/{version}" for kind in ("objects", "associations", "pipelines", "owners")}
    # HubSpot's dated versions have the forms in their betas only.
    return {**dated, "forms": "/marketing/v3/forms"}


def changed(
    client: Client,
    account: Account,
    window: Window,
    kind: str,
    properties: Sequence[str],
    expected: Sequence[str] = (),
) -> Iterator[list[Record]]:
    """Yield the objects last changed on the window's days, in UTC, in the order of their ids."""
    # Contacts alone have another name for it.
    changed_at = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
    between = [
        {"propertyName": changed_at, "operator": "GTE", "value": str(_midnight_ms(window, first=True))},
        {"propertyName": changed_at, "operator": "LTE", "value": str(_midnight_ms(window, first=False) - 1)},
    ]
    ask = {
        # By id, not by time: a bulk update gives more than 10,000 records one and the same time.
        "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
        "properties": list(properties),
        "limit": SEARCH_SIZE,
    }
    where = f"hubspot: {kind}"
    path = f"{paths(account)['objects']}/{kind}/search"
    floor: int | None = None
    last_id: int | None = None
    total: Any = None
    after: str | None = None
    while True:
        above = [{"propertyName": "hs_object_id", "operator": "GT", "value": str(floor)}] if floor else []
        body = {"filterGroups": [{"filters": between + above}], **ask, **({"after": after} if after else {})}
        answer = client.post_json(path, body)
        page = results(where, answer)
        ids = _ids(where, page)
        is_repeated = bool(ids) and last_id is not None and ids[0] <= last_id
        if after is None and is_repeated:
            raise RetryLater(f"{where}: the search repeats records up to id {last_id} that were read already.")
        if after is not None and (is_repeated or answer.get("total") != total):
            # A record changed while we read, and every page after it moved: go on from the last id instead.
            floor, after = last_id, None
            continue
        if not page:
            return
        expect_fields(where, [record.get("properties") for record in page], (*expected, changed_at))
        yield page
        last_id, total = ids[-1], answer.get("total")
        after = _after(answer)
        if after is None:
            return
        if int(after) + SEARCH_SIZE > SEARCH_CAP:
            floor, after = last_id, None


def associated(
    client: Client, account: Account, from_kind: str, to_kind: str, ids: Sequence[str]
) -> Iterator[tuple[str, Record]]:
    """Yield (id, associated object) for each association of at most 1,000 objects."""
    path = f"{paths(account)['associations']}/{from_kind}/{to_kind}/batch/read"
    where = f"hubspot: associations of {from_kind} to {to_kind}"
    inputs = [{"id": one} for one in ids]
    while inputs:
        answer = client.post_json(path, {"inputs": inputs})
        inputs = []
        for result in batch_results(where, answer):
            expect_fields(where, [result], ("from", "to"))
            from_id = id_in(object_in(result, "from"))
            for to in objects_in(result, "to"):
                expect_fields(where, [to], ("toObjectId",))
                yield from_id, to
            after = _after(result)
            if after is not None:
                # One object with more associations than an answer holds.
                inputs.append({"id": from_id, "after": after})


def listed(client: Client, path: str, params: Mapping[str, Any]) -> Iterator[list[Record]]:
    """Yield the pages of a plain list."""

    def fetch(after: str | None) -> Any:
        return client.get(path, {**params, **({"after": after} if after else {})})

    yield from cursor_pages(f"hubspot: {path}", fetch, "results", _after)


def results(where: str, answer: Any) -> list[Record]:
    """The records of an answer."""
    return rows_of(where, answer, "results")


def batch_results(where: str, answer: Any) -> list[Record]:
    """The records of a batch; objects that failed inside a batch that succeeded are an error too."""
    records = results(where, answer)
    for error in objects_in(answer, "errors"):
        kind = f"{error.get('category', '')} {error.get('subCategory', '')}"
        if not any(harmless in kind for harmless in HARMLESS):
            raise RetryLater(f"{where}: part of the batch failed ({kind.strip() or 'no category given'}).")
    return records


def _ids(where: str, page: list[Record]) -> list[int]:
    try:
        return [int(record["id"]) for record in page]
    except (KeyError, TypeError, ValueError) as unknown:
        raise SourceChanged(f"{where}: an object has no 'id' that is a number.") from unknown


def _after(answer: Mapping[str, Any]) -> str | None:
    after = object_in(object_in(answer, "paging"), "next").get("after")
    return None if after is None else str(after)


def _midnight_ms(window: Window, first: bool) -> int:
    day = window.first_day if first else window.last_day
    midnight = datetime.combine(day, time.min, UTC)
    return int(midnight.timestamp() * 1000) + (0 if first else 86_400_000)
