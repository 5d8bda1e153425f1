"""Yandex Metrica: one row per visit, out of the logs that Metrica prepares in the background (Logs API).

API: https://yandex.com/dev/metrika/en/logs/ (management v1). 99 of 100 visits are final after three days, and goals
may be tied to them later: the four days before are read again. The current day cannot be asked for.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import IO, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyrate_limiter import Duration, Rate

from extractors.errors import ExtractError, RetryLater, SourceChanged
from extractors.fields import Field, Fields, columns_of, expect_fields, picked
from extractors.http.answers import parts
from extractors.http.auth import StaticHeader
from extractors.http.client import Answer, HttpClient, Restart, TooMuch, Verdict
from extractors.http.limits import rates_of
from extractors.http.reports import Report, content_of, finished_report, left_behind
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import id_in, object_in, objects_in
from extractors.redaction import short

log = logging.getLogger(__name__)

ROWS_PER_PAGE = 1_000
MOST_DAYS = 365
"""A log may hold no more than a year."""
LATEST_ZONE = timedelta(hours=12)
"""Nowhere on earth a day ends later than so long after it ended in UTC."""

# "last" is the visit's own source. The other models of Metrica lend a direct visit the source of an earlier one.
VISIT: Fields = {
    "visit_id": Field("ym:s:visitID"),
    "counter_id": Field("ym:s:counterID"),
    "visited_day": Field("ym:s:date", "date"),
    "started_at": Field("ym:s:dateTimeUTC", "timestamp"),
    # Up to 20 digits: longer than a whole number holds.
    "client_id": Field("ym:s:clientID"),
    "landing_url": Field("ym:s:startURL"),
    "last_url": Field("ym:s:endURL"),
    "referrer": Field("ym:s:referer"),
    "page_view_count": Field("ym:s:pageViews", "integer"),
    "duration_seconds": Field("ym:s:visitDuration", "integer"),
    "is_bounce": Field("ym:s:bounce", "boolean"),
    "is_new_visitor": Field("ym:s:isNewUser", "boolean"),
    "country": Field("ym:s:regionCountry"),
    "city": Field("ym:s:regionCity"),
    "device_category": Field("ym:s:deviceCategory"),
    "traffic_source": Field("ym:s:lastTrafficSource"),
    "ad_engine": Field("ym:s:lastAdvEngine"),
    "referring_site": Field("ym:s:lastReferalSource"),
    "search_engine": Field("ym:s:lastSearchEngineRoot"),
    "social_network": Field("ym:s:lastSocialNetwork"),
    "direct_campaign_id": Field("ym:s:lastDirectClickOrder"),
    "direct_ad_id": Field("ym:s:lastDirectClickBanner"),
    "direct_phrase": Field("ym:s:lastDirectPhraseOrCond"),
    "utm_source": Field("ym:s:lastUTMSource"),
    "utm_medium": Field("ym:s:lastUTMMedium"),
    "utm_campaign": Field("ym:s:lastUTMCampaign"),
    "utm_content": Field("ym:s:lastUTMContent"),
    "utm_term": Field("ym:s:lastUTMTerm"),
    "gclid": Field("ym:s:lastGCLID"),
    "goal_ids": Field("ym:s:goalsID"),
    "goal_times": Field("ym:s:goalsDateTime"),
}
FIELDS = ",".join(field.name for field in VISIT.values())

DAY_QUOTA = "quota_requests_by_uid"
QUOTAS = re.compile(r"quota_(requests_by_ip|parallel_requests|delegate_requests)")
FAILED = ("processing_failed", "canceled")
CLEANED = ("cleaned_by_user", "cleaned_automatically_as_too_old")
WAITING = ("created", "awaiting_retry")

# Rows are written as ClickHouse writes them: no quoting, what is special has a backslash before it.
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}


def classify(answer: Answer) -> Verdict | None:
    """Metrica's own rules: the error's type decides where the status does not."""
    if answer.status < 400:
        return None
    body = answer.body if isinstance(answer.body, dict) else {}
    types = " ".join(str(one.get("error_type")) for one in parts(body, "errors"))
    message = short(body.get("message"))
    if DAY_QUOTA in types:
        return Verdict("defer", "the 5,000 requests that its user has in a day are used up")
    if answer.status in (420, 429) or QUOTAS.search(types):
        return Verdict("wait", "Metrica is asked too often")
    if answer.status in (401, 403):
        return Verdict("fix_settings", f"the token is not accepted, or may not read this counter ({message})")
    if answer.status == 404 and "/logrequest/" in answer.url:
        return Verdict("restart", "the prepared log was cleaned meanwhile")
    if answer.status == 400 and "too large" in answer.text.lower():
        return Verdict("shrink", "the log would be too large")
    if answer.status == 400 and "quota" in answer.text.lower():
        return Verdict("defer", "the counter's 10 GB for prepared logs are used up; clean some that nobody needs")
    if answer.status == 400:
        return Verdict("fix_settings", f"Metrica refused the request: {message}")
    return None


def read_visits(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the visits of the window's days, in the counter's own time zone; a day that is not over is awaited."""
    counter = f"/management/v1/counter/{account.account}"
    client.awaited |= _open_days(client, counter, window)
    over = [day for day in window.days() if day not in client.awaited]
    if not over:
        raise RetryLater(
            f"yandex_metrica, counter {account.account}: {window.first_day} is not over in its time zone, and Metrica "
            "tells nothing of the current day.",
            after=timedelta(hours=3),
        )
    for request_id in left_behind(f"yandex_metrica/{account.account}/"):
        # A task that failed for good ordered it; the nights after ask for other days.
        _clean(client, counter, request_id)
    for start in range(0, len(over), MOST_DAYS):
        some = over[start : start + MOST_DAYS]
        yield from _read(client, account, counter, Window(some[0], some[-1]))


