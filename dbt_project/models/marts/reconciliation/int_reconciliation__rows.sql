{{ config(materialized = 'ephemeral', access = 'private') }}

with

accounts as (

    select * from {{ ref('stg_rules__accounts') }}

),

landing as (

    select * from {{ ref('int_landing__counted') }}

),

staged as (

    select * from {{ ref('int_staged__counted') }}

),

held as (

    select * from {{ ref('int_landing__held') }}

),

account_days as (

    select
        source,
        account,
        max(newest_day) as newest_day

    from landing
    group by source, account

),

table_rows as (

    select
        landing.brand,
        landing.source,
        landing.account,
        'rows_' || landing.table_name as quantity,
        landing.landed_rows as landed,
        landing.rejected_rows as rejected,
        coalesce(staged.staged_rows, 0) as staged,
        null as published,
        landing.landed_rows - landing.rejected_rows - coalesce(staged.staged_rows, 0) as difference,
        landing.newest_day

    from landing
    left join staged
        on landing.source = staged.source
        and landing.account = staged.account
        and landing.table_name = staged.table_name

),

silent_accounts as (

    select
        accounts.brand,
        accounts.source,
        accounts.account,
        'rows' as quantity,
        0 as landed,
        0 as rejected,
        0 as staged,
        null as published,
        0 as difference,
        cast(null as date) as newest_day

    from accounts
    left join account_days
        on accounts.source = account_days.source
        and accounts.account = account_days.account
    where account_days.newest_day is null

),

held_days as (

    select
        coalesce(landing.brand, accounts.brand) as brand,
        held.source,
        held.account,
        'held_days_' || held.table_name as quantity,
        held.held_day_count as landed,
        held.held_day_count as rejected,
        0 as staged,
        null as published,
        0 as difference,
        landing.newest_day

    from held
    left join landing
        on held.source = landing.source
        and held.account = landing.account
        and held.table_name = landing.table_name
    left join accounts
        on held.source = accounts.source
        and held.account = accounts.account

),

unioned as (

    select * from table_rows
    union all
    select * from held_days
    union all
    select * from silent_accounts

)

select * from unioned
