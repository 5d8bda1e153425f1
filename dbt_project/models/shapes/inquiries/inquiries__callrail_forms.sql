with

submissions as (

    select * from {{ ref('stg_callrail__form_submissions') }}

),

form_fields as (

    select * from {{ ref('stg_rules__form_fields') }}

),

named as (

    select
        account,
        form_submission_id,
        form_data,
        {{ json_names('form_data') }} as field

    from submissions
    where form_data is not null

),

sent as (

    select
        named.account,
        named.form_submission_id,
        form_fields.meaning,
        named.field,
        {{ json_text_of('named.form_data', 'named.field') }} as sent_value

    from named
    inner join form_fields on lower(named.field) = form_fields.field
    where form_fields.meaning in ('client_id', 'visit_id')

),

-- Of several fields the first in the alphabet, so that it is always the same.
filled as (

    select
        account,
        form_submission_id,
        meaning,
        {{ device_of_cookie(filled_in('sent_value')) }} as sent_value

    from sent
    where {{ filled_in('sent_value') }} is not null
    qualify row_number() over (partition by account, form_submission_id, meaning order by field) = 1

),

shaped as (

    select
        brand,
        'callrail' as source,
        submissions.account,
        'form_submissions' as source_table,
        submissions.form_submission_id as source_record_id,
        'form' as kind,
        submitted_at as occurred_at,
        customer_email as email_raw,
        customer_phone_number as phone_raw,
        customer_name as full_name,
        clients.sent_value as client_id,
        visits.sent_value as source_visit_id,
        coalesce(landing_page_url, form_url) as page_url,
        coalesce(referring_url, referrer) as referrer,
        form_name as form_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_term,
        utm_content,
        case when gclid is not null then 'gclid' when fbclid is not null then 'fbclid' end as click_id_type,
        coalesce(gclid, fbclid) as click_id,
        source as tracker_source,
        medium as tracker_medium,
        campaign as tracker_campaign,
        coalesce(lead_status = 'not_a_lead', false) as is_marked_spam,
        {{ written_words('form_data') }} as message,
        answers,
        context,
        contact_found_by,
        person_id as vendor_person_id,
        landed_at

    from submissions
    left join filled as clients
        on submissions.account = clients.account
        and submissions.form_submission_id = clients.form_submission_id
        and clients.meaning = 'client_id'
    left join filled as visits
        on submissions.account = visits.account
        and submissions.form_submission_id = visits.form_submission_id
        and visits.meaning = 'visit_id'

)

select * from shaped
