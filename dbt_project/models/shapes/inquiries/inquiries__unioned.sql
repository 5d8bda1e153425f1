with

unioned as (

    select * from {{ ref('inquiries__callrail_calls') }}
    union all
    select * from {{ ref('inquiries__callrail_forms') }}
    union all
    select * from {{ ref('inquiries__callrail_texts') }}
    union all
    select * from {{ ref('inquiries__calltouch_calls') }}
    union all
    select * from {{ ref('inquiries__calltouch_requests') }}
    union all
    select * from {{ ref('inquiries__comagic_calls') }}
    union all
    select * from {{ ref('inquiries__comagic_messages') }}
    union all
    select * from {{ ref('inquiries__typeform_responses') }}
    union all
    select * from {{ ref('inquiries__jotform_submissions') }}
    union all
    select * from {{ ref('inquiries__hubspot_forms') }}
    union all
    select * from {{ ref('inquiries__google_leads') }}
    union all
    select * from {{ ref('inquiries__meta_leads') }}
    union all
    select * from {{ ref('inquiries__linkedin_leads') }}
    union all
    select * from {{ ref('inquiries__webhook_forms') }}
    union all
    select * from {{ ref('inquiries__meta_notices') }}
    union all
    select * from {{ ref('inquiries__manual') }}

),

identified as (

    select
        {{ stable_id(['brand', 'source', 'source_table', 'account', 'source_record_id']) }} as inquiry_id,
        *

    from unioned

)

select * from identified
