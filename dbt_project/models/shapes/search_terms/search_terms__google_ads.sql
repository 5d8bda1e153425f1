with

accounts as (

    select
        account,
        customer_id,
        max(currency_code) as currency

    from {{ ref('stg_google_ads__customer') }}
    group by account, customer_id

),

-- Of a customer that two accounts read, the days of one count.
read_twice as (

    select * from {{ ref('int_spend__read_twice') }}

),

days as (

    select
        terms.brand,
        terms.account,
        terms.customer_id,
        terms.spend_date,
        terms.campaign_id,
        max(terms.campaign_name) as campaign_name,
        terms.ad_group_id,
        max(terms.ad_group_name) as ad_group_name,
        terms.keyword,
        lower(terms.match_type) as match_type,
        terms.search_term,
        sum(terms.cost) as spend_original,
        sum(terms.impressions) as impressions,
        sum(terms.clicks) as clicks,
        sum(terms.platform_conversions) as platform_conversions

    from {{ ref('stg_google_ads__search_term_days') }} as terms
    left join read_twice
        on terms.account = read_twice.account
        and terms.customer_id = read_twice.customer_id
        and terms.spend_date = read_twice.spend_date
    where read_twice.account is null
    group by
        terms.brand, terms.account, terms.customer_id, terms.spend_date, terms.campaign_id, terms.ad_group_id,
        terms.keyword, lower(terms.match_type), terms.search_term

),

shaped as (

    select
        days.brand,
        'google_ads' as source,
        days.account,
        days.spend_date,
        'google_ads' as platform,
        days.campaign_id,
        days.campaign_name,
        days.ad_group_id,
        days.ad_group_name,
        days.keyword,
        days.match_type,
        days.search_term,
        days.spend_original,
        accounts.currency,
        days.impressions,
        days.clicks,
        days.platform_conversions

    from days
    left join accounts
        on days.account = accounts.account
        and days.customer_id = accounts.customer_id

)

select * from shaped
