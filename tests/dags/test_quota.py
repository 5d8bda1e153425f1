"""A source whose quota is gone: its task gives its slot back and goes on when the quota is there again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException
from typer.testing import CliRunner

from dags import run_local
from dags.retries import instead_of_waiting
from extractors.__main__ import app
from extractors.errors import QuotaGone
from tests.extractors.sources.vendor import Reply, Request, Vendor, recorded

DAYS = {"first_day": "2026-03-10", "last_day": "2026-03-10"}
SECONDS = 4


def used_up(seconds: int) -> Reply:
    """The answer of a cabinet whose requests of the day are used up."""
    answer = recorded("comagic/error_day_limit")
    told = json.loads(answer.body)
    told["error"]["data"]["metadata"]["limits"]["day_reset"] = seconds
    return replace(answer, body=json.dumps(told).encode())


@pytest.fixture
def cabinet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    """A served cabinet, and a configuration that leads to it alone."""
    vendor = Vendor()
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "accounts.yml").write_text(
        "accounts: [{source: comagic, account: ACC1, brand: nordhaus, connection: cabinet}]\n"
    )
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(
        "AIRFLOW_CONN_CABINET", json.dumps({"conn_type": "http", "host": vendor.url, "password": "secret"})
    )
    yield vendor
    vendor.close()


def test_the_task_frees_its_slot_until_the_quota_is_back_and_then_lands_without_a_retry(
    airflow_database: None, cabinet: Vendor, tmp_path: Path
) -> None:
    from airflow.models.taskreschedule import TaskReschedule
    from airflow.utils.session import create_session

    asked: list[datetime] = []

    def answer(request: Request) -> Reply:
        if request.json["method"] != "get.calls_report":
            return recorded("comagic/messages__one")
        asked.append(datetime.now(UTC))
        return recorded("comagic/calls__one") if len(asked) > 1 else used_up(SECONDS)

    cabinet.answers("POST /v2.0", answer)

    ended = run_local.run_once(run_local.load_dags()["extract_comagic"], DAYS)

    with create_session() as session:
        (put_off,) = session.query(TaskReschedule).all()
    assert put_off.end_date - put_off.start_date < timedelta(seconds=SECONDS)
    assert put_off.reschedule_date >= asked[0] + timedelta(seconds=SECONDS)
    assert len(asked) == 2
    assert asked[1] >= put_off.reschedule_date
    assert ended.state == "success"
    calls = [(task.state, task.try_number) for task in ended.tasks if task.task_id == "calls"]
    assert calls == [("success", 1)]
    assert (tmp_path / "data/landing/comagic/calls/account=ACC1/day=2026-03-10.parquet").exists()


def test_at_a_shell_nothing_waits_and_one_sentence_says_until_when(cabinet: Vendor) -> None:
    cabinet.answers("POST /v2.0", used_up(7200))
    begun = datetime.now(UTC)

    ended = CliRunner().invoke(app, ["pull", "--from", "2026-03-10", "--to", "2026-03-10"], env={"COLUMNS": "300"})

    assert ended.exit_code == 1
    assert datetime.now(UTC) - begun < timedelta(seconds=30)
    until = begun + timedelta(hours=2)
    for table in ("calls", "messages"):
        (line,) = [line for line in ended.output.splitlines() if f"comagic ACC1 {table}:" in line]
        assert "the day's requests are used up. It said: Limit exceeded / limit_exceeded. Read it again after " in line
        said = datetime.fromisoformat(line.split("again after ")[1].removesuffix(" UTC.") + "+00:00")
        assert until <= said <= until + timedelta(seconds=30)


def test_a_quota_that_is_not_back_within_a_day_is_left_to_a_person() -> None:
    tomorrow = QuotaGone("The month's requests are used up.", timedelta(hours=30))
    soon = QuotaGone("The day's requests are used up.", timedelta(hours=2))
    now = datetime.now(UTC)

    assert isinstance(instead_of_waiting(tomorrow, now), AirflowFailException)
    assert isinstance(instead_of_waiting(soon, now), AirflowRescheduleException)
    assert isinstance(instead_of_waiting(soon, now - timedelta(hours=23)), AirflowFailException)
