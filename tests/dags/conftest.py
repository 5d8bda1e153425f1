"""Airflow for the tests: a home of its own, in a time zone that has daylight saving."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dags import run_local

if TYPE_CHECKING:
    from airflow.sdk import DAG

# Before any test imports Airflow, which reads its settings only once.
_home = tempfile.TemporaryDirectory(prefix="leadgen-airflow-")
run_local.settle_airflow(Path(_home.name))
os.environ["AIRFLOW__CORE__DEFAULT_TIMEZONE"] = "Europe/Berlin"


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's own tables, and the pools."""
    run_local.make_database()


@pytest.fixture
def no_accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration folder without a file, as on a new machine."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))


@pytest.fixture
def dags(airflow_database: None, no_accounts: None) -> dict[str, DAG]:
    """Every DAG, as Airflow loads it."""
    return run_local.load_dags()
