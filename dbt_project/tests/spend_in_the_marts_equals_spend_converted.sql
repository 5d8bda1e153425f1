{# Each slice of channel_performance holds all spend, by brand, platform and day, whatever came of it. #}

with

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

date_bases as (

    select 'conversion' as date_basis
    union all
    select 'touch' as date_basis

),

converted as (

    select
        brand,
        platform,
        spend_date as date,
        coalesce(sum(spend), 0) as spend,
        coalesce(sum(impressions), 0) as impressions,
        coalesce(sum(clicks), 0) as clicks

    from {{ ref('int_spend__converted') }}
    group by brand, platform, spend_date

),

expected as (

    select
        converted.*,
        attribution_models.attribution_model,
        date_bases.date_basis

    from converted
    cross join attribution_models
    cross join date_bases

),

published as (

    select
        brand,
        platform,
        date,
        attribution_model,
        date_basis,
        sum(spend) as spend,
        sum(impressions) as impressions,
        sum(clicks) as clicks

    from {{ ref('channel_performance') }}
    where platform is not null
    group by brand, platform, date, attribution_model, date_basis

),

compared as (

    select
        coalesce(expected.brand, published.brand) as brand,
        coalesce(expected.platform, published.platform) as platform,
        coalesce(expected.date, published.date) as date,
        coalesce(expected.attribution_model, published.attribution_model) as attribution_model,
        coalesce(expected.date_basis, published.date_basis) as date_basis,
        coalesce(expected.spend, 0) as spend_converted,
        coalesce(published.spend, 0) as spend_published,
        coalesce(expected.impressions, 0) + coalesce(expected.clicks, 0) as shown_converted,
        coalesce(published.impressions, 0) + coalesce(published.clicks, 0) as shown_published

    from expected
    full outer join published
        on expected.brand = published.brand
        and expected.platform = published.platform
        and expected.date = published.date
        and expected.attribution_model = published.attribution_model
        and expected.date_basis = published.date_basis

)

select * from compared
where spend_converted <> spend_published
    or shown_converted <> shown_published
