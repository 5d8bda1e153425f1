{# Every lead and every sale, under every attribution model: its shares, or its one unattributed row, make one. #}

with

attribution_models as (

    select * from {{ ref('int_attribution_models__listed') }}

),

leads as (

    select * from {{ ref('int_leads__built') }}

),

sales as (

    select * from {{ ref('sales') }}

),

shares as (

    select
        lead_id as conversion_id,
        attribution_model,
        sum(credit) as credit,
        count(*) as row_count,
        count(touchpoint_id) as touchpoint_count

    from {{ ref('attributed_leads') }}
    group by lead_id, attribution_model

    union all

    select
        sale_id as conversion_id,
        attribution_model,
        sum(credit) as credit,
        count(*) as row_count,
        count(touchpoint_id) as touchpoint_count

    from {{ ref('attributed_sales') }}
    group by sale_id, attribution_model

),

conversions as (

    select lead_id as conversion_id
    from leads

    union all

    select sale_id as conversion_id
    from sales

),

expected as (

    select
        conversions.conversion_id,
        attribution_models.attribution_model

    from conversions
    cross join attribution_models

),

compared as (

    select
        coalesce(expected.conversion_id, shares.conversion_id) as conversion_id,
        coalesce(expected.attribution_model, shares.attribution_model) as attribution_model,
        shares.credit,
        shares.row_count,
        shares.touchpoint_count,
        expected.conversion_id is not null as is_expected

    from expected
    full outer join shares
        on expected.conversion_id = shares.conversion_id
        and expected.attribution_model = shares.attribution_model

)

select * from compared
where not is_expected
    or credit is null
    or abs(credit - 1) > 0.000000001
    -- An unattributed row stands alone.
    or (touchpoint_count < row_count and row_count > 1)
