with

spend as (

    select * from {{ ref('int_spend__named') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

rates as (

    select * from {{ ref('int_rates__daily') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

converted as (

    select
        spend.brand,
        spend.source,
        spend.account,
        spend.spend_date,
        campaigns.channel,
        spend.platform,
        spend.channel_type,
        spend.campaign_id,
        spend.campaign_name,
        spend.ad_group_id,
        spend.ad_group_name,
        spend.ad_id,
        spend.ad_name,
        spend.keyword,
        spend.match_type,
        spend.device,
        {{ converted_money('spend.spend_original', 'coalesce(spend.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as spend,
        brands.currency,
        spend.spend_original,
        coalesce(spend.currency, brands.currency) as currency_original,
        spend.impressions,
        spend.clicks,
        spend.platform_conversions,
        coalesce(
            spend.currency <> brands.currency
            and (own_rates.units_per_euro is null or brand_rates.units_per_euro is null),
            false
        ) as is_rate_missing

    from spend
    inner join brands on spend.brand = brands.brand
    left join campaigns
        on spend.brand = campaigns.brand
        and spend.platform = campaigns.platform
        and coalesce(spend.campaign_id, lower(spend.campaign_name)) = campaigns.campaign_key
    left join rates as own_rates
        on spend.currency = own_rates.currency
        and spend.spend_date = own_rates.rate_date
    left join rates as brand_rates
        on brands.currency = brand_rates.currency
        and spend.spend_date = brand_rates.rate_date

)

select * from converted
