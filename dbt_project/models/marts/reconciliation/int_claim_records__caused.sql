{# What leads from our number to each claim, record by record: an inquiry or a sale that is counted at one place and not
   at the other stands there once, with what it adds to the claim. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

claimed as (

    select * from {{ ref('int_inquiries__claimed') }}

),

told as (

    select * from {{ ref('int_claims__told') }}

),

claiming as (

    select * from {{ ref('int_campaigns__claiming') }}

),

inquiries as (

    select * from {{ ref('inquiries') }}

),

credited_sales as (

    select * from {{ stored(ref('int_sales__credited')) }}
    where last_non_direct is not null
        and platform is not null

),

sales as (

    select * from {{ ref('int_sales__built') }}

),

trackers as (

    select distinct brand, source, account
    from {{ ref('inquiries__unioned') }}
    -- Who tells which number was dialled tracks calls.
    where tracking_number is not null

),

-- What a platform says that one of its conversions is worth.
worths as (

    select
        brand,
        source,
        account,
        month,
        sum(conversion_value) / nullif(sum(conversions), 0) as worth

    from told
    where conversion_value is not null
    group by brand, source, account, month

),

of_platforms as (

    {%- for step in [
        ('counted', 1, 'is_ours', 'our', 'our_campaign_id', 'our_month'),
        ('cause', -1, 'is_ours and not is_claimed', 'our', 'our_campaign_id', 'our_month'),
        ('cause', 1, 'is_claimed and not is_ours', 'claim', 'claim_campaign_id', 'claim_month'),
        ('other_campaign', -1, 'is_ours and is_claimed and our_campaign_id is distinct from claim_campaign_id',
            'our', 'our_campaign_id', 'our_month'),
        ('other_campaign', 1, 'is_ours and is_claimed and our_campaign_id is distinct from claim_campaign_id',
            'claim', 'claim_campaign_id', 'our_month'),
        ('click_day', -1, 'is_ours and is_claimed and our_month <> brand_month',
            'claim', 'claim_campaign_id', 'our_month'),
        ('click_day', 1, 'is_ours and is_claimed and our_month <> brand_month',
            'claim', 'claim_campaign_id', 'brand_month'),
        ('day_edge', -1, 'is_ours and is_claimed and brand_month <> claim_month',
            'claim', 'claim_campaign_id', 'brand_month'),
        ('day_edge', 1, 'is_ours and is_claimed and brand_month <> claim_month',
            'claim', 'claim_campaign_id', 'claim_month'),
    ] %}
    {{ 'union all' if not loop.first }}
    select
        brand,
        {{ step[3] }}_source as source,
        {{ step[3] }}_account as account,
        platform,
        {{ step[4] }} as campaign_id,
        'lead' as conversion_kind,
        {{ step[5] }} as month,
        {{ 'cause' if step[0] == 'cause' else "'" ~ step[0] ~ "'" }} as cause,
        'inquiry' as record_type,
        inquiry_id as record_id,
        {{ step[1] }} as conversions

    from claimed
    where {{ step[2] }}
    {%- endfor %}

),

of_views as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        'lead' as conversion_kind,
        month,
        'view_through' as cause,
        'platform' as record_type,
        cast(null as varchar) as record_id,
        view_conversions as conversions

    from told
    where view_conversions <> 0

),

worth_of_inquiries as (

    select
        shown.*,
        cast(shown.conversions * worths.worth as decimal(20, 6)) as value

    from (
        select * from of_platforms
        union all
        select * from of_views
    ) as shown
    left join worths
        on shown.brand = worths.brand
        and shown.source = worths.source
        and shown.account = worths.account
        and shown.month = worths.month

),

-- No ad platform hears of a sale unless somebody tells it, and what it is told stands among its conversions.
sold_by_platforms as (

    select
        credited_sales.brand,
        coalesce(claiming.source, platforms.source) as source,
        coalesce(claiming.account, platforms.account) as account,
        credited_sales.platform,
        credited_sales.campaign_id,
        'sale' as conversion_kind,
        cast(date_trunc('month', credited_sales.conversion_date) as date) as month,
        credited_sales.sale_id,
        credited_sales.last_non_direct_revenue as revenue

    from credited_sales
    inner join claiming as platforms
        on credited_sales.brand = platforms.brand
        and credited_sales.platform = platforms.platform
        and platforms.campaign_id is null
    left join claiming
        on credited_sales.brand = claiming.brand
        and credited_sales.platform = claiming.platform
        and credited_sales.campaign_id = claiming.campaign_id
    where not credited_sales.is_cancelled

),

of_sold_by_platforms as (

    {%- for cause, sign in [('counted', 1), ('offline_not_told', -1)] %}
    {{ 'union all' if not loop.first }}
    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        '{{ cause }}' as cause,
        'sale' as record_type,
        sale_id as record_id,
        {{ sign }} as conversions,
        cast({{ sign }} * coalesce(revenue, 0) as decimal(20, 6)) as value

    from sold_by_platforms
    {%- endfor %}

),

-- A call tracker counts whoever called or wrote through it.
of_trackers as (

    select
        inquiries.brand,
        inquiries.source,
        inquiries.account,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        'inquiry' as conversion_kind,
        cast(date_trunc('month', inquiries.inquiry_date) as date) as month,
        case
            when inquiries.is_valid then 'counted'
            when inquiries.is_spam then 'spam'
            when inquiries.is_employee then 'employee'
            when inquiries.is_duplicate then 'duplicate'
            else 'existing_customer'
        end as cause,
        'inquiry' as record_type,
        inquiries.inquiry_id as record_id,
        1 as conversions,
        cast(null as decimal(20, 6)) as value

    from inquiries
    inner join trackers
        on inquiries.brand = trackers.brand
        and inquiries.source = trackers.source
        and inquiries.account is not distinct from trackers.account

),

-- A CRM adds up what was won, in whatever currency, and takes nothing off for what was given back.
of_crms as (

    select
        brand,
        source,
        account,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        'sale' as conversion_kind,
        cast(date_trunc('month', sale_date) as date) as month,
        case when is_cancelled then 'cancelled' else 'counted' end as cause,
        'sale' as record_type,
        sale_id as record_id,
        1 as conversions,
        cast(coalesce(revenue, 0) as decimal(20, 6)) as value

    from sales

    union all

    select
        brand,
        source,
        account,
        cast(null as varchar) as platform,
        cast(null as varchar) as campaign_id,
        'sale' as conversion_kind,
        cast(date_trunc('month', sale_date) as date) as month,
        'currency' as cause,
        'sale' as record_type,
        sale_id as record_id,
        0 as conversions,
        cast(revenue_original - coalesce(revenue, 0) as decimal(20, 6)) as value

    from sales
    where revenue_original is distinct from revenue

),

caused as (

    select * from worth_of_inquiries
    union all
    select * from of_sold_by_platforms
    union all
    select * from of_trackers
    union all
    select * from of_crms

)

select
    brand,
    source,
    account,
    platform,
    campaign_id,
    conversion_kind,
    month,
    cause,
    record_type,
    record_id,
    cast(conversions as decimal(20, 6)) as conversions,
    value

from caused
