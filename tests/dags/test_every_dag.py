"""Rules for all DAGs: each loads, tells the reader what to do, and waits its turn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pendulum
import pytest
from airflow.sdk.configuration import conf
from airflow.sdk.definitions.mappedoperator import MappedOperator

from dags import run_local
from dags.run_local import DAGS_FOLDER
from extractors.sources import SOURCES
from tests.dags.conftest import list_accounts

if TYPE_CHECKING:
    from airflow.sdk import DAG

HEAVY = {"dbt", "duckdb", "great_expectations", "numpy", "pandas", "pyarrow", "scipy", "warehouse"}


def test_every_source_has_its_dag_and_the_warehouse_has_one(dags: dict[str, DAG]) -> None:
    assert set(dags) == {"build_warehouse", "expire", "published_by"} | {f"extract_{name}" for name in SOURCES}


def test_every_source_is_announced_once_a_run_when_all_its_tables_are_done(dags: dict[str, DAG]) -> None:
    for source in SOURCES.values():
        dag = dags[f"extract_{source.name}"]
        announcing = {task.task_id: [outlet.name for outlet in task.outlets] for task in dag.tasks if task.outlets}
        assert announcing == {"close": [f"landing/{source.name}", "nights"]}
        close = _task(dag, "close")
        assert not isinstance(close, MappedOperator)
        assert close.upstream_task_ids == {table.name for table in source.tables}
        # A teardown runs whatever became of the tasks before it, and their failure stays that of the run.
        assert close.is_teardown
        assert not close.on_failure_fail_dagrun


def test_a_source_that_no_account_is_listed_of_has_no_dag(airflow_database: None, config: Path) -> None:
    assert set(run_local.load_dags()) == {"build_warehouse", "expire", "published_by"}

    list_accounts(config, {"callrail": 2})
    assert set(run_local.load_dags()) == {"build_warehouse", "expire", "published_by", "extract_callrail"}


def test_no_dag_is_born_paused(dags: dict[str, DAG]) -> None:
    assert {dag.is_paused_upon_creation for dag in dags.values()} == {False}


def test_where_the_accounts_cannot_be_read_no_dag_begins_to_run_and_none_is_lost(
    airflow_database: None, config: Path
) -> None:
    (config / "accounts.yml").write_text("accounts: [")

    loaded = run_local.load_dags()

    assert {name for name, dag in loaded.items() if dag.is_paused_upon_creation} == {
        f"extract_{name}" for name in SOURCES
    }


def test_more_accounts_than_airflow_maps_a_task_over_are_parted(airflow_database: None, config: Path) -> None:
    most = conf.getint("core", "max_map_length")
    list_accounts(config, {"typeform": most + 476})

    dag = run_local.load_dags()["extract_typeform"]

    parts = {suffix: _task(dag, f"accounts{suffix}") for suffix in ("", "_2")}
    returned = [task.python_callable(*task.op_args) for task in parts.values()]
    assert [len(accounts) for accounts in returned] == [most, 476]
    assert len({account for accounts in returned for account in accounts}) == most + 476
    tables = {f"{table.name}{suffix}" for table in SOURCES["typeform"].tables for suffix in parts}
    assert _task(dag, "close").upstream_task_ids == tables


def test_every_dag_says_what_to_do_when_it_fails(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        assert dag.doc_md
        assert "fails" in dag.doc_md
        assert "clear" in dag.doc_md


def test_every_dag_has_an_owner_and_one_run_at_a_time_and_does_not_catch_up(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        assert dag.max_active_runs == 1
        assert not dag.catchup
        assert {task.owner for task in dag.tasks} == {"marketing-data"}


def test_every_task_that_reads_a_source_waits_in_its_pool_and_retries_by_the_error(
    dags: dict[str, DAG],
) -> None:
    from dags.retries import RetryByCure

    for source in SOURCES.values():
        for table in source.tables:
            task = _task(dags[f"extract_{source.name}"], table.name)
            assert task.pool == source.name
            assert task.retries > 0
            assert isinstance(task.partial_kwargs["retry_policy"], RetryByCure)


def test_every_phase_of_a_build_waits_in_the_pool_of_one_slot(dags: dict[str, DAG]) -> None:
    from dags.setup_pools import wanted_pools

    pools = {task.pool for task in dags["build_warehouse"].tasks}
    assert pools == {"duckdb_build"}
    assert wanted_pools()["duckdb_build"][0] == 1


def test_every_pool_that_a_dag_names_is_made(dags: dict[str, DAG]) -> None:
    from airflow.models.pool import Pool

    named = {task.pool for dag in dags.values() for task in dag.tasks}
    assert named <= {pool.pool for pool in Pool.get_pools()}


def test_making_the_pools_again_keeps_what_an_operator_changed(airflow_database: None) -> None:
    from airflow.models.pool import Pool

    from dags.setup_pools import setup_pools

    Pool.create_or_update_pool("callrail", 7, "changed by hand", include_deferred=False)

    assert setup_pools() == []
    pool = Pool.get_pool("callrail")
    assert pool is not None
    assert pool.slots == 7


def test_the_build_waits_for_the_night_as_a_whole(dags: dict[str, DAG]) -> None:
    condition: Any = dags["build_warehouse"].timetable.asset_condition

    assert [asset.name for asset in condition.objects] == ["landing/night"]


def test_the_phases_of_the_build_are_the_functions_of_the_warehouse(dags: dict[str, DAG]) -> None:
    from dags.build_warehouse import PHASES
    from warehouse import build

    in_order = ["prepare", *PHASES]
    assert [task.task_id for task in dags["build_warehouse"].tasks] == in_order
    assert in_order[0] == "prepare"
    assert in_order[-1] == "publish"
    for phase in in_order:
        assert callable(getattr(build, phase))


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), 23),
        (datetime(2026, 6, 15, 12, tzinfo=UTC), 24),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), 25),
        (datetime(2028, 2, 29, 12, tzinfo=UTC), 24),
    ],
)
def test_the_interval_of_a_run_is_one_day_of_the_clock_on_the_wall(
    dags: dict[str, DAG], day: datetime, hours: int
) -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable

    for source in SOURCES.values():
        timetable = coerce_to_core_timetable(dags[f"extract_{source.name}"].timetable)
        # The run that starts at 03:15 of the next day.
        interval = timetable.infer_manual_data_interval(run_after=pendulum.instance(day + timedelta(days=1)))
        assert interval.end - interval.start == timedelta(hours=hours)
        assert interval.start.date() == day.date()


@pytest.mark.parametrize("file", sorted(DAGS_FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_no_file_of_the_dags_imports_heavy_things_at_the_top_except_inside_a_task(file: Path) -> None:
    inside_tasks = {"build.py", "land.py", "look.py", "telling.py"}  # imported by a task when it runs, never by Airflow
    ignored = (DAGS_FOLDER / ".airflowignore").read_text().split()
    if file.name in inside_tasks:
        assert file.name in ignored
        return
    assert not set(_imported_at_the_top(file)) & HEAVY


def test_a_file_that_airflow_reads_for_dags_takes_less_than_a_second(dags: dict[str, DAG]) -> None:
    from airflow.dag_processing.dagbag import DagBag

    read = DagBag(str(DAGS_FOLDER), bundle_path=DAGS_FOLDER, bundle_name="dags-folder").dagbag_stats
    files = ["activate", "build_warehouse", "expire", "extract", "publish_to_postgres", "published_by"]
    assert sorted(Path(each.file).stem for each in read) == files
    assert all(each.duration < timedelta(seconds=1) for each in read)


def _task(dag: DAG, task_id: str) -> Any:
    return dag.get_task(task_id)


def _imported_at_the_top(file: Path) -> Iterator[str]:
    for statement in ast.parse(file.read_text()).body:
        if isinstance(statement, ast.Import):
            yield from (name.name.split(".")[0] for name in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield (statement.module or "").split(".")[0]
