"""The DAG that publishes to Postgres is there where a setting asks for it, and shows there what the file shows."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from adbc_driver_postgresql import dbapi

from dags import run_local
from tests.airflow_stack import SECRETS, postgres
from tests.warehouse.builds import finished_build
from warehouse.publish import publish

if TYPE_CHECKING:
    from airflow.sdk import DAG


def test_it_follows_each_publication_where_the_setting_asks(
    airflow_database: None, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "file")
    assert "publish_to_postgres" not in run_local.load_dags()
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "file,postgres")
    following: DAG = run_local.load_dags()["publish_to_postgres"]
    condition: Any = following.timetable.asset_condition
    assert [asset.name for asset in condition.objects] == ["warehouse"]
    publish(finished_build("r1"))

    with postgres() as port:
        address = f"postgresql://airflow:{SECRETS['POSTGRES_PASSWORD']}@127.0.0.1:{port}/airflow"
        monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_POSTGRES", address)
        run = run_local.run_once(following, {}, lambda task: None)
        assert run.state == "success"
        with closing(dbapi.connect(address)) as reader, reader.cursor() as cursor:
            cursor.execute("select run_id from warehouse.publication")
            assert cursor.fetchall() == [("r1",)]
