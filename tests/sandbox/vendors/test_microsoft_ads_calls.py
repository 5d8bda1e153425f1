"""Microsoft Advertising as the sandbox serves it, call by call."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

SCOPE = "https://ads.microsoft.com/msads.manage offline_access"
REQUEST: dict[str, Any] = {
    "Type": "CampaignPerformanceReportRequest",
    "ReportName": "one",
    "Aggregation": "Daily",
    "Columns": ["TimePeriod", "Spend"],
    "ExcludeReportHeader": True,
    "ExcludeReportFooter": True,
    "Scope": {"AccountIds": ["900100"]},
    "Time": {
        "CustomDateRangeStart": {"Day": 1, "Month": 3, "Year": 2026},
        "CustomDateRangeEnd": {"Day": 2, "Month": 3, "Year": 2026},
    },
}


def give_token(server: Server, refresh_token: str = "microsoft-refresh-1", **changed: str) -> requests.Response:
    fields = {"grant_type": "refresh_token", "client_id": "microsoft-client", "scope": SCOPE}
    form = {**fields, "refresh_token": refresh_token, **changed}
    return requests.post(f"{server.url}/microsoft_ads/token", data=form, timeout=10)


def headers_of(server: Server) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {give_token(server).json()['access_token']}",
        "DeveloperToken": "developer-1",
        "CustomerId": "5001",
        "CustomerAccountId": "900100",
    }


@pytest.fixture
def headers(server: Server) -> dict[str, str]:
    return headers_of(server)


def ask(server: Server, headers: dict[str, str], path: str, body: Any) -> requests.Response:
    return requests.post(f"{server.url}/microsoft_ads/{path}", json=body, headers=headers, timeout=10)


def submit(server: Server, headers: dict[str, str], **changed: Any) -> requests.Response:
    body = {"ReportRequest": {**REQUEST, **changed}}
    return ask(server, headers, "Reporting/v13/GenerateReport/Submit", body)


def poll(server: Server, headers: dict[str, str], number: Any) -> requests.Response:
    return ask(server, headers, "Reporting/v13/GenerateReport/Poll", {"ReportRequestId": number})


def address(server: Server, headers: dict[str, str], **changed: Any) -> str:
    number = submit(server, headers, **changed).json()["ReportRequestId"]
    states = [poll(server, headers, number).json()["ReportRequestStatus"] for _ in range(2)]
    assert [state["Status"] for state in states] == ["Pending", "Success"]
    return str(states[1]["ReportDownloadUrl"])


def lines_of(archive: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        [name] = opened.namelist()
        text = opened.read(name)
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))


def fault(answer: requests.Response) -> tuple[int, int]:
    body = answer.json()
    [errors] = [body[name] for name in ("Errors", "OperationErrors", "BatchErrors") if name in body]
    return answer.status_code, errors[0]["Code"]


def test_a_file_opens_at_a_new_address_each_time_and_to_nobody_who_shows_a_proof(
    server: Server, headers: dict[str, str]
) -> None:
    number = submit(server, headers).json()["ReportRequestId"]
    looks = [poll(server, headers, number).json()["ReportRequestStatus"] for _ in range(3)]
    first, second = (look["ReportDownloadUrl"] for look in looks[1:])

    assert number.isdecimal()
    assert first != second
    assert requests.get(first, timeout=10).content == requests.get(second, timeout=10).content
    for refused in (
        requests.get(first, headers={"Authorization": headers["Authorization"]}, timeout=10),
        requests.get(first.partition("?")[0], timeout=10),
        requests.get(first.replace(number, "30000000000"), timeout=10),
    ):
        assert (refused.status_code, "AuthenticationFailed" in refused.text) == (403, True)


def test_the_file_has_a_mark_quotes_and_whatever_was_not_excluded(server: Server, headers: dict[str, str]) -> None:
    columns = ["TimePeriod", "AccountId", "AccountName", "CurrencyCode", "Clicks", "Ctr", "AverageCpc", "Spend"]
    whole = {"ExcludeReportHeader": False, "ExcludeReportFooter": False, "Columns": columns}

    archive = requests.get(address(server, headers, **whole), timeout=10).content
    bare = requests.get(address(server, headers, ExcludeColumnHeaders=True), timeout=10).content

    lines = lines_of(archive)
    assert [line[0].partition(":")[0] for line in lines[:5]] == [
        "Report Name",
        "Report Time",
        "Time Zone",
        "Report Aggregation",
        "Rows",
    ]
    assert (lines[4], lines[5], lines[6]) == (["Rows: 2"], [], columns)
    assert lines[7] == ["2026-03-01", "900100", "Nordhaus", "EUR", "12", "5.00%", "1.00", "12.00"]
    assert "Microsoft Corporation" in lines[-1][0]
    assert lines_of(bare) == [["2026-03-01", "12.00"], ["2026-03-02", "12.00"]]


def test_the_first_version_of_the_format_parts_thousands_and_the_second_does_not(tmp_path: Path) -> None:
    wire = write_tiny_wire(tmp_path / "wire.duckdb")
    with duckdb.connect(str(wire)) as database:
        many = """replace(_payload, '"impressions":"120"', '"impressions":"4120"')"""
        database.execute(f"update google_ads__campaign_days set _payload = {many}")

    with serving(wire, CONNECTIONS) as server:
        proven = headers_of(server)
        first, second = (
            requests.get(
                address(server, proven, Columns=["CampaignId", "Impressions"], FormatVersion=version), timeout=10
            )
            for version in ("1.0", "2.0")
        )

    assert lines_of(first.content)[1:] == [["900001", "16,480"]]
    assert lines_of(second.content)[1:] == [["900001", "16480"]]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Columns": ["TimePeriod", "Money"]}, 100),
        ({"Columns": ["TimePeriod", "TimeZone", "Spend"]}, 100),
        ({"Columns": ["TimePeriod", "CampaignName"]}, 2015),
        ({"Columns": ["Spend", "Clicks"]}, 2015),
        ({"Columns": ["TimePeriod", "AdGroupId", "Spend"]}, 100),
        ({"Type": "AdPerformanceReportRequest"}, 2002),
        ({"Aggregation": "Hourly"}, 2007),
        ({"Time": {}}, 2008),
        ({"Time": {**REQUEST["Time"], "PredefinedTime": "Yesterday"}}, 2008),
        ({"Time": {**REQUEST["Time"], "CustomDateRangeStart": {"Day": 31, "Month": 2, "Year": 2026}}}, 2009),
        ({"Time": {**REQUEST["Time"], "CustomDateRangeStart": {"Day": 31, "Month": 3, "Year": 2023}}}, 2009),
        ({"Time": {**REQUEST["Time"], "CustomDateRangeEnd": {"Day": 1, "Month": 13, "Year": 2026}}}, 2010),
        ({"Time": {**REQUEST["Time"], "CustomDateRangeStart": {"Day": 3, "Month": 3, "Year": 2026}}}, 2011),
        ({"Time": {**REQUEST["Time"], "ReportTimeZone": "Europe/Berlin"}}, 100),
        ({"Time": {"PredefinedTime": "Today"}, "ReturnOnlyCompleteData": True}, 2004),
        ({"Scope": {"AccountIds": [900100]}}, 100),
        ({"Scope": {"AccountIds": ["900200"]}}, 106),
        ({"Format": "Xml"}, 100),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_by_code(
    server: Server, headers: dict[str, str], changed: dict[str, Any], code: int
) -> None:
    answer = submit(server, headers, **changed)

    assert fault(answer) == (400, code)
    assert {"TrackingId", "Type"} < set(answer.json())


def test_five_reports_are_made_at_once_and_numbers_are_known_for_two_days(
    server: Server, headers: dict[str, str]
) -> None:
    server.order("settings", report_polls=6)
    numbers = [submit(server, headers).json()["ReportRequestId"] for _ in range(5)]

    assert fault(submit(server, headers)) == (429, 207)
    assert fault(poll(server, headers, int(numbers[0]))) == (400, 2100)
    assert poll(server, headers, numbers[0]).json()["ReportRequestStatus"]["Status"] == "Success"
    server.order("clock", today="2026-04-03")
    assert poll(server, headers, numbers[0]).status_code == 200
    server.order("clock", today="2026-04-04")
    assert fault(poll(server, headers, numbers[0])) == (400, 2100)


def test_the_account_is_found_from_the_user(server: Server, headers: dict[str, str]) -> None:
    who = {name: value for name, value in headers.items() if not name.startswith("Customer")}
    user = ask(server, who, "CustomerManagement/v13/User/Query", {"UserId": None}).json()
    own = {"Field": "UserId", "Operator": "Equals", "Value": user["User"]["Id"]}
    asked = [{"PageInfo": {"Index": index, "Size": 1000}, "Predicates": [own]} for index in (0, 1)]

    first, second = (ask(server, who, "CustomerManagement/v13/Accounts/Search", one).json() for one in asked)

    [account] = first["Accounts"]
    assert (account["Id"], account["ParentCustomerId"], account["CurrencyCode"]) == ("900100", "5001", "EUR")
    assert account["TimeZone"] == "AmsterdamBerlinBernRomeStockholmVienna"
    assert [role["CustomerId"] for role in user["CustomerRoles"]] == ["5001"]
    assert second == {"Accounts": []}
    assert fault(ask(server, who, "CustomerManagement/v13/Accounts/Search", {})) == (400, 201)


def test_every_header_is_needed(server: Server, headers: dict[str, str]) -> None:
    lacking = {name: {one: value for one, value in headers.items() if one != name} for name in headers}

    assert {name: fault(submit(server, left)) for name, left in lacking.items()} == {
        "Authorization": (401, 105),
        "DeveloperToken": (401, 105),
        "CustomerId": (400, 106),
        "CustomerAccountId": (400, 106),
    }
    text = {**headers, "Content-Type": "text/plain"}
    assert fault(submit(server, text)) == (400, 100)


def test_a_refresh_token_is_good_once_and_an_access_token_for_a_while(server: Server) -> None:
    server.order("settings", token_seconds=0)
    first = give_token(server)
    second = give_token(server, first.json()["refresh_token"])

    assert (first.json()["token_type"], second.status_code) == ("Bearer", 200)
    spent = [give_token(server), give_token(server, first.json()["refresh_token"])]
    assert [(one.status_code, one.json()["error"]) for one in spent] == [(400, "invalid_grant")] * 2
    assert give_token(server, scope="openid").json()["error"] == "invalid_scope"
    assert give_token(server, grant_type="password").json()["error"] == "unsupported_grant_type"
    # A native application has no secret.
    assert give_token(server, client_secret="").status_code == 400
    assert give_token(server, client_secret="some").json()["error"] == "invalid_client"
    old = {"Authorization": f"Bearer {second.json()['access_token']}", "DeveloperToken": "developer-1"}
    assert fault(submit(server, old)) == (401, 109)
    # A person gives consent anew; what was given before stays good.
    server.reset()
    assert give_token(server).status_code == give_token(server, second.json()["refresh_token"]).status_code == 200
