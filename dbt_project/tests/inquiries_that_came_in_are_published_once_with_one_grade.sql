with

unioned as (

    select * from {{ ref('inquiries__unioned') }}

),

published as (

    select
        inquiry_id,
        count(*) as row_count,
        count(grade) as grade_count

    from {{ ref('inquiries') }}
    group by inquiry_id

),

compared as (

    select
        coalesce(unioned.inquiry_id, published.inquiry_id) as inquiry_id,
        unioned.inquiry_id is not null as is_known,
        coalesce(published.row_count, 0) as row_count,
        coalesce(published.grade_count, 0) as grade_count

    from unioned
    full outer join published on unioned.inquiry_id = published.inquiry_id

)

select * from compared
where not is_known
    or row_count <> 1
    or grade_count <> 1
