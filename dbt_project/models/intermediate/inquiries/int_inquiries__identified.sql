with

inquiries as (

    select * from {{ ref('inquiries__unioned') }}

),

screened as (

    select * from {{ ref('int_inquiries__screened') }}

),

deduplicated as (

    select * from {{ ref('int_inquiries__deduplicated') }}

),

parsed as (

    select * from {{ ref('int_inquiries__parsed') }}

),

touched as (

    select * from {{ ref('int_inquiries__touched') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__unioned') }}

),

own_visits as (

    select * from {{ ref('int_visits__channelled') }}

),

numbered as (

    select * from {{ ref('int_calls__numbered') }}

),

answered as (

    select * from {{ ref('int_inquiries__answered') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

hubs as (

    select * from {{ ref('int_identifiers__hubs') }}
    where reason in ('shared', 'blocklist')

),

contested as (

    select distinct named.brand, identifiers.node_id
    from {{ ref('int_identifiers__named') }} as named
    inner join {{ ref('int_identifiers__normalised') }} as identifiers
        on named.identifier_node = identifiers.identifier_node
    where named.is_contested
        and identifiers.record_type = 'inquiry'

),

signals as (

    select * from {{ ref('int_signals__channelled') }}

),

clicked_brands as (

    select distinct brand
    from {{ ref('clicks__unioned') }}

),

crm_brands as (

    select distinct brand
    from {{ ref('contacts__unioned') }}
    union
    select distinct brand
    from {{ ref('deals__unioned') }}

),

crm_people as (

    select distinct brand, person_id
    from {{ ref('int_people__resolved') }}
    where record_type in ('contact', 'deal')

),

evidence as (

    select
        inquiries.*,
        deduplicated.person_id,
        screened.email_normalised,
        screened.phone_e164,
        screened.client_id as known_client_id,
        screened.is_email_invalid,
        screened.is_phone_invalid,
        screened.is_email_role,
        screened.is_email_disposable,
        screened.is_number_withheld,
        screened.is_number_reassigned,
        screened.is_spam,
        screened.is_employee,
        deduplicated.is_duplicate,
        deduplicated.duplicate_of_inquiry_id,
        touched.touchpoint_id,
        touched.touch_kind,
        touched.matched_by as touch_matched_by,
        touchpoints.channel as touch_channel,
        touchpoints.campaign_id as touch_campaign_id,
        touched.visit_id,
        numbered.number_kind,
        cast({{ local_time('inquiries.occurred_at', 'brands.time_zone') }} as date) as inquiry_date,
        answered.first_response_at as answered_at,
        answered.responded_by,
        parsed.is_conflicting,
        -- The visit saw the address first; without one the inquiry's own page speaks.
        coalesce(own_visits.is_malformed, false) or parsed.is_malformed as is_tag_malformed,
        coalesce(own_visits.click_id_type, parsed.click_id_type) as best_click_id_type,
        coalesce(own_visits.is_click_resolved, false) or coalesce(touched.is_click_resolved, false)
            as is_click_resolved,
        coalesce(own_visits.is_campaign_resolved, false) or coalesce(touched.is_campaign_resolved, false)
            as is_campaign_resolved,
        coalesce(own_visits.campaign_candidates, touched.campaign_candidates) as campaign_candidates,
        coalesce(own_visits.is_campaign_named, false) or parsed.campaign is not null as is_campaign_named,
        coalesce(own_visits.is_paid, signals.is_paid, false) as is_paid,
        coalesce(own_visits.platform, signals.platform) as paid_platform,
        -- The tracker calls it an ad, the visit says it wasn't, or the other way round.
        coalesce(
            parsed.tracker_source is not null
            and signals.is_paid is not null
            and own_visits.is_paid is not null
            and signals.is_paid <> own_visits.is_paid,
            false
        ) as is_tracker_conflicting,
        -- Who says "billboard" and came by a click may be right twice; somebody should look.
        coalesce(
            touched.touch_kind <> 'self_reported'
            and touched.self_reported_channel <> touchpoints.channel
            and touchpoints.channel not in ('Direct', 'Unassigned'),
            false
        ) as is_answer_conflicting,
        clicked_brands.brand is not null as has_click_list,
        crm_brands.brand is not null as has_crm,
        crm_people.person_id is not null as is_in_crm,
        coalesce(
            shared_emails.identifier_value, shared_phones.identifier_value, shared_accounts.identifier_value
        ) is not null as is_hub,
        contested.node_id is not null as is_contested

    from inquiries
    inner join screened on inquiries.inquiry_id = screened.inquiry_id
    inner join deduplicated on inquiries.inquiry_id = deduplicated.inquiry_id
    inner join parsed on inquiries.inquiry_id = parsed.inquiry_id
    inner join touched on inquiries.inquiry_id = touched.inquiry_id
    inner join brands on inquiries.brand = brands.brand
    left join touchpoints on touched.touchpoint_id = touchpoints.touchpoint_id
    left join own_visits on touched.visit_id = own_visits.visit_id
    left join numbered on inquiries.inquiry_id = numbered.inquiry_id
    left join answered on inquiries.inquiry_id = answered.inquiry_id
    left join signals on parsed.signal_id = signals.signal_id
    left join clicked_brands on inquiries.brand = clicked_brands.brand
    left join crm_brands on inquiries.brand = crm_brands.brand
    left join crm_people
        on inquiries.brand = crm_people.brand
        and deduplicated.person_id = crm_people.person_id
    left join hubs as shared_emails
        on shared_emails.identifier_type = 'email'
        and inquiries.brand = shared_emails.brand
        and screened.email_normalised = shared_emails.identifier_value
    left join hubs as shared_phones
        on shared_phones.identifier_type = 'phone'
        and inquiries.brand = shared_phones.brand
        and screened.phone_e164 = shared_phones.identifier_value
    left join hubs as shared_accounts
        on shared_accounts.identifier_type = 'channel_contact'
        and inquiries.brand = shared_accounts.brand
        and inquiries.channel_contact_id = shared_accounts.identifier_value
    left join contested
        on inquiries.brand = contested.brand
        and 'inquiry:' || inquiries.inquiry_id = contested.node_id

),

flagged as (

    select
        *,
        -- Who wrote at a messenger is answered there.
        coalesce(email_raw, phone_raw, channel_contact_id) is null and not is_number_withheld as has_contact_missing,
        is_email_invalid or is_phone_invalid as has_contact_invalid,
        is_email_role as has_contact_role_address,
        is_email_disposable as has_contact_disposable,
        is_number_withheld as has_number_withheld,
        -- A static number, a lead form on the platform, a messenger and a walk-in have no web client to name.
        known_client_id is null
        and visit_id is null
        and (
            kind = 'form'
            or (kind = 'chat' and tracking_number is null and messenger is null)
            or coalesce(number_kind = 'pool', false)
        ) as has_client_id_missing,
        is_paid
        and best_click_id_type is null
        and kind <> 'lead_ad'
        -- A text is typed on a telephone: no click comes with it, nor with what is written in a program on a desk.
        and not (kind = 'chat' and (tracking_number is not null or messenger is not null))
        and coalesce(paid_platform in ('google_ads', 'meta_ads', 'microsoft_ads'), false)
        and coalesce(number_kind <> 'static', true) as has_click_id_missing,
        coalesce(best_click_id_type = 'gclid', false) and has_click_list and not is_click_resolved
            as has_click_id_unresolved,
        kind in ('call', 'chat') and tracking_number is not null and number_kind is null as has_tracking_number_unknown,
        is_tag_malformed as has_utm_malformed,
        is_paid and is_campaign_named and not is_campaign_resolved as has_campaign_unknown,
        campaign_candidates is not null and not is_campaign_resolved as has_campaign_ambiguous,
        is_conflicting
        or is_tracker_conflicting
        or is_answer_conflicting
        or is_number_reassigned as has_source_conflict,
        is_hub or is_contested as has_contact_shared,
        is_duplicate as has_duplicate,
        is_spam as has_spam,
        is_employee as has_employee,
        coalesce(occurred_at > landed_at, false)
        or coalesce(occurred_at > recorded_at + interval 5 minute, false)
        or coalesce(opened_at > occurred_at, false) as has_clock_skew,
        has_crm
        and not is_in_crm
        and not is_spam
        and not is_employee
        and inquiry_date < {{ as_of_day() }} as has_not_in_crm,
        coalesce(recorded_at > occurred_at + interval 1 day, false) as has_late_arrival

    from evidence

),

-- Five questions: who is it, can he be reached twice, where from, which visit, which click.
weighed as (

    select
        *,
        coalesce(email_normalised, phone_e164, channel_contact_id) is not null and not is_hub as is_person_known,
        coalesce(touch_channel, 'Unassigned') <> 'Unassigned' as is_source_known,
        is_click_resolved
        or ((kind = 'lead_ad' or touch_kind = 'lead_ad') and touch_campaign_id is not null)
        or (touch_matched_by = 'tracking_number' and is_campaign_resolved) as is_click_known

    from flagged

),

graded as (

    select
        *,
        case
            when is_person_known and is_click_known then 'A'
            when is_person_known and is_source_known then 'B'
            when is_person_known then 'C'
            when is_source_known then 'D'
            else 'E'
        end as grade,
        case when is_person_known then 35 else 0 end
        + case when email_normalised is not null and phone_e164 is not null then 5 else 0 end
        + case when is_source_known then 20 else 0 end
        + case when visit_id is not null or touch_kind in ('lead_ad', 'call') then 15 else 0 end
        + case when is_campaign_resolved or is_click_known then 10 else 0 end
        + case when is_click_known then 15 else 0 end as score

    from weighed

),

identified as (

    select
        inquiry_id,
        brand,
        source,
        account,
        source_table,
        source_record_id,
        kind,
        messenger,
        occurred_at,
        inquiry_date,
        person_id,
        email_raw,
        phone_raw,
        email_normalised,
        phone_e164,
        full_name,
        company,
        city,
        known_client_id as client_id,
        case when not is_campaign_resolved then campaign_candidates end as campaign_candidates,
        visit_id,
        touchpoint_id,
        touch_kind,
        touch_matched_by,
        form_id,
        tracking_number,
        number_kind,
        direction,
        duration_seconds,
        is_answered,
        is_voicemail,
        answered_at as first_response_at,
        responded_by as employee,
        product,
        self_reported_source,
        vendor_person_id,
        landed_at,
        grade,
        score,
        not is_spam and not is_employee and not is_duplicate as is_valid,
        is_spam,
        is_employee,
        is_duplicate,
        duplicate_of_inquiry_id,
        has_contact_missing,
        has_contact_invalid,
        has_contact_role_address,
        has_contact_disposable,
        has_number_withheld,
        has_client_id_missing,
        has_click_id_missing,
        has_click_id_unresolved,
        has_tracking_number_unknown,
        has_utm_malformed,
        has_campaign_unknown,
        has_campaign_ambiguous,
        has_source_conflict,
        has_contact_shared,
        has_duplicate,
        has_spam,
        has_employee,
        has_clock_skew,
        has_not_in_crm,
        has_late_arrival

    from graded

)

select * from identified
