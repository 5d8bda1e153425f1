"""Remembers which person each record was given in earlier builds: ``steps.person_history``.

A person's id changes when an older record turns out to be his: an old id must still lead to him. Only records are
remembered, and what no longer occurs is forgotten: after an erasure the memory holds nothing of the person.
"""

from __future__ import annotations

import duckdb

from warehouse import settings
from warehouse.run import BuildRun

MEMBERSHIPS = """
    create or replace temp table memberships as
    select brand, record_node, person_id, min(since_date) as since_date
    from (
        select known.* from {memory} as known semi join present on known.record_node = present.record_node
        union all
        select brand, record_node, person_id, ? from present
    )
    group by brand, record_node, person_id
"""

HISTORY = """
    create or replace table steps.person_history as
    select
        former.brand, former.person_id as old_person_id, present.person_id,
        count(*) as record_count, min(latest.since_date) as changed_date
    from memberships as former
    inner join present on former.brand = present.brand and former.record_node = present.record_node
    inner join memberships as latest
        on present.brand = latest.brand and present.record_node = latest.record_node
        and present.person_id = latest.person_id
    where former.person_id <> present.person_id
    group by former.brand, former.person_id, present.person_id
"""


def remember_people(connection: duckdb.DuckDBPyConnection, run: BuildRun) -> None:
    """Write ``steps.person_history``; building the same day again adds nothing."""
    memory = settings.build_dir() / "remembered" / "people.parquet"
    memory.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        """
        create or replace temp table present as
        select brand, node_id as record_node, person_id from steps.person_components
        where split_part(node_id, ':', 1) in ('inquiry', 'contact', 'deal')
        """
    )
    quoted = str(memory).replace("'", "''")
    nothing = "(select *, null::date as since_date from present limit 0)"
    source = f"read_parquet('{quoted}')" if memory.exists() else nothing
    connection.execute(MEMBERSHIPS.format(memory=source), [run.as_of_day])
    connection.execute(HISTORY)
    aside = memory.with_suffix(".part")
    part = str(aside).replace("'", "''")
    connection.execute(f"copy (from memberships order by all) to '{part}' (format parquet)")
    aside.replace(memory)
    connection.execute("drop table present; drop table memberships")
