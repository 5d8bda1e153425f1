"""Google Analytics 4: one row per visit, out of the export to BigQuery, read over BigQuery's own API.

Docs: https://support.google.com/analytics/answer/7029846 (columns), https://cloud.google.com/bigquery/docs/reference/rest
(v2). A day's table comes the day after and is rewritten for three days: those are read again. A day without a
table isn't exported yet. Hits without consent name no device and no visit, and are left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Field, Fields, columns_of, expect_fields, picked, same_named
from extractors.http.answers import parts
from extractors.http.client import Answer, Gone, HttpClient, Restart, Verdict
from extractors.http.paging import cursor_pages, whole_number
from extractors.http.reports import Report, finished_report
from extractors.http.service_account import ServiceAccount
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import id_in, object_in, objects_in
from extractors.redaction import short

TOKEN_URL = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/cloud-platform.read-only"
PAGE_SIZE = 10_000
POLL_MILLISECONDS = 10_000
"""How long BigQuery holds a question back before it answers that the query still runs."""
LONGEST_MOMENT = 17
"""Digits of a number of microseconds; more are no moment."""
MOST_POLLS = 90

VISIT: Fields = {
    **same_named("visit_id", "client_id", "session_id"),
    "visited_day": Field("visited_day", "date"),
    "started_at": Field("started_at", "timestamp"),
    "last_event_at": Field("last_event_at", "timestamp"),
    **same_named("user_id", "landing_url", "last_url", "referrer"),
    **same_named("tagged_source", "tagged_medium", "tagged_campaign", "tagged_campaign_id"),
    **same_named("tagged_term", "tagged_content", "gclid"),
    **same_named("device_type", "country", "city", "stream_id"),
    **same_named("event_count", "page_view_count", kind="integer"),
}

# The same key is a number in one event and a text in another.
PARAM = (
    "(select coalesce(value.string_value, cast(value.int_value as string), cast(value.double_value as string),"
    " cast(value.float_value as string)) from unnest(event_params) where key = '{}' limit 1)"
)
FIRST = "array_agg({} ignore nulls order by event_timestamp limit 1)[safe_offset(0)]"
LAST = "array_agg({} ignore nulls order by event_timestamp desc limit 1)[safe_offset(0)]"
PAGE = "if(url is null, null, struct(url, referrer))"
TAGS = (
    "if(coalesce(source, campaign, gclid) is null, null, struct(source, medium, campaign, campaign_id, term, content))"
)

COLLECTED = {
    "source": "manual_source",
    "medium": "manual_medium",
    "campaign": "manual_campaign_name",
    "campaign_id": "manual_campaign_id",
    "term": "manual_term",
    "content": "manual_content",
    "gclid": "gclid",
}

WAIT = ("rateLimitExceeded", "jobRateLimitExceeded", "userRateLimitExceeded")
TRANSIENT = ("backendError", "internalError", "jobBackendError", "jobInternalError")
PERMANENT = {
    "accessDenied": "the service account may not read this; it needs the roles BigQuery Data Viewer and Job User",
    "billingNotEnabled": "the project has no billing, and BigQuery refuses queries without it",
    "bytesBilledLimitExceeded": "a day is larger than the option max_bytes_billed allows; raise it",
    "invalidQuery": "the query does not fit the table",
}


def classify(answer: Answer) -> Verdict | None:
    """BigQuery's own rules: the reason decides, because one status stands for several cures."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict) or answer.status == 401:
        return None
    reason = next((str(one.get("reason")) for one in parts(error, "errors")), "")
    message = short(error.get("message"))
    if reason in WAIT:
        return Verdict("wait", "BigQuery is asked too often")
    if reason in TRANSIENT:
        return Verdict("transient", "BigQuery has a fault of its own")
    if reason == "quotaExceeded":
        return Verdict("defer", "the project's quota at BigQuery is used up")
    if reason in PERMANENT:
        return Verdict("fix_settings", f"{PERMANENT[reason]} ({message})")
    if answer.status == 404 and "Not found: Table" in message:
        return Verdict("gone", "this day is not exported")
    if answer.status == 404 and "Not found: Job" in message:
        return Verdict("restart", "the query's result is not there any more")
    if answer.status == 404:
        return Verdict("fix_settings", f"{message}; check the options project and dataset, and the link to BigQuery")
    if answer.status in (400, 403):
        return Verdict("fix_settings", f"BigQuery refused the request: {message}")
    return None


