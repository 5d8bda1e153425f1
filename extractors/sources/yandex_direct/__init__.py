"""Yandex Direct: what ads cost by day, down to the phrase, the network and the device.

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

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Field, Fields, columns_of, expect_fields, picked
from extractors.http.auth import Auth, BearerToken
from extractors.http.bodies import NotWhole
from extractors.http.client import Answer, HttpClient, TooMuch, Verdict
from extractors.http.limits import rates_of
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import rows_of
from extractors.http.reports import LONGEST_PAUSE, Report, content_of, finished_report
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.redaction import short

VERSION = "v501"
TOKEN_URL = "https://oauth.yandex.ru/token"
YEAR_SECONDS = 365 * 86400.0
MOST_ROWS = 1_000_000
ROWS_PER_PAGE = 2_000
MOST_GOALS = 10
ATTRIBUTION = "AUTO"
QUEUE_SECONDS = 10.0
"""How long to wait for a connection to become free."""

CLIENT: Fields = {"login": Field("Login"), "currency": Field("Currency"), "client_info": Field("ClientInfo")}
CRITERION_DAY: Fields = {
    "day": Field("Date", "date"),
    "campaign_id": Field("CampaignId"),
    "campaign_name": Field("CampaignName"),
    "ad_group_id": Field("AdGroupId"),
    "ad_group_name": Field("AdGroupName"),
    "criterion_id": Field("CriterionId"),
    "criterion": Field("Criterion"),
    "criterion_type": Field("CriterionType"),
    "ad_network_type": Field("AdNetworkType"),
    "device": Field("Device"),
    "impressions": Field("Impressions", "integer"),
    "clicks": Field("Clicks", "integer"),
    # Millionths of the account's currency.
    "cost_micros": Field("Cost", "integer"),
    "conversions": Field("Conversions", "decimal"),
}
NUMBERS = ("impressions", "clicks", "cost_micros", "conversions")
HEADERS = {
    "Accept-Language": "en",
    "processingMode": "auto",
    "returnMoneyInMicros": "true",
    "skipReportHeader": "true",
    "skipColumnHeader": "false",
    "skipReportSummary": "true",
}

REFUSED = {
    54: "perhaps the token may not read this client",
    58: "the application is not registered, or Yandex has not approved it yet",
    513: "the login is not connected to Direct",
}


def classify(answer: Answer) -> Verdict | None:
    """Yandex's own rules: errors have numbers, and its other services tell them with status 200."""
    if answer.status == 502 and answer.url.endswith("/reports"):
        return Verdict("shrink", "the report takes Yandex too long")
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return None
    text = str(error.get("error_code"))
    code = int(text) if text.isdecimal() else 0
    named = f"code {text}"
    if code == 53:
        return Verdict("refresh_auth", f"the token is not valid any more ({named})")
    if code == 152:
        return Verdict("defer", f"the units are used up, and come back within an hour ({named})")
    if code in (56, 506):
        return Verdict("wait", f"too many connections at once ({named})", after=QUEUE_SECONDS)
    if code == 9000:
        return Verdict("wait", f"too many reports are queued ({named})", after=3 * QUEUE_SECONDS)
    if code in (52, 1000, 1001, 1002):
        return Verdict("transient", f"Yandex has a fault of its own ({named})")
    if answer.status >= 500:
        return Verdict("transient", named)
    told = (error.get("error_string"), error.get("error_detail"))
    said = " / ".join(dict.fromkeys(short(one) for one in told if one)) or "no message"
    cure = f"; {REFUSED[code]}" if code in REFUSED else ""
    return Verdict("fix_settings", f"Yandex refused the request: {said}{cure} ({named})")


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
    """Yield what each phrase cost by day; a window that Yandex cannot report at once is asked for in halves."""
    try:
        yield from _report(client, account, window)
    except TooMuch:
        days = (window.last_day - window.first_day).days
        if days == 0:
            raise RetryLater(f"yandex_direct: Yandex cannot make the report of {window.first_day} now.") from None
        middle = window.first_day + timedelta(days=days // 2)
        yield from read_criterion_days(client, account, Window(window.first_day, middle))
        yield from read_criterion_days(client, account, Window(middle + timedelta(days=1), window.last_day))


def _report(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    params = _params(account, window)
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
        yield from _rows(f"yandex_direct: report of {window.first_day} to {window.last_day}", bodies[-1], account)
        report.forget()


def _params(account: Account, window: Window) -> dict[str, Any]:
    goals = _goals(account)
    return {
        "SelectionCriteria": {"DateFrom": str(window.first_day), "DateTo": str(window.last_day)},
        "FieldNames": [field.name for field in CRITERION_DAY.values()],
        "ReportType": "CUSTOM_REPORT",
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


def _rows(where: str, body: IO[bytes], account: Account) -> Iterator[list[Row]]:
    """The rows of a report. Nothing is quoted in it: a line ends at a line feed, a value at a tab."""
    header = body.readline().decode(errors="replace").rstrip("\n").split("\t")
    of_goals = [f"Conversions_{goal}_{ATTRIBUTION}" for goal in _goals(account)]
    wanted = [field.name for field in CRITERION_DAY.values() if not of_goals or field.name != "Conversions"] + of_goals
    if header != wanted:
        raise SourceChanged(f"{where}: its columns are {header} where {wanted} were asked for.")
    start = body.tell()
    if sum(1 for _ in body) >= MOST_ROWS:
        raise TooMuch(f"{where}: it has as many rows as a report may have, so some are missing.")
    body.seek(start)
    while lines := list(islice(body, ROWS_PER_PAGE)):
        yield [_row(where, header, line, of_goals) for line in lines]


def _row(where: str, header: list[str], line: bytes, of_goals: list[str]) -> Row:
    values = line.decode(errors="replace").rstrip("\n").split("\t")
    if len(values) != len(header):
        raise SourceChanged(f"{where}: a line has {len(values)} values where {len(header)} were asked for.")
    # Two dashes stand where there is nothing to tell.
    record = {name: None if value == "--" else value for name, value in zip(header, values, strict=True)}
    row = picked(record, CRITERION_DAY)
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
            key=tuple(column for column in CRITERION_DAY if column not in NUMBERS),
            day="day",
            required=("campaign_id", "cost_micros"),
            has_empty_keys=True,
            restated_days=30,
            columns=columns_of(CRITERION_DAY),
            read=read_criterion_days,
        ),
    ),
)
