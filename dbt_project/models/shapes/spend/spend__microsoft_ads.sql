with

days as (

    select * from {{ ref('int_microsoft_days__levelled') }}

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        currency_code as currency,
        day as spend_date,
        coalesce(sum(spend), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spend end), 0) as spend_rejected

    from {{ source('microsoft_ads', 'campaign_days') }}
    group by _brand, _account, currency_code, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        'microsoft_ads' as source,
        'microsoft_ads' as platform,
        stated.*

    from stated

)

select * from shaped
