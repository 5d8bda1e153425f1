"""Yandex Direct: what ads cost by day, down to the phrase, the network and the device, and what was searched for.

API: https://yandex.com/dev/direct/doc/reports/ (v501, which also holds unified campaigns; an option of the account).
Yandex makes a report in the background: the same request is sent again until the report comes. Days are those of
Moscow. Filtered clicks and conversions change the last 30 days. Money is without VAT, as with the other platforms.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.fields import Fields, columns_of, expect_fields, picked
from extractors.http.auth import Auth, BearerToken
from extractors.http.bodies import NotWhole
from extractors.http.client import Gone, HttpClient, TooMuch
from extractors.http.limits import rates_of
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import rows_of
from extractors.http.reports import LONGEST_PAUSE, Report, content_of, finished_report
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.sources.yandex_direct.columns import CLIENT, CRITERIA, NUMBERS, SEARCH_TERMS, Kind
from extractors.sources.yandex_direct.errors import classify

VERSION = "v501"
TOKEN_URL = "https://oauth.yandex.ru/token"
YEAR_SECONDS = 365 * 86400.0
MOST_ROWS = 1_000_000
ROWS_PER_PAGE = 2_000
MOST_GOALS = 10
ATTRIBUTION = "AUTO"

HEADERS = {
    "Accept-Language": "en",
    "processingMode": "auto",
    "returnMoneyInMicros": "true",
    "skipReportHeader": "true",
    "skipColumnHeader": "false",
    "skipReportSummary": "true",
}


def read_client(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the client itself: the currency of its money."""
    where = "yandex_direct: client"
    body = {"method": "get", "params": {"FieldNames": ["Login", "Currency", "ClientInfo"]}}
    answer = client.post_json("/json/v5/clients", body)
    expect_fields(where, [answer], ("result",))
    clients = rows_of(where, answer["result"], "Clients")
    expect_fields(where, clients, ("Login", "Currency"))
    yield [{**picked(one, CLIENT), "_payload": one} for one in clients]


def read_criterion_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each phrase cost by day."""
    try:
        yield from _days(client, account, window, CRITERIA)
    except Gone as refused:
        raise FixSettings(str(refused)) from refused


def read_search_term_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what was searched for where an ad was shown on a page of results.

    Yandex tells it of the last 180 days. What was read of older days in time stays landed.
    """
    yield from _kept_days(client, account, window)
    if client.gone.issuperset(window.days()):
        raise SkipAccount(
            f"yandex_direct, account {account.account}: Yandex tells searches of 180 days; {window.last_day} is older. "
            "Those landed before are left as they are; ask for later days."
        )


def _kept_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """The days of the window that Yandex still tells the searches of; the others are gone."""
    try:
        yield from _days(client, account, window, SEARCH_TERMS)
    except Gone:
        halves = _halves(window)
        if not halves:
            client.gone.add(window.first_day)
        for half in halves:
            yield from _kept_days(client, account, half)


def _days(client: Client, account: Account, window: Window, kind: Kind) -> Iterator[list[Row]]:
    """The window's rows; a window that Yandex cannot report at once is asked for in halves."""
    try:
        yield from _report(client, account, window, kind)
    except TooMuch:
        halves = _halves(window)
        if not halves:
            raise RetryLater(f"yandex_direct: Yandex cannot make the report of {window.first_day} now.") from None
        for half in halves:
            yield from _days(client, account, half, kind)


