"""When a night is announced, when it is built, and as of which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import AssetAlias
from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from dags import nights, run_local
from dags.build import prepare_for_run, run_phase_of
from dags.close import close_for_run
from dags.schedule import night_due, own_night
from extractors.sources import SOURCES
from tests.dags.conftest import list_accounts
from tests.warehouse.builds import finished_build
from warehouse import settings
from warehouse.errors import OlderDay
from warehouse.lock import claim
from warehouse.publish import publish

NIGHT = date(2026, 6, 28)
AT_0315 = datetime(2026, 6, 29, 1, 15, tzinfo=UTC)  # 03:15 in Berlin
AT_0615 = datetime(2026, 6, 29, 4, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources, and a data folder of its own."""
    list_accounts(config, {"callrail": 2, "typeform": 2})
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


class Announced(dict[Any, Any]):
    """What Airflow gives a task to announce with."""

    def __missing__(self, key: Any) -> Any:
        self[key] = SimpleNamespace(said=[])
        self[key].add = lambda asset, extra: self[key].said.append((asset.name, extra))
        return self[key]


def context(run_after: datetime, run_type: str = "scheduled", day: date = NIGHT, **params: Any) -> dict[str, Any]:
    """What Airflow tells a task about its run."""
    started = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=1, minutes=15)
    return {
        "params": params,
        "data_interval_start": started,
        "dag_run": SimpleNamespace(run_id=f"{run_type}__{run_after}", run_type=run_type, run_after=run_after),
        "ti": SimpleNamespace(start_date=datetime.now(UTC), log_url="http://airflow.example/log"),
        "outlet_events": Announced(),
        "triggering_asset_events": {},
    }


def close(source: str, **of_run: Any) -> list[tuple[str, dict[str, str]]]:
    """The closing task of a source; what it announced."""
    given = context(**{"run_after": AT_0315, **of_run})
    close_for_run(SOURCES[source], given)
    said: list[tuple[str, dict[str, str]]] = given["outlet_events"][AssetAlias("nights")].said
    return said


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("2026-06-29T01:14:59", "2026-06-27"),
        ("2026-06-29T01:15:00", "2026-06-28"),
        ("2026-06-29T21:59:00", "2026-06-28"),
        ("2026-12-01T02:14:00", "2026-11-29"),
        ("2026-12-01T02:15:00", "2026-11-30"),
    ],
)
def test_a_night_is_due_from_the_quarter_past_three_at_which_its_extraction_begins(moment: str, night: str) -> None:
    assert night_due(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == date.fromisoformat(night)


def test_a_run_is_about_its_own_night_unless_it_was_asked_for_others() -> None:
    later = AT_0315 + timedelta(hours=5)

    assert own_night(context(AT_0315)) == NIGHT
    assert own_night(context(later, "manual")) == NIGHT
    assert own_night(context(later, "manual", first_day="2026-06-28", last_day="2026-06-28")) is None
    assert own_night(context(later, "backfill")) is None
    assert own_night(context(later, "manual", day=date(2026, 6, 10))) is None


def test_the_night_is_announced_once_by_the_last_source_that_is_done() -> None:
    assert close("typeform") == []
    assert close("callrail") == [("landing/night", {"night": "2026-06-28"})]


def test_a_night_before_leaves_nothing_that_counts_for_this_one() -> None:
    the_day_before = {"run_after": AT_0315 - timedelta(days=1), "day": NIGHT - timedelta(days=1)}
    close("typeform", **the_day_before)
    close("callrail", **the_day_before)

    assert close("typeform") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"first_day": "2026-06-10", "last_day": "2026-06-11", "run_type": "manual"},
        {"run_type": "backfill", "day": date(2026, 6, 10)},
        {"run_type": "backfill"},
    ],
)
def test_a_run_for_other_days_announces_nothing_and_says_so(asked: dict[str, Any]) -> None:
    close("typeform")
    with pytest.raises(AirflowSkipException, match=r"announces nothing.*trigger build_warehouse"):
        close("callrail", **asked)
    assert set(nights.closings(NIGHT)) == {"typeform"}


def test_a_source_that_comes_after_the_build_announces_the_night_again() -> None:
    nights.note_built(NIGHT, {"typeform": "before"})

    assert close("callrail") == [("landing/night", {"night": "2026-06-28"})]


