"""What Superset gets says what the marts and metrics.yml say, adds nothing up wrongly, and reads nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bi.superset.bundle import bundle, database
from bi.superset.charts import named
from bi.superset.dashboards import charts_of, dashboards
from bi.superset.datasets import Adding, adding, datasets, metrics_of
from bi.superset.declared import marts
from report.metrics import METRICS
from tests.report.published_market import contracts, publish

FILES = bundle("duckdb:////somewhere/warehouse.duckdb")
CREDITED = "where attribution_model = 'last_non_direct' and date_basis = 'conversion'"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("published") / "warehouse.duckdb")


@pytest.fixture(scope="module")
def reader(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def test_every_mart_is_a_dataset_with_each_column_described_as_its_contract_has_it() -> None:
    made = datasets()

    assert set(made) == set(contracts())
    for name, columns in contracts().items():
        assert [(one["column_name"], one["type"]) for one in made[name]["columns"]] == [
            (column["name"], column["data_type"].upper()) for column in columns
        ]
    told = [column["description"] for one in made.values() for column in one["columns"]]
    assert all(told)
    assert not [one for one in told if "{{" in one]


def test_a_description_that_marts_share_is_the_shared_text() -> None:
    brand = next(column for column in datasets()["leads"]["columns"] if column["column_name"] == "brand")
    assert brand["description"] == "The client whose data it is. Nothing ever joins across brands."


def test_what_is_said_of_marts_is_of_columns_that_they_have() -> None:
    told = marts()
    for name, says in adding().items():
        columns = {column.name for column in told[name].columns}
        assert {*says.adds, *says.one, *([says.day] if says.day else [])} <= columns, name
        assert {*says.adds, *says.made} <= set(METRICS), name


def test_a_metric_is_a_sum_or_a_sum_by_a_sum_as_metrics_yml_has_it() -> None:
    for name, one in datasets().items():
        for metric in one["metrics"][1:]:
            defined = METRICS[metric["metric_name"]]
            assert metric["expression"].count("sum(") == len(defined.parts), (name, defined.name)
            assert not re.search(r"\bavg\(|\bmean\(", metric["expression"])
            assert (metric["verbose_name"], metric["description"]) == (defined.label, defined.help)


def test_the_ratios_that_people_ask_for_are_there() -> None:
    made = [one["metric_name"] for one in datasets()["channel_days"]["metrics"]]
    assert {"cpl", "cac", "cpo", "roas", "romi", "cost_share", "cost_per_qualified_lead"} <= set(made)
    assert METRICS["romi"].sql_over({}) == "sum(margin) / nullif(sum(spend), 0) - 1"


def test_every_metric_is_answered_by_its_mart(reader: duckdb.DuckDBPyConnection) -> None:
    for name, one in datasets().items():
        for metric in one["metrics"]:
            reader.execute(f"select {metric['expression']} from marts.{name}").fetchall()


def test_a_ratio_of_channel_days_is_that_of_the_sums(reader: duckdb.DuckDBPyConnection) -> None:
    sql = metrics_of(marts()["channel_days"], adding()["channel_days"])
    asked = f"select {sql['cpl']}, {sql['roas']}, sum(spend), sum(valid_inquiry_count), sum(revenue)"
    row = reader.execute(f"{asked} from marts.channel_days where brand = 'nord'").fetchone()

    assert row
    cpl, roas, spend, inquiries, revenue = (Decimal(str(one)) for one in row)
    assert float(cpl) == pytest.approx(float(spend / inquiries))
    assert float(roas) == pytest.approx(float(revenue / spend))


def test_where_nothing_was_spent_nothing_has_a_price(reader: duckdb.DuckDBPyConnection) -> None:
    sql = metrics_of(marts()["channel_days"], adding()["channel_days"])
    asked = f"select {sql['cpl']}, {sql['cac']}, {sql['cpo']}, {sql['spend']}, {sql['lead_credit']} > 0"
    row = reader.execute(f"{asked} from marts.channel_days where brand = 'nord' and channel = 'Email'").fetchone()

    assert row == (None, None, None, 0, True)


def test_money_of_two_currencies_is_empty_and_not_a_number(reader: duckdb.DuckDBPyConnection) -> None:
    sql = metrics_of(marts()["channel_days"], adding()["channel_days"])
    row = reader.execute(f"select {sql['spend']}, {sql['roas']}, {sql['clicks']} from marts.channel_days").fetchone()

    assert row
    assert row[:2] == (None, None)
    assert row[2] > 0


@pytest.mark.parametrize(
    "chosen", ["", "and attribution_model = 'linear'", "and date_basis = 'touch'"], ids=["nothing", "model", "basis"]
)
def test_models_and_bases_are_not_added_up(reader: duckdb.DuckDBPyConnection, chosen: str) -> None:
    sql = metrics_of(marts()["channel_performance"], adding()["channel_performance"])
    asked = f"select {sql['spend']}, {sql['lead_credit']}, {sql['cac']} from marts.channel_performance"

    assert reader.execute(f"{asked} where brand = 'nord' {chosen}").fetchone() == (None, None, None)


def test_one_model_and_basis_say_what_the_table_for_adding_up_says(reader: duckdb.DuckDBPyConnection) -> None:
    names = ("spend", "lead_credit", "cac", "romi")
    of_one = metrics_of(marts()["channel_performance"], adding()["channel_performance"])
    plain = metrics_of(marts()["channel_days"], adding()["channel_days"])
    asked = [
        reader.execute(f"select {', '.join(sql[name] for name in names)} from marts.{table} {where}").fetchone()
        for sql, table, where in (
            (of_one, "channel_performance", f"{CREDITED} and brand = 'pool'"),
            (plain, "channel_days", "where brand = 'pool'"),
        )
    ]
    assert asked[0] == pytest.approx(asked[1])


def test_a_table_of_several_models_never_adds_them_up() -> None:
    for name, mart in marts().items():
        says = adding().get(name, Adding())
        if mart.has("attribution_model") and (says.adds or says.made):
            assert "attribution_model" in says.one, name


def test_charts_ask_for_what_their_mart_has_and_fit_into_their_row() -> None:
    told, made = marts(), datasets()
    for one in dashboards():
        assert len({chart.title for chart in one.charts}) == len(one.charts)
        for chart in one.charts:
            assert all(told[chart.mart].has(column) for column in named(chart)), chart
            assert set(chart.metrics) <= {metric["metric_name"] for metric in made[chart.mart]["metrics"]}, chart
        for row in one.rows:
            assert sum(chart.width for chart in row) == 12, row


def test_the_dashboards_are_for_the_four_who_look() -> None:
    assert [one.title for one in dashboards()] == ["Data steward", "Head of sales", "Marketer", "Owner"]


def test_whatever_is_imported_again_is_the_same_thing() -> None:
    ids = [yaml.safe_load(text)["uuid"] for path, text in FILES.items() if path != "metadata.yaml"]

    assert len(set(ids)) == len(ids)
    assert bundle("duckdb:////somewhere/warehouse.duckdb") == FILES


CURIOUS = (
    "select content from read_text('/etc/passwd')",
    "select * from glob('/home/*')",
    "copy (select 1) to '{folder}/stolen.csv'",
    "attach '{folder}/other.duckdb'",
    "create table marts.mine as select 1",
    "delete from marts.leads",
    "drop table marts.leads",
    "set enable_external_access = true",
    "reset lock_configuration",
    "install httpfs",
)


@pytest.mark.parametrize("statement", CURIOUS)
def test_the_connection_refuses_to_write_and_to_read_files(warehouse: Path, tmp_path: Path, statement: str) -> None:
    # A process opens a file in one way only, and the other tests have it open in theirs.
    own = shutil.copy(warehouse, warehouse.with_name("locked.duckdb"))
    told = database(f"duckdb:///{own}")
    engine = create_engine(told["sqlalchemy_uri"], **told["extra"]["engine_params"])
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from marts.leads")).scalar_one() == 5
        with pytest.raises(SQLAlchemyError):
            connection.execute(text(statement.format(folder=tmp_path))).fetchall()
    engine.dispose()
    assert not list(tmp_path.iterdir())


def test_nobody_changes_anything_through_superset() -> None:
    told = yaml.safe_load(FILES["databases/warehouse.yaml"])
    allowed = {name: told[name] for name in told if name.startswith(("allow", "expose"))}

    assert len(allowed) == 6
    assert not any(allowed.values())


def test_money_in_a_list_of_rows_has_two_digits_and_its_currency_beside_it() -> None:
    made = {one["slice_name"]: one["params"] for told in dashboards() for one in charts_of(told)}
    deals = made["Open deals, the oldest first"]

    assert deals["column_config"] == {"value": {"d3NumberFormat": ",.2f"}}
    assert "currency" in deals["all_columns"]
