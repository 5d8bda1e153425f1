"""Microsoft Advertising: what campaigns, ad groups, keywords and searches cost by day, by reports made in background.

API: https://learn.microsoft.com/advertising/guides/ (v13, REST; the SOAP one ends in January 2027). Conversions grow
for weeks: the last 30 days are read again. There is no report of single clicks: who wants keyword or campaign of a
click puts them into the ad's final URL.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import IO, Any
from urllib.parse import urlsplit

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Fields, columns_of, expect_fields, picked
from extractors.http.answers import Answer, Restart, TooMuch, Verdict
from extractors.http.auth import NoAuth
from extractors.http.bodies import NotWhole
from extractors.http.client import HttpClient
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.reports import Report, content_of, finished_report
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.redaction import safe_logger
from extractors.sources.microsoft_ads.columns import AD_GROUP_DAY, CAMPAIGN_DAY, KEYWORD_DAY, SEARCH_TERM_DAY
from extractors.sources.microsoft_ads.errors import classify

log = safe_logger(__name__)

SUBMIT = "/Reporting/v13/GenerateReport/Submit"
POLL = "/Reporting/v13/GenerateReport/Poll"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://ads.microsoft.com/msads.manage offline_access"
# The day of a row is a day of this zone; a zone goes by the long list of its cities.
TIME_ZONE = "GreenwichMeanTimeDublinEdinburghLisbonLondon"
ROWS_PER_PAGE = 2_000
ACCOUNT_NUMBER = re.compile(r"[A-Z]\d{3}[A-Z0-9]{4}")
SEGMENTS = ("network", "device_type")
KEYWORD_KEY = ("ad_group_id", "keyword_id", "bid_match_type", "delivered_match_type")
PAUSES = (5.0, 30.0)
"""The first and the longest pause between two looks at a report, in seconds."""
DOWNLOADS = 3
"""How often a report's file is asked for, each time at an address of its own."""


