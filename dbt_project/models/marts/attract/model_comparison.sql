with

grouped as (

    select * from {{ ref('int_comparison__grouped') }}

),

-- How often each group is drawn in each of 200 samples of 64 groups with replacement.
drawn as (

    select
        samples.sample_number,
        cast(
            floor(64 * {{ uniform_of("cast(samples.sample_number as varchar) || '/' || cast(draws.draw_number as varchar)") }})
            as integer
        ) as conversion_group

    from (select {{ numbers_to(200) }} as sample_number) as samples
    cross join (select {{ numbers_to(64) }} as draw_number) as draws

),

weights as (

    select
        sample_number,
        conversion_group,
        count(*) as times_drawn

    from drawn
    group by sample_number, conversion_group

),

sampled as (

    select
        grouped.brand,
        grouped.conversion_type,
        grouped.attribution_model,
        grouped.channel,
        weights.sample_number,
        sum(grouped.credit * weights.times_drawn) as credit

    from grouped
    inner join weights on grouped.conversion_group = weights.conversion_group
    group by
        grouped.brand, grouped.conversion_type, grouped.attribution_model, grouped.channel, weights.sample_number

),

sampled_totals as (

    select
        brand,
        conversion_type,
        attribution_model,
        sample_number,
        sum(credit) as credit

    from sampled
    group by brand, conversion_type, attribution_model, sample_number

),

sampled_shares as (

    select
        sampled.brand,
        sampled.conversion_type,
        sampled.attribution_model,
        sampled.channel,
        cast(sampled.credit as double) / cast(sampled_totals.credit as double) as credit_share

    from sampled
    inner join sampled_totals
        on sampled.brand = sampled_totals.brand
        and sampled.conversion_type = sampled_totals.conversion_type
        and sampled.attribution_model = sampled_totals.attribution_model
        and sampled.sample_number = sampled_totals.sample_number

),

-- A sample in which a channel has nothing has no row: it counts as zero, below all others.
ranked as (

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        credit_share,
        200 - count(*) over slice + row_number() over (
            partition by brand, conversion_type, attribution_model, channel order by credit_share
        ) as place

    from sampled_shares
    window slice as (partition by brand, conversion_type, attribution_model, channel)

),

intervals as (

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        coalesce(max(case when place = 5 then credit_share end), 0) as interval_low_share,
        coalesce(max(case when place = 195 then credit_share end), 0) as interval_high_share

    from ranked
    group by brand, conversion_type, attribution_model, channel

),

totalled as (

    select
        brand,
        conversion_type,
        attribution_model,
        channel,
        sum(credit) as credit,
        sum(sum(credit)) over (partition by brand, conversion_type, attribution_model) as all_credit

    from grouped
    group by brand, conversion_type, attribution_model, channel

),

-- A model that gives a channel nothing has no row of it.
channels as (

    select distinct
        brand,
        conversion_type,
        channel

    from totalled

),

slices as (

    select distinct
        brand,
        conversion_type,
        attribution_model,
        all_credit

    from totalled

),

shared as (

    select
        channels.brand,
        channels.conversion_type,
        channels.channel,
        slices.attribution_model,
        cast(round(slices.all_credit, 0) as bigint) as conversion_count,
        cast(coalesce(totalled.credit, 0) as double) as credit,
        cast(coalesce(totalled.credit, 0) as double) / cast(slices.all_credit as double) as credit_share,
        coalesce(intervals.interval_low_share, 0) as interval_low_share,
        coalesce(intervals.interval_high_share, 0) as interval_high_share

    from channels
    inner join slices
        on channels.brand = slices.brand
        and channels.conversion_type = slices.conversion_type
    left join totalled
        on channels.brand = totalled.brand
        and channels.conversion_type = totalled.conversion_type
        and channels.channel = totalled.channel
        and slices.attribution_model = totalled.attribution_model
    left join intervals
        on channels.brand = intervals.brand
        and channels.conversion_type = intervals.conversion_type
        and channels.channel = intervals.channel
        and slices.attribution_model = intervals.attribution_model

),

compared as (

    select
        brand,
        conversion_type,
        channel,
        attribution_model,
        conversion_count,
        credit,
        credit_share,
        min(credit_share) over (partition by brand, conversion_type, channel) as lowest_model_share,
        max(credit_share) over (partition by brand, conversion_type, channel) as highest_model_share,
        interval_low_share,
        interval_high_share

    from shared

)

select * from compared
