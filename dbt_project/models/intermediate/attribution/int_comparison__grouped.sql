{# The credit of each channel by group of conversions. Conversions are sorted into groups by a hash, so that what chance
   could have done is computed over groups, however many conversions there are. #}

with

credit as (

    select * from {{ ref('int_credit__widened') }}

),

conversions as (

    select * from {{ ref('int_conversions__unioned') }}
    where not is_cancelled

),

eligible as (

    select * from {{ ref('int_touchpoints__eligible') }}

),

channels as (

    select * from {{ ref('int_channels__numbered') }}

),

grouped_conversions as (

    select
        conversion_number,
        conversion_type,
        brand,
        cast(floor(64 * {{ uniform_of('conversion_id') }}) as integer) as conversion_group

    from conversions

),

widened as (

    select
        grouped_conversions.brand,
        grouped_conversions.conversion_type,
        eligible.channel_number,
        grouped_conversions.conversion_group
        {%- for attribution_model in attribution_models() %},
        sum(cast(credit.{{ attribution_model }} as decimal(18, 12))) as {{ attribution_model }}
        {%- endfor %}

    from credit
    inner join grouped_conversions on credit.conversion_number = grouped_conversions.conversion_number
    left join eligible
        on credit.conversion_number = eligible.conversion_number
        and credit.touch_number = eligible.touch_number
    group by
        grouped_conversions.brand, grouped_conversions.conversion_type, eligible.channel_number,
        grouped_conversions.conversion_group

),

by_number as (

    {{ by_attribution_model('widened', ['brand', 'conversion_type', 'channel_number', 'conversion_group']) }}

),

grouped as (

    select
        by_number.brand,
        by_number.conversion_type,
        coalesce(channels.channel, 'unattributed') as channel,
        by_number.attribution_model,
        by_number.conversion_group,
        by_number.credit

    from by_number
    left join channels
        on by_number.brand = channels.brand
        and by_number.channel_number = channels.channel_number

)

select * from grouped
