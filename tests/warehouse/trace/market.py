"""A small build, as dbt leaves it, with what was landed for it: two deals and a form, and how each model was made."""

from __future__ import annotations

from datetime import date

import duckdb

from warehouse import settings
from warehouse.run import BuildRun
from warehouse.statements import keep_statements

EMAIL, PHONE, NAME = "jane.doe@mail.example", "+4915112345678", "Jane Doe"
DEALS = f"""
    select * from (values
        ('d1', 100.10, '{{"id": "d1", "amount": "100.10", "dealname": "{NAME} kitchen", "note": "call {PHONE}"}}'),
        ('d2', 40.05, '{{"id": "d2", "amount": "40.05", "hs_url": "https://a.example/?mail={EMAIL}"}}'),
        ('d3', 7.00, '{{"id": "d3", "amount": "7.00"}}')
    ) as deals (deal_id, amount, _payload)
"""
STATEMENTS = {
    ("staging", "stg_hubspot__deals"): """
        with source as (
            select * from read_parquet('{landing}/hubspot/deals/**/*.parquet',
          union_by_name = true, hive_partitioning = false)
            where _reject_reason is null
        ), newest as (
            select * from source
            qualify row_number() over (partition by _account, deal_id order by _landed_at desc) = 1
        )
        select _brand as brand, _account as account, deal_id, amount, _day as landed_day, _landed_at as landed_at
        from newest
    """,
    ("shapes", "deals__hubspot"): """
        select brand, account, deal_id, amount, cast(landed_day as date) as won_date
        from "build"."staging"."stg_hubspot__deals"
    """,
    ("intermediate", "int_rates__daily"): "select 'n' as brand, 2.0 as rate union all select 'm', 1.0",
    ("intermediate", "int_sales__built"): """
        with deals as (select * from "build"."shapes"."deals__hubspot"),
        rates as (select * from "build"."intermediate"."int_rates__daily"),
        numbered as (
            select deals.*, cast(deals.amount * rates.rate as decimal(18, 2)) as revenue,
                count(*) over (partition by deals.brand order by deals.deal_id) as number_of_brand
            from deals left join rates on deals.brand = rates.brand
        )
        select md5(deal_id) as sale_id, deal_id, brand, won_date, revenue, number_of_brand from numbered
    """,
    ("marts", "days"): """
        select brand, won_date as date, sum(revenue) as revenue, count(*) as sale_count
        from "build"."intermediate"."int_sales__built" group by all
    """,
}
VIEWS = {("shapes", "deals__hubspot")}


def made(run_id: str = "night", deals: str = DEALS) -> BuildRun:
    """Build it below the data folder of the settings."""
    run = BuildRun(run_id, date(2026, 6, 30))
    landing = settings.pinned_landing_dir()
    with duckdb.connect() as writer:
        for account, day, which in (("1", "2026-06-01", "('d1', 'd2')"), ("1", "2026-06-02", "('d3')")):
            folder = landing / "hubspot" / "deals" / f"account={account}"
            folder.mkdir(parents=True, exist_ok=True)
            writer.execute(
                f"copy (select deal_id, cast(amount as decimal(20, 6)) as amount, _payload, 'n' as _brand,"
                f" '{account}' as _account, date '{day}' as _day, timestamp '{day} 03:15' as _landed_at,"
                f" null::varchar as _reject_reason from ({deals}) where deal_id in {which})"
                f" to '{folder}/day={day}.parquet' (format parquet)"
            )
    run.database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(run.database)) as database:
        for (schema, table), statement in STATEMENTS.items():
            database.execute(f"create schema if not exists {schema}")
            kind = "view" if (schema, table) in VIEWS else "table"
            database.execute(f"create {kind} {schema}.{table} as {statement.format(landing=landing)}")
    keep_statements(run, {model: statement.format(landing=landing) for model, statement in STATEMENTS.items()})
    return run
