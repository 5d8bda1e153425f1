"""Yandex Direct as the sandbox serves it, call by call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

HEADERS = {"Accept-Language": "en", "skipReportHeader": "true", "skipReportSummary": "true"}
PARAMS: dict[str, Any] = {
    "SelectionCriteria": {"DateFrom": "2026-03-01", "DateTo": "2026-03-02"},
    "FieldNames": ["Date", "Cost"],
    "ReportName": "one",
    "ReportType": "CUSTOM_REPORT",
    "DateRangeType": "CUSTOM_DATE",
    "Format": "TSV",
    "IncludeVAT": "NO",
}


def give_token(server: Server, refresh_token: str = "direct-refresh-1", **changed: str) -> requests.Response:
    fields = {"grant_type": "refresh_token", "client_id": "direct-client", "client_secret": "direct-secret"}
    form = {**fields, "refresh_token": refresh_token, **changed}
    return requests.post(f"{server.url}/yandex_direct/token", data=form, timeout=10)


@pytest.fixture
def token(server: Server) -> str:
    return str(give_token(server).json()["access_token"])


def report(
    server: Server, token: str, headers: dict[str, str] | None = None, version: str = "v501", **params: Any
) -> requests.Response:
    return requests.post(
        f"{server.url}/yandex_direct/json/{version}/reports",
        json={"params": {**PARAMS, **params}},
        headers={"Authorization": f"Bearer {token}", **HEADERS, **(headers or {})},
        timeout=10,
    )


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["error_code"])


def test_a_finished_report_is_told_again_under_its_name_and_other_words_need_another_name(
    server: Server, token: str
) -> None:
    answers = [report(server, token, ReportName="again") for _ in range(4)]

    assert [one.status_code for one in answers] == [201, 202, 200, 200]
    assert [one.headers.get("retryIn") for one in answers] == ["1", "1", None, None]
    assert (answers[0].content, answers[0].headers["reportsInQueue"]) == (b"", "1")
    assert answers[2].text == answers[3].text == "Date\tCost\n2026-03-01\t12000000\n2026-03-02\t12000000\n"
    assert len({one.headers["RequestId"] for one in answers}) == 1
    assert code(report(server, token, ReportName="again", FieldNames=["Date", "Clicks"])) == (400, "4000")
    assert code(report(server, token, {"returnMoneyInMicros": "false"}, ReportName="again")) == (400, "4000")
    # Five hours later it is forgotten.
    server.order("clock", today="2026-04-02")
    assert report(server, token, ReportName="again").status_code == 201


def test_the_sixth_report_in_the_queue_is_refused_until_one_is_finished(server: Server, token: str) -> None:
    server.order("settings", report_polls=6)
    queued = [report(server, token, ReportName=f"queued {number}") for number in range(5)]
    sixth = report(server, token, ReportName="queued 5")

    assert [int(one.headers["reportsInQueue"]) for one in queued] == [1, 2, 3, 4, 5]
    assert code(sixth) == (400, "9000")
    # Whatever is asked brings the first one to its end.
    assert report(server, token, ReportName="queued 1").status_code == 202
    assert report(server, token, ReportName="queued 5").status_code == 201


def test_a_report_is_told_at_once_where_that_is_asked_for(server: Server, token: str) -> None:
    assert report(server, token, {"processingMode": "online"}).status_code == 200
    server.order("settings", report_polls=0)
    assert report(server, token, {"processingMode": "auto"}).status_code == 200
    assert report(server, token, {"processingMode": "offline"}, ReportName="offline").status_code == 201
    assert code(report(server, token, {"processingMode": "soon"})) == (400, "8000")


def test_title_total_money_tax_and_missing_values_are_as_the_page_says(server: Server, token: str) -> None:
    server.order("settings", report_polls=0)
    whole = {"skipReportHeader": "false", "skipReportSummary": "false", "returnMoneyInMicros": "false"}
    fields = ["CampaignName", "CriterionId", "Cost", "Ctr", "AvgCpc", "Conversions"]

    lines = report(server, token, whole, FieldNames=fields, IncludeVAT="YES", OrderBy=[{"Field": "CriterionId"}]).text
    bare = report(server, token, {"skipColumnHeader": "true"}, FieldNames=["Clicks"]).text
    goals = report(server, token, FieldNames=["Conversions"], Goals=["111", "5"], AttributionModels=["LC"]).text

    assert lines.splitlines() == [
        '"one (2026-03-01 - 2026-03-02)"',
        "\t".join(fields),
        "Roofing\t--\t21.96\t5.00\t1.22\t7",
        "Roofing\t77\t7.32\t5.00\t1.22\t2",
        "Total rows: 2",
    ]
    assert bare == "24\n"
    assert goals.splitlines() == ["Conversions_111_LC\tConversions_5_LC", "10\t--"]


def test_rows_are_divided_filtered_sorted_and_cut_as_they_were_asked_for(server: Server, token: str) -> None:
    server.order("settings", report_polls=0)
    search = {"Field": "AdNetworkType", "Operator": "IN", "Values": ["SEARCH"]}
    days = {"DateFrom": "2026-03-01", "DateTo": "2026-03-31", "Filter": [search]}
    newest = [{"Field": "Date", "SortOrder": "DESCENDING"}]

    sorted_rows = report(server, token, SelectionCriteria=days, OrderBy=newest, Page={"Limit": 2, "Offset": 1}).text
    by_phrase = report(server, token, ReportType="CRITERIA_PERFORMANCE_REPORT", FieldNames=["Cost"]).text
    yesterday = report(server, token, SelectionCriteria={}, DateRangeType="YESTERDAY").text
    costly = [{"Field": "Cost", "Operator": "GREATER_THAN", "Values": ["6000000"]}]
    by_day = report(server, token, SelectionCriteria={**days, "Filter": costly}).text

    assert sorted_rows.splitlines()[1:] == ["2026-03-03\t6000000", "2026-03-02\t6000000"]
    assert by_phrase.splitlines()[1:] == ["6000000", "18000000"]
    assert yesterday.splitlines() == ["Date\tCost"]
    assert len(by_day.splitlines()) == 5


@pytest.mark.parametrize(
    ("params", "number"),
    [
        ({"FieldNames": ["Date", "Money"]}, "4000"),
        ({"FieldNames": ["AdGroupId", "Cost"], "ReportType": "CAMPAIGN_PERFORMANCE_REPORT"}, "4000"),
        ({"ReportType": "AD_PERFORMANCE_REPORT"}, "4000"),
        ({"Goals": [str(number) for number in range(11)]}, "4000"),
        ({"OrderBy": [{"Field": "Clicks"}]}, "4000"),
        ({"ReportType": "REPORT"}, "8000"),
        ({"Format": "CSV"}, "8000"),
        ({"ReportName": ""}, "8000"),
        ({"Page": {"Limit": 1_000_001}}, "8000"),
        ({"Colour": "red"}, "8000"),
        ({"SelectionCriteria": {"DateFrom": "01.03.2026", "DateTo": "2026-03-02"}}, "8312"),
        ({"SelectionCriteria": {"DateFrom": "2026-03-03", "DateTo": "2026-03-02"}}, "8312"),
        ({"SelectionCriteria": {"DateFrom": "2023-03-31", "DateTo": "2026-03-02"}}, "8312"),
        ({"DateRangeType": "TODAY"}, "8312"),
    ],
)
def test_a_request_that_cannot_be_answered_is_refused_by_number(
    server: Server, token: str, params: dict[str, Any], number: str
) -> None:
    assert code(report(server, token, **params)) == (400, number)


def test_an_error_is_told_in_the_language_that_was_asked_for(server: Server) -> None:
    english, russian = (report(server, "none", {"Accept-Language": language}).json() for language in ("en", "ru"))

    assert set(english["error"]) == {"request_id", "error_code", "error_string", "error_detail"}
    assert (english["error"]["error_string"], english["error"]["error_code"]) == ("Authorization error", "53")
    assert russian["error"]["error_string"] == "Ошибка авторизации"


def clients(server: Server, token: str, fields: list[str]) -> requests.Response:
    body = {"method": "get", "params": {"FieldNames": fields}}
    headers = {"Authorization": f"Bearer {token}", **HEADERS}
    return requests.post(f"{server.url}/yandex_direct/json/v5/clients", json=body, headers=headers, timeout=10)


def test_a_question_about_clients_costs_units_and_errors_come_with_status_200(server: Server, token: str) -> None:
    server.order("limits", source="yandex_direct", bucket="units", requests=25, seconds=3600)

    answers = [clients(server, token, ["Login"]) for _ in range(3)]

    assert [one.headers.get("Units") for one in answers] == ["11/14/25", "11/3/25", None]
    assert answers[0].json() == {"result": {"Clients": [{"Login": "nordhaus-direct"}]}}
    # Here the number is a number.
    assert (answers[2].status_code, answers[2].json()["error"]["error_code"]) == (200, 152)
    assert code(clients(server, "none", ["Login"])) == (200, "53")
    server.reset()
    assert code(clients(server, token, ["Address"])) == (200, "8000")


def test_a_refresh_token_is_good_once_and_a_permanent_token_needs_none(server: Server) -> None:
    first = give_token(server)
    second = give_token(server, first.json()["refresh_token"])

    assert (first.json()["expires_in"], second.status_code) == (31_536_000, 200)
    spent = [give_token(server), give_token(server, first.json()["refresh_token"])]
    assert [(one.status_code, one.json()["error"]) for one in spent] == [(400, "invalid_grant")] * 2
    assert give_token(server, client_secret="wrong").json()["error"] == "invalid_client"
    assert give_token(server, grant_type="password").json()["error"] == "unsupported_grant_type"
    # Another brand's account, of which the market has nothing.
    assert report(server, "direct-token", {"processingMode": "online"}).text == "Date\tCost\n"


def test_more_than_twenty_requests_in_ten_seconds_are_refused(server: Server, token: str) -> None:
    server.order("settings", report_polls=0)
    server.order("limits", source="yandex_direct", documented=True)

    answers = [report(server, token) for _ in range(21)]

    assert [one.status_code for one in answers[:20]] == [200] * 20
    assert code(answers[20]) == (400, "56")


def test_unified_campaigns_are_told_by_the_newer_version_only(tmp_path: Path) -> None:
    wire = write_tiny_wire(tmp_path / "wire.duckdb")
    with duckdb.connect(str(wire)) as database:
        kind = '\'"advertisingChannelType":"SEARCH"\', \'"advertisingChannelType":"PERFORMANCE_MAX"\''
        database.execute(f"update google_ads__campaign_days set _payload = replace(_payload, {kind})")

    with serving(wire, CONNECTIONS) as server:
        server.order("settings", report_polls=0)
        token = give_token(server).json()["access_token"]
        v5, v501 = (report(server, token, version=version).text for version in ("v5", "v501"))
        assert report(server, token, version="v4").status_code == 404

    assert v5.splitlines()[1:] == ["2026-03-01\t6000000"]
    assert v501.splitlines()[1:] == ["2026-03-01\t12000000", "2026-03-02\t12000000"]
