"""A model that cannot be built stops the build, whatever kind it is."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from warehouse import settings
from warehouse.dbt_runner import FailedSteps, build_models
from warehouse.run import BuildRun

PROJECT = {
    "dbt_project.yml": "name: leadgen\nversion: 1.0.0\nprofile: leadgen\nmodel-paths: [models]\n",
    "models/marts/int_broken.sql": "{{ config(materialized='ephemeral') }} select {{ of_nobody('x') }} as x",
    "models/marts/report.sql": "select * from {{ ref('int_broken') }}",
    "models/staging/numbers.sql": "select 1 as x",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of three models, one of which calls a macro that does not exist."""
    folder = tmp_path / "project"
    for name, text in PROJECT.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    shutil.copy(settings.DBT_PROJECT / "profiles.yml", folder)
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(settings, "DBT_PROJECT", folder)
    return folder


def built(run_id: str) -> BuildRun:
    run = BuildRun(run_id, date(2026, 6, 30))
    run.database.parent.mkdir(parents=True, exist_ok=True)
    return run


@pytest.mark.usefixtures("project")
def test_what_stands_on_a_model_that_does_not_compile_is_no_success() -> None:
    with pytest.raises(FailedSteps, match=r"report could not be built.*int_broken"):
        build_models(built("broken"), "attribute", ["marts"])


@pytest.mark.usefixtures("project")
def test_a_folder_without_it_is_built() -> None:
    (step,) = build_models(built("whole"), "stage", ["staging"])
    assert (step.step, step.status) == ("numbers", "success")
