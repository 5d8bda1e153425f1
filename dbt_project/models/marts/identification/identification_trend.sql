with

placed as (

    select * from {{ ref('int_identification__placed') }}

),

definitions as (

    select * from {{ ref('stg_rules__flag_definitions') }}

),

found_flags as (

    select distinct inquiry_id, flag
    from {{ source('checks', 'inquiry_flags') }}

),

by_place as (

    select
        brand,
        inquiry_date,
        dimension,
        dimension_value,
        count(*) as inquiry_count,
        count(*) filter (where is_poor) as poor_count,
        count(*) filter (where grade = 'A') as grade_a_count,
        count(*) filter (where grade = 'B') as grade_b_count,
        count(*) filter (where grade = 'C') as grade_c_count,
        count(*) filter (where grade = 'D') as grade_d_count,
        count(*) filter (where grade = 'E') as grade_e_count,
        sum(flag_count) as flag_count,
        sum(score) as score_sum

    from placed
    group by brand, inquiry_date, dimension, dimension_value

),

whole_days as (

    select * from by_place
    where dimension = 'all'

),

flag_days as (

    select
        placed.brand,
        placed.inquiry_date,
        found_flags.flag,
        count(*) as flagged_count

    from placed
    inner join found_flags on placed.inquiry_id = found_flags.inquiry_id
    where placed.dimension = 'all'
    group by placed.brand, placed.inquiry_date, found_flags.flag

),

-- A day without the flag counts in its share, too.
by_flag as (

    select
        whole_days.brand,
        whole_days.inquiry_date,
        'flag' as dimension,
        definitions.flag as dimension_value,
        whole_days.inquiry_count,
        coalesce(flag_days.flagged_count, 0) as poor_count,
        whole_days.grade_a_count,
        whole_days.grade_b_count,
        whole_days.grade_c_count,
        whole_days.grade_d_count,
        whole_days.grade_e_count,
        coalesce(flag_days.flagged_count, 0) as flag_count,
        whole_days.score_sum

    from whole_days
    cross join definitions
    left join flag_days
        on whole_days.brand = flag_days.brand
        and whole_days.inquiry_date = flag_days.inquiry_date
        and definitions.flag = flag_days.flag

),

unioned as (

    select * from by_place
    union all
    select * from by_flag

),

rolled as (

    select
        *,
        sum(inquiry_count) over week_of as week_inquiry_count,
        sum(poor_count) over week_of as week_poor_count,
        sum(inquiry_count) over weeks_before as usual_inquiry_count,
        sum(poor_count) over weeks_before as usual_poor_count

    from unioned
    window
        week_of as (
            partition by brand, dimension, dimension_value order by inquiry_date
            range between interval 6 day preceding and current row
        ),
        weeks_before as (
            partition by brand, dimension, dimension_value order by inquiry_date
            range between interval 34 day preceding and interval 7 day preceding
        )

),

shared as (

    select
        *,
        week_poor_count / week_inquiry_count as week_poor_share,
        usual_poor_count / nullif(usual_inquiry_count, 0) as usual_poor_share

    from rolled

),

-- Chance alone moves the share of a few inquiries: three standard deviations, and five points at least.
trend as (

    select
        shared.brand,
        shared.inquiry_date,
        shared.dimension,
        shared.dimension_value,
        shared.inquiry_count,
        shared.poor_count,
        shared.grade_a_count,
        shared.grade_b_count,
        shared.grade_c_count,
        shared.grade_d_count,
        shared.grade_e_count,
        cast(shared.flag_count as bigint) as flag_count,
        cast(shared.score_sum as double) / shared.inquiry_count as average_score,
        cast(shared.week_poor_share as double) as week_poor_share,
        cast(shared.usual_poor_share as double) as usual_poor_share,
        coalesce(
            shared.week_inquiry_count >= 20
            and shared.usual_inquiry_count >= 40
            and shared.week_poor_share > shared.usual_poor_share + greatest(
                0.05,
                3 * sqrt(
                    greatest(shared.usual_poor_share * (1 - shared.usual_poor_share), 0.001)
                    / shared.week_inquiry_count
                )
            ),
            false
        ) as is_jump,
        coalesce(
            shared.dimension = 'flag'
            and shared.week_inquiry_count >= 20
            and shared.week_poor_share > definitions.blocks_above,
            false
        ) as is_blocking

    from shared
    left join definitions
        on shared.dimension = 'flag'
        and shared.dimension_value = definitions.flag

)

select * from trend
