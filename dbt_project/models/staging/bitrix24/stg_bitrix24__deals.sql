with

source as (

    select * from {{ source('bitrix24', 'deals') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, deal_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        deal_id,
        category_id,
        stage_id,
        contact_id,
        lead_id,
        assigned_by_id,
        source_id,

        ---------- text
        title,
        currency,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,

        ---------- numbers
        amount,
        cost_of_goods,

        ---------- booleans
        is_closed,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        created_at,
        updated_at,
        moved_at,
        closed_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
