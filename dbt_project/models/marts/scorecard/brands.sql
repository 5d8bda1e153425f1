{# Whose data is published, and how its numbers are written. #}

with

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

published as (

    select
        brand,
        name as brand_name,
        currency,
        time_zone,
        language

    from brands

)

select * from published
