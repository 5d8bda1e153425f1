{# What was published of a month that was over, and is published otherwise now. The cause is found in what the numbers
   are made of, never in the numbers. #}

with

previous as (

    select * from {{ source('steps', 'previous_snapshot') }}

),

taken as (

    select * from {{ ref('int_snapshot__taken') }}

),

records as (

    select * from {{ ref('int_month_records__gathered') }}

),

history as (

    select * from {{ source('steps', 'person_history') }}

),

-- Empty where nothing was published before; then nothing is compared.
compared as (

    select max(as_of_day) as compared_day from previous
    having max(as_of_day) is not null

),

previous_numbers as (

    select * from previous
    where kind = 'number'

),

numbers as (

    select * from taken
    where kind = 'number'

),

previous_prints as (

    select * from previous
    where kind <> 'number'

),

prints as (

    select * from taken
    where kind <> 'number'

),

changed_numbers as (

    select
        coalesce(numbers.brand, previous_numbers.brand) as brand,
        coalesce(numbers.month, previous_numbers.month) as month,
        coalesce(numbers.channel, previous_numbers.channel) as channel,
        coalesce(numbers.attribution_model, previous_numbers.attribution_model) as attribution_model,
        coalesce(numbers.name, previous_numbers.name) as metric,
        coalesce(previous_numbers.value, 0) as value_before,
        coalesce(numbers.value, 0) as value_now

    from numbers
    full outer join previous_numbers
        on numbers.brand = previous_numbers.brand
        and numbers.month = previous_numbers.month
        and numbers.name = previous_numbers.name
        and numbers.channel = previous_numbers.channel
        and numbers.attribution_model is not distinct from previous_numbers.attribution_model
    -- Credit is kept to six places: the last of them is rounding.
    where abs(coalesce(numbers.value, 0) - coalesce(previous_numbers.value, 0)) > 0.000001

),

closed as (

    select
        changed_numbers.*,
        case
            when changed_numbers.metric = 'spend' then 'spend'
            when changed_numbers.metric in ('inquiry_count', 'valid_inquiry_count') then 'inquiry'
            when changed_numbers.metric = 'lead_credit' then 'lead'
            else 'sale'
        end as subject,
        compared.compared_day

    from changed_numbers
    cross join compared
    where {{ dbt.dateadd('month', 1, 'changed_numbers.month') }} <= {{ dbt.dateadd('day', 1, 'compared.compared_day') }}

),

changed_prints as (

    select
        coalesce(prints.kind, previous_prints.kind) as kind,
        coalesce(prints.brand, previous_prints.brand) as brand,
        coalesce(prints.month, previous_prints.month) as month,
        coalesce(prints.name, previous_prints.name) as name

    from prints
    full outer join previous_prints
        on prints.kind = previous_prints.kind
        and prints.name = previous_prints.name
        and prints.brand is not distinct from previous_prints.brand
        and prints.month is not distinct from previous_prints.month
    where prints.fingerprint is distinct from previous_prints.fingerprint

),

changed_rules as (

    select
        {{ dbt.listagg('name', "','", 'order by name') }} as changed_rules,
        count(case when name not in {{ rules_of_channels() }} then 1 end) as other_rule_count,
        count(*) as rule_count

    from changed_prints
    where kind = 'rule'
        and name not in {{ rules_beside_the_numbers() }}

),

moved_people as (

    select history.brand, history.person_id
    from history
    inner join compared on history.changed_date > compared.compared_day
    union
    select history.brand, history.old_person_id as person_id
    from history
    inner join compared on history.changed_date > compared.compared_day

),

moved_months as (

    select distinct
        records.brand,
        records.month,
        records.subject

    from records
    inner join moved_people
        on records.brand = moved_people.brand
        and records.person_id = moved_people.person_id

),

evidenced as (

    select
        closed.*,
        changed_rules.changed_rules,
        moved_months.brand is not null as has_moved_people,
        changed_rules.other_rule_count > 0 as has_other_rules,
        changed_records.brand is not null and closed.subject = 'spend' as has_restated_spend,
        changed_records.brand is not null and closed.subject <> 'spend' as has_late_records,
        changed_touches.brand is not null as has_late_touches,
        changed_rules.rule_count > changed_rules.other_rule_count as has_channel_rules,
        coalesce(closed.attribution_model in ('markov', 'markov_order_2', 'shapley_rate'), false) as learns_from_all

    from closed
    cross join changed_rules
    left join moved_months
        on closed.brand = moved_months.brand
        and closed.month = moved_months.month
        and closed.subject = moved_months.subject
    left join changed_prints as changed_records
        on changed_records.kind = 'records'
        and closed.brand = changed_records.brand
        and closed.month = changed_records.month
        and closed.subject = changed_records.name
    left join changed_prints as changed_touches
        on changed_touches.kind = 'touches'
        and closed.brand = changed_touches.brand
        and closed.month = changed_touches.month
        and closed.subject = changed_touches.name

),

explained as (

    select
        brand,
        month,
        channel,
        attribution_model,
        metric,
        value_before,
        value_now,
        cast(value_now - value_before as decimal(20, 6)) as difference,
        compared_day,
        -- What is nearest to the number first; a rule that decides which records count explains other records too.
        case
            when has_moved_people then 'merged_person'
            when has_other_rules then 'changed_rule'
            when has_restated_spend then 'restated_spend'
            when has_late_records then 'late_record'
            when has_late_touches then 'late_touch'
            when has_channel_rules then 'changed_rule'
            when learns_from_all then 'later_journeys'
            else 'unexplained'
        end as cause,
        has_moved_people,
        has_restated_spend,
        has_late_records,
        has_late_touches,
        changed_rules

    from evidenced

)

select * from explained
