{# Under each dimension the trend has all inquiries of a day, and as many of each grade. #}

with

trend as (

    select * from {{ ref('identification_trend') }}
    where dimension <> 'flag'

),

dimensions as (

    select distinct dimension
    from trend

),

published as (

    select
        brand,
        inquiry_date,
        count(*) as inquiry_count,
        count(*) filter (where grade in ('A', 'B')) as good_count

    from {{ ref('inquiries') }}
    group by brand, inquiry_date

),

counted as (

    select
        brand,
        inquiry_date,
        dimension,
        sum(inquiry_count) as inquiry_count,
        sum(grade_a_count + grade_b_count) as good_count,
        sum(grade_a_count + grade_b_count + grade_c_count + grade_d_count + grade_e_count) as graded_count

    from trend
    group by brand, inquiry_date, dimension

),

expected as (

    select
        published.*,
        dimensions.dimension

    from published
    cross join dimensions

),

compared as (

    select
        coalesce(expected.brand, counted.brand) as brand,
        coalesce(expected.inquiry_date, counted.inquiry_date) as inquiry_date,
        coalesce(expected.dimension, counted.dimension) as dimension,
        expected.inquiry_count as published_count,
        counted.inquiry_count,
        counted.graded_count,
        expected.good_count as published_good_count,
        counted.good_count

    from expected
    full outer join counted
        on expected.brand = counted.brand
        and expected.inquiry_date = counted.inquiry_date
        and expected.dimension = counted.dimension

)

select * from compared
where published_count is distinct from inquiry_count
    or inquiry_count <> graded_count
    or published_good_count <> good_count
