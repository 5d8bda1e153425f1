{# Every number that a source says of itself, however it says it: ad platforms by campaign, call trackers and CRMs by
   what they were landed with. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

told as (

    select * from {{ ref('int_claims__told') }}

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

deals as (

    select * from {{ ref('deals__unioned') }}
    where won_at is not null
        -- Below zero it is a credit note, which no CRM counts as won.
        and coalesce(amount_original, 0) >= 0

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

trackers as (

    select distinct brand, source, account
    from inquiries
    where tracking_number is not null

),

of_platforms as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        'lead' as conversion_kind,
        month,
        conversions,
        conversion_value as value

    from told

),

of_trackers as (

    select
        inquiries.brand,
        inquiries.source,
        inquiries.account,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        'inquiry' as conversion_kind,
        cast(date_trunc('month', {{ local_time('inquiries.occurred_at', 'brands.time_zone') }}) as date) as month,
        1 as conversions,
        cast(null as decimal(20, 6)) as value

    from inquiries
    inner join brands on inquiries.brand = brands.brand
    inner join trackers
        on inquiries.brand = trackers.brand
        and inquiries.source = trackers.source
        and inquiries.account is not distinct from trackers.account

),

of_crms as (

    select
        deals.brand,
        deals.source,
        deals.account,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        'sale' as conversion_kind,
        cast(date_trunc('month', {{ local_time('deals.won_at', 'brands.time_zone') }}) as date) as month,
        1 as conversions,
        cast(coalesce(deals.amount_original, 0) as decimal(20, 6)) as value

    from deals
    inner join brands on deals.brand = brands.brand

),

unioned as (

    select * from of_platforms
    union all
    select * from of_trackers
    union all
    select * from of_crms

),

gathered as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        cast(sum(conversions) as decimal(20, 6)) as conversions,
        cast(sum(value) as decimal(20, 6)) as value

    from unioned
    group by brand, source, account, platform, campaign_id, conversion_kind, month

)

select * from gathered
