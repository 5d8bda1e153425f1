"""People from millions of identity links: seconds and peak memory, beside Splink's clustering of the same edges.

    python -m benchmarks.identity --links 1000000 [--links 3000000 --links 10000000]

Each runs in a process of its own on the same file. Of every hundred people, three share a device with a stranger of
another name, whom the guards must keep apart; Splink's clustering knows no guards and joins them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import measure

LINKS_OF_A_PERSON = 4
"""Two inquiries, each with an address; the first with a number and a device."""

MAKE = """
    create schema intermediate;
    create schema steps;
    create table intermediate.int_names__normalised as
    select
        'inquiry:' || person || ':0' as node_id, 'n' as brand, 'name' || person || ' family' || person as name_key,
        2 as word_count
    from range({people}) as people (person);
    create table intermediate.int_identity__separations (brand text, node_a text, node_b text);
    create table intermediate.int_identity__links as
    with people as (
        select person, timestamp '2026-01-01' + to_seconds(person) as seen_at from range({people}) as people (person)
    )
    select
        'inquiry:' || person || ':0' as node_a, 'email:n:' || md5('e' || person) as node_b, 'n' as brand,
        'same_email' as matched_by, 'strong' as strength, seen_at
    from people
    union all
    select 'inquiry:' || person || ':0', 'phone:n:' || md5('p' || person), 'n', 'same_phone', 'strong', seen_at
    from people
    union all
    select 'inquiry:' || person || ':1', 'email:n:' || md5('e' || person), 'n', 'same_email', 'strong',
        seen_at + interval 9 day
    from people
    union all
    -- Three in a hundred write on the device of the person before them.
    select 'inquiry:' || person || ':0',
        'client:n:' || case when person % 100 < 3 then person - 1 else person end, 'n', 'same_client_id', 'medium',
        seen_at
    from people
"""


def ours(database: Path) -> None:
    """The build's own step."""
    from warehouse.steps.people import join_links

    with duckdb.connect(str(database)) as connection:
        started = time.monotonic()
        counts = join_links(connection)
        print(f"{time.monotonic() - started:.2f} {counts['people']} {counts['refused']}")


def splinks(database: Path) -> None:
    """Splink's clustering of the same nodes and edges."""
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            create table edges as
            select node_a as unique_id_l, node_b as unique_id_r, 1.0 as match_probability
            from intermediate.int_identity__links;
            create table nodes as
            select unique_id_l as unique_id from edges union select unique_id_r from edges
            """
        )
        api = DuckDBAPI(connection=connection)
        started = time.monotonic()
        found = cluster_pairwise_predictions_at_threshold(
            api.register("nodes"),
            api.register("edges"),
            api,
            node_id_column_name="unique_id",
            edge_id_column_name_left="unique_id_l",
            edge_id_column_name_right="unique_id_r",
            threshold_match_probability=0.5,
        )
        row = connection.execute(f'select count(distinct cluster_id) from "{found.physical_name}"').fetchone()
        print(f"{time.monotonic() - started:.2f} {row[0] if row else 0} 0")


WAYS = {"ours": ours, "splink": splinks}


def main() -> None:
    """Print one line per size and way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--links", type=int, action="append", help="how many links; may be repeated")
    parser.add_argument("--run", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        WAYS[options.run](options.database)
        return
    table = Table("links", "way", "people", "kept apart", "seconds", "peak MiB", title="People from identity links")
    for links in options.links or [1_000_000]:
        for way in WAYS:
            with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
                database, log = Path(folder) / "links.duckdb", Path(folder) / "log"
                with duckdb.connect(str(database)) as connection:
                    connection.execute(MAKE.format(people=links // LINKS_OF_A_PERSON))
                arguments = ["-m", "benchmarks.identity", "--run", way, "--database", str(database)]
                taken = measure.run(arguments, {}, log)
                seconds, people, refused = log.read_text().splitlines()[-1].split()
            table.add_row(f"{links:,}", way, f"{int(people):,}", refused, seconds, f"{taken.peak_mib:,.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
