with

employees as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        calls.brand,
        'manual' as source,
        calls.account,
        calls.inquiry_id as source_record_id,
        calls.phone as phone_raw,
        calls.occurred_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.employee') }} as employee

    from {{ ref('stg_manual__inquiries') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(trim(calls.employee)) = employees.email
    where lower(calls.direction) = 'outbound'

)

select * from shaped
