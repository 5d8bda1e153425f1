"""The DAG that tells the ad platforms: there where somebody is to be told, after each publication, each on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dags import run_local

ACTIVATIONS = """
destinations:
- {destination: meta_ads, account: '1', brand: n, options: {crm: c}, tells: [{milestone: sale, as: Purchase}]}
- {destination: microsoft_ads, account: '2', brand: n, tells: [{milestone: sale, as: Sale}]}
"""


def test_there_is_a_dag_where_somebody_is_to_be_told_and_a_task_for_each_platform(
    airflow_database: None, config: Path
) -> None:
    assert "activate" not in run_local.load_dags()
    (config / "activations.yml").write_text(ACTIVATIONS)

    dag = run_local.load_dags()["activate"]

    assert {task.task_id: task.pool for task in dag.tasks} == {
        "meta_ads": "activate_meta_ads",
        "microsoft_ads": "activate_microsoft_ads",
    }
    assert not any(task.upstream_task_ids for task in dag.tasks)
    condition: Any = dag.timetable.asset_condition
    assert [asset.name for asset in condition.objects] == ["warehouse"]
    assert dag.doc_md
    assert "fails" in dag.doc_md
    assert "clear" in dag.doc_md


def test_a_file_that_cannot_be_read_fails_its_tasks_and_not_the_loading(airflow_database: None, config: Path) -> None:
    (config / "activations.yml").write_text(ACTIVATIONS.replace("sale", "sold"))

    assert len(run_local.load_dags()["activate"].tasks) == 6

    from dags.tell_platforms import tell_for_run
    from handwritten.activations import WrongActivations

    with pytest.raises(WrongActivations, match="'milestone' is 'sold'"):
        tell_for_run("meta_ads")
