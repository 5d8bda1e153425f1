{{ config(materialized = 'ephemeral', access = 'private') }}

with

landing as (

    select * from {{ ref('int_landing__counted') }}

),

unioned_inquiries as (

    select * from {{ ref('int_inquiries__unioned') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

landed_inquiries as (

    select
        source,
        account,
        sum(landed_rows) as landed,
        sum(rejected_rows) as rejected

    from landing
    where (source = 'callrail' and table_name in ('calls', 'form_submissions'))
        or (source = 'typeform' and table_name = 'responses')
        or (source = 'meta_ads' and table_name = 'leads')
        or (source = 'manual' and table_name = 'inquiries')
    group by source, account

),

staged_inquiries as (

    select
        brand,
        source,
        account,
        count(*) as staged

    from unioned_inquiries
    group by brand, source, account

),

published_inquiries as (

    select
        brand,
        source,
        account,
        count(*) as published

    from inquiries
    group by brand, source, account

),

inquiry_counts as (

    select
        staged_inquiries.brand,
        staged_inquiries.source,
        staged_inquiries.account,
        'inquiries' as quantity,
        landed_inquiries.landed,
        landed_inquiries.rejected,
        staged_inquiries.staged,
        coalesce(published_inquiries.published, 0) as published,
        staged_inquiries.staged - coalesce(published_inquiries.published, 0) as difference

    from staged_inquiries
    left join published_inquiries
        on staged_inquiries.brand = published_inquiries.brand
        and staged_inquiries.source = published_inquiries.source
        and staged_inquiries.account = published_inquiries.account
    left join landed_inquiries
        on staged_inquiries.source = landed_inquiries.source
        and staged_inquiries.account = landed_inquiries.account

)

select * from inquiry_counts
