"""Yandex Metrica takes orders of a CRM: a file that is wrong in one line fails whole, and the same id corrects."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes
from typing import Any

from sandbox.answering.answer import Answer, json_answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call

COLUMNS = {
    "id", "create_date_time", "client_ids", "emails_md5", "phones_md5", "order_status", "revenue", "cost", "currency",
    "update_date_time", "finish_date_time",
}  # fmt: skip
STATUSES = ("IN_PROGRESS", "PAID", "CANCELLED", "SPAM")
COUNTED = ("IN_PROGRESS", "PAID")
MOST_UPLOADINGS = 1_000
MD5 = re.compile(r"[0-9a-f]{32}")
MONEY = re.compile(r"[0-9]*(\.[0-9]+)?")


def take_orders(call: Call) -> Answer:
    """``POST /cdp/api/v1/counter/{counter}/data/simple_orders``: 200 also where the validation failed."""
    rows = _rows(call)
    is_good = bool(rows) and all(_is_good(row) for row in rows)
    uploading: dict[str, Any] = {
        "uploading_id": "1",
        "api_validation_status": "PASSED" if is_good else "FAILED",
        "elements_count": len(rows),
        "entity_type": "ORDER",
    }
    if is_good:
        with call.sandbox.lock:
            taken = taken_by(call.sandbox, "yandex_metrica", call.account)
            taken.takes(rows)
            uploading["uploading_id"] = str(len(taken.posted))
            # What it thinks of the file in the end, it tells those who look at the last uploads.
            is_refused = any(row["id"] in call.sandbox.settings.refused_later for row in rows)
            known = {**uploading, "api_validation_status": "FAILED" if is_refused else "PASSED"}
            call.sandbox.kept.setdefault(("uploadings", call.account), []).append(known)
            for row in rows if not is_refused else ():
                _count(taken.standing, row)
    return json_answer({"uploading": uploading})


def last_uploadings(call: Call) -> Answer:
    """``GET /cdp/api/v1/counter/{counter}/last_uploadings``: the newest first."""
    with call.sandbox.lock:
        known = list(call.sandbox.kept.get(("uploadings", call.account), []))
    most = min(int(call.query.get("limit", "10")), MOST_UPLOADINGS)
    return json_answer({"uploadings": known[::-1][:most]})


def _count(standing: dict[str, Mapping[str, Any]], row: Mapping[str, Any]) -> None:
    if row["order_status"] not in COUNTED:
        standing.pop(row["id"], None)
    else:
        # When it was made is said once for all.
        made = standing.get(row["id"], row)["create_date_time"]
        standing[row["id"]] = {**row, "create_date_time": made}


def _rows(call: Call) -> list[dict[str, str]]:
    kind = call.headers.get("content-type", "")
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + call.body)
    for part in form.walk():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            reader = csv.DictReader(io.StringIO(content.decode().strip("\r\n") + "\n"))
            return list(reader) if set(reader.fieldnames or []) <= COLUMNS else []
    return []


def _is_good(row: Mapping[str, str]) -> bool:
    try:
        datetime.strptime(row.get("create_date_time") or "", "%d.%m.%Y %H:%M:%S")  # noqa: DTZ007 - the counter's clock
    except ValueError:
        return False
    hashes = [row.get("emails_md5"), row.get("phones_md5")]
    client = row.get("client_ids") or ""
    return (
        bool(row.get("id"))
        and row.get("order_status") in STATUSES
        and bool(client or any(hashes))
        and (not client or bool(re.fullmatch(r"[0-9]{10,20}", client)))
        and all(not one or MD5.fullmatch(one) for one in hashes)
        and bool(MONEY.fullmatch(row.get("revenue") or ""))
        and (not row.get("currency") or bool(re.fullmatch(r"[A-Z]{3}", row["currency"])))
    )
