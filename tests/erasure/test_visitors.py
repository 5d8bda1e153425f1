"""Who visited and never wrote becomes nobody by age: their visits stay, and are one visitor's as before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from erasure.retention import expire
from erasure.visitors import STAND_IN
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.settings import landing_dir
from extractors.sources import SOURCES

TODAY = date(2026, 6, 30)
OLD, ALSO_OLD, NEW = date(2026, 1, 10), date(2026, 1, 11), date(2026, 6, 10)
SEEN_ONCE, CAME_BACK, ANNS = "a1b2c3d4e5f60718", "b1b2c3d4e5f60718", "c1b2c3d4e5f60718"
URL = "https://nord.example/?utm_source=google&utm_medium=cpc&gclid={}"
CLICKS = {SEEN_ONCE: "Cj0KCQseen-once_1", CAME_BACK: "Cj0KCQcame-back_1", ANNS: "Cj0KCQanns_click1"}


@pytest.fixture(autouse=True)
def config(build: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> Path:
    """A build that knows three devices, of which one is Ann's and one came back lately."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("LEADGEN_CONFIG", str(folder))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "a key")
    (folder / "retention.yml").write_text("visitors: 90\n", encoding="utf-8")
    build.execute("insert into intermediate.int_people__resolved values ('visit_client', ?, 'nord', 'ann')", [ANNS])
    build.execute("insert into intermediate.int_people__resolved values ('visit_client', ?, 'nord', 'x')", [SEEN_ONCE])
    for day in (OLD, ALSO_OLD, NEW):
        for client in visitors_of(day):
            url = URL.format(CLICKS[client])
            build.execute("insert into shapes.visits__unioned values ('nord', ?, ?, ?)", [client, url, day])
            build.execute("insert into intermediate.int_urls__parsed values (?, ?)", [url, CLICKS[client]])
        land(day)
    build.close()
    return folder


def visitors_of(day: date) -> list[str]:
    """Who came on a day."""
    return {OLD: [SEEN_ONCE, CAME_BACK, ANNS], ALSO_OLD: [SEEN_ONCE], NEW: [CAME_BACK]}[day]


def land(day: date) -> None:
    """The visits of a day, as Matomo told them."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    rows: list[Row] = [
        {
            "visit_id": f"{day}-{number}",
            "site_id": "1",
            "visited_day": day,
            "first_action_at": at,
            "visitor_id": client,
            "landing_url": URL.format(CLICKS[client]),
            "_payload": {"visitorId": client},
        }
        for number, client in enumerate(visitors_of(day))
    ]
    account = Account("matomo", "1", "matomo", brand="nord")
    table = SOURCES["matomo"].table("visits")
    with LandingWriter(landing_dir(), "matomo", table, account, Window(day, day), "r") as writer:
        writer.add(rows)
        writer.commit()


def landed() -> list[dict[str, Any]]:
    """Every landed visit, by day and visit."""
    files = sorted(landing_dir().glob("matomo/visits/account=*/day=*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def test_a_visitor_of_whom_nothing_was_heard_becomes_nobody_and_the_others_stay() -> None:
    before = landed()

    assert expire(TODAY, dry=True).visitor_rows == 2
    assert landed() == before
    assert expire(TODAY).visitor_rows == 2

    changed = [(old, new) for old, new in zip(before, landed(), strict=True) if old != new]
    assert [old["visitor_id"] for old, _ in changed] == [SEEN_ONCE, SEEN_ONCE]
    ids = {new["visitor_id"] for _, new in changed}
    assert len(ids) == 1, "two visits of one visitor are still one visitor's"
    (instead,) = ids
    assert instead.startswith(STAND_IN)
    assert len(instead) == len(SEEN_ONCE)
    for old, new in changed:
        assert new["_payload"] is None
        assert new["landing_url"].startswith(URL.format(STAND_IN))
        assert {name for name in old if old[name] != new[name]} == {"visitor_id", "landing_url", "_payload"}
    assert not any(one in str(new) for _, new in changed for one in (SEEN_ONCE, CLICKS[SEEN_ONCE]))


def test_a_second_night_finds_nobody_and_a_day_that_is_pulled_again_is_emptied_again() -> None:
    expire(TODAY)
    assert expire(TODAY).visitor_rows == 0
    # What the next build knows of them are their stand-ins.
    (file,) = (landing_dir().parent / "build" / "runs").glob("*/build.duckdb")
    with duckdb.connect(str(file)) as build:
        stand_ins = {row["visitor_id"] for row in landed() if row["visitor_id"].startswith(STAND_IN)}
        build.execute("update shapes.visits__unioned set client_id = ? where client_id = ?", [*stand_ins, SEEN_ONCE])
    assert expire(TODAY).visitor_rows == 0

    land(OLD)
    with duckdb.connect(str(file)) as build:
        build.execute("update shapes.visits__unioned set client_id = ? where client_id = ?", [SEEN_ONCE, *stand_ins])
    assert expire(TODAY).visitor_rows == 1


def test_who_was_heard_of_on_the_last_day_stays(config: Path) -> None:
    days = (TODAY - ALSO_OLD).days
    (config / "retention.yml").write_text(f"visitors: {days}\n", encoding="utf-8")
    assert expire(TODAY, dry=True).visitor_rows == 0

    (config / "retention.yml").write_text(f"visitors: {days - 1}\n", encoding="utf-8")
    assert expire(TODAY, dry=True).visitor_rows == 2


def test_a_click_that_led_somebody_else_there_too_stays(config: Path) -> None:
    (file,) = (landing_dir().parent / "build" / "runs").glob("*/build.duckdb")
    with duckdb.connect(str(file)) as build:
        url = URL.format(CLICKS[SEEN_ONCE])
        build.execute("insert into shapes.visits__unioned values ('nord', ?, ?, ?)", [CAME_BACK, url, NEW])

    expire(TODAY)

    assert sum(CLICKS[SEEN_ONCE] in row["landing_url"] for row in landed()) == 2
    assert not any(row["visitor_id"] == SEEN_ONCE for row in landed())
