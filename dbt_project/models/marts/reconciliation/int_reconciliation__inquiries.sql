{{ config(materialized = 'ephemeral', access = 'private') }}

with

landing as (

    select * from {{ ref('int_landing__counted') }}

),

inquiry_tables as (

    select * from {{ ref('int_inquiry_tables__listed') }}

),

unioned_inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

landed_inquiries as (

    select
        landing.source,
        landing.account,
        sum(landing.landed_rows) as landed,
        sum(landing.rejected_rows) as rejected

    from landing
    inner join inquiry_tables
        on landing.source = inquiry_tables.source
        and landing.table_name = inquiry_tables.table_name
    group by landing.source, landing.account

),

-- An account may serve several brands; what landed of it is counted before its rows name theirs.
staged_inquiries as (

    select
        case when min(brand) = max(brand) then max(brand) end as brand,
        source,
        account,
        count(*) as staged

    from unioned_inquiries
    group by source, account

),

published_inquiries as (

    select
        source,
        account,
        count(*) as published

    from inquiries
    group by source, account

),

inquiry_counts as (

    select
        staged_inquiries.brand,
        landed_inquiries.source,
        landed_inquiries.account,
        'inquiries' as quantity,
        landed_inquiries.landed,
        landed_inquiries.rejected,
        coalesce(staged_inquiries.staged, 0) as staged,
        coalesce(published_inquiries.published, 0) as published,
        coalesce(staged_inquiries.staged, 0) - coalesce(published_inquiries.published, 0) as difference

    from landed_inquiries
    left join staged_inquiries
        on landed_inquiries.source = staged_inquiries.source
        and landed_inquiries.account = staged_inquiries.account
    left join published_inquiries
        on landed_inquiries.source = published_inquiries.source
        and landed_inquiries.account = published_inquiries.account

)

select * from inquiry_counts
