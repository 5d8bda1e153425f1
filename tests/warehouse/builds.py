"""A small build, as the phases before publishing leave it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from warehouse.pipeline_steps import PipelineStep, begin_steps, record_steps
from warehouse.run import PHASES, BuildRun


def finished_build(
    run_id: str,
    number: int = 1,
    rows: int = 1000,
    day: date = date(2026, 6, 30),
    passed: Sequence[str] = PHASES[1:-1],
) -> BuildRun:
    """A build whose every published row says ``number``: two generations can be told apart."""
    run = BuildRun(run_id, day)
    run.database.parent.mkdir(parents=True, exist_ok=True)
    Path(run.database).unlink(missing_ok=True)
    duckdb.connect(str(run.database)).close()
    begin_steps(run)
    with duckdb.connect(str(run.database)) as database:
        database.execute("create schema marts; create schema intermediate; create schema shapes")
        database.execute("create schema stored")
        for table in ("marts.inquiries", "stored.attributed_leads", "marts.channel_performance"):
            database.execute(f"create table {table} as select {number} as number, range as id from range({rows})")
        # Made as dbt makes it, which names the database.
        database.execute("create view build.marts.attributed_leads as (select number, id from stored.attributed_leads)")
        database.execute("comment on view marts.attributed_leads is 'Which contacts earned the leads.'")
        database.execute("comment on column marts.attributed_leads.id is 'Who it is.'")
        database.execute("comment on table marts.inquiries is 'What came in. It''s one row per inquiry.'")
        database.execute("create table marts.int_step as select 1 as private")
        database.execute(f"create table intermediate.int_snapshot__taken as select 'number' as kind, {number} as value")
        database.execute(
            "create table intermediate.int_inquiries__identified as select 'i1' as inquiry_id, 'p1' as person_id,"
            " 'jane@mail.example' as email_normalised, '+4915112345678' as phone_e164"
        )
        database.execute(
            "create table shapes.inquiries__unioned as select 'i1' as inquiry_id, 'nordhaus' as brand,"
            " 'Jane' as full_name, 'jane@mail.example' as email_raw, '0151 12345678' as phone_raw"
        )
        database.execute(
            "create table intermediate.int_activations__judged as select 'a1' as activation_id,"
            " 'microsoft_ads' as destination, '1' as account, timestamp '2026-06-01' as happened_at"
        )
        database.execute(
            "create table intermediate.int_identity__links as select 'nordhaus' as brand, 'inquiry:i1' as node_a,"
            " 'email:1' as node_b, 'same_email' as matched_by, 'strong' as strength, timestamp '2026-06-01' as seen_at;"
            "create table steps.person_components as select 'nordhaus' as brand, 'inquiry:i1' as node_id,"
            " 'p1' as person_id;"
            "create table steps.refused_links as select brand, node_a, node_b, matched_by, 'names' as reason"
            " from intermediate.int_identity__links limit 0"
        )
    for phase in passed:
        record_steps(run, phase, [PipelineStep(phase, phase, "phase", "success", 0.1)])
    return run