@dataclass(frozen=True)
class Kind:
    """A kind of report: our table, Microsoft's name for it, and its columns."""

    table: str
    request: str
    fields: Fields

    def read(self, client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        """Yield the window's rows; a window that Microsoft cannot report at once is asked for in halves."""
        try:
            request = _request(account, window, self)
            days = f"{window.first_day}/{window.last_day}"
            report = Report(
                name=f"microsoft_ads/{account.account}/{self.table}/{days}/{content_of(request)}",
                submit=lambda: _submit(client, request),
                is_done=lambda report_id: _address(client, report_id) is not None,
                pauses=PAUSES,
            )
            report_id = finished_report(report, sleep=client.pause)
            yield from _rows(client, report_id, self)
            report.forget()
        except TooMuch:
            length = (window.last_day - window.first_day).days
            if length == 0:
                raise RetryLater(f"microsoft_ads: the report of {window.first_day} cannot be made now.") from None
            middle = window.first_day + timedelta(days=length // 2)
            yield from self.read(client, account, Window(window.first_day, middle))
            yield from self.read(client, account, Window(middle + timedelta(days=1), window.last_day))


def _request(account: Account, window: Window, kind: Kind) -> dict[str, Any]:
    return {
        "Type": kind.request,
        "ReportName": kind.table,
        "Format": "Csv",
        # The first version writes thousands separators.
        "FormatVersion": "2.0",
        "ExcludeReportHeader": True,
        "ExcludeReportFooter": True,
        "ExcludeColumnHeaders": False,
        "ReturnOnlyCompleteData": False,
        "Aggregation": "Daily",
        "Columns": [field.name for field in kind.fields.values()],
        "Scope": {"AccountIds": [account.account]},
        "Time": {
            "CustomDateRangeStart": _parts(window.first_day),
            "CustomDateRangeEnd": _parts(window.last_day),
            "ReportTimeZone": str(account.options.get("report_time_zone", TIME_ZONE)),
        },
    }


def _submit(client: Client, request: dict[str, Any]) -> str:
    answer = client.post_json(SUBMIT, {"ReportRequest": request})
    expect_fields("microsoft_ads: a new report", [answer], ("ReportRequestId",))
    return str(answer["ReportRequestId"])


def _parts(day: date) -> dict[str, int]:
    return {"Day": day.day, "Month": day.month, "Year": day.year}


def _address(client: Client, report_id: str) -> str | None:
    """Where the finished report lies; empty when it has no rows, None while it is being made.

    A report that failed is ``TooMuch``: a smaller one may succeed.
    """
    answer = client.post_json(POLL, {"ReportRequestId": report_id})
    expect_fields("microsoft_ads: a report's state", [answer], ("ReportRequestStatus",))
    state = answer["ReportRequestStatus"]
    expect_fields("microsoft_ads: a report's state", [state], ("Status",))
    if state["Status"] == "Pending":
        return None
    if state["Status"] == "Success":
        return str(state.get("ReportDownloadUrl") or "")
    if state["Status"] == "Error":
        raise TooMuch("microsoft_ads: the report ended with an error.")
    raise SourceChanged(f"microsoft_ads: a report is {state['Status']!r}, which is no state that we know.")


def _rows(client: Client, report_id: str, kind: Kind) -> Iterator[list[Row]]:
    with ExitStack() as opened:
        body = _downloaded(client, report_id, opened)
        if body is not None:
            yield from _lines(body, kind)


def _downloaded(client: Client, report_id: str, opened: ExitStack) -> IO[bytes] | None:
    """The file of a finished report; None when it has no rows.

    An address is good for minutes only, and its host is often not to be reached: each try has a new one.
    """
    for _ in range(DOWNLOADS):
        address = _address(client, report_id)
        if address == "":
            return None
        if address is None:
            continue
        store = _file_store(client, address)
        opened.callback(store.close)
        try:
            return opened.enter_context(store.stream("GET", address, check=_expect_whole))
        except (Restart, RetryLater) as failed:
            log.info("%s; asking for another address", failed)
        finally:
            client.traffic.requests += store.traffic.requests
            client.traffic.retries += store.traffic.retries
    raise RetryLater(f"microsoft_ads: the file of report {report_id} does not arrive. Ask again later.")


def _file_store(client: Client, address: str) -> Client:
    """A client without any proof: the address itself opens the file, and the host is another one."""
    parts = urlsplit(address)
    if parts.scheme != urlsplit(client.base_url).scheme:
        raise SourceChanged(f"microsoft_ads: a report lies at a {parts.scheme!r} address. Has Microsoft changed that?")
    return HttpClient(
        f"{parts.scheme}://{parts.netloc}",
        name=f"{client.name}: report file",
        auth=NoAuth(),
        classify=_classify_file,
        secrets=[value for value in (parts.query, address) if value],
        max_attempts=2,
        sleep=client.pause,
    )


def _classify_file(answer: Answer) -> Verdict | None:
    return Verdict("restart", "the address is not valid any more") if answer.status in (403, 404, 410) else None


def _expect_whole(body: IO[bytes]) -> None:
    """Refuse an archive that broke off or is damaged, before any of its rows is landed."""
    try:
        with zipfile.ZipFile(body) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError):
        damaged = "the archive"
    if damaged is not None:
        raise NotWhole("the report is not a whole ZIP file")


def _lines(body: IO[bytes], kind: Kind) -> Iterator[list[Row]]:
    """The rows of the one CSV file inside the archive."""
    where = f"microsoft_ads: {kind.table}"
    with zipfile.ZipFile(body) as archive:
        members = archive.infolist()
        if len(members) != 1:
            raise SourceChanged(f"{where}: a report holds {len(members)} files where one was expected.")
        with archive.open(members[0]) as file:
            lines = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
            try:
                header = next(lines, [])
                lacking = [field.name for field in kind.fields.values() if field.name not in header]
                if lacking:
                    raise SourceChanged(
                        f"{where}: no column {', '.join(map(repr, lacking))} in the report; it has {header}. "
                        "Has Microsoft renamed it?"
                    )
                rows = (_row(where, header, line, kind.fields) for line in lines if line)
                while page := list(islice(rows, ROWS_PER_PAGE)):
                    yield page
            except (UnicodeDecodeError, csv.Error) as unreadable:
                raise SourceChanged(f"{where}: the report is no CSV in UTF-8 (line {lines.line_num}).") from unreadable


def _row(where: str, header: list[str], line: list[str], fields: Fields) -> Row:
    if len(line) != len(header):
        raise SourceChanged(f"{where}: a row has {len(line)} cells under {len(header)} headings.")
    record = dict(zip(header, line, strict=True))
    # Two dashes stand for nothing.
    filled = {name: value for name, value in record.items() if value not in ("", "--")}
    return {**picked(filled, fields), "_payload": record}


def connect(connection: Connection, account: Account) -> Client:
    """A client that keeps the refresh token of the day and names whose account it reads."""
    token = connection.extra.get("developer_token", "")
    customer = str(account.options.get("customer_id") or "")
    wanted = {
        "login in its connection": connection.login,
        "password in its connection": connection.password,
        "extra.developer_token in its connection": token,
        "customer_id among its options": customer,
    }
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise FixSettings(f"microsoft_ads, account {account.account}: there is no {', no '.join(missing)}.")
    if ACCOUNT_NUMBER.fullmatch(account.account):
        raise FixSettings(
            f"microsoft_ads, account {account.account}: this is the account's number; accounts are named by their id, "
            "the digits behind aid= in the address of the account's page."
        )
    tenant = connection.extra.get("tenant", "common")
    return HttpClient(
        connection.base_url,
        name=f"microsoft_ads/{account.account}",
        auth=RotatingOAuthRefresh(
            token_url=connection.extra.get("token_url") or TOKEN_URL.format(tenant=tenant),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            store=TokenStore(f"microsoft_ads/{account.account}"),
            extra_fields={"scope": SCOPE},
        ),
        classify=classify,
        headers={"DeveloperToken": token, "CustomerId": customer, "CustomerAccountId": account.account},
        secrets=connection.secrets(),
    )


def _table(name: str, request: str, fields: Fields, *key: str) -> Table:
    kind = Kind(name, f"{request}PerformanceReportRequest", fields)
    segments, currency = ([one for one in names if one in fields] for names in (SEGMENTS, ("currency_code",)))
    return Table(
        name=name,
        grain="day",
        key=("day", *key, *segments),
        day="day",
        required=("day", "campaign_id", "spend", *currency),
        has_empty_keys=True,
        restated_days=30,
        columns=columns_of(fields),
        read=kind.read,
    )


MICROSOFT_ADS = Source(
    name="microsoft_ads",
    kind="ads",
    base_url="https://reporting.api.bingads.microsoft.com",
    docs="https://learn.microsoft.com/advertising/guides/",
    settings={
        "login": "Azure portal > App registrations: the application's (client) id",
        "extra.client_secret": "the same page: Certificates & secrets; none for a native application",
        "password": "the refresh token that consent with the scope msads.manage gave",
        "extra.developer_token": "Microsoft Advertising developer portal > Request token",
    },
    connect=connect,
    tables=(
        _table("campaign_days", "Campaign", CAMPAIGN_DAY, "campaign_id"),
        _table("ad_group_days", "AdGroup", AD_GROUP_DAY, "ad_group_id"),
        _table("keyword_days", "Keyword", KEYWORD_DAY, *KEYWORD_KEY),
        _table("search_term_days", "SearchQuery", SEARCH_TERM_DAY, *KEYWORD_KEY, "search_term"),
    ),
)
