{# The inquiry that a deal names. Two offices number their inquiries alike: a number means something in its own only. #}

with

deals as (

    select * from {{ ref('deals__unioned') }}
    where source_inquiry_id is not null

),

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

inquiry_sources as (

    select distinct brand, source, account
    from inquiries

),

met as (

    select
        deals.deal_id,
        deals.brand,
        inquiries.inquiry_id,
        inquiries.source = deals.source and inquiries.account = deals.account as is_own_source,
        inquiry_sources.source is not null as has_own_source,
        inquiries.occurred_at > deals.created_at + interval 1 day as is_later

    from deals
    inner join inquiries
        on deals.brand = inquiries.brand
        and deals.source_inquiry_id = inquiries.source_record_id
    left join inquiry_sources
        on deals.brand = inquiry_sources.brand
        and deals.source = inquiry_sources.source
        and deals.account = inquiry_sources.account

),

-- Where the deal's source takes no inquiries itself, the only one of that number is meant, if it was there before.
possible as (

    select deal_id, brand, inquiry_id
    from met
    where is_own_source
        or (not has_own_source and not coalesce(is_later, false))

),

named as (

    select *
    from possible
    qualify count(*) over (partition by deal_id) = 1

)

select * from named
