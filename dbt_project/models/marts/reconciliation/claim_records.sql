with

caused as (

    select * from {{ ref('int_claim_records__caused') }}

)

select * from caused
