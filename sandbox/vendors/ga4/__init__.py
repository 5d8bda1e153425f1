"""GA4 in BigQuery: a table per day and queries that take their time; it retells Matomo's visits as sessions.

API: https://cloud.google.com/bigquery/docs/reference/rest. No SQL is run: a query over a day's events is answered with
one row per visit, in the columns that its last SELECT names.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.google_oauth import new_token, refusal, token_owner
from sandbox.answering.limits import Limit
from sandbox.answering.pages import page_behind
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import VISITS, Retold, retold, started

LOCATION = "EU"
SCOPES = tuple(
    f"https://www.googleapis.com/auth/{name}" for name in ("cloud-platform.read-only", "cloud-platform", "bigquery")
)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
MOST_ON_PAGE = 10_000
SHARD = re.compile(r"events_(\d{4})(\d\d)(\d\d)", re.ASCII)
ASKED = re.compile(r"from `(?P<project>[^`.]+)\.(?P<dataset>[^`.]+)\.(?P<table>[^`.]+)`")
DEVICES = {"smartphone": "mobile", "desktop": "desktop", "tablet": "tablet"}

COLUMNS = ("event_date", "event_timestamp", "event_name", "event_params", "user_pseudo_id", "collected_traffic_source")


def _visit(one: Retold) -> dict[str, str | None]:
    """What a query over a visit's events finds: it began with a page, and each action is a page."""
    known = one.payload
    urls = [action["url"] for action in known.get("actionDetails") or [] if action.get("type") == "action"]
    landing = urls[0] if urls else None
    gclid = parse_qs(urlsplit(landing or "").query).get("gclid", [None])[0]
    began = started(one).replace(tzinfo=UTC)
    return {
        "client_id": known.get("visitorId"),
        "session_id": str(int(began.timestamp())),
        "started_at": _microseconds(began),
        "last_event_at": _microseconds(one.moment.replace(tzinfo=UTC)),
        "user_id": known.get("userId"),
        "landing_url": landing,
        "referrer": known.get("referrerUrl"),
        "last_url": urls[-1] if urls else None,
        "tagged_source": known.get("campaignSource"),
        "tagged_medium": known.get("campaignMedium"),
        "tagged_campaign": known.get("campaignName"),
        "tagged_campaign_id": None,
        "tagged_term": known.get("campaignKeyword"),
        "tagged_content": known.get("campaignContent"),
        "gclid": gclid,
        "device_type": DEVICES.get(str(known.get("deviceType"))),
        "country": known.get("countryCode"),
        "city": known.get("city"),
        "stream_id": "7001",
        # The session's start is an event, too.
        "event_count": str(len(urls) + 1),
        "page_view_count": str(len(urls)),
    }


def _microseconds(moment: datetime) -> str:
    return str(int(moment.timestamp()) * 1_000_000)


def _table(call: Call) -> Answer:
    _exported_day(call, call.parts["project"], call.parts["dataset"], call.parts["table"])
    table = {
        "kind": "bigquery#table",
        "location": LOCATION,
        "schema": {"fields": [{"name": name, "type": "STRING", "mode": "NULLABLE"} for name in COLUMNS]},
        "type": "TABLE",
    }
    fields = call.query.get("fields")
    return json_answer({name: value for name, value in table.items() if fields is None or name in fields.split(",")})


def _exported_day(call: Call, project: str, dataset: str, table: str) -> date:
    if dataset != f"analytics_{call.account}":
        raise Refused(_error(404, "notFound", f"Not found: Dataset {project}:{dataset}"))
    written = SHARD.fullmatch(table)
    try:
        day = date(*map(int, written.groups())) if written else None
    except ValueError:
        day = None
    # A day's table comes the day after.
    if day is None or not call.sandbox.wire.first_day() <= day < call.sandbox.now():
        raise Refused(_error(404, "notFound", f"Not found: Table {project}:{dataset}.{table}"))
    return day


def _query(call: Call) -> Answer:
    body = call.json if isinstance(call.json, dict) else {}
    if body.get("useLegacySql") is not False:
        raise Refused(_error(400, "invalidQuery", "The sandbox knows GoogleSQL only: useLegacySql must be false"))
    query = str(body.get("query"))
    asked = ASKED.search(query)
    if asked is None:
        raise Refused(_error(400, "invalidQuery", "The sandbox answers queries over one day's events only"))
    day = _exported_day(call, *asked.groups())
    if body.get("location", "US") != LOCATION:
        message = f"Not found: Dataset {asked['project']}:{asked['dataset']} was not found in location US"
        raise Refused(_error(404, "notFound", message))
    last_select = query[query.rindex("select") :]
    rows = [_visit(one) for one in retold(call, VISITS, day, date.fromordinal(day.toordinal() + 1))]
    known = _visit(Retold("", datetime(2026, 1, 1, tzinfo=UTC), day, {}))
    if unknown := set(re.findall(r"\bas (\w+)", last_select)) - known.keys():
        raise Refused(_error(400, "invalidQuery", f"Unrecognized name: {', '.join(sorted(unknown))}"))
    names = [name for name in known if re.search(rf"(?:\bas|,) {name}\b", last_select)]
    job_id = f"job_{secrets.token_hex(8)}"
    call.sandbox.kept["bigquery_job", job_id] = (names, rows, [call.sandbox.settings.report_polls])
    return _job(call, job_id, body.get("maxResults"), "")


