with

source as (

    select * from {{ source('stripe', 'refunds') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, refund_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        refund_id,
        charge_id,

        ---------- text
        status,
        reason,
        upper(currency) as currency,

        ---------- numbers
        {{ major_units('amount_minor', 'currency') }} as amount,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
