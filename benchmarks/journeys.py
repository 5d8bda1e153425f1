"""Journeys for the attribution benchmarks: as many as asked for, 3.7 touches each, nine of ten ending in a lead.

Ten of them may be made as long as one likes, all their touches within 28 days.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

TOUCHES = """
    with people as (
        select
            range as person,
            case when range < 10 and {longest} > 0 then {longest} else 1 + floor(ln(random()) / ln(0.73)) end::integer
                as path_length
        from range({journeys})
    )
    select
        'b' || person % 2 as brand,
        'p' || person as person_id,
        'p' || person || '-' || touch as touchpoint_id,
        timestamp '2026-03-01'
        + to_seconds((person % 3000000) + touch * least(86400 / 2, 28 * 86400 / path_length)) as touched_at,
        list_extract(
            ['Paid Search', 'Direct', 'Organic Search', 'Email', 'Paid Social', 'Referral', 'Display', 'Organic Social',
             'Affiliates', 'Cross-network', 'AI Assistant', 'Offline'],
            1 + floor(12 * random() * random())::integer
        ) as channel,
        path_length
    from people, range(path_length) as touches(touch)
"""


CONVERSIONS = """
    select brand, person_id, max(touched_at) + interval 1 hour as converted_at
    from touches
    where hash(person_id) % 10 <> 0
    group by brand, person_id
"""


def write_journeys(touches: Path, conversions: Path, journeys: int, longest: int = 0) -> int:
    """Write touches, in a random order, and conversions as Parquet; returns how many touches there are.

    ``longest``: how many touches ten of the journeys have; 0 makes them like the others.
    """
    with duckdb.connect() as database:
        database.execute("set threads = 1; select setseed(0.42)")
        database.execute(f"create table touches as {TOUCHES.format(journeys=journeys, longest=longest)}")
        database.execute("set threads = 2")
        database.execute(f"copy (from touches order by hash(touchpoint_id)) to '{touches}' (format parquet)")
        database.execute(f"copy ({CONVERSIONS}) to '{conversions}' (format parquet)")
        (count,) = database.execute("select count(*) from touches").fetchone() or (0,)
    return int(count)
