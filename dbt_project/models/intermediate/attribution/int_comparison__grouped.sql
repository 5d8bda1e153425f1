{# The credit of each channel by group of conversions. Conversions are sorted into groups by a hash, so that what chance
   could have done is computed over groups, however many conversions there are. #}

with

credit as (

    select * from {{ ref('int_credit__unioned') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}
    where not is_cancelled

),

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

grouped_conversions as (

    select
        conversion_number,
        conversion_type,
        brand,
        cast(floor(64 * {{ uniform_of('conversion_id') }}) as integer) as conversion_group

    from conversions

),

grouped as (

    select
        grouped_conversions.brand,
        grouped_conversions.conversion_type,
        coalesce(eligible.channel, 'unattributed') as channel,
        credit.attribution_model,
        grouped_conversions.conversion_group,
        sum(cast(credit.credit as decimal(18, 12))) as credit

    from credit
    inner join grouped_conversions on credit.conversion_number = grouped_conversions.conversion_number
    left join eligible
        on credit.conversion_number = eligible.conversion_number
        and credit.touch_number = eligible.touch_number
    group by
        grouped_conversions.brand, grouped_conversions.conversion_type, coalesce(eligible.channel, 'unattributed'),
        credit.attribution_model, grouped_conversions.conversion_group

)

select * from grouped
