with

source as (

    select * from {{ source('salesforce', 'opportunities') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (partition by _account, opportunity_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        opportunity_id,
        account_id,
        campaign_id,
        contact_id,
        owner_id,

        ---------- text
        name,
        stage_name,
        currency,
        lead_source,
        lost_reason,

        ---------- numbers
        amount,
        cost_of_goods,

        ---------- booleans
        is_closed,
        is_won,
        is_deleted,

        ---------- dates
        _day as landed_day,
        close_date,

        ---------- timestamps
        stage_changed_at,
        created_at,
        updated_at,
        cancelled_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
