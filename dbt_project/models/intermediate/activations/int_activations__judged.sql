{# What each ad platform is to be told, and by which named rule a conversion is left out. Whether a moment is still
   young enough to be sent is no question of the night but of the sending: those rules are asked there, and in the
   mart as of its day. #}

with

targets as (

    select
        activations.*,
        destinations.click_ids,
        destinations.takes_email,
        destinations.takes_phone,
        destinations.lead_ads_of,
        destinations.devices_of,
        destinations.click_days,
        destinations.event_days,
        destinations.correction

    from {{ ref('stg_rules__activations') }} as activations
    inner join {{ ref('stg_rules__activation_destinations') }} as destinations
        on activations.destination = destinations.destination

),

milestones as (

    select * from {{ ref('int_milestones__reached') }}

),

ids as (

    select * from {{ ref('int_ids__tellable') }}

),

contacts as (

    select * from {{ ref('int_contacts__tellable') }}

),

consents as (

    select
        brand,
        person_id,
        max(case when purpose = 'ad_storage' then choice end) as ad_storage,
        max(case when purpose = 'ad_user_data' then choice end) as ad_user_data,
        max(case when purpose = 'ad_personalization' then choice end) as ad_personalization

    from {{ ref('int_consents__said') }}
    group by brand, person_id

),

asked as (

    select
        targets.*,
        milestones.conversion_id,
        milestones.person_id,
        milestones.happened_at,
        milestones.cancelled_at,
        milestones.currency,
        milestones.is_spam,
        milestones.is_employee,
        milestones.is_duplicate,
        cast(
            case targets.value_from
                when 'revenue' then milestones.revenue
                when 'margin' then milestones.margin
                when 'fixed' then targets.fixed_value
            end as decimal(20, 6)
        ) as value

    from targets
    inner join milestones
        on targets.brand = milestones.brand
        and targets.milestone = milestones.milestone

),

-- The click that came last before the conversion; a later one cannot have brought it.
clicked as (

    select
        asked.destination,
        asked.account,
        asked.milestone,
        asked.conversion_id,
        {%- for name, condition in [
            ('click', "contains('|' || asked.click_ids || '|', '|' || ids.id_type || '|')"),
            ('lead_ad', "ids.id_type = 'lead_ad:' || asked.lead_ads_of"),
            ('device', "ids.id_type = 'device:' || asked.devices_of"),
        ] %}
        max_by(ids.id_type, (ids.first_seen_at, ids.id_value)) filter (
            where {{ condition }} and ids.first_seen_at <= asked.happened_at
        ) as {{ name }}_type,
        max_by(ids.id_value, (ids.first_seen_at, ids.id_value)) filter (
            where {{ condition }} and ids.first_seen_at <= asked.happened_at
        ) as {{ name }}_id,
        max(ids.first_seen_at) filter (
            where {{ condition }} and ids.first_seen_at <= asked.happened_at
        ) as {{ name }}_seen_at,
        {%- endfor %}
        bool_or(ids.first_seen_at > asked.happened_at) as has_later_id

    from asked
    inner join ids
        on asked.brand = ids.brand
        and asked.person_id = ids.person_id
        and (
            contains('|' || asked.click_ids || '|', '|' || ids.id_type || '|')
            or ids.id_type = 'lead_ad:' || asked.lead_ads_of
            or ids.id_type = 'device:' || asked.devices_of
        )
    group by asked.destination, asked.account, asked.milestone, asked.conversion_id

),

known as (

    select
        asked.*,
        clicked.click_type as click_id_type,
        clicked.click_id,
        clicked.click_seen_at as clicked_at,
        clicked.lead_ad_id,
        clicked.device_id,
        clicked.device_seen_at,
        coalesce(clicked.has_later_id, false) as has_later_id,
        coalesce(
            coalesce(clicked.click_seen_at, clicked.device_seen_at)
            < asked.happened_at - asked.click_days * interval 1 day,
            false
        ) as is_click_old,
        case when asked.takes_email then contacts.email end as email,
        case when asked.takes_phone then contacts.phone end as phone,
        consents.ad_storage,
        coalesce(consents.ad_user_data, case when asked.consent = 'assumed' then 'granted' end) as ad_user_data,
        coalesce(consents.ad_personalization, case when asked.consent = 'assumed' then 'granted' end)
            as ad_personalization

    from asked
    left join clicked
        on asked.destination = clicked.destination
        and asked.account = clicked.account
        and asked.milestone = clicked.milestone
        and asked.conversion_id = clicked.conversion_id
    left join contacts
        on asked.brand = contacts.brand
        and asked.person_id = contacts.person_id
    left join consents
        on asked.brand = consents.brand
        and asked.person_id = consents.person_id

),

-- A contact leaves with consent alone. An id of a click leaves unless its person said no.
allowed as (

    select
        *,
        coalesce(ad_user_data = 'granted', false) and coalesce(email, phone) is not null as has_contact,
        coalesce('denied' in (ad_storage, ad_user_data), false) as is_denied,
        coalesce(lead_ad_id is not null, false)
        or (coalesce(click_id, device_id) is not null and not is_click_old) as has_id

    from known

),

judged as (

    select
        {{ stable_id(['destination', 'account', 'milestone', 'conversion_id']) }} as activation_id,
        brand,
        destination,
        account,
        milestone,
        conversion_id,
        told_as,
        happened_at,
        cancelled_at,
        value,
        case when value is not null then currency end as currency,
        case when not is_denied and not is_click_old then click_id_type end as click_id_type,
        case when not is_denied and not is_click_old then click_id end as click_id,
        case when not is_denied and not is_click_old then clicked_at end as clicked_at,
        case when not is_denied then lead_ad_id end as lead_ad_id,
        case when not is_denied and not is_click_old then device_id end as device_id,
        case when not is_denied and not is_click_old then device_seen_at end as device_seen_at,
        case when has_contact and not is_denied then email end as email,
        case when has_contact and not is_denied then phone end as phone,
        ad_user_data,
        ad_personalization,
        hold_days,
        event_days,
        correction,
        case
            when is_employee then 'employee'
            when is_spam then 'spam'
            when is_duplicate then 'duplicate'
            when is_denied then 'consent_denied'
            when not has_id and not has_contact then
                case
                    when coalesce(email, phone) is not null then 'consent_missing'
                    when is_click_old then 'click_too_old'
                    when has_later_id then 'conversion_before_click'
                    else 'no_click_and_no_contact'
                end
            when value_from in ('revenue', 'margin') and value is null then 'value_missing'
            when value < 0 then 'value_negative'
            when value is not null and currency is null then 'currency_missing'
            else 'passes'
        end as outcome

    from allowed

)

select * from judged
