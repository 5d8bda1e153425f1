{# What people searched for, under the present names of its campaigns and in the brand's currency. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

terms as (

    select * from {{ ref('search_terms__unioned') }}

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
        terms.brand,
        terms.source,
        terms.account,
        terms.spend_date,
        coalesce(campaigns.channel, 'Paid Other') as channel,
        terms.platform,
        terms.campaign_id,
        coalesce(campaigns.campaign_name, terms.campaign_name) as campaign_name,
        terms.ad_group_id,
        terms.ad_group_name,
        terms.keyword,
        terms.match_type,
        terms.search_term,
        {{ converted_money('terms.spend_original', 'coalesce(terms.currency, brands.currency)', 'brands.currency',
            'own_rates', 'brand_rates') }} as spend,
        brands.currency,
        terms.spend_original,
        coalesce(terms.currency, brands.currency) as currency_original,
        terms.impressions,
        terms.clicks,
        terms.platform_conversions

    from terms
    inner join brands on terms.brand = brands.brand
    left join campaigns
        on terms.brand = campaigns.brand
        and terms.platform = campaigns.platform
        and coalesce(terms.campaign_id, lower(terms.campaign_name)) = campaigns.campaign_key
    left join rates as own_rates
        on terms.currency = own_rates.currency
        and terms.spend_date = own_rates.rate_date
    left join rates as brand_rates
        on brands.currency = brand_rates.currency
        and terms.spend_date = brand_rates.rate_date

)

select * from converted
