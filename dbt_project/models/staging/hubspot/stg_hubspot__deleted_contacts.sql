with

source as (

    select * from {{ source('hubspot', 'deleted_contacts') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (
        partition by _account, contact_id
        order by deleted_at desc, _day desc, _landed_at desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        contact_id,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        deleted_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
