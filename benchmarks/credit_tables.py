"""What the tables of credit cost to make and to ask, over the journeys of a build many times over.

python -m benchmarks.credit_tables data/demo --times 16

Takes the newest build of the data folder and the statements that dbt made it with: a build by another version of the
project is measured by its own. Seconds of processor time, because the machine may be busy.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

import duckdb

FILLED = {"conversion_id", "lead_id", "sale_id", "person_id", "touchpoint_id", "visit_id"}
"""Ids that are another's in each copy."""
MANY = {
    "int_touchpoints__eligible", "int_touchpoints__milestoned", "int_touchpoints__masked", "int_touchpoints__unioned",
    "int_journeys__converted", "int_conversions__unioned", "int_leads__built", "int_sales__built",
    "int_sale_entries__dated",
}  # fmt: skip
ONCE = {
    "int_channel_sets__listed", "int_channels__numbered", "channel_effects", "person_components", "inquiries",
    "int_lookback_windows__resolved", "int_settings__chosen", "int_attribution_models__listed", "int_brands__resolved",
    "int_spend__converted", "stg_rules__custom_weights",
}  # fmt: skip
TABLES = (
    "int_credit__widened", "int_leads__credited", "attributed_leads", "int_sales__credited", "attributed_sales",
    "int_comparison__grouped", "cohort_maturity", "channel_performance",
)  # fmt: skip
QUESTIONS = {
    "one model by channel": "select channel, sum(credit) from marts.attributed_leads "
    "where attribution_model = 'linear' group by all",
    "a month of one model": "select channel, sum(credit) from marts.attributed_leads "
    "where attribution_model = 'linear' and conversion_date between '2026-03-01' and '2026-03-31' group by all",
    "all models by channel": "select attribution_model, channel, sum(credit) from marts.attributed_leads group by all",
    "one lead": "select * from marts.attributed_leads "
    "where lead_id = (select max(lead_id) from marts.attributed_leads where attribution_model = 'linear')",
    "each lead adds up": "select max(total) from (select sum(credit) as total from marts.attributed_leads "
    "group by lead_id, attribution_model)",
}


def fill(database: duckdb.DuckDBPyConnection, build: Path, times: int) -> None:
    """The tables that credit is made from, so many times over, each time with other ids."""
    with duckdb.connect(str(build), read_only=True) as made:
        found = made.execute("select table_schema, table_name from information_schema.tables order by all").fetchall()
        for schema in {schema for schema, _ in found} | {"stored"}:
            database.execute(f"create schema if not exists {schema}")
        (highest,) = made.execute("select max(conversion_number) + 1 from intermediate.int_conversions__unioned"
                                  ).fetchone() or (0,)  # fmt: skip
        for schema, table in found:
            if table not in MANY | ONCE:
                continue
            rows = made.execute(f'from {schema}."{table}"').to_arrow_table()
            others = [
                f"if(copy = 0, {name}, md5({name} || copy)) as {name}" for name in FILLED & set(rows.column_names)
            ]
            if "conversion_number" in rows.column_names:
                others.append(f"conversion_number + copy * {highest} as conversion_number")
            copies = f"range({times if table in MANY else 1}) as copies (copy)"
            replaced = f"replace ({', '.join(others)})" if others and table in MANY else ""
            database.register("given", rows)
            database.execute(f'create table {schema}."{table}" as select given.* {replaced} from given, {copies}')
            database.unregister("given")


def make(database: duckdb.DuckDBPyConnection, statements: Path) -> dict[str, float]:
    """Seconds of each table, by the statements that dbt has kept."""
    kept = {file.stem: file for file in statements.rglob("*.sql")}
    shares = sorted(
        (name for name in kept if name.startswith("int_credit__")), key=lambda name: name.endswith("unioned")
    )
    taken = {}
    waiting = [*(name for name in shares if name not in TABLES), *(name for name in TABLES if name in kept)]
    while waiting:
        name = waiting.pop(0)
        text = re.sub(r"^\s*drop \w+ if exists [^;]*;", "", kept[name].read_text(encoding="utf-8"))
        started = time.process_time()
        try:
            database.execute(text)
        except duckdb.CatalogException:
            # One share is made from another.
            if name in TABLES:
                raise
            waiting.insert(len([one for one in waiting if one not in TABLES]), name)
            continue
        taken[name] = time.process_time() - started
    return {name: taken[name] for name in TABLES if name in taken}


def main() -> None:
    """Print the seconds of each table and of each question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a data folder in which something was built")
    parser.add_argument("--times", type=int, default=16)
    options = parser.parse_args()
    build = max(options.data.glob("build/runs/*/build.duckdb"), key=lambda file: file.stat().st_mtime)
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
        # Named as a build is, because the statements name it.
        database = duckdb.connect(f"{folder}/build.duckdb", config={"storage_compatibility_version": "latest"})
        database.execute("set preserve_insertion_order = false; set threads = 2; set TimeZone = 'UTC'")
        fill(database, build, options.times)
        taken = make(database, options.data / "logs" / "dbt" / "target" / "run")
        for name, seconds in taken.items():
            print(f"{name:<28}{seconds:8.2f}")
        print(f"{'all':<28}{sum(taken.values()):8.2f}")
        for name, question in QUESTIONS.items():
            started = time.process_time()
            database.execute(question).fetchall()
            print(f"{name:<28}{time.process_time() - started:8.3f}")


if __name__ == "__main__":
    main()
