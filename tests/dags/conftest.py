"""Airflow for the tests: a home of its own, in a time zone that has daylight saving."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dags import run_local
from extractors.sources import SOURCES

if TYPE_CHECKING:
    from airflow.sdk import DAG

SHIPPED = Path(__file__).parents[2] / "dbt_project" / "seeds"

# Before any test imports Airflow, which reads its settings only once.
_home = tempfile.TemporaryDirectory(prefix="leadgen-airflow-")
run_local.settle_airflow(Path(_home.name))
os.environ["AIRFLOW__CORE__DEFAULT_TIMEZONE"] = "Europe/Berlin"


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's own tables, and the pools."""
    run_local.make_database()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder without a file, as on a new machine."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    return tmp_path


@pytest.fixture
def dags(airflow_database: None, config: Path) -> dict[str, DAG]:
    """Every DAG, as Airflow loads it where every source has an account."""
    list_accounts(config, dict.fromkeys(SOURCES, 1))
    return run_local.load_dags()


def list_accounts(config: Path, numbers: Mapping[str, int]) -> None:
    """List so many accounts of each source, all of one brand."""
    accounts = [
        {"source": source, "account": f"ACC{number}", "brand": "nordhaus"}
        for source, count in numbers.items()
        for number in range(count)
    ]
    (config / "accounts.yml").write_text(json.dumps({"accounts": accounts}))
    columns = (SHIPPED / "brands.csv").read_text().splitlines()[0]
    nordhaus = {"brand": "nordhaus", "time_zone": "Europe/Berlin", "currency": "EUR", "phone_region": "DE"}
    row = ",".join(nordhaus.get(column, "") for column in columns.split(","))
    (config / "brands.csv").write_text(f"{columns}\n{row}\n")
