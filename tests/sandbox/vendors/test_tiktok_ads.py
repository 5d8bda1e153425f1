"""TikTok's ads as the sandbox serves them, and as the extractor reads them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from extractors.errors import FixSettings
from extractors.model import Window
from extractors.settings import landing_dir
from sandbox.vendors.tiktok_ads.reports import is_deleted
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

ID = "7101000000000000001"
ADS = [str(2303 + number) for number in range(9)]
EVERY_STATUS = [{"field_name": "ad_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}]
ASKED: dict[str, Any] = {
    "advertiser_id": ID,
    "report_type": "BASIC",
    "data_level": "AUCTION_AD",
    "dimensions": ["ad_id", "stat_time_day"],
    "metrics": ["campaign_name", "spend", "conversion", "result"],
    "start_date": "2026-03-01",
    "end_date": "2026-03-30",
    "filtering": EVERY_STATUS,
}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny market with nine ads a day, each with a spend of its own; on 2 March nobody left his address."""
    path = write_tiny_wire(tmp_path_factory.mktemp("tiktok") / "wire.duckdb")
    with duckdb.connect(str(path)) as database:
        for number, ad_id in enumerate(ADS[1:], 1):
            database.execute(
                "insert into meta_ads__ad_days select * replace (? as ad_id, replace(replace(_payload, '2303', ?),"
                " '47.53', ?) as _payload) from meta_ads__ad_days where ad_id = '2303'",
                [ad_id, ad_id, f"{number}.{number}7"],
            )
        database.execute(
            "update meta_ads__ad_days set _payload = replace(_payload, '\"lead\"', '\"like\"') where day = '2026-03-02'"
        )
    return path


@pytest.fixture(scope="module")
def running(wire: Path) -> Iterator[Server]:
    with serving(wire, CONNECTIONS) as server:
        yield server


@pytest.fixture
def tiktok(running: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as new, and a data folder of the test's own."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    running.reset()
    return running


def landed(server: Server, table: str, window: Window = MARCH, **changed: Any) -> list[dict[str, Any]]:
    opened = {"account": ID, "password": "tiktok-token", "options": {"requests_per_second": 1000}}
    return pulled(server, "tiktok_ads", table, window=window, **{**opened, **changed})


def get(server: Server, path: str, params: dict[str, Any], token: str = "tiktok-token") -> dict[str, Any]:
    written = {name: json.dumps(value) if isinstance(value, list) else value for name, value in params.items()}
    headers = {"Access-Token": token} if token else {}
    answer = requests.get(f"{server.url}/tiktok_ads/open_api/v1.3/{path}/", written, headers=headers, timeout=10)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def report(server: Server, **changed: Any) -> dict[str, Any]:
    return get(server, "report/integrated/get", {**ASKED, **changed})


def test_every_page_of_every_day_lands_what_meta_s_ads_cost(tiktok: Server, wire: Path) -> None:
    tiktok.order("settings", most_on_page=10)

    rows = landed(tiktok, "ad_days")

    with duckdb.connect(str(wire), read_only=True) as database:
        meant = database.execute(
            "select day, ad_id, (_payload->>'spend')::decimal(20, 6), (_payload->>'clicks')::bigint"
            " from meta_ads__ad_days order by all"
        ).fetchall()
    assert sorted((row["day"], row["ad_id"], row["spend"], row["clicks"]) for row in rows) == meant
    assert (len(rows), sum(row["spend"] for row in rows)) == (63, Decimal("613.83"))
    assert {row["_reject_reason"] for row in rows} == {None}
    # Seven pages of the first thirty days, and one of the 31st, on which there was nothing.
    assert tiktok.stats()["requests"]["tiktok_ads"] == 8
    assert len(list((landing_dir() / "tiktok_ads/ad_days").rglob("day=*.parquet"))) == 31


def test_an_ad_without_a_result_has_a_dash_which_lands_as_nothing(tiktok: Server) -> None:
    days = {row["day"]: row for row in landed(tiktok, "ad_days") if row["ad_id"] == "2303"}

    with_leads, without = days[date(2026, 3, 1)], days[date(2026, 3, 2)]
    assert (with_leads["conversion"], with_leads["result"]) == (3, 3)
    assert (without["conversion"], without["result"], without["_reject_reason"]) == (0, None, None)
    assert json.loads(without["_payload"])["metrics"]["result"] == "-"


def test_the_advertiser_lands_with_its_currency_and_zone(tiktok: Server) -> None:
    [row] = landed(tiktok, "advertiser")

    assert (row["advertiser_id"], row["name"], row["currency"], row["timezone"]) == (
        ID,
        "Nordhaus",
        "EUR",
        "Europe/Berlin",
    )
    asked = {"app_id": "1", "secret": "s"}
    assert get(tiktok, "oauth2/advertiser/get", asked)["data"]["list"] == [
        {"advertiser_id": ID, "advertiser_name": "Nordhaus"}
    ]


def test_deleted_ads_are_told_to_whoever_asks_for_every_status(tiktok: Server) -> None:
    deleted = {ad_id for ad_id in ADS if is_deleted(ad_id)}
    shown, every = (
        {row["dimensions"]["ad_id"] for row in report(tiktok, page_size=100, filtering=filtering)["data"]["list"]}
        for filtering in ([], EVERY_STATUS)
    )

    assert 0 < len(deleted) < len(ADS)
    assert (shown, every) == (set(ADS) - deleted, set(ADS))


@pytest.mark.parametrize(
    ("level", "dimensions", "metrics", "rows"),
    [
        ("AUCTION_ADGROUP", ["adgroup_id", "stat_time_day"], ["adgroup_name", "spend"], 7),
        ("AUCTION_CAMPAIGN", ["campaign_id"], ["campaign_name", "spend"], 1),
        ("AUCTION_ADVERTISER", ["stat_time_day", "advertiser_id"], ["spend"], 7),
    ],
)
def test_every_level_adds_up_to_the_same_cost(
    tiktok: Server, level: str, dimensions: list[str], metrics: list[str], rows: int
) -> None:
    found = report(tiktok, data_level=level, dimensions=dimensions, metrics=metrics, filtering=[])["data"]["list"]

    assert len(found) == rows
    assert [list(row["dimensions"]) for row in found] == [dimensions] * rows
    assert sum(Decimal(row["metrics"]["spend"]) for row in found) == Decimal("613.83")


def test_only_the_ads_that_are_named_are_told_and_a_page_behind_the_last_is_empty(tiktok: Server) -> None:
    one = [*EVERY_STATUS, {"field_name": "ad_ids", "filter_type": "IN", "filter_value": '["2304"]'}]
    first, behind = (report(tiktok, filtering=one, page_size=5, page=page)["data"] for page in (1, 3))

    assert {row["dimensions"]["ad_id"] for row in first["list"]} == {"2304"}
    assert first["page_info"] == {"page": 1, "page_size": 5, "total_number": 7, "total_page": 2}
    assert (behind["list"], behind["page_info"]["total_page"]) == ([], 2)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"advertiser_id": "7101000000000000002"}, 40001),
        ({"advertiser_id": ""}, 40002),
        ({"report_type": "AUDIENCE"}, 40002),
        ({"data_level": "AUCTION_CAMPAIGN"}, 40002),
        ({"dimensions": ["ad_id", "stat_time_hour"]}, 40002),
        ({"dimensions": "ad_id"}, 40002),
        ({"metrics": ["spend", "cost"]}, 40002),
        ({"end_date": "2026-03-31"}, 40002),
        ({"end_date": "2026-02-28"}, 40002),
        ({"start_date": "March"}, 40002),
        ({"page_size": 1001}, 40002),
        ({"page": 0}, 40002),
        ({"filtering": [{"field_name": "ad_colour", "filter_type": "IN", "filter_value": "[]"}]}, 40002),
    ],
)
def test_a_wrong_report_is_refused_with_a_code_and_status_200(
    tiktok: Server, changed: dict[str, Any], code: int
) -> None:
    refused = report(tiktok, **changed)

    assert (refused["code"], refused["data"]) == (code, {})
    assert refused["message"].endswith(".")
    assert report(tiktok)["code"] == 0