def test_at_a_quarter_past_six_nothing_is_built_where_everything_was_and_something_is_where_not() -> None:
    close("typeform")
    assert prepare_for_run(context(AT_0615))["closings"] == {"2026-06-28": nights.closings(NIGHT)}

    close("callrail")
    nights.note_built(NIGHT, nights.closings(NIGHT))
    with pytest.raises(AirflowSkipException, match="night of 2026-06-28 was built"):
        prepare_for_run(context(AT_0615))
    assert prepare_for_run(context(AT_0615, "manual"))["as_of_day"] == "2026-06-28"


def test_an_announcement_that_another_build_has_taken_already_starts_none() -> None:
    close("typeform")
    nights.note_built(NIGHT, nights.closings(NIGHT))

    with pytest.raises(AirflowSkipException, match="no source was done since"):
        prepare_for_run(context(AT_0615, "asset_triggered"))


def test_a_source_that_comes_late_is_built_after_a_quarter_of_an_hour_with_those_that_came_meanwhile() -> None:
    nights.note_built(NIGHT, {})
    close("typeform")
    now = datetime.now(UTC)
    night = night_due(now)
    nights.note_built(night, {})
    nights.close(night, "typeform", "late")

    with pytest.raises(AirflowRescheduleException) as waiting:
        prepare_for_run(context(now, "asset_triggered"))
    assert waiting.value.reschedule_date == now + timedelta(minutes=15)

    nights.close(night, "callrail", "late")
    assert set(prepare_for_run(context(now, "asset_triggered"))["closings"][night.isoformat()]) == {
        "callrail",
        "typeform",
    }


def test_a_run_that_is_triggered_at_a_shell_is_the_night_s_own_though_it_has_no_interval() -> None:
    given = context(AT_0315, "manual")
    given["data_interval_start"] = None

    assert own_night(given) == NIGHT


def test_without_accounts_there_is_nothing_to_build_by_itself(config: Path) -> None:
    (config / "accounts.yml").unlink()

    with pytest.raises(AirflowSkipException, match="lists no account"):
        prepare_for_run(context(AT_0615))


def test_the_build_is_as_of_the_newest_night_that_is_due_or_published_whatever_was_read_again() -> None:
    triggered = context(AT_0615, "asset_triggered")
    triggered["triggering_asset_events"] = {"landing/night": [SimpleNamespace(extra={"night": "2026-06-10"})]}
    assert prepare_for_run(triggered)["as_of_day"] == "2026-06-28"

    publish(finished_build("newer", day=date(2026, 6, 29)))
    assert prepare_for_run(context(AT_0615, "manual"))["as_of_day"] == "2026-06-29"

    with pytest.raises(OlderDay):
        prepare_for_run(context(AT_0615, "manual", as_of_day="2026-06-10"))
    named = prepare_for_run(context(AT_0615, "manual", as_of_day="2026-06-10", to_older_day=True))
    assert (named["as_of_day"], named["to_older_day"]) == ("2026-06-10", True)


def test_a_night_that_cannot_be_noted_does_not_fail_a_publish_that_readers_see(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = finished_build("r1")
    settings.build_dir().mkdir(parents=True, exist_ok=True)
    claim(run)
    (data / "nights").write_text("somebody's own file")

    named = {"run_id": "r1", "as_of_day": "2026-06-30", "to_older_day": False}
    run_phase_of("publish", {**named, "closings": {"2026-06-30": {"callrail": "a"}}}, context(AT_0615))

    assert settings.warehouse_link().exists()
    assert any("only the night has no note of it" in line for line in caplog.messages)


def test_a_build_that_is_started_by_hand_needs_no_more_than_its_day_and_says_what_stopped_it(
    airflow_database: None, config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (config / "brands.csv").write_text("brand,zone\n")

    ended = run_local.run_once(run_local.load_dags()["build_warehouse"], {"as_of_day": "2026-06-28"})

    assert ended.state == "failed"
    (prepare,) = ended.ended("failed")
    assert prepare.error.startswith("FixRules: ")
    # The last line of the log is the sentence, below the traceback.
    assert [line for line in caplog.messages if "FixRules" in line][-1] == prepare.error
