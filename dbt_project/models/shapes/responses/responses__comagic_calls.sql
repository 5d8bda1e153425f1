with

employees as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        calls.brand,
        'comagic' as source,
        calls.account,
        calls.call_id as source_record_id,
        {{ with_plus_sign('calls.contact_phone_number') }} as phone_raw,
        calls.started_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.employee_name') }} as employee

    from {{ ref('stg_comagic__calls') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(calls.employee_name) = employees.email
    where lower(calls.direction) = 'out'

)

select * from shaped