def _results(call: Call) -> Answer:
    job_id = call.parts["job"]
    is_here = call.query.get("location", "US") == LOCATION
    if not is_here or ("bigquery_job", job_id) not in call.sandbox.kept:
        raise Refused(_error(404, "notFound", f"Not found: Job {call.parts['project']}:{job_id}"))
    return _job(call, job_id, call.query.get("maxResults"), call.query.get("pageToken", ""))


def _job(call: Call, job_id: str, size: Any, token: str) -> Answer:
    names, rows, polls = call.sandbox.kept["bigquery_job", job_id]
    answer: dict[str, Any] = {
        "kind": "bigquery#queryResponse",
        "jobReference": {"projectId": call.parts["project"], "jobId": job_id, "location": LOCATION},
        "jobComplete": polls[0] == 0,
    }
    if polls[0]:
        polls[0] -= 1
        return json_answer(answer)
    try:
        page, following = page_behind(rows, token, min(int(size or MOST_ON_PAGE), call.sandbox.settings.most_on_page))
    except ValueError:
        raise Refused(_error(400, "invalid", "Invalid page token or size")) from None
    answer |= {
        "schema": {"fields": [{"name": name, "type": "STRING", "mode": "NULLABLE"} for name in names]},
        "totalRows": str(len(rows)),
        "totalBytesProcessed": "1024",
    }
    if page:
        answer["rows"] = [{"f": [{"v": row[name]} for name in names]} for row in page]
    return json_answer({**answer, "pageToken": following} if following else answer)


def _token(call: Call) -> Answer:
    """An access token for whoever signs with the key of a service account."""
    if call.form.get("grant_type") != GRANT:
        return refusal(400, "unsupported_grant_type", f"Invalid grant_type: {call.form.get('grant_type', '')}")
    for login in call.sandbox.logins:
        if login.source != "ga4":
            continue
        key = load_pem_private_key(login.password.encode(), None).public_key()
        try:
            claims = jwt.decode(
                call.form.get("assertion", ""),
                key,  # type: ignore[arg-type]
                algorithms=["RS256"],
                audience=f"{call.base_url}/token",
                issuer=login.name,
            )
        except jwt.PyJWTError:
            continue
        if claims.get("scope") not in SCOPES:
            return refusal(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return new_token(call.sandbox, login, claims["scope"])
    return refusal(400, "invalid_grant", "Invalid JWT Signature.")


def _let_in(call: Call) -> Login:
    login = token_owner(call.sandbox, call.bearer())
    if login is None or login.source != "ga4":
        raise Refused(_unauthenticated(call))
    return login


def _unauthenticated(call: Call) -> Answer:
    return _error(401, "authError", "Request had invalid authentication credentials.", "UNAUTHENTICATED")


def _error(code: int, reason: str, message: str, status: str = "") -> Answer:
    errors = [{"message": message, "domain": "global", "reason": reason}]
    error = {"code": code, "message": message, "errors": errors, **({"status": status} if status else {})}
    return json_answer({"error": error}, code)


GA4 = Vendor(
    source="ga4",
    accounts={"nordhaus": "300100"},
    routes=(
        Route("POST", "/token", _token, is_public=True),
        Route("GET", "/bigquery/v2/projects/{project}/datasets/{dataset}/tables/{table}", _table),
        Route("POST", "/bigquery/v2/projects/{project}/queries", _query),
        Route("GET", "/bigquery/v2/projects/{project}/queries/{job}", _results),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _error(403, "rateLimitExceeded", "Exceeded rate limits", "PERMISSION_DENIED"),
    server_error=lambda call: _error(503, "backendError", "Error encountered during execution", "UNAVAILABLE"),
    expired_token=_unauthenticated,
    revoked=lambda call: _error(403, "accessDenied", "Access Denied: Table events", "PERMISSION_DENIED"),
    not_found=lambda call: Answer(404, b"<html><title>Error 404 (Not Found)!!1</title></html>", {}, "text/html"),
    rows_keys=frozenset({"rows"}),
    documented_limits={"": Limit(100, 1)},
)
