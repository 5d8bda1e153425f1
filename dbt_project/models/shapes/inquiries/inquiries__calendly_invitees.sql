with

invitees as (

    select * from {{ ref('stg_calendly__invitees') }}

),

-- Who moves an appointment is cancelled and booked anew, often without tags: he asked when he booked first.
first_booked as (

    select invitees.*
    from invitees
    left join invitees as earlier
        on invitees.account = earlier.account
        and invitees.old_invitee_id = earlier.invitee_id
    where earlier.invitee_id is null

),

shaped as (

    select
        brand,
        'calendly' as source,
        account,
        'invitees' as source_table,
        invitee_id as source_record_id,
        'form' as kind,
        booked_at as occurred_at,
        email as email_raw,
        phone as phone_raw,
        name as full_name,
        company,
        city,
        {{ filled_in('client_id') }} as client_id,
        {{ filled_in('visit_id') }} as source_visit_id,
        referrer,
        form_id,
        coalesce(product, event_name) as product,
        self_reported_source,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        {{ click_id_type_of('click_ids') }} as click_id_type,
        {{ click_id_of('click_ids') }} as click_id,
        message,
        answers,
        context,
        contact_found_by,
        landed_at

    from first_booked

)

select * from shaped
