{# The landed tables whose rows are inquiries. A new source of inquiries adds its line. #}

{{ config(schema = 'intermediate', access = 'private', materialized = 'view') }}

with

listed as (

    select 'callrail' as source, 'calls' as table_name
    union all
    select 'callrail' as source, 'form_submissions' as table_name
    union all
    select 'callrail' as source, 'text_messages' as table_name
    union all
    select 'calltouch' as source, 'calls' as table_name
    union all
    select 'calltouch' as source, 'requests' as table_name
    union all
    select 'comagic' as source, 'calls' as table_name
    union all
    select 'comagic' as source, 'messages' as table_name
    union all
    select 'typeform' as source, 'responses' as table_name
    union all
    select 'jotform' as source, 'submissions' as table_name
    union all
    select 'hubspot' as source, 'form_submissions' as table_name
    union all
    select 'google_ads' as source, 'lead_form_submission_data' as table_name
    union all
    select 'meta_ads' as source, 'leads' as table_name
    union all
    select 'linkedin_ads' as source, 'lead_responses' as table_name
    union all
    select 'webhook' as source, 'inquiries' as table_name
    union all
    select 'webhook' as source, 'lead_notices' as table_name
    union all
    select 'manual' as source, 'inquiries' as table_name

)

select * from listed