def _halves(window: Window) -> list[Window]:
    """The window in two; nothing of a single day."""
    days = (window.last_day - window.first_day).days
    middle = window.first_day + timedelta(days=days // 2)
    return [Window(window.first_day, middle), Window(middle + timedelta(days=1), window.last_day)] if days else []


def _report(client: Client, account: Account, window: Window, kind: Kind) -> Iterator[list[Row]]:
    params = _params(account, window, kind)
    content = content_of(params)
    path = f"/json/{account.options.get('api_version', VERSION)}/reports"
    with ExitStack() as opened:
        bodies: list[IO[bytes]] = []

        def is_done(name: str) -> bool:
            named = {"params": {**params, "ReportName": name}}
            body = opened.enter_context(client.stream("POST", path, named, lambda body: _expect_whole(client, body)))
            if _is_empty(body):
                client.pause(min(_retry_in(client) or 0.0, LONGEST_PAUSE))
                return False
            bodies.append(body)
            return True

        report = Report(
            name=f"yandex_direct/{account.account}/{content}",
            # The name is all that tells two reports apart: one used before would bring the numbers of then.
            submit=lambda: f"{account.account} {window.first_day} {window.last_day} {content} {uuid.uuid4().hex[:8]}",
            is_done=is_done,
            # Yandex says itself when to ask again; nothing is added to that.
            pauses=(0.0, 0.0),
        )
        finished_report(report, sleep=client.pause)
        yield from _rows(f"yandex_direct: report of {window.first_day} to {window.last_day}", bodies[-1], account, kind)
        report.forget()


def _params(account: Account, window: Window, kind: Kind) -> dict[str, Any]:
    goals = _goals(account)
    return {
        "SelectionCriteria": {"DateFrom": str(window.first_day), "DateTo": str(window.last_day)},
        "FieldNames": [field.name for field in kind.fields.values()],
        "ReportType": kind.request,
        "DateRangeType": "CUSTOM_DATE",
        "Format": "TSV",
        "IncludeVAT": "YES" if account.options.get("include_vat") is True else "NO",
        "Page": {"Limit": MOST_ROWS},
        "OrderBy": [{"Field": "Date"}],
        **({"Goals": goals, "AttributionModels": [ATTRIBUTION]} if goals else {}),
    }


def _goals(account: Account) -> list[str]:
    """The goals whose conversions count; none for all of them."""
    goals = account.options.get("goals") or []
    if not isinstance(goals, list) or len(goals) > MOST_GOALS or not all(str(goal).isdecimal() for goal in goals):
        raise FixSettings(
            f"yandex_direct, account {account.account}: the option goals must be at most {MOST_GOALS} numbers of goals."
        )
    return [str(goal) for goal in goals]


def _expect_whole(client: Client, body: IO[bytes]) -> None:
    """Refuse a report that broke off. An empty body says that the report is being made, and when to ask again."""
    if _is_empty(body):
        if _retry_in(client) is None:
            raise NotWhole("the answer is empty")
        return
    body.seek(-1, 2)
    if body.read() != b"\n":
        raise NotWhole("the report broke off")


def _is_empty(body: IO[bytes]) -> bool:
    is_empty = not body.read(1)
    body.seek(0)
    return is_empty


def _retry_in(client: Client) -> float | None:
    text = client.last_headers.get("retryIn", "").strip()
    return float(text) if text.isdecimal() else None


def _rows(where: str, body: IO[bytes], account: Account, kind: Kind) -> Iterator[list[Row]]:
    """The rows of a report. Nothing is quoted in it: a line ends at a line feed, a value at a tab."""
    header = body.readline().decode(errors="replace").rstrip("\n").split("\t")
    of_goals = [f"Conversions_{goal}_{ATTRIBUTION}" for goal in _goals(account)]
    wanted = [field.name for field in kind.fields.values() if not of_goals or field.name != "Conversions"] + of_goals
    if header != wanted:
        raise SourceChanged(f"{where}: its columns are {header} where {wanted} were asked for.")
    start = body.tell()
    if sum(1 for _ in body) >= MOST_ROWS:
        raise TooMuch(f"{where}: it has as many rows as a report may have, so some are missing.")
    body.seek(start)
    while lines := list(islice(body, ROWS_PER_PAGE)):
        yield [_row(where, header, line, kind.fields, of_goals) for line in lines]


def _row(where: str, header: list[str], line: bytes, fields: Fields, of_goals: list[str]) -> Row:
    values = line.decode(errors="replace").rstrip("\n").split("\t")
    if len(values) != len(header):
        raise SourceChanged(f"{where}: a line has {len(values)} values where {len(header)} were asked for.")
    # Two dashes stand where there is nothing to tell.
    record = {name: None if value == "--" else value for name, value in zip(header, values, strict=True)}
    row = picked(record, fields)
    if of_goals:
        row["conversions"] = _sum([record[goal] for goal in of_goals])
    return {**row, "_payload": record}


def _sum(values: list[str | None]) -> Any:
    """The sum of what goals brought; a value that is no number stays, and becomes a reject."""
    numbers = [value for value in values if value is not None]
    try:
        return sum((Decimal(number) for number in numbers), Decimal(0))
    except ArithmeticError:
        return " ".join(numbers)


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the token, or renews the one of an application; an agency names its client."""
    if not connection.password:
        raise FixSettings(f"yandex_direct, account {account.account}: the connection has no token (password).")
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = RotatingOAuthRefresh(
            token_url=connection.extra.get("token_url", TOKEN_URL),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            store=TokenStore(f"yandex_direct/{account.account}"),
            usual_lifetime=YEAR_SECONDS,
        )
    headers = dict(HEADERS)
    if account.options.get("client_login"):
        headers["Client-Login"] = str(account.options["client_login"])
    if account.options.get("use_operator_units") is True:
        headers["Use-Operator-Units"] = "true"
    return HttpClient(
        connection.base_url,
        name=f"yandex_direct/{account.account}",
        auth=auth,
        classify=classify,
        # 20 requests in ten seconds are allowed.
        rates=rates_of(account, Rate(20, 10 * Duration.SECOND)),
        headers=headers,
        secrets=connection.secrets(),
        read_timeout=600,
    )


YANDEX_DIRECT = Source(
    name="yandex_direct",
    kind="ads",
    base_url="https://api.direct.yandex.com",
    docs="https://yandex.com/dev/direct/doc/reports/",
    settings={
        "password": "OAuth token of an application that Direct has approved; with login: its refresh token",
        "login": "oauth.yandex.ru > the application > ClientID; only with a refresh token",
        "extra.client_secret": "the same page: Client secret",
    },
    connect=connect,
    tables=(
        Table("client", grain="snapshot", key=("login",), columns=columns_of(CLIENT), read=read_client),
        Table(
            name="criterion_days",
            grain="day",
            # All that divides the rows of a report: what is not known of one must not make two of them one.
            key=tuple(column for column in CRITERIA.fields if column not in NUMBERS),
            day="day",
            required=("campaign_id", "cost_micros"),
            has_empty_keys=True,
            restated_days=30,
            columns=columns_of(CRITERIA.fields),
            read=read_criterion_days,
        ),
        Table(
            name="search_term_days",
            grain="day",
            key=tuple(column for column in SEARCH_TERMS.fields if column not in NUMBERS),
            day="day",
            required=("campaign_id", "cost_micros"),
            has_empty_keys=True,
            restated_days=30,
            columns=columns_of(SEARCH_TERMS.fields),
            read=read_search_term_days,
        ),
    ),
)