def read_visits(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the visits of each exported day, in the property's own time zone."""
    project = account.options.get("project")
    if not project:
        raise FixSettings(f"ga4, account {account.account}: the option 'project' is missing in accounts.yml.")
    dataset = str(account.options.get("dataset") or f"analytics_{account.account}")
    for name in (str(project), dataset):
        # Both become a part of the query's text.
        if not re.fullmatch(r"[A-Za-z0-9_.:-]+", name, re.ASCII):
            raise FixSettings(f"ga4, account {account.account}: {name!r} is no name of a project or a dataset.")
    for day in window.days():
        path = f"/bigquery/v2/projects/{project}/datasets/{dataset}/tables/events_{day:%Y%m%d}"
        try:
            table = client.get(path, {"fields": "location,schema"})
        except Gone:
            client.awaited.add(day)
            continue
        expect_fields("ga4: a table", [table], ("location", "schema"))
        names = {str(field.get("name")) for field in objects_in(object_in(table, "schema"), "fields")}
        query = visits_query(f"{project}.{dataset}.events_{day:%Y%m%d}", "collected_traffic_source" in names)
        for page in _results(client, account, str(project), str(table["location"]), query, day):
            yield [_visit(record, day) for record in page]
    if client.awaited.issuperset(window.days()):
        raise RetryLater(
            f"ga4, account {account.account}: no day from {window.first_day} to {window.last_day} is exported yet.",
            after=timedelta(hours=3),
        )


def visits_query(table: str, has_collected: bool) -> str:
    """One row per visit of a day: its first page, the tags it came with, and how much happened.

    A page's tags stand in a column of their own since 2023, and among the parameters before.
    """
    tags = ",\n".join(
        f"        {f'coalesce(collected_traffic_source.{collected}, ' if has_collected else '('}{PARAM.format(name)})"
        f" as {name}"
        for name, collected in COLLECTED.items()
    )
    return f"""with events as (
    -- An event has no id: what is equal in all of this was sent twice.
    select distinct
        user_pseudo_id, event_timestamp, event_name, user_id, stream_id,
        {PARAM.format("ga_session_id")} as session_id,
        {PARAM.format("page_location")} as url,
        {PARAM.format("page_referrer")} as referrer,
{tags},
        device.category as device_type, geo.country as country, geo.city as city
    from `{table}`
    where user_pseudo_id is not null
)
select
    user_pseudo_id as client_id, session_id,
    min(event_timestamp) as started_at, max(event_timestamp) as last_event_at,
    {LAST.format("user_id")} as user_id,
    {FIRST.format(PAGE)}.url as landing_url, {FIRST.format(PAGE)}.referrer as referrer,
    {LAST.format("url")} as last_url,
    {FIRST.format(TAGS)}.source as tagged_source, {FIRST.format(TAGS)}.medium as tagged_medium,
    {FIRST.format(TAGS)}.campaign as tagged_campaign, {FIRST.format(TAGS)}.campaign_id as tagged_campaign_id,
    {FIRST.format(TAGS)}.term as tagged_term, {FIRST.format(TAGS)}.content as tagged_content,
    {FIRST.format("gclid")} as gclid,
    {FIRST.format("device_type")} as device_type, {FIRST.format("country")} as country, {FIRST.format("city")} as city,
    {FIRST.format("stream_id")} as stream_id,
    count(*) as event_count, countif(event_name = 'page_view') as page_view_count
from events
where session_id is not null
group by user_pseudo_id, session_id"""


def _results(
    client: Client, account: Account, project: str, location: str, query: str, day: date
) -> Iterator[list[Row]]:
    """The query's rows under their columns' names, page after page; a query costs, and is not asked twice."""
    where = f"ga4: visits of {day}"
    body: dict[str, Any] = {
        "query": query,
        "useLegacySql": False,
        "location": location,
        "maxResults": PAGE_SIZE,
        "timeoutMs": POLL_MILLISECONDS,
    }
    if account.options.get("max_bytes_billed"):
        body["maximumBytesBilled"] = str(account.options["max_bytes_billed"])
    params = {"location": location, "maxResults": PAGE_SIZE, "timeoutMs": POLL_MILLISECONDS}
    jobs = f"/bigquery/v2/projects/{project}/queries"
    answer: dict[str, Any] = {}
    polls = 0

    def submit() -> str:
        nonlocal answer
        # An answer that did not arrive is asked for again: by its id BigQuery knows that it is the same query.
        answer = client.post_json(jobs, {**body, "requestId": str(uuid.uuid4())})
        expect_fields(where, [answer], ("jobComplete", "jobReference"))
        return id_in(object_in(answer, "jobReference"), "jobId")

    def is_done(job_id: str) -> bool:
        nonlocal answer, polls
        if not answer.get("jobComplete"):
            polls += 1
            if polls > MOST_POLLS:
                raise RetryLater(f"{where}: the query still runs after {MOST_POLLS} questions.")
            answer = client.get(f"{jobs}/{job_id}", params)
            expect_fields(where, [answer], ("jobComplete",))
        return bool(answer.get("jobComplete"))

    # BigQuery holds back its answer for a while by itself, so there is no pause to speak of between questions.
    report = Report(f"ga4/{account.account}/visits/{day}", submit, is_done, pauses=(0.1, 0.1))
    try:
        job = f"{jobs}/{finished_report(report, client.pause)}"
        yield from _rows(client, where, answer, job, params)
    except Restart as vanished:
        report.forget()
        raise RetryLater(f"{where}: {vanished}") from None
    except (FixSettings, SourceChanged):
        # Whoever mends it wants another query than the one that failed.
        report.forget()
        raise
    report.forget()


def _rows(
    client: Client, where: str, answer: dict[str, Any], job: str, params: dict[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """The pages of a query that is done, of which the first is there. Fewer rows than it announces are ``Restart``."""
    expect_fields(where, [answer], ("schema", "totalRows"))
    names = [id_in(field, "name") for field in objects_in(object_in(answer, "schema"), "fields")]
    seen, total = 0, whole_number(where, answer, "totalRows")

    def fetch(token: str | None) -> Any:
        page = answer if token is None else client.get(job, {**params, "pageToken": token})
        # A result without rows has no list of them.
        return {"rows": [], **page} if isinstance(page, dict) else page

    for page in cursor_pages(where, fetch, "rows", lambda page: page.get("pageToken")):
        seen += len(page)
        yield [_record(where, names, record) for record in page]
    if seen != total:
        raise Restart(f"{seen} rows came, and {total} were announced. Ask again later.")


def _record(where: str, names: list[str], record: Mapping[str, Any]) -> dict[str, Any]:
    expect_fields(where, [record], ("f",))
    cells = objects_in(record, "f")
    if len(cells) != len(names):
        raise SourceChanged(f"{where}: a row has {len(cells)} cells where {len(names)} were asked for.")
    return {name: cell.get("v") for name, cell in zip(names, cells, strict=True)}


def _visit(record: dict[str, Any], day: date) -> Row:
    return {
        **picked(record, VISIT),
        # The number of a session begins anew with each device.
        "visit_id": f"{record['client_id']}.{record['session_id']}",
        "visited_day": day.isoformat(),
        "started_at": _moment(record["started_at"]),
        "last_event_at": _moment(record["last_event_at"]),
        "_payload": record,
    }


def _moment(microseconds: Any) -> Any:
    """Microseconds since 1970, which arrive as text; what is none is left to be rejected."""
    if not isinstance(microseconds, str) or not microseconds.isdecimal() or len(microseconds) > LONGEST_MOMENT:
        return microseconds
    return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(microseconds=int(microseconds))


def connect(connection: Connection, account: Account) -> Client:
    """A client that signs with the service account's key."""
    if not connection.login:
        raise FixSettings(f"ga4, account {account.account}: the connection has no login, the account's 'client_email'.")
    return HttpClient(
        connection.base_url,
        name=f"ga4/{account.account}",
        auth=ServiceAccount(
            connection.extra.get("token_url", TOKEN_URL), connection.login, connection.password, scope=SCOPE
        ),
        classify=classify,
        secrets=[connection.password],
    )


GA4 = Source(
    name="ga4",
    kind="visits",
    base_url="https://bigquery.googleapis.com",
    docs="https://support.google.com/analytics/answer/7029846",
    settings={
        "login": "client_email of the service account's JSON file (Google Cloud console > IAM > Service accounts)",
        "password": "private_key of the same file; the account needs BigQuery Data Viewer and BigQuery Job User",
    },
    connect=connect,
    tables=(
        Table(
            name="visits",
            grain="day",
            key=("visit_id",),
            day="visited_day",
            required=("client_id", "started_at"),
            restated_days=3,
            columns=columns_of(VISIT),
            read=read_visits,
        ),
    ),
)
