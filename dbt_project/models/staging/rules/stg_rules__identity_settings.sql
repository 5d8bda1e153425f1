with

source as (

    select * from {{ source('rules', 'identity_settings') }}

),

typed as (

    select
        lower(nullif(trim(setting), '')) as setting,
        lower(nullif(trim(value), '')) as setting_value

    from source

)

select * from typed
