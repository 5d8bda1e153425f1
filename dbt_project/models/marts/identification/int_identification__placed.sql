{# Each inquiry under every place at which identification can be mended. #}

with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

unioned as (

    select inquiry_id, page_url
    from {{ ref('inquiries__unioned') }}

),

definitions as (

    select * from {{ ref('stg_rules__flag_definitions') }}

),

found_flags as (

    select distinct inquiry_id, flag
    from {{ source('checks', 'inquiry_flags') }}

),

grave as (

    select distinct found_flags.inquiry_id
    from found_flags
    inner join definitions on found_flags.flag = definitions.flag
    where definitions.severity = 'high'

),

flag_counts as (

    select
        inquiry_id,
        count(*) as flag_count

    from found_flags
    group by inquiry_id

),

described as (

    select
        inquiries.brand,
        inquiries.inquiry_id,
        inquiries.inquiry_date,
        inquiries.grade,
        inquiries.score,
        inquiries.kind,
        inquiries.form_id,
        inquiries.employee,
        {{ without_contacts(dbt.split_part(dbt.split_part('unioned.page_url', "'?'", 1), "'#'", 1)) }} as page,
        -- Four digits tell the numbers of a firm apart.
        left(inquiries.tracking_number, 3) || '*****' || right(inquiries.tracking_number, 4) as tracking_number,
        coalesce(flag_counts.flag_count, 0) as flag_count,
        grave.inquiry_id is not null or inquiries.grade in ('D', 'E') as is_poor

    from inquiries
    inner join unioned on inquiries.inquiry_id = unioned.inquiry_id
    left join flag_counts on inquiries.inquiry_id = flag_counts.inquiry_id
    left join grave on inquiries.inquiry_id = grave.inquiry_id

),

placed as (

    select described.*, 'all' as dimension, 'all' as dimension_value
    from described
    union all
    select described.*, 'kind' as dimension, kind as dimension_value
    from described
    union all
    select described.*, 'form' as dimension, coalesce(form_id, 'none') as dimension_value
    from described
    union all
    select described.*, 'page' as dimension, coalesce(page, 'none') as dimension_value
    from described
    union all
    select described.*, 'tracking_number' as dimension, coalesce(tracking_number, 'none') as dimension_value
    from described
    union all
    select described.*, 'employee' as dimension, coalesce(employee, 'none') as dimension_value
    from described

)

select * from placed