def _open_days(client: Client, counter: str, window: Window) -> set[date]:
    """The days that are not over where the counter is; it is asked where that is only when they may not be."""
    now = datetime.now(UTC)
    if window.last_day < (now - LATEST_ZONE).date():
        return set()
    where = "yandex_metrica: a counter"
    answer = client.get(counter)
    expect_fields(where, [answer], ("counter",))
    expect_fields(where, [answer["counter"]], ("time_zone_name",))
    try:
        today = now.astimezone(ZoneInfo(str(answer["counter"]["time_zone_name"]))).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SourceChanged(f"{where} is in a time zone that we don't know.") from None
    return {day for day in window.days() if day >= today}


def _read(client: Client, account: Account, counter: str, window: Window) -> Iterator[list[Row]]:
    """The visits of a window; one that Metrica cannot prepare at once is asked for in halves."""
    params = {"date1": str(window.first_day), "date2": str(window.last_day), "source": "visits", "fields": FIELDS}
    report = Report(
        name=f"yandex_metrica/{account.account}/visits/{window.first_day}/{window.last_day}/{content_of(params)}",
        submit=lambda: _submit(client, counter, params),
        is_done=lambda request_id: _is_done(client, counter, request_id),
    )
    try:
        # One that was ordered already counts against the quota itself.
        if report.ordered() is None:
            _evaluate(client, counter, params)
        request_id = finished_report(report, client.pause)
    except TooMuch as too_much:
        days = (window.last_day - window.first_day).days
        if days == 0:
            raise RetryLater(
                f"yandex_metrica: Metrica cannot prepare the log of {window.first_day}: {too_much} "
                "Clean prepared logs that nobody needs.",
                after=timedelta(hours=1),
            ) from None
        middle = window.first_day + timedelta(days=days // 2)
        yield from _read(client, account, counter, Window(window.first_day, middle))
        yield from _read(client, account, counter, Window(middle + timedelta(days=1), window.last_day))
        return
    except Restart as cleaned:
        raise RetryLater(f"yandex_metrica: {cleaned}") from None
    try:
        yield from _parts(client, counter, request_id)
    except Restart as cleaned:
        raise RetryLater(f"yandex_metrica: {cleaned}") from None
    finally:
        # Prepared logs share 10 GB per counter, whether they were read or not.
        report.forget()
        _clean(client, counter, request_id)


def _evaluate(client: Client, counter: str, params: dict[str, str]) -> None:
    """Ask whether the log may be prepared; ``TooMuch`` where it may not."""
    answer = client.get(f"{counter}/logrequests/evaluate", params)
    expect_fields("yandex_metrica: an evaluation", [answer], ("log_request_evaluation",))
    if not object_in(answer, "log_request_evaluation").get("possible"):
        raise TooMuch("the counter's quota has no room for it.")


def _submit(client: Client, counter: str, params: dict[str, str]) -> str:
    return id_in(_log_request(client.post_json(f"{counter}/logrequests", None, params)), "request_id")


def _is_done(client: Client, counter: str, request_id: str) -> bool:
    status = _log_request(client.get(f"{counter}/logrequest/{request_id}")).get("status")
    if status in FAILED:
        _clean(client, counter, request_id)
        raise TooMuch(f"the log ended as {status!r}.")
    if status in CLEANED:
        raise Restart("the prepared log was cleaned before it was read. Ask again later.")
    if status not in ("processed", *WAITING):
        raise SourceChanged(f"yandex_metrica: a log's status is {status!r}, which we don't know.")
    return bool(status == "processed")


def _parts(client: Client, counter: str, request_id: str) -> Iterator[list[Row]]:
    """The rows of every part of a prepared log."""
    request = _log_request(client.get(f"{counter}/logrequest/{request_id}"))
    if request.get("parts") is None:
        raise SourceChanged("yandex_metrica: a prepared log has no list 'parts'.")
    for number in [id_in(part, "part_number") for part in objects_in(request, "parts")]:
        with client.stream("GET", f"{counter}/logrequest/{request_id}/part/{number}/download") as body:
            yield from _rows(body)


def _rows(body: IO[bytes]) -> Iterator[list[Row]]:
    """A part's rows, a page at a time."""
    header = body.readline().decode(errors="replace").rstrip("\n").split("\t")
    missing = [field.name for field in VISIT.values() if field.name not in header]
    if missing:
        raise SourceChanged(f"yandex_metrica: the log has no {', '.join(missing)}; it has {header[:40]}.")
    page: list[Row] = []
    for line in body:
        page.append(_visit(header, line.decode(errors="replace").rstrip("\n")))
        if len(page) == ROWS_PER_PAGE:
            yield page
            page = []
    if page:
        yield page


def _visit(header: list[str], line: str) -> Row:
    cells = [_unescaped(cell) for cell in line.split("\t")]
    visit = dict(zip(header, cells, strict=False))
    utc = visit.get("ym:s:dateTimeUTC")
    row = {
        **picked(visit, VISIT),
        # The name says UTC, the documentation says Moscow, which is three hours ahead all year.
        "started_at": f"{utc}+03:00" if utc else None,
        "_payload": visit,
    }
    if len(cells) != len(header):
        row["_reject_reason"] = f"the line has {len(cells)} cells where the first line names {len(header)}"
    return row


def _unescaped(cell: str) -> str | None:
    if cell in ("", "\\N"):
        return None
    return ESCAPE.sub(lambda escape: ESCAPED.get(escape[1], escape[1]), cell) if "\\" in cell else cell


def _clean(client: Client, counter: str, request_id: str) -> None:
    """Give the space of a prepared log back. What was read is good even where this fails."""
    try:
        client.post_json(f"{counter}/logrequest/{request_id}/clean", None)
    except ExtractError as error:
        log.warning("yandex_metrica: the prepared log %s could not be cleaned: %s", request_id, error)


def _log_request(answer: Any) -> dict[str, Any]:
    expect_fields("yandex_metrica: a log", [answer], ("log_request",))
    request: dict[str, Any] = answer["log_request"]
    expect_fields("yandex_metrica: a log", [request], ("request_id", "status"))
    return request


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the OAuth token."""
    return HttpClient(
        connection.base_url,
        name=f"yandex_metrica/{account.account}",
        auth=StaticHeader("Authorization", "OAuth {}", connection.password),
        classify=classify,
        rates=rates_of(account, Rate(10, Duration.SECOND)),
        secrets=connection.secrets(),
        read_timeout=600,
    )


YANDEX_METRICA = Source(
    name="yandex_metrica",
    kind="visits",
    base_url="https://api-metrika.yandex.net",
    docs="https://yandex.com/dev/metrika/en/logs/",
    settings={"password": "oauth.yandex.ru: token of an application with the right metrika:read"},
    connect=connect,
    tables=(
        Table(
            name="visits",
            grain="day",
            # The number of a visit is its own within a year only.
            key=("visited_day", "visit_id"),
            day="visited_day",
            required=("started_at",),
            restated_days=4,
            columns=columns_of(VISIT),
            read=read_visits,
        ),
    ),
)
