with

rejects as (

    {{ landing_rejects('google_ads', 'customer') }}
    union all
    {{ landing_rejects('google_ads', 'campaign_days') }}
    union all
    {{ landing_rejects('google_ads', 'ad_group_days') }}
    union all
    {{ landing_rejects('google_ads', 'keyword_days') }}
    union all
    {{ landing_rejects('google_ads', 'click_view') }}
    union all
    {{ landing_rejects('meta_ads', 'account') }}
    union all
    {{ landing_rejects('meta_ads', 'ad_days') }}
    union all
    {{ landing_rejects('meta_ads', 'leads') }}
    union all
    {{ landing_rejects('callrail', 'calls') }}
    union all
    {{ landing_rejects('callrail', 'form_submissions') }}
    union all
    {{ landing_rejects('callrail', 'trackers') }}
    union all
    {{ landing_rejects('typeform', 'forms') }}
    union all
    {{ landing_rejects('typeform', 'responses') }}
    union all
    {{ landing_rejects('hubspot', 'contacts') }}
    union all
    {{ landing_rejects('hubspot', 'deals') }}
    union all
    {{ landing_rejects('hubspot', 'deal_stages') }}
    union all
    {{ landing_rejects('hubspot', 'deal_contacts') }}
    union all
    {{ landing_rejects('hubspot', 'line_items') }}
    union all
    {{ landing_rejects('hubspot', 'calls') }}
    union all
    {{ landing_rejects('hubspot', 'owners') }}
    union all
    {{ landing_rejects('hubspot', 'pipelines') }}
    union all
    {{ landing_rejects('matomo', 'visits') }}
    union all
    {{ landing_rejects('webhook', 'inquiries') }}
    union all
    {{ landing_rejects('webhook', 'lead_notices') }}
    union all
    {{ landing_rejects('pixel', 'hits') }}
    union all
    {{ landing_rejects('ecb', 'rates') }}
    union all
    {{ landing_rejects('manual', 'spend') }}
    union all
    {{ landing_rejects('manual', 'visits') }}
    union all
    {{ landing_rejects('manual', 'inquiries') }}
    union all
    {{ landing_rejects('manual', 'tracking_numbers') }}
    union all
    {{ landing_rejects('manual', 'deals') }}
    union all
    {{ landing_rejects('manual', 'deal_items') }}
    union all
    {{ landing_rejects('manual', 'plan') }}

)

select * from rejects
