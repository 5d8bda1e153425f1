with

source as (

    select * from {{ source('calendly', 'invitees') }}
    where _reject_reason is null

),

newest as (

    select * from source
    qualify row_number() over (
        partition by _account, invitee_id order by updated_at desc, _landed_at desc, _day desc
    ) = 1

),

renamed as (

    select

        ---------- ids
        _brand as brand,
        _account as account,
        invitee_id,
        event_id,
        form_id,
        old_invitee_id,
        new_invitee_id,
        client_id,
        visit_id,

        ---------- text
        event_name,
        status,
        email,
        phone,
        name,
        company,
        city,
        product,
        self_reported_source,
        referrer,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        click_ids,
        answers,
        message,
        context,
        contact_found_by,

        ---------- booleans
        is_no_show,

        ---------- dates
        _day as landed_day,

        ---------- timestamps
        booked_at,
        updated_at,
        start_at,
        _landed_at as landed_at

    from newest

)

select * from renamed