def test_a_token_that_is_missing_or_wrong_and_a_strange_advertiser_need_a_person(tiktok: Server) -> None:
    assert get(tiktok, "report/integrated/get", ASKED, token="")["code"] == 40104
    with pytest.raises(FixSettings, match="code 40105"):
        landed(tiktok, "ad_days", password="wrong-token")
    with pytest.raises(FixSettings, match="code 40001"):
        landed(tiktok, "ad_days", account="7101000000000000002")
    with pytest.raises(FixSettings, match="code 40002"):
        landed(tiktok, "ad_days", options={"api_version": "v1.3/nowhere"})


def test_a_limit_of_a_second_and_one_of_a_minute_have_codes_of_their_own(tiktok: Server) -> None:
    tiktok.order("limits", source="tiktok_ads", requests=1, seconds=60)
    assert [report(tiktok)["code"] for _ in range(2)] == [0, 40133]

    tiktok.reset()
    tiktok.order("faults", source="tiktok_ads", kind="rate_limit", seconds=0.5)
    assert [report(tiktok)["code"] for _ in range(2)] == [40100, 0]


def test_a_fault_of_its_own_is_asked_again_and_a_token_that_died_is_not(tiktok: Server) -> None:
    the_1st = Window(date(2026, 3, 1), date(2026, 3, 1))
    tiktok.order("faults", source="tiktok_ads", kind="server_error")
    assert len(landed(tiktok, "ad_days", the_1st)) == 9

    tiktok.order("faults", source="tiktok_ads", kind="expired_token")
    with pytest.raises(FixSettings, match="make a new one"):
        landed(tiktok, "ad_days", the_1st)
    assert tiktok.fired() == 2


def test_a_report_made_as_a_task_says_what_it_says_at_once(tiktok: Server) -> None:
    url = f"{tiktok.url}/tiktok_ads/open_api/v1.3/report/task"
    headers = {"Access-Token": "tiktok-token"}

    def ordered() -> dict[str, str]:
        made = requests.post(f"{url}/create/", json=ASKED, headers=headers, timeout=10).json()
        return {"advertiser_id": ID, "task_id": made["data"]["task_id"]}

    task = ordered()
    early = get(tiktok, "report/task/download", task)
    states = [get(tiktok, "report/task/check", task)["data"]["status"] for _ in range(2)]
    lines = requests.get(f"{url}/download/", task, headers=headers, timeout=10).text.splitlines()
    tiktok.order("faults", source="tiktok_ads", kind="job_failed", match="task/create")
    failing = ordered()
    failed = [get(tiktok, "report/task/check", failing)["data"]["status"] for _ in range(2)]

    assert (early["code"], states, failed) == (40002, ["PROCESSING", "SUCCESS"], ["PROCESSING", "FAILED"])
    at_once = report(tiktok, page_size=100)["data"]["list"]
    assert list(csv.DictReader(lines)) == [{**row["dimensions"], **row["metrics"]} for row in at_once]
