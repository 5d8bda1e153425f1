with

source as (

    select * from {{ source('amocrm', 'leads') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, lead_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        lead_id,
        pipeline_id,
        status_id,
        loss_reason_id,
        responsible_user_id,
        source_id,
        metrica_client_id,

        ---------- text
        name,
        currency,
        loss_reason,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        referrer,
        gclid,
        yclid,
        fbclid,

        ---------- numbers
        amount,
        cost_of_goods,

        ---------- booleans
        is_deleted,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        closed_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
