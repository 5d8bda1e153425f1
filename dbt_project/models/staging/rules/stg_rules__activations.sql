with

source as (

    select * from {{ source('rules', 'activations') }}

),

typed as (

    select
        nullif(trim(brand), '') as brand,
        lower(nullif(trim(destination), '')) as destination,
        nullif(trim(account), '') as account,
        lower(nullif(trim(milestone), '')) as milestone,
        nullif(trim(told_as), '') as told_as,
        lower(nullif(trim(value_from), '')) as value_from,
        cast(nullif(trim(fixed_value), '') as decimal(20, 6)) as fixed_value,
        lower(nullif(trim(consent), '')) as consent,
        cast(nullif(trim(hold_days), '') as integer) as hold_days

    from source

)

select * from typed
