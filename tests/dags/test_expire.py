"""The DAG that forgets by age does what the command does, for the night that is due."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dags import run_local


def test_a_run_removes_what_is_too_old_for_its_night_and_keeps_the_rest(
    airflow_database: None, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("LEADGEN_DATA", str(data))
    (config / "retention.yml").write_text("logs: 30")
    logs = data / "logs"
    logs.mkdir(parents=True)
    for name, day in (("old.log", datetime(2026, 1, 10, tzinfo=UTC)), ("new.log", datetime.now(UTC))):
        (logs / name).write_text("said", encoding="utf-8")
        os.utime(logs / name, (day.timestamp(), day.timestamp()))

    run = run_local.run_once(run_local.load_dags()["expire"], {}, lambda task: None)

    assert run.state == "success"
    assert [file.name for file in logs.iterdir()] == ["new.log"]
