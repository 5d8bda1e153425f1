"""Google Ads: what its errors mean, by the codes inside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.http.answers import Answer, Verdict
from extractors.redaction import short

LONGEST_WAIT = 900
"""Google asks to wait longer than this only when the day's quota is gone."""
REFRESHABLE = {"OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_INVALID"}
NOT_APPROVED = {
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
    "DEVELOPER_TOKEN_NOT_APPROVED",
    "ACTION_NOT_PERMITTED",
}
OF_THE_CUSTOMER = {
    "USER_PERMISSION_DENIED",
    "CUSTOMER_NOT_FOUND",
    "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
}
"""What another login_customer_id may cure. A switched-off API, a scope that is missing and unsigned terms it cannot."""
DATES = {"DATE_RANGE_TOO_WIDE"}
QUOTA_OF_THE_DAY = {"RESOURCE_EXHAUSTED", "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION"}
VERSION_GONE = "this API version is gone; set api_version in the account's options"


def classify(answer: Answer) -> Verdict | None:
    """Google's own rules. An error comes as an object, or wrapped in a list when it answers a stream."""
    if answer.status < 400:
        return None
    body = answer.body[0] if isinstance(answer.body, list) and answer.body else answer.body
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Verdict("fix_settings", VERSION_GONE) if answer.status == 404 else None
    failures = _failures(error)
    codes = {str(code) for failure in failures for code in _inside(failure, "errorCode").values()}
    reasons = _reasons(error)
    named = ", ".join(sorted(codes | reasons)) or str(error.get("status"))
    told = f"{named}: {_said(error, failures)}"
    if answer.status == 401:
        # Without a code it is the access token that was not understood.
        is_stale = not codes or codes & REFRESHABLE
        return Verdict("refresh_auth", told) if is_stale else Verdict("fix_settings", told)
    if answer.status == 403:
        return _forbidden(codes | reasons, told)
    if answer.status == 429:
        return _quota(failures, codes, told)
    if answer.status >= 500:
        return Verdict("transient", told)
    is_date = any("dateRangeError" in _inside(failure, "errorCode") for failure in failures) or bool(codes & DATES)
    return _refused(codes, is_date, told)


def _forbidden(codes: set[str], told: str) -> Verdict:
    if "CUSTOMER_NOT_ENABLED" in codes:
        return Verdict("skip", f"{told}; this account is closed or not active yet")
    if codes & NOT_APPROVED:
        return Verdict("fix_settings", f"{told}; the Google Cloud project has no access to real accounts yet")
    if codes & OF_THE_CUSTOMER or not codes:
        told = f"{told}; perhaps login_customer_id is not the manager that may read this account"
    return Verdict("fix_settings", told)


def _quota(failures: list[Mapping[str, Any]], codes: set[str], named: str) -> Verdict:
    """How long to wait stands in the body, as ``"30s"``, and may be missing."""
    for failure in failures:
        quota = _inside(_inside(failure, "details"), "quotaErrorDetails")
        delay = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(quota.get("retryDelay", "")), re.ASCII)
        if delay:
            seconds = float(delay.group(1))
            return Verdict("defer" if seconds > LONGEST_WAIT else "wait", named, after=seconds)
    return Verdict("defer" if codes & QUOTA_OF_THE_DAY else "wait", named)


def _refused(codes: set[str], is_date: bool, said: str) -> Verdict:
    if "UNSUPPORTED_VERSION" in codes:
        return Verdict("fix_settings", f"{said}; {VERSION_GONE}")
    if "REQUESTED_METRICS_FOR_MANAGER" in codes:
        return Verdict("fix_settings", f"{said}; this account is a manager; list its client accounts in its place")
    if "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED" in codes:
        return Verdict("fix_settings", f"{said}; Google keeps days for 37 months: ask for days it still has")
    # Our dates are dates: a refused one lies too far back.
    return Verdict("gone" if is_date else "fix_settings", said)


def _said(error: Mapping[str, Any], failures: list[Mapping[str, Any]]) -> str:
    """Google's own words: what it says of the whole request, and of each part that it refused."""
    told = [error.get("message"), *(failure.get("message") for failure in failures)]
    return " / ".join(dict.fromkeys(short(one) for one in told if one)) or "no message"


def _details(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = error.get("details")
    return [one for one in details if isinstance(one, dict)] if isinstance(details, list) else []


def _reasons(error: Mapping[str, Any]) -> set[str]:
    """Why all of Google's APIs refuse: a service that is switched off, a scope that consent lacks."""
    return {detail["reason"] for detail in _details(error) if isinstance(detail.get("reason"), str)}


def _failures(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    lists = [detail.get("errors") for detail in _details(error)]
    return [one for errors in lists if isinstance(errors, list) for one in errors if isinstance(one, dict)]


def _inside(thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = thing.get(name)
    return inner if isinstance(inner, dict) else {}
