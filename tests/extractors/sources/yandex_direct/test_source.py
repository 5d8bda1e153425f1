"""Yandex Direct: a report that is asked for until it comes, values without quotes, and errors by their numbers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, Client, Connection, Row, Window
from extractors.settings import state_dir
from extractors.sources.yandex_direct import YANDEX_DIRECT
from extractors.sources.yandex_direct.errors import classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    land,
    opened,
    read,
    recorded,
    sleeps,
    unhurried,
)

PATH = "/json/v501/reports"
REPORT = f"POST {PATH}"
CLIENTS = "POST /json/v5/clients"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
QUEUED = Reply(b"", 201, {"retryIn": "7", "reportsInQueue": "1"})
BUILDING = Reply(b"", 202, {"retryIn": "0", "reportsInQueue": "1"})


def rows_of(client: Client, account: Account, window: Window) -> list[Row]:
    return [row for page in YANDEX_DIRECT.table("criterion_days").read(client, account, window) for row in page]


def patient(vendor: Vendor, waits: list[float]) -> tuple[Client, Account]:
    """The source's own client, which notes its waits."""
    client, account = opened(YANDEX_DIRECT, vendor)
    sleeps(client, waits.append)
    return client, account


@pytest.mark.meets("last_page")
def test_every_phrase_lands_on_its_day_and_a_quote_is_a_letter_like_others(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/criterion_days__four.tsv"))

    first, television, network, last = land(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS)

    assert (first["day"], first["campaign_name"]) == (date(2026, 3, 10), 'Крыши "поиск"')
    assert (first["criterion"], first["cost_micros"], first["clicks"]) == ("roof tiles -cheap", 1534500000, 21)
    assert (television["device"], television["criterion_id"], television["conversions"]) == ("SMART_TV", None, None)
    assert (network["ad_network_type"], network["criterion_type"], network["cost_micros"]) == ("AD_NETWORK", None, 1)
    assert (last["day"], last["cost_micros"]) == (date(2026, 3, 11), 25000000)
    assert not [row for row in (first, television, network, last) if row["_reject_reason"]]


def test_what_was_searched_for_lands_with_what_is_not_told_beside_it(vendor: Vendor) -> None:
    vendor.answers(REPORT, QUEUED, recorded("yandex_direct/search_term_days__two.tsv"))
    waits: list[float] = []
    client, account = patient(vendor, waits)
    table = YANDEX_DIRECT.table("search_term_days")

    told, untold = [row for page in table.read(client, account, TWO_DAYS) for row in page]

    assert (told["search_term"], told["criterion"], told["cost_micros"]) == (
        'купить "черепицу" спб', "roof tiles -cheap", "83500000",
    )  # fmt: skip
    assert (untold["search_term"], untold["match_type"], untold["conversions"]) == (None, None, "1")
    params = vendor.asked(PATH)[0].json["params"]
    assert (params["ReportType"], "Query" in params["FieldNames"]) == ("SEARCH_QUERY_PERFORMANCE_REPORT", True)
    assert not {"Device", "AdNetworkType"} & set(params["FieldNames"])


def test_searches_of_days_that_yandex_tells_no_more_are_left_as_they_were_landed(vendor: Vendor) -> None:
    def answer(request: Request) -> Reply:
        first = request.json["params"]["SelectionCriteria"]["DateFrom"]
        if first < "2026-03-11":
            return recorded("yandex_direct/error_400_wrong_date", 400)
        return recorded("yandex_direct/search_term_days__two.tsv")

    vendor.answers(REPORT, answer)
    client, account = patient(vendor, [])
    table = YANDEX_DIRECT.table("search_term_days")

    assert len([row for page in table.read(client, account, TWO_DAYS) for row in page]) == 2
    assert client.gone == {date(2026, 3, 10)}
    with pytest.raises(SkipAccount, match=r"180 days; 2026-03-10 is older"):
        list(table.read(client, account, ONE_DAY))
    # What phrases cost is told for years: there, the days are wrong.
    with pytest.raises(FixSettings):
        rows_of(client, account, TWO_DAYS)


@pytest.mark.meets("empty_answer")
def test_a_report_without_rows_lands_empty(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/criterion_days__empty.tsv"))

    assert land(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS) == []


def test_a_report_that_is_being_made_is_asked_for_again_with_the_same_words(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(REPORT, QUEUED, BUILDING, recorded("yandex_direct/criterion_days__four.tsv"))

    rows = rows_of(*patient(vendor, waits), TWO_DAYS)

    assert len(rows) == 4
    assert sum(waits) == 7
    assert len({request.body for request in vendor.asked(PATH)}) == 1
    assert not list(state_dir().glob("*.json"))


def test_a_report_that_takes_long_is_asked_for_when_yandex_says_and_no_later(vendor: Vendor) -> None:
    vendor.answers(REPORT, QUEUED, *[BUILDING] * 6, recorded("yandex_direct/criterion_days__four.tsv"))
    waits: list[float] = []
    started = time.monotonic()

    assert len(rows_of(*patient(vendor, waits), TWO_DAYS)) == 4

    # Pauses of our own would have grown to sixteen seconds by then.
    assert (sum(waits), time.monotonic() - started < 8) == (7, True)


def test_a_task_that_was_killed_goes_on_with_its_report_and_the_next_night_makes_another(vendor: Vendor) -> None:
    def killed(request: Request) -> Reply:
        return Reply(json.dumps({"error": {"error_code": 54}}).encode(), 400)

    vendor.answers(REPORT, killed, recorded("yandex_direct/criterion_days__four.tsv"))
    for _ in range(3):
        client, account = opened(YANDEX_DIRECT, vendor)
        if len(vendor.requests) == 0:
            with pytest.raises(FixSettings):
                rows_of(client, account, TWO_DAYS)
        else:
            rows_of(client, account, TWO_DAYS)

    first, again, next_night = (request.json["params"]["ReportName"] for request in vendor.asked(PATH))
    assert first == again != next_night


def test_reports_of_other_days_or_other_goals_have_other_names(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/error_400_no_rights", 400))
    for window, options in ((TWO_DAYS, {}), (ONE_DAY, {}), (TWO_DAYS, {"goals": [123]})):
        with pytest.raises(FixSettings):
            read(YANDEX_DIRECT, "criterion_days", vendor, window, **options)

    assert len({request.json["params"]["ReportName"] for request in vendor.asked(PATH)}) == 3


def test_what_is_asked_for_is_said_in_the_body_and_in_the_headers(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/criterion_days__empty.tsv"))

    read(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS, client_login="nordhaus-ads", use_operator_units=True)

    [request] = vendor.requests
    params, headers = request.json["params"], request.headers
    assert params["SelectionCriteria"] == {"DateFrom": "2026-03-10", "DateTo": "2026-03-11"}
    assert (params["ReportType"], params["DateRangeType"], params["Format"]) == ("CUSTOM_REPORT", "CUSTOM_DATE", "TSV")
    assert (params["IncludeVAT"], "Goals" in params) == ("NO", False)
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert (headers["client-login"], headers["use-operator-units"]) == ("nordhaus-ads", "true")
    assert (headers["processingmode"], headers["returnmoneyinmicros"]) == ("auto", "true")
    assert (headers["skipreportheader"], headers["skipcolumnheader"]) == ("true", "false")
    assert headers["skipreportsummary"] == "true"


def test_the_conversions_of_chosen_goals_are_added_up(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/criterion_days__two_goals.tsv"))

    rows = read(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS, goals=[123, 456], include_vat=True)

    assert [row["conversions"] for row in rows] == [3, 3]
    params = vendor.requests[0].json["params"]
    assert (params["Goals"], params["AttributionModels"], params["IncludeVAT"]) == (["123", "456"], ["AUTO"], "YES")


@pytest.mark.parametrize("goals", [list(range(11)), "123", ["first"]])
def test_goals_that_yandex_would_refuse_are_not_asked_for(vendor: Vendor, goals: object) -> None:
    with pytest.raises(FixSettings, match="option goals"):
        read(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS, goals=goals)

    assert vendor.requests == []


def test_a_report_that_takes_yandex_too_long_is_asked_for_in_halves(vendor: Vendor) -> None:
    def too_long_for_two_days(request: Request) -> Reply:
        days = request.json["params"]["SelectionCriteria"]
        if days["DateFrom"] != days["DateTo"]:
            return Reply(b"", 502)
        return recorded("yandex_direct/criterion_days__empty.tsv")

    vendor.answers(REPORT, too_long_for_two_days)

    assert read(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS) == []

    asked = [request.json["params"]["SelectionCriteria"]["DateFrom"] for request in vendor.asked(PATH)]
    assert asked == ["2026-03-10", "2026-03-10", "2026-03-10", "2026-03-11"]


def test_a_day_that_takes_yandex_too_long_is_left_for_later(vendor: Vendor) -> None:
    vendor.answers(REPORT, Reply(b"", 502))

    with pytest.raises(RetryLater, match="2026-03-10"):
        read(YANDEX_DIRECT, "criterion_days", vendor, ONE_DAY)


@pytest.mark.meets("cut_body")
@pytest.mark.parametrize(
    "broken",
    [
        Reply(b""),
        Reply(recorded("yandex_direct/criterion_days__four.tsv").body[:-9]),
        recorded("yandex_direct/criterion_days__four.tsv", is_cut=True),
    ],
)
def test_a_report_that_is_empty_or_broke_off_is_asked_for_again(vendor: Vendor, broken: Reply) -> None:
    waits: list[float] = []
    vendor.answers(REPORT, broken, recorded("yandex_direct/criterion_days__four.tsv"))

    assert len(rows_of(*patient(vendor, waits), TWO_DAYS)) == 4
    assert len(waits) == 1


@pytest.mark.meets("drift")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("criterion_days__renamed_cost", "'Spend'"),
        ("criterion_days__line_with_a_tab_too_many", "15 values where 14"),
    ],
)
def test_another_shape_is_noticed(vendor: Vendor, answer: str, message: str) -> None:
    vendor.answers(REPORT, recorded(f"yandex_direct/{answer}.tsv"))

    with pytest.raises(SourceChanged, match=message):
        read(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS)


def test_a_cost_that_nobody_knows_is_rejected_and_not_taken_for_nothing(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("yandex_direct/criterion_days__unknown_cost.tsv"))

    [row] = land(YANDEX_DIRECT, "criterion_days", vendor, TWO_DAYS)

    assert "cost_micros" in row["_reject_reason"]


def test_the_client_tells_its_currency(vendor: Vendor) -> None:
    vendor.answers(CLIENTS, recorded("yandex_direct/client__one"))

    [client] = land(YANDEX_DIRECT, "client", vendor, TWO_DAYS)

    assert (client["login"], client["currency"]) == ("nordhaus-ads", "RUB")
    assert vendor.requests[0].json["method"] == "get"


def test_a_client_in_another_shape_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CLIENTS, recorded("yandex_direct/client__without_result"))

    with pytest.raises(SourceChanged, match="'result'"):
        read(YANDEX_DIRECT, "client", vendor, TWO_DAYS)


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("error", "cure", "said"),
    [
        ("error_400_token", FixSettings, "not valid any more"),
        ("error_400_no_rights", FixSettings, "may not read"),
        ("error_400_not_approved", FixSettings, "not approved"),
        ("error_400_not_connected", FixSettings, "not connected"),
        ("error_400_wrong_date", FixSettings, "The date is too early"),
        ("error_400_name_taken", FixSettings, "already exists"),
        ("error_400_units", RetryLater, "units"),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_what_another_request_would_not_mend_is_not_asked_twice(
    vendor: Vendor, error: str, cure: type[ExtractError], said: str, status: int
) -> None:
    vendor.answers(CLIENTS, recorded(f"yandex_direct/{error}", status))

    with pytest.raises(cure, match=f"{said}.*code"):
        read(YANDEX_DIRECT, "client", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1


@pytest.mark.meets("rate_limit", "transient_5xx")
@pytest.mark.parametrize(
    ("error", "status", "is_enough"),
    [
        ("error_400_connections", 400, lambda wait: wait == 10),
        ("error_400_method_limit", 400, lambda wait: wait == 10),
        ("error_400_queue", 400, lambda wait: wait == 30),
        ("error_500_unavailable", 500, lambda wait: wait >= 0),
        ("error_500_server", 500, lambda wait: wait >= 0),
        ("error_500_try_again", 500, lambda wait: wait >= 0),
        ("error_500_failed", 400, lambda wait: wait >= 0),
    ],
)
def test_what_passes_is_asked_for_again_with_the_same_words(
    vendor: Vendor, error: str, status: int, is_enough: Callable[[float], bool]
) -> None:
    waits: list[float] = []
    vendor.answers(
        REPORT, recorded(f"yandex_direct/{error}", status), recorded("yandex_direct/criterion_days__empty.tsv")
    )
    client, account = unhurried(YANDEX_DIRECT, vendor, classify, waits)

    assert rows_of(client, account, TWO_DAYS) == []
    assert [is_enough(wait) for wait in waits] == [True]
    assert len({request.body for request in vendor.asked(PATH)}) == 1


def application(vendor: Vendor) -> tuple[Connection, Account]:
    extra = {"client_secret": "client-secret", "token_url": f"{vendor.url}/token"}
    return Connection(vendor.url, "client", SECRET, extra), Account("yandex_direct", "ACC1", "x", "nordhaus")


@pytest.mark.meets("expired_auth")
def test_an_expired_token_is_renewed_once_and_the_new_pair_is_kept(vendor: Vendor) -> None:
    tokens = json.loads(recorded("yandex_direct/oauth_token").body)
    second = {**tokens, "access_token": "access-token-2", "refresh_token": "refresh-token-2"}
    vendor.answers("POST /token", recorded("yandex_direct/oauth_token"), Reply(json.dumps(second).encode()))
    vendor.answers(CLIENTS, recorded("yandex_direct/error_400_token"), recorded("yandex_direct/client__one"))
    connection, account = application(vendor)

    for _ in range(2):
        client = YANDEX_DIRECT.connect(connection, account)
        assert list(YANDEX_DIRECT.table("client").read(client, account, ONE_DAY))

    asked = [request.form for request in vendor.asked("/token")]
    assert [one["refresh_token"] for one in asked] == [SECRET, "refresh-token-1"]
    assert vendor.requests[-1].headers["authorization"] == "Bearer access-token-2"


def test_a_dead_refresh_token_names_the_cure(vendor: Vendor) -> None:
    vendor.answers("POST /token", recorded("yandex_direct/oauth_refused", 400))
    connection, account = application(vendor)
    client = YANDEX_DIRECT.connect(connection, account)

    with pytest.raises(FixSettings, match="Give consent again"):
        list(YANDEX_DIRECT.table("client").read(client, account, ONE_DAY))


def test_a_connection_without_a_token_is_refused_before_anything_is_asked(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="no token"):
        YANDEX_DIRECT.connect(Connection(vendor.url), Account("yandex_direct", "ACC1", "x"))
