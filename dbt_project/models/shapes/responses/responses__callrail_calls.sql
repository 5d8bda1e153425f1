with

employees as (

    select * from {{ ref('int_employees__listed') }}

),

shaped as (

    select
        calls.brand,
        'callrail' as source,
        calls.account,
        calls.call_id as source_record_id,
        calls.customer_phone_number as phone_raw,
        calls.started_at as responded_at,
        {{ shown_employee('employees.employee', 'calls.agent_email') }} as employee

    from {{ ref('stg_callrail__calls') }} as calls
    left join employees
        on calls.brand = employees.brand
        and lower(calls.agent_email) = employees.email
    where lower(calls.direction) = 'outbound'

)

select * from shaped
