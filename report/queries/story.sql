-- One journey of each brand, step by step, of somebody whom nothing names: a lead that was won over many channels.
with told as (
    select journeys.brand, journeys.lead_id, leads.lead_date, leads.revenue
    from marts.lead_journeys as journeys
    inner join marts.leads on journeys.lead_id = leads.lead_id
    where leads.is_won and journeys.is_before_lead
    group by journeys.brand, journeys.lead_id, leads.lead_date, leads.revenue
    having count(*) between 3 and 7
    qualify row_number() over (
        partition by journeys.brand
        order by count(distinct journeys.channel) desc, leads.lead_date desc, journeys.lead_id
    ) = 1
)
select
    journeys.brand, told.lead_id, journeys.touch_number as step,
    date_diff('day', told.lead_date, journeys.touch_date) as days_before_lead,
    journeys.touch_kind as what, journeys.channel, journeys.campaign_name as campaign, journeys.keyword,
    journeys.matched_by as known_by, told.revenue
from marts.lead_journeys as journeys
inner join told on journeys.lead_id = told.lead_id
where journeys.is_before_lead
order by journeys.brand, journeys.touch_number
