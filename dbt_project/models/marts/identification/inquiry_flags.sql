with

inquiries as (

    select * from {{ ref('inquiries') }}

),

found_flags as (

    select distinct inquiry_id, flag
    from {{ source('checks', 'inquiry_flags') }}

),

definitions as (

    select * from {{ ref('stg_rules__flag_definitions') }}

),

flagged as (

    select
        inquiries.brand,
        inquiries.inquiry_id,
        inquiries.inquiry_date,
        found_flags.flag,
        coalesce(definitions.severity, 'medium') as severity,
        definitions.what_to_fix,
        definitions.who_can

    from found_flags
    inner join inquiries on found_flags.inquiry_id = inquiries.inquiry_id
    left join definitions on found_flags.flag = definitions.flag

)

select * from flagged
