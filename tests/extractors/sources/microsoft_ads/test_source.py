"""Microsoft Advertising: reports made in the background, their files on another host, and what errors mean."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.http.tokens import TokenStore
from extractors.model import Account, Connection, Row, Window
from extractors.run import land_table
from extractors.settings import state_dir
from extractors.sources.microsoft_ads import MICROSOFT_ADS, TIME_ZONE
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, fixture, landed_rows, recorded, sleeps

SUBMIT = "POST /Reporting/v13/GenerateReport/Submit"
POLL = "POST /Reporting/v13/GenerateReport/Poll"
FILE = "/reports/30000012345.zip"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
OPTIONS = {"customer_id": "5001"}


def account(**options: Any) -> Account:
    return Account("microsoft_ads", "900100", "microsoft_ads", brand="nordhaus", options={**OPTIONS, **options})


def connection(vendor: Vendor) -> Connection:
    if not vendor._answers.get("POST /token"):
        vendor.answers("POST /token", recorded("microsoft_ads/token"))
    extra = {"developer_token": "developer-1", "token_url": f"{vendor.url}/token"}
    return Connection(vendor.url, login="client-1", password=SECRET, extra=extra)


def read(
    vendor: Vendor, table: str, window: Window = TWO_DAYS, waits: list[float] | None = None, **options: Any
) -> list[Row]:
    client = MICROSOFT_ADS.connect(connection(vendor), account(**options))
    sleeps(client, (waits if waits is not None else []).append)
    pages = MICROSOFT_ADS.table(table).read(client, account(**options), window)
    return [row for page in pages for row in page]


def zipped(name: str, times: int = 1) -> Reply:
    """The archive that Microsoft makes of a recorded CSV file: with a byte order mark before it."""
    text = fixture(f"microsoft_ads/{name}.csv").read_bytes()
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(times):
            archive.writestr(f"30000012345_{number}.csv", b"\xef\xbb\xbf" + text)
    return Reply(body.getvalue(), media_type="application/x-zip-compressed")


def done(vendor: Vendor) -> Reply:
    """A finished report, whose address is signed anew each time."""
    number = len(vendor.asked("/Reporting/v13/GenerateReport/Poll"))
    state = {"Status": "Success", "ReportDownloadUrl": f"{vendor.url}{FILE}?sv=2025&sig=signature%2F{number}"}
    return Reply(json.dumps({"ReportRequestStatus": state}).encode())


def finishes(vendor: Vendor, *files: Reply) -> None:
    """Every report is finished at once, and its file answers so."""
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, lambda request: done(vendor))
    vendor.answers(f"GET {FILE}", *files)


@pytest.mark.meets("last_page")
def test_every_row_of_the_report_is_read_as_it_was_written(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__three_rows"))

    first, paused, last = read(vendor, "campaign_days")

    assert (first["campaign_name"], first["network"]) == ('Roofing, "Dach"', "Bing and Yahoo! search")
    assert (first["spend"], first["impressions"], first["currency_code"]) == ("23.45", "1310", "EUR")
    assert (paused["campaign_name"], paused["conversions"], paused["revenue"]) == ("Zäune", None, None)
    assert (last["day"], last["campaign_id"], last["spend"]) == ("2026-03-11", "700200", "3.10")


def test_money_lands_exactly(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__three_rows"))

    landed = land_table(MICROSOFT_ADS, account(), "campaign_days", TWO_DAYS, connection(vendor))

    assert (landed.rows, landed.rejects) == (3, 0)
    assert sum(row["spend"] for row in landed_rows(MICROSOFT_ADS, "campaign_days")) == Decimal("26.55")


@pytest.mark.parametrize(
    ("table", "file", "request_type", "rows"),
    [
        ("ad_group_days", "ad_group_days__one_row", "AdGroupPerformanceReportRequest", 1),
        ("keyword_days", "keyword_days__two_matches", "KeywordPerformanceReportRequest", 2),
        ("search_term_days", "search_term_days__two_terms", "SearchQueryPerformanceReportRequest", 2),
    ],
)
def test_every_table_has_its_report_and_no_row_hides_another(
    vendor: Vendor, table: str, file: str, request_type: str, rows: int
) -> None:
    finishes(vendor, zipped(file))

    landed = land_table(MICROSOFT_ADS, account(), table, ONE_DAY, connection(vendor))

    assert (landed.rows, landed.rejects, landed.duplicates) == (rows, 0, 0)
    assert vendor.asked(SUBMIT.split()[1])[0].json["ReportRequest"]["Type"] == request_type


def test_the_report_asks_for_the_days_and_ids_go_as_text(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__no_rows"))

    assert read(vendor, "campaign_days", report_time_zone="AmsterdamBerlinBernRomeStockholmVienna") == []

    order = vendor.asked(SUBMIT.split()[1])[0]
    asked = order.json["ReportRequest"]
    assert asked["Scope"] == {"AccountIds": ["900100"]}
    assert asked["Time"]["CustomDateRangeStart"] == {"Day": 10, "Month": 3, "Year": 2026}
    assert asked["Time"]["CustomDateRangeEnd"] == {"Day": 11, "Month": 3, "Year": 2026}
    assert asked["Time"]["ReportTimeZone"] == "AmsterdamBerlinBernRomeStockholmVienna"
    assert (asked["Format"], asked["FormatVersion"], asked["Aggregation"]) == ("Csv", "2.0", "Daily")
    assert (order.headers["customerid"], order.headers["customeraccountid"]) == ("5001", "900100")
    assert (order.headers["developertoken"], order.headers["authorization"]) == ("developer-1", "Bearer access-1")


@pytest.mark.meets("empty_answer")
def test_a_report_without_rows_has_no_address(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, recorded("microsoft_ads/report__no_rows"))

    assert read(vendor, "campaign_days") == []
    assert not list(state_dir().glob("*.json"))


def test_a_pending_report_is_looked_at_every_5_to_30_seconds(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    pending = recorded("microsoft_ads/report__pending")
    vendor.answers(POLL, pending, pending, pending, pending, pending, recorded("microsoft_ads/report__no_rows"))
    waits: list[float] = []

    read(vendor, "campaign_days", waits=waits)

    assert waits == [5, 10, 20, 30, 30]
    assert {one.json["ReportRequestId"] for one in vendor.asked(POLL.split()[1])} == {"30000012345"}


def test_the_file_is_fetched_without_any_proof(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__three_rows"))

    read(vendor, "campaign_days")

    (fetched,) = vendor.asked(FILE)
    assert fetched.query["sig"].startswith("signature/")
    assert not {"authorization", "developertoken", "customerid"} & set(fetched.headers)


@pytest.mark.parametrize("status", [403, 404])
def test_an_address_that_ended_is_asked_for_anew(vendor: Vendor, status: int) -> None:
    finishes(
        vendor, Reply(b"<Error><Code>AuthenticationFailed</Code></Error>", status), zipped("campaign_days__no_rows")
    )

    assert read(vendor, "campaign_days") == []

    first, second = vendor.asked(FILE)
    assert first.query["sig"] != second.query["sig"]


@pytest.mark.meets("cut_body")
def test_a_file_that_broke_off_is_fetched_again(vendor: Vendor) -> None:
    whole = zipped("campaign_days__three_rows")
    half = Reply(whole.body[: len(whole.body) // 2])
    cut = Reply(whole.body, is_cut=True)
    # One bit of what is packed; the list at the archive's end stays whole.
    place = whole.body.index(b".csv") + 30
    damaged = Reply(whole.body[:place] + bytes([whole.body[place] ^ 1]) + whole.body[place + 1 :])
    finishes(vendor, half, cut, damaged, whole)

    assert len(read(vendor, "campaign_days")) == 3
    assert len(vendor.asked(FILE)) == 4


@pytest.mark.meets("transient_5xx")
def test_a_file_that_never_arrives_is_left_for_later_and_its_report_is_kept(vendor: Vendor) -> None:
    finishes(vendor, Reply(b"", 503))

    with pytest.raises(RetryLater, match="30000012345") as failed:
        read(vendor, "campaign_days")

    assert "signature" not in str(failed.value)
    assert len(list(state_dir().glob("*.json"))) == 1


@pytest.mark.parametrize(("zone", "orders"), [(TIME_ZONE, 1), ("AmsterdamBerlinBernRomeStockholmVienna", 2)])
def test_a_task_that_broke_off_finds_the_report_that_it_ordered_and_no_other(
    vendor: Vendor, zone: str, orders: int
) -> None:
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, *[Reply(b"{}", 500)] * 5, lambda request: done(vendor))
    vendor.answers(f"GET {FILE}", zipped("campaign_days__three_rows"))
    with pytest.raises(RetryLater):
        read(vendor, "campaign_days")

    assert len(read(vendor, "campaign_days", report_time_zone=zone)) == 3
    assert len(vendor.asked(SUBMIT.split()[1])) == orders
    assert len(list(state_dir().glob("*.json"))) == orders - 1


def test_a_report_that_is_not_known_any_more_is_ordered_again(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    unknown = recorded("microsoft_ads/error__unknown_report", 400)
    vendor.answers(POLL, unknown, recorded("microsoft_ads/report__no_rows"))

    assert read(vendor, "campaign_days") == []
    assert len(vendor.asked(SUBMIT.split()[1])) == 2


def test_a_failed_report_is_ordered_once_more_and_then_in_halves(vendor: Vendor) -> None:
    failed = recorded("microsoft_ads/report__error")
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, failed, failed, recorded("microsoft_ads/report__no_rows"))

    assert read(vendor, "campaign_days") == []

    times = [one.json["ReportRequest"]["Time"] for one in vendor.asked(SUBMIT.split()[1])]
    days = [(time["CustomDateRangeStart"]["Day"], time["CustomDateRangeEnd"]["Day"]) for time in times]
    assert days == [(10, 11), (10, 11), (10, 10), (11, 11)]


def test_a_day_that_cannot_be_reported_is_left_for_later(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, recorded("microsoft_ads/report__error"))

    with pytest.raises(RetryLater, match="2026-03-10"):
        read(vendor, "campaign_days", ONE_DAY)


def test_what_microsoft_says_of_a_request_is_told_and_not_replaced(vendor: Vendor) -> None:
    said = {"Code": 100, "ErrorCode": "NullRequest", "Message": "'Money' is not a valid column", "Detail": "Columns[3]"}
    vendor.answers(SUBMIT, Reply(json.dumps({"OperationErrors": [said]}).encode(), 400))

    with pytest.raises(FixSettings, match=r"100 NullRequest: 'Money' is not a valid column / Columns\[3\]"):
        read(vendor, "campaign_days")


def test_an_account_that_is_listed_by_its_number_is_told_apart_from_its_id(vendor: Vendor) -> None:
    listed = Account("microsoft_ads", "F118AB2C", "microsoft_ads", brand="nordhaus", options=OPTIONS)

    with pytest.raises(FixSettings, match="named by their id"):
        MICROSOFT_ADS.connect(connection(vendor), listed)


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        ("error__credentials", 401, FixSettings),
        ("error__not_authorized", 400, FixSettings),
        ("error__null_request", 400, FixSettings),
        ("error__invalid_column", 400, FixSettings),
        ("error__invalid_column", 500, FixSettings),
        ("error__call_rate", 429, RetryLater),
        ("error__internal", 500, RetryLater),
        ("error__internal", 400, RetryLater),
    ],
)
def test_every_error_ends_in_its_cure(vendor: Vendor, answer: str, status: int, cure: type[ExtractError]) -> None:
    vendor.answers(SUBMIT, recorded(f"microsoft_ads/{answer}", status))

    with pytest.raises(cure):
        read(vendor, "campaign_days")


@pytest.mark.meets("rate_limit")
@pytest.mark.parametrize("answer", ["error__call_rate", "error__concurrent", "error__report_limit"])
def test_whoever_asks_too_often_waits_a_minute(vendor: Vendor, answer: str) -> None:
    busy, ordered = recorded(f"microsoft_ads/{answer}", 429), recorded("microsoft_ads/report__submitted")
    vendor.answers(SUBMIT, busy, ordered)
    vendor.answers(POLL, recorded("microsoft_ads/report__no_rows"))
    waits: list[float] = []

    assert read(vendor, "campaign_days", waits=waits) == []
    assert waits == [60]


@pytest.mark.meets("expired_auth")
def test_the_newest_refresh_token_is_kept_and_used(vendor: Vendor) -> None:
    expired = recorded("microsoft_ads/error__token_expired", 401)
    vendor.answers(SUBMIT, expired, recorded("microsoft_ads/report__submitted"))
    vendor.answers(POLL, recorded("microsoft_ads/report__no_rows"))
    second = Reply(b'{"access_token":"access-2","expires_in":3600,"refresh_token":"refresh-3"}')
    vendor.answers("POST /token", recorded("microsoft_ads/token"), second)

    assert read(vendor, "campaign_days") == []

    first, renewed = (request.form for request in vendor.asked("/token"))
    assert (first["refresh_token"], renewed["refresh_token"]) == (SECRET, "refresh-2")
    assert "msads.manage" in first["scope"]
    # A native application has no secret, and is refused when it sends one.
    assert "client_secret" not in first
    assert TokenStore("microsoft_ads/900100").read(SECRET).refresh_token == "refresh-3"


def test_consent_that_was_taken_back_is_for_a_person(vendor: Vendor) -> None:
    vendor.answers("POST /token", recorded("microsoft_ads/error__invalid_grant", 400))

    with pytest.raises(FixSettings, match="consent again"):
        read(vendor, "campaign_days")


@pytest.mark.meets("drift")
def test_a_renamed_column_is_named(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__renamed_spend"))

    with pytest.raises(SourceChanged, match="'Spend'"):
        read(vendor, "campaign_days")


def test_an_archive_with_two_files_is_not_ours(vendor: Vendor) -> None:
    finishes(vendor, zipped("campaign_days__three_rows", times=2))

    with pytest.raises(SourceChanged, match="2 files"):
        read(vendor, "campaign_days")


def test_what_the_connection_lacks_is_named(vendor: Vendor) -> None:
    bare = Connection(vendor.url, login="client-1", password=SECRET)
    with pytest.raises(FixSettings, match="developer_token") as lacking:
        MICROSOFT_ADS.connect(bare, Account("microsoft_ads", "900100", "microsoft_ads", brand="nordhaus"))
    assert "customer_id" in str(lacking.value)
