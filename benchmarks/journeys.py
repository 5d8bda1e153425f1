"""Journeys for the attribution benchmarks: as many as asked for, 3.7 touches each, nine of ten ending in a lead."""

from __future__ import annotations

from pathlib import Path

import duckdb

TOUCHES = """
    with people as (
        select range as person, 1 + floor(ln(random()) / ln(0.73))::integer as path_length from range({journeys})
    )
    select
        'b' || person % 2 as brand,
        'p' || person as person_id,
        'p' || person || '-' || touch as touchpoint_id,
        timestamp '2026-03-01' + to_seconds((person % 3000000) + touch * 86400 / 2) as touched_at,
        list_extract(
            ['Paid Search', 'Direct', 'Organic Search', 'Email', 'Paid Social', 'Referral', 'Display', 'Organic Social',
             'Affiliates', 'Cross-network', 'AI Assistant', 'Offline'],
            1 + floor(12 * random() * random())::integer
        ) as channel,
        path_length
    from people, range(path_length) as touches(touch)
"""


def write_journeys(file: Path, journeys: int) -> tuple[int, int]:
    """Write the touches as Parquet in a random order; returns how many journeys and touches there are."""
    with duckdb.connect() as database:
        database.execute("set threads = 1; select setseed(0.42)")
        database.execute(f"create table touches as {TOUCHES.format(journeys=journeys)}")
        database.execute("set threads = 2")
        database.execute(f"copy (from touches order by hash(touchpoint_id)) to '{file}' (format parquet)")
        (count,) = database.execute("select count(*) from touches").fetchone() or (0,)
    return journeys, int(count)
