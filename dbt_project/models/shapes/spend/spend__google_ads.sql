with

accounts as (

    select
        account,
        customer_id,
        max(currency_code) as currency

    from {{ ref('stg_google_ads__customer') }}
    group by account, customer_id

),

read_twice as (

    select * from {{ ref('int_spend__read_twice') }}

),

days as (

    select * from {{ ref('int_google_days__levelled') }}

),

-- What the landed records say, refused ones too, past the staging that it is held against. What counts in another
-- account is refused here.
landed as (

    select
        landed_days._brand as brand,
        landed_days._account as account,
        coalesce(landed_days.customer_id, landed_days._account) as customer_id,
        landed_days.day as spend_date,
        coalesce(sum(landed_days.cost_micros * 0.000001), 0) as spend_as_landed,
        coalesce(sum(
            case
                when landed_days._reject_reason is not null or read_twice.account is not null
                    then landed_days.cost_micros * 0.000001
            end
        ), 0) as spend_rejected

    from {{ source('google_ads', 'campaign_days') }} as landed_days
    left join read_twice
        on landed_days._account = read_twice.account
        and coalesce(landed_days.customer_id, landed_days._account) = read_twice.customer_id
        and landed_days.day = read_twice.spend_date
    group by
        landed_days._brand, landed_days._account, coalesce(landed_days.customer_id, landed_days._account),
        landed_days.day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        stated.brand,
        'google_ads' as source,
        stated.account,
        stated.spend_date,
        'google_ads' as platform,
        stated.campaign_id,
        stated.campaign_name,
        stated.ad_group_id,
        stated.ad_group_name,
        stated.keyword,
        stated.match_type,
        stated.device,
        stated.spend_original,
        accounts.currency,
        stated.impressions,
        stated.clicks,
        stated.platform_conversions,
        stated.spend_as_landed,
        stated.spend_rejected

    from stated
    left join accounts
        on stated.account = accounts.account
        and stated.customer_id = accounts.customer_id

)

select * from shaped
