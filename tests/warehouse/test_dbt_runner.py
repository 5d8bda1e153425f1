"""A model that cannot be built stops the build, whatever kind it is, and so does a test that does not hold."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from warehouse import settings
from warehouse.dbt_choice import choose, in_folders
from warehouse.dbt_runner import FailedSteps, build_models, common_options
from warehouse.dbt_understood import understood
from warehouse.pipeline_steps import TABLE, begin_steps, record_steps
from warehouse.run import BuildRun, open_build

PROJECT = {
    "dbt_project.yml": "name: leadgen\nversion: 1.0.0\nprofile: leadgen\nmodel-paths: [models]\n",
    "models/marts/int_broken.sql": "{{ config(materialized='ephemeral') }} select {{ of_nobody('x') }} as x",
    "models/marts/report.sql": "select * from {{ ref('int_broken') }}",
    "models/staging/numbers.sql": "select 1 as x",
}

MACROS = settings.DBT_PROJECT / "macros"


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


def test_a_model_says_how_many_rows_its_table_has_whatever_that_is_called(project: Path) -> None:
    numbers = project / "models" / "staging" / "numbers.sql"
    numbers.write_text("{{ config(materialized='table', alias='figures') }} select * from range(3)", encoding="utf-8")
    (project / "models" / "staging" / "figures_shown.sql").write_text(
        "{{ config(materialized='view') }} select * from {{ ref('numbers') }}", encoding="utf-8"
    )
    run = built("counted")

    steps = build_models(run, "stage", ["staging"])
    begin_steps(run)
    record_steps(run, "stage", steps)

    with open_build(run) as database:
        counted = database.execute(f"select step, row_count from {TABLE} order by step").fetchall()
    assert counted == [("figures_shown", None), ("numbers", 3)]


DATA_TESTS = """
    data_tests:
      - unique_together: {columns: [number, letter]}
    columns:
      - name: number
        data_tests:
          - unique
          - not_null
          - accepted_values: {values: [1, 2], quote: false}
          - unique: {name: unique_below_1_NAME, config: {where: number < 1}}
          - not_null: {name: suspicious_NAME, config: {severity: warn}}
      - name: letter
        data_tests:
          - accepted_values: {values: ["a", "b c"]}
"""
TESTED = {
    "models/marts/good.sql": "{{ config(materialized='view') }}"
    "select * from (values (1, 'a'), (2, 'b c')) as rows (number, letter)",
    "models/marts/bad.sql": "{{ config(materialized='table') }}"
    "select * from (values (1, 'a'), (1, 'b'), (3, null), (null, null), (null, null)) as rows (number, letter)",
    "models/marts/after.sql": "select count(*) as all_rows from {{ ref('bad') }}",
    "models/marts/tests.yml": "models:\n"
    + "".join(f"  - name: {name}{DATA_TESTS.replace('NAME', name)}" for name in ("good", "bad")),
    "tests/bad_has_two_letters.sql": "select count(*) from {{ ref('bad') }} having count(distinct letter) <> 2",
}


def write(project: Path, files: dict[str, str], *macros: str) -> None:
    """Put these files in the place of the project's models, and these of the real macros beside them."""
    shutil.rmtree(project / "models")
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    (project / "macros").mkdir(exist_ok=True)
    for macro in macros:
        shutil.copy(MACROS / macro, project / "macros")


def test_each_test_is_asked_and_the_one_that_does_not_hold_is_named_and_keeps_its_rows(project: Path) -> None:
    write(project, TESTED, "unique_together.sql")
    run = built("tested")
    with pytest.raises(FailedSteps, match=r"The test .* found \d rows? that must not be; they are in") as failed:
        build_models(run, "attribute", ["marts"])
    found = {step.step: step.status for step in failed.value.steps if step.kind == "test"}
    assert found == {
        "unique_good_number": "pass",
        "not_null_good_number": "pass",
        "accepted_values_good_number__False__1__2": "pass",
        "accepted_values_good_letter__a__b_c": "pass",
        "unique_together_good_number__letter": "pass",
        "unique_below_1_good": "pass",
        "suspicious_good": "pass",
        "unique_bad_number": "fail",
        "not_null_bad_number": "fail",
        "accepted_values_bad_number__False__1__2": "fail",
        "accepted_values_bad_letter__a__b_c": "fail",
        "unique_together_bad_number__letter": "fail",
        "unique_below_1_bad": "pass",
        "suspicious_bad": "warn",
        "bad_has_two_letters": "pass",
    }
    assert all(step.seconds > 0 for step in failed.value.steps)
    with open_build(run, read_only=True) as connection:
        kept = connection.execute(
            "select table_name, estimated_size from duckdb_tables() where schema_name = 'failed_tests'"
        )
        rows = dict(kept.fetchall())
    assert len(rows) == 3
    assert all(found[test] == "fail" and count > 0 for test, count in rows.items())


