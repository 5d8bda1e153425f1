"""Microsoft Advertising takes offline conversions back: row by row, known by click or contact, goal and second.

What it took and could not place, it tells later: as counts by goal, day and reason.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer, json_answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call
from sandbox.vendors.microsoft_ads import errors

GOALS = ("Qualified lead", "Sale")
"""The goals of type OfflineConversion that every account has."""
GOAL_IDS = {str(4001 + place): name for place, name in enumerate(GOALS)}
MOST_ROWS = 1_000
OLDEST = timedelta(days=90)
CLICK_ID = re.compile(r"[0-9a-f]{32}")
SHA256 = re.compile(r"[0-9a-f]{64}")
CURRENCY = re.compile(r"[A-Z]{3}")
UTC_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")


def apply(call: Call) -> Answer:
    """``POST OfflineConversions/Apply``: what ``PartialErrors`` does not name is taken."""
    rows = _rows(call, "OfflineConversions")
    problems: list[dict[str, Any]] = []
    with call.sandbox.lock:
        taken = taken_by(call.sandbox, "microsoft_ads", call.account)
        for index, row in enumerate(rows):
            if problem := _refused(call, row):
                problems.append(_partial(index, problem))
                continue
            taken.takes([row])
            # The first of a key counts; a repetition changes nothing and is told in the report only.
            if row.get("MicrosoftClickId") in call.sandbox.settings.refused_later:
                _place(call, row, "NoMatchingClickFound")
            else:
                _place(call, row, "DuplicateConversionKey" if _key(row) in taken.standing else "")
                taken.standing.setdefault(_key(row), row)
    return json_answer({"PartialErrors": problems})


def adjust(call: Call) -> Answer:
    """``POST OfflineConversionAdjustments/Apply``: a new value, or taken back."""
    rows = _rows(call, "OfflineConversionAdjustments")
    problems: list[dict[str, Any]] = []
    with call.sandbox.lock:
        taken = taken_by(call.sandbox, "microsoft_ads", call.account)
        for index, row in enumerate(rows):
            if problem := _refused(call, row) or _adjustment_refused(call, row):
                problems.append(_partial(index, problem))
                continue
            taken.takes([row])
            key = _key(row)
            # An original that is not there, and a second retraction, are told in the report of the day only.
            _place(call, row, "" if key in taken.standing else "AdjustmentOriginalNotFound")
            if row["AdjustmentType"] == "Retract":
                taken.standing.pop(key, None)
            elif key in taken.standing:
                value = {"ConversionValue": row["AdjustmentValue"]}
                currency = {"ConversionCurrencyCode": row["AdjustmentCurrencyCode"]}
                taken.standing[key] = {**taken.standing[key], **value, **currency}
    return json_answer({"PartialErrors": problems})


def goals(call: Call) -> Answer:
    """``POST ConversionGoals/QueryByIds``: the goals of the types that are asked for."""
    asked = call.json if isinstance(call.json, dict) else {}
    if "OfflineConversion" not in str(asked.get("ConversionGoalTypes")):
        return json_answer({"ConversionGoals": [], "PartialErrors": []})
    found = [
        {
            "Id": one, "Name": name, "Type": "OfflineConversion", "Status": "Active", "CountType": "All",
            "IsEnhancedConversionsEnabled": True, "ConversionWindowInMinutes": 129_600,
        }
        for one, name in GOAL_IDS.items()
    ]  # fmt: skip
    return json_answer({"ConversionGoals": found, "PartialErrors": []})


def report(call: Call) -> Answer:
    """``POST OfflineConversionReport/QueryByGoalIds``: by goal and day of the upload, and why the rest is lost."""
    asked = call.json if isinstance(call.json, dict) else {}
    first, last = (datetime.fromisoformat(asked[name]).date() for name in ("StartDateUtc", "EndDateUtc"))
    with call.sandbox.lock:
        placed: Counter[tuple[str, date, str]] = Counter(_placed(call))
    summaries = []
    for goal in asked.get("GoalIds") or []:
        own = {
            (day, why): count
            for (name, day, why), count in placed.items()
            if name == GOAL_IDS.get(goal) and first <= day <= last
        }
        days = [_day(goal, day, own) for day in sorted({day for day, _ in own})]
        summaries.append({"GoalId": goal, "ConversionName": GOAL_IDS.get(goal), "DailySummaries": days})
    return json_answer({"OfflineGoalConversionSummaries": summaries, "PartialErrors": []})


def _day(goal: str, day: date, own: Mapping[tuple[date, str], int]) -> dict[str, Any]:
    lost = {why: count for (one, why), count in sorted(own.items()) if one == day and why}
    return {
        "GoalId": goal,
        "UploadDate": f"{day}T00:00:00Z",
        "SuccessCount": own.get((day, ""), 0),
        "UnattributedCount": sum(lost.values()),
        "Alerts": [{"UnattributedReason": why, "Count": str(count)} for why, count in lost.items()],
    }


def _place(call: Call, row: Mapping[str, Any], why: str) -> None:
    """Count a row for the report of today; without a reason it found its click."""
    _placed(call)[row["ConversionName"], call.sandbox.now(), why] += 1


def _placed(call: Call) -> Counter[tuple[str, date, str]]:
    found = call.sandbox.kept.setdefault(("placed", f"microsoft_ads/{call.account}"), Counter())
    assert isinstance(found, Counter)
    return found


def _rows(call: Call, name: str) -> list[Mapping[str, Any]]:
    body = call.json
    rows = body.get(name) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise errors.refusal(call, 5500, f"{name}NullOrEmpty", "The list is null or empty.")
    if len(rows) > MOST_ROWS:
        raise errors.refusal(call, 5501, f"{name}LimitExceeded", f"At most {MOST_ROWS} in one call.")
    return rows


def _refused(call: Call, row: Mapping[str, Any]) -> str:
    """The code of what is wrong with a row; empty where it is good."""
    click, hashes = row.get("MicrosoftClickId"), [row.get("HashedEmailAddress"), row.get("HashedPhoneNumber")]
    if not click and not any(hashes):
        return "OfflineConversionMicrosoftClickIdNullOrEmpty"
    if click and not CLICK_ID.fullmatch(str(click)):
        return "OfflineConversionMicrosoftClickIdInvalid"
    if any(one and not SHA256.fullmatch(str(one)) for one in hashes):
        return "OfflineConversionHashedContactInvalid"
    if not row.get("ConversionName"):
        return "OfflineConversionNameNullOrEmpty"
    if row["ConversionName"] not in GOALS:
        return "OfflineConversionNameInvalid"
    if not row.get("ConversionTime"):
        return "OfflineConversionTimeNullOrEmpty"
    if not UTC_TIME.fullmatch(str(row["ConversionTime"])):
        return "OfflineConversionTimeInvalid"
    moment = datetime.fromisoformat(row["ConversionTime"])
    end = datetime.combine(call.sandbox.now(), time.max, UTC)
    if not end - OLDEST - timedelta(days=1) <= moment <= end:
        return "OfflineConversionTimeOutOfWindow"
    if (value := row.get("ConversionValue")) is not None and (not isinstance(value, int | float) or value < 0):
        return "OfflineConversionValueInvalid"
    if (currency := row.get("ConversionCurrencyCode")) is not None and not CURRENCY.fullmatch(str(currency)):
        return "OfflineConversionCurrencyCodeInvalid"
    return ""


def _adjustment_refused(call: Call, row: Mapping[str, Any]) -> str:
    kind, moment = row.get("AdjustmentType"), row.get("AdjustmentTime")
    if kind not in ("Restate", "Retract"):
        return "OfflineConversionAdjustmentInvalidAdjustmentType"
    if not moment or not UTC_TIME.fullmatch(str(moment)):
        return "OfflineConversionAdjustmentTimeNullOrEmpty"
    if datetime.fromisoformat(moment) < datetime.fromisoformat(row["ConversionTime"]):
        return "OfflineConversionAdjustmentTimeEarlierThanConversionTime"
    if datetime.fromisoformat(moment) > datetime.combine(call.sandbox.now(), time.max, UTC):
        return "OfflineConversionFutureAdjustmentTimeCannotBeSet"
    if kind == "Restate" and row.get("AdjustmentValue") is None:
        return "OfflineConversionAdjustmentValueRequired"
    if kind == "Restate" and row.get("AdjustmentCurrencyCode") is None:
        return "OfflineConversionAdjustmentCurrencyValueRequired"
    if kind == "Retract" and row.get("AdjustmentValue") is not None:
        return "OfflineConversionAdjustmentValueNotExpected"
    return ""


def _key(row: Mapping[str, Any]) -> str:
    who = row.get("MicrosoftClickId") or row.get("HashedEmailAddress") or row.get("HashedPhoneNumber")
    return f"{who}|{row['ConversionName']}|{row['ConversionTime']}"


def _partial(index: int, name: str) -> dict[str, Any]:
    return {
        "Code": 5600, "Details": None, "ErrorCode": name, "FieldPath": None, "ForwardCompatibilityMap": None,
        "Index": index, "Message": f"{name}.", "Type": "BatchError",
    }  # fmt: skip
