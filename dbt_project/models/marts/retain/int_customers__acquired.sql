{# The first sale of a person and the channel that earned it: whole customers, not shares of them. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

sales as (

    select * from {{ ref('sales') }}
    where is_first_sale
        and not is_cancelled

),

credited as (

    select * from {{ ref('attributed_sales') }}
    where attribution_model = 'last_non_direct'
        and is_first_sale

),

acquired as (

    select
        sales.brand,
        sales.person_id,
        sales.sale_id as first_sale_id,
        sales.sale_date as first_sale_date,
        cast(date_trunc('month', sales.sale_date) as date) as cohort_month,
        credited.channel

    from sales
    inner join credited on sales.sale_id = credited.sale_id

)

select * from acquired