SHAPES = {
    "dbt_project.yml": "name: leadgen\nversion: 1.0.0\nprofile: leadgen\nmodel-paths: [models]\nmacro-paths: [macros]\n"
    "models: {leadgen: {shapes: {+schema: shapes}}}\n",
    "models/staging/here/stg_here__days.sql": "select 1 as day_number",
    "models/staging/away/stg_away__days.sql": "select 2 as day_number where false",
    "models/staging/asked/stg_asked__days.sql": "select 3 as day_number where false",
    "models/staging/away/away.yml": "models: [{name: stg_away__days, data_tests: [{leadgen.has_rows: {}}]}]",
    "models/shapes/days/days__here.sql": "select * from {{ ref('stg_here__days') }}",
    "models/shapes/days/days__away.sql": "select * from {{ ref('stg_away__days') }}",
    "models/shapes/days/days__asked.sql": "select * from {{ ref('stg_asked__days') }}",
    "models/shapes/days/days__unioned.sql": "{{ in_one_shape('days', [ref('days__here'), ref('days__away'),"
    " ref('days__asked')]) }}",
    "models/shapes/days/days__unioned.yml": "models: [{name: days__unioned, columns: ["
    "{name: day_number, data_type: integer}, {name: weather, data_type: varchar}]}]",
    "models/intermediate/landing/others.sql": "select * from {{ ref('stg_asked__days') }}",
    "macros/has_rows.sql": "{% test has_rows(model) %}select 1 where not exists (from {{ model }}){% endtest %}",
}


def test_a_source_that_never_landed_is_neither_built_nor_tested_and_its_shape_is_what_it_was(project: Path) -> None:
    write(project, SHAPES, "shapes.sql", "landing.sql", "names.sql")
    folders = ["staging", "shapes", "intermediate/landing"]
    run = built("left-out")
    made = {step.step for step in build_models(run, "stage", folders, ["away", "asked"])}
    assert made == {"stg_here__days", "stg_asked__days", "days__here", "others", "days__unioned"}
    with open_build(run, read_only=True) as connection:
        assert connection.execute("from shapes.days__unioned").fetchall() == [(1, None)]

    everywhere = built("nothing-at-all")
    build_models(everywhere, "stage", folders, ["here", "away", "asked"])
    with open_build(everywhere, read_only=True) as connection:
        found = connection.execute("from shapes.days__unioned")
        assert ([column[0] for column in found.description or []], found.fetchall()) == (["day_number", "weather"], [])


MADE = {
    "models/marts/kept.sql": "{{ config(materialized='KIND', persist_docs={'relation': true, 'columns': true}) }}"
    "select 1 as number",
    "models/marts/kept.yml": "models: [{name: kept, description: what is kept, config: {contract: {enforced: true}},"
    " columns: [{name: number, data_type: integer, description: a number}]}]",
}
ABOUT = """
    select table_name, comment from duckdb_tables() where schema_name <> 'lineage'
    union all
    select view_name, comment from duckdb_views() where not internal
"""


def test_a_phase_that_runs_again_makes_its_models_anew_also_where_a_table_becomes_a_view(project: Path) -> None:
    run = built("again")
    for kind in ("table", "table", "view", "view", "table"):
        changed = {name: text.replace("KIND", kind) for name, text in MADE.items()}
        write(project, changed, "materializations.sql")
        (step,) = build_models(run, "attribute", ["marts"])
        assert step.status == "success"
        with open_build(run, read_only=True) as connection:
            assert connection.execute("from kept").fetchall() == [(1,)]
            assert connection.execute(ABOUT).fetchall() == [("kept", "what is kept")]
            kept = connection.execute("select table_name, statement from lineage.statements").fetchall()
            assert [(name, " ".join(text.split())) for name, text in kept] == [("kept", "select 1 as number")]
            assert connection.execute("select comment from duckdb_columns() where table_name = 'kept'").fetchall() == [
                ("a number",)
            ]


@pytest.mark.usefixtures("project")
def test_what_a_phase_changes_of_the_project_is_unchanged_for_the_next() -> None:
    with settings.dbt_environment(built("copies").database):
        first, _ = understood(common_options)
        whole = {name: list(node.tags) for name, node in first.nodes.items()}
        choose(first, in_folders(["staging"]))
        next(iter(first.nodes.values())).extra_ctes.append("of this phase")
        second, _ = understood(common_options)

    assert len(first.nodes) < len(whole)
    assert {name: node.tags for name, node in second.nodes.items()} == whole
    assert all(not node.extra_ctes for node in second.nodes.values())


def test_the_log_says_what_was_made_and_what_failed_and_no_statement(project: Path) -> None:
    numbers = project / "models" / "staging" / "numbers.sql"
    numbers.write_text("{{ config(materialized='table') }} select 'of nobody' as x", encoding="utf-8")
    build_models(built("told"), "stage", ["staging"])
    numbers.write_text("select x from nowhere", encoding="utf-8")
    with pytest.raises(FailedSteps):
        build_models(built("told"), "stage", ["staging"])

    log = (settings.logs_dir() / "dbt" / "dbt.log").read_text(encoding="utf-8")
    assert re.search(r"OK created sql table model main\.numbers", log)
    assert re.search(r"ERROR creating sql \w+ model main\.numbers", log)
    assert "Catalog Error" in log
    assert "of nobody" not in log
