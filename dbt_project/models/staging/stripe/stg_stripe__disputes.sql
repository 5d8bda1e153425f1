with

source as (

    select * from {{ source('stripe', 'disputes') }}
    where _reject_reason is null

),

-- What was landed of the day on which a dispute was made is the dispute as it was read: a change is known by its event.
versions as (

    select
        *,
        max(case when status <> 'lost' then updated_at end) over (partition by _account, dispute_id) as last_open_at

    from source

),

dated as (

    select
        *,
        min(
            case
                when status = 'lost' and updated_at > created_at and updated_at > coalesce(last_open_at, created_at)
                    then updated_at
            end
        ) over (partition by _account, dispute_id) as lost_since_at

    from versions

),

newest as (

    select * from dated
    qualify row_number() over (partition by _account, dispute_id order by _day desc, _landed_at desc) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        dispute_id,
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
        case when status = 'lost' then coalesce(lost_since_at, updated_at) end as lost_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
