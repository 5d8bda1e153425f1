-- What each source claims, from what we count through every cause to the claim, by month; docs/claims.md tells of each.
with steps (cause, step, label) as (
    values
        ('counted', 1, 'We count'),
        ('offline_not_told', 2, 'came offline, and nobody told it'),
        ('other_action', 3, 'came in a way that it is not told of'),
        ('call_not_counted', 4, 'calls past its number'),
        ('call_too_short', 5, 'calls too short for it'),
        ('consent', 6, 'refused consent'),
        ('lost_click_id', 7, 'lost the click id'),
        ('other_device', 8, 'clicked on another device'),
        ('window', 9, 'clicked too long ago for it'),
        ('not_read_yet', 9.5, 'on a day that was not read yet'),
        ('claimed_twice', 10, 'claimed by another platform, too'),
        ('earlier_click', 11, 'had a later contact with us'),
        ('lost_tag', 12, 'lost the tags of the ad'),
        ('view_through', 13, 'only saw an ad'),
        ('duplicate', 14, 'sent twice'),
        ('asked_again', 15, 'asked again'),
        ('spam', 16, 'spam'),
        ('employee', 17, 'colleagues'),
        ('existing_customer', 18, 'customers already'),
        ('cancelled', 19, 'cancelled since'),
        ('currency', 20, 'in another currency'),
        ('other_campaign', 21, 'under another campaign'),
        ('campaign_unknown', 21.5, 'of a campaign that nobody knows'),
        ('click_day', 22, 'on the day of the click'),
        ('day_edge', 23, 'by another clock'),
        ('unexplained', 24, 'unexplained')
),
-- Vendors as they write themselves; another is called by its source.
called (source, name) as (
    values
        ('google_ads', 'Google Ads'), ('meta_ads', 'Meta Ads'), ('microsoft_ads', 'Microsoft Advertising'),
        ('linkedin_ads', 'LinkedIn Ads'), ('tiktok_ads', 'TikTok Ads'), ('vk_ads', 'VK Ads'),
        ('yandex_direct', 'Yandex Direct'), ('callrail', 'CallRail'), ('comagic', 'CoMagic'), ('hubspot', 'HubSpot'),
        ('amocrm', 'amoCRM')
),
plural (conversion_kind, kinds) as (values ('inquiry', 'inquiries'), ('lead', 'leads'), ('sale', 'sales')),
told as (
    select
        causes.brand, causes.month, coalesce(name, source) || ', ' || coalesce(kinds, conversion_kind) as claim,
        steps.step, steps.label as cause, sum(causes.conversions) as claim_conversions, sum(causes.value) as claim_value,
        sum(causes.record_count) as claim_records
    from marts.claim_causes as causes
    inner join steps on causes.cause = steps.cause
    left join called using (source)
    left join plural using (conversion_kind)
    where causes.month >= date_trunc('month', first_day())
    group by all
    union all
    select
        brand, month, coalesce(name, source) || ', ' || coalesce(kinds, conversion_kind), 99, 'It claims',
        sum(claimed_conversions), sum(claimed_value), null
    from marts.claims
    left join called using (source)
    left join plural using (conversion_kind)
    where month >= date_trunc('month', first_day())
    group by all
)
select * from told order by all
