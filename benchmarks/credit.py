"""One tool's part of the attribution benchmark, in a process of its own: reads the touches, gives the credit.

python -m benchmarks.credit TOUCHES.parquet CONVERSIONS.parquet COMPILED.json [--models linear] [--memory 4GB]
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import duckdb

from warehouse.steps.channel_effects import write_channel_effects

COUNTED_FOR_EFFECTS = ("int_transitions__counted", "int_channel_sets__counted", "int_channel_sets__listed")
"""What removal effects and Shapley values are solved from: a part of those models, not of the journeys."""
READ = """
    drop table intermediate.int_touchpoints__unioned;
    create view intermediate.int_touchpoints__unioned as from '{touches}';
    alter table intermediate.int_leads__built rename to no_leads;
    create view intermediate.int_leads__built as
    from intermediate.no_leads
    union all by name
    select
        person_id as lead_id, brand, person_id, converted_at as created_at,
        cast(converted_at as date) as created_date
    from '{conversions}'
"""


def needed(statements: Sequence[Sequence[str]], models: Sequence[str]) -> list[tuple[str, str]]:
    """The statements, each a name and a text, that these attribution models and what they read are made by."""
    wanted = {f"int_credit__{model}" for model in models}
    for name, text in reversed(statements):
        if name == "channel_effects" and name in wanted:
            wanted |= {"int_transitions__counted", "int_channel_sets__listed"}
        elif name in wanted or name == "int_attribution_models__listed":
            wanted |= {other for other, _ in statements if f'"{other}"' in text}
    return [(name, text) for name, text in statements if name in wanted]


def main() -> None:
    """Print, as JSON, the seconds of a bare sort of the touches and of all models over them, and what they gave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("touches", type=Path)
    parser.add_argument("conversions", type=Path)
    parser.add_argument("compiled", type=Path, help="what benchmarks.attribution wrote: statements and empty tables")
    parser.add_argument("--memory", help="DuckDB's limit, say 4GB")
    parser.add_argument("--sort-only", action="store_true")
    parser.add_argument("--models", action="append", help="only this attribution model; may be repeated")
    asked = parser.parse_args()
    # As dbt_project/profiles.yml has it: the form of the file decides what writing costs.
    database = duckdb.connect(config={"storage_compatibility_version": "latest"})
    database.execute("set preserve_insertion_order = false; set threads = 2; set TimeZone = 'UTC'")
    if asked.memory:
        database.execute(f"set memory_limit = '{asked.memory}'")
    database.execute(f"set temp_directory = '{asked.touches.parent / 'spill'}'")
    made = asked.touches.parent / "credited.duckdb"
    made.unlink(missing_ok=True)
    database.execute(f"attach '{made}' as credited; use credited")
    if asked.sort_only:
        started, worked = time.monotonic(), time.process_time()
        in_order = f"from '{asked.touches}' order by person_id, touched_at, touchpoint_id"
        database.execute(f"create or replace table sorted as {in_order}")
        print(json.dumps({"seconds": time.monotonic() - started, "cpu_seconds": time.process_time() - worked}))
        return
    compiled = json.loads(asked.compiled.read_text(encoding="utf-8"))
    for statement in compiled["tables"]:
        database.execute(statement)
    # DuckDB does so at the first value that it is given; the other tools have done it when their clocks start.
    import_module("pandas")
    taken: dict[str, float] = {}
    started, worked = time.monotonic(), time.process_time()
    database.execute(READ.format(touches=asked.touches, conversions=asked.conversions))
    statements, credit = compiled["statements"], "from intermediate.int_credit__unioned"
    if asked.models:
        statements = needed(statements, asked.models)
        credit = " union all by name ".join(f"select * from intermediate.int_credit__{model}" for model in asked.models)
    for name, statement in statements:
        started = time.monotonic()
        if name == "channel_effects":
            write_channel_effects(database)
        else:
            database.execute(statement)
        taken[name] = taken.get(name, 0) + time.monotonic() - started
    # A model's name is one of a few, which an enumerated type writes as a number.
    listed = "select attribution_model from intermediate.int_attribution_models__listed"
    database.execute(f"create type attribution_model as enum ({listed})")
    database.execute("create table credit_rows (conversion_number bigint, touch_number bigint, "
                     "attribution_model attribution_model, credit double, unattributed_reason text)")  # fmt: skip
    started = time.monotonic()
    database.execute(f"insert into credit_rows by name {credit}")
    taken["every row of credit"] = time.monotonic() - started
    worked = time.process_time() - worked
    rows, conversions, furthest = database.execute(
        "select sum(n), count(distinct conversion_number), max(abs(total - 1)) from ("
        "select conversion_number, attribution_model, count(*) as n, sum(credit) as total "
        "from credit_rows group by all)"
    ).fetchone() or (0, 0, 0)
    names = [name for name, _ in statements]
    journeys = sum(taken[name] for name in names[: names.index("channel_effects")] if name not in COUNTED_FOR_EFFECTS)
    print(json.dumps({
        "seconds": sum(taken.values()), "journeys": journeys, "credit": sum(taken.values()) - journeys,
        "cpu_seconds": worked, "rows": int(rows), "conversions": conversions,
        "furthest_from_one": furthest, "parts": taken,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
