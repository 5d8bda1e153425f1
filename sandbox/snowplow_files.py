"""Writes Matomo's visits as a Snowplow loader leaves them: enriched events in packed files, one folder for each run.

Format: https://docs.snowplow.io/docs/fundamentals/canonical-event/. A visit's pages are its events, and a page ping
follows its last one. They take part in no account of the market: beside Matomo the visits would count twice.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

COLUMN_COUNT = 131
RUN_AT = "04-00-00"
CLOCK = "'%Y-%m-%d %H:%M:%S.%g'"

# Place in the line, counted from 1 -> what stands there.
CELLS = {
    1: "'web'",
    2: "'web'",
    4: f"strftime(happened_at + interval 1 second, {CLOCK})",
    5: f"strftime(happened_at, {CLOCK})",
    6: "event",
    7: "md5(visit_id || '/' || number || event)::uuid::text",
    13: "_payload->>'$.userId'",
    16: "_payload->>'$.visitorId'",
    17: "'1'",
    30: "url",
    32: "if(number = 1, _payload->>'$.referrerUrl', null)",
    45: "if(number = 1, _payload->>'$.referrerType', null)",
    46: "if(number = 1, _payload->>'$.referrerName', null)",
    48: "_payload->>'$.campaignMedium'",
    49: "_payload->>'$.campaignSource'",
    50: "_payload->>'$.campaignKeyword'",
    51: "_payload->>'$.campaignContent'",
    52: "_payload->>'$.campaignName'",
    117: "nullif(regexp_extract(url, '[?&]gclid=([^&#]+)', 1), '')",
    118: "if(contains(url, 'gclid='), 'Google', null)",
    124: "md5(visit_id)::uuid::text",
    125: f"strftime(happened_at, {CLOCK})",
    127: "event",
    130: "md5(url || event)",
}


def write_events(market: Path, out: Path, brand: str) -> int:
    """Write the brand's events below ``out``, one folder for each day of collecting; how many there are."""
    cells = ",\n".join(f"{CELLS.get(place, 'null')} as c{place}" for place in range(1, COLUMN_COUNT + 1))
    events = f"""
        with visits as (
            select visit_id, last_action_at, _payload,
                from_json(_payload->'$.actionDetails', '[{{"url": "varchar", "timestamp": "bigint"}}]') as pages
            from matomo__visits
            where _brand = ? and _valid_to is null
        ),
        pages as (
            select visit_id, _payload, unnest(pages).url as url, unnest(range(1, len(pages) + 1)) as number,
                len(pages) as page_count,
                coalesce(make_timestamp(unnest(pages).timestamp * 1000000), last_action_at) as happened_at
            from visits
        ),
        events as (
            select *, 'page_view' as event from pages
            union all by name
            select * replace (happened_at + interval 10 second as happened_at), 'page_ping' as event
            from pages
            where number = page_count
        )
        select {cells}, strftime(happened_at + interval 1 second, '%Y-%m-%d') || '-{RUN_AT}' as run
        from events
        order by run, happened_at, visit_id, number, event
    """
    out.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(market / "wire.duckdb"), read_only=True) as wire:
        # One thread writes one file for each run, and the same one each time.
        wire.execute("set threads = 1")
        row = wire.execute(
            f"""
            copy ({events}) to '{out}' (
                format csv, delimiter '\t', header false, quote '', compression gzip, partition_by (run),
                overwrite_or_ignore true, filename_pattern 'part-{{i}}', file_extension 'tsv.gz'
            )
            """,
            [brand],
        ).fetchone()
    assert row is not None
    return int(row[0])
