"""What is to be done about each conversion: published rows and how they stand, side by side. Queries, in order."""

from __future__ import annotations

# A click that the platform counts no more gives way to a contact; where there is none, nothing can come of it.
BEYOND_WINDOW = (
    """
    update published set click_id = null, click_id_type = null, clicked_at = null
    where told_as = $told_as and clicked_at + to_seconds($seconds) < happened_at and coalesce(email, phone) is not null
    """,
    """
    update published set outcome = 'click_outside_window'
    where told_as = $told_as and clicked_at + to_seconds($seconds) < happened_at and outcome = 'passes'
    """,
)

# A refused row is sent again when something of it changed.
WANTED = """
    create or replace table wanted as
    select
        coalesce(published.activation_id, standing.activation_id) as activation_id,
        coalesce(published.milestone, standing.milestone) as milestone,
        coalesce(published.conversion_id, standing.conversion_id) as conversion_id,
        -- What was sent once is known by how it was sent.
        case when is_known then standing.told_as else published.told_as end as told_as,
        case
            when is_known then standing.happened_at else date_trunc('second', published.happened_at)
        end as happened_at,
        published.value,
        published.currency,
        case when is_known then standing.click_id_type else published.click_id_type end as click_id_type,
        case when is_known then standing.click_id else published.click_id end as click_id,
        published.clicked_at,
        case when is_known then standing.lead_ad_id else published.lead_ad_id end as lead_ad_id,
        case when is_known then standing.device_id else published.device_id end as device_id,
        published.email,
        published.phone,
        published.ad_user_data,
        published.ad_personalization,
        coalesce(published.outcome = 'spam', false) as is_spam,
        standing.value as intended_value,
        standing.currency as intended_currency,
        standing.action as standing_action,
        standing.accepted_currency,
        coalesce(standing.is_forgotten, false) or forgotten.activation_id is not null as is_forgotten,
        coalesce(standing.click_id, standing.device_id, standing.lead_ad_id) is null
            and (
                coalesce(published.email, published.phone) is null
                -- A stand-in finds nothing.
                or $corrects_by_contact and forgotten.activation_id is not null
            ) as is_without_key,
        case
            when coalesce(standing.is_forgotten, false) or forgotten.activation_id is not null then
                case
                    when not coalesce(standing.is_known, false) then 'forgotten'
                    when standing.accepted_action = 'retract' then 'withdrawn'
                    when standing.step = 'outcome' and standing.action = 'retract'
                        and standing.state in ('uncorrectable', 'failed')
                        then if(standing.state = 'failed', 'refused', 'uncorrectable')
                    when standing.is_too_late then 'correction_too_late'
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'retract'
                end
            when standing.step = 'intent' and standing.unanswered_since < $now - to_hours($resend_hours) then 'unclear'
            when standing.step = 'intent' then 'repeat'
            when standing.accepted_action is null then
                case
                    when published.activation_id is null then 'gone_untold'
                    when published.outcome <> 'passes' then published.outcome
                    -- Their clock may be a little behind ours: what just happened would lie in its future.
                    when published.happened_at > $now - to_minutes($skew_minutes) then 'not_yet'
                    when published.cancelled_at <= $now then 'cancelled'
                    when standing.state = 'unclear' then 'unclear'
                    when standing.state = 'failed'
                        and standing.told_as = published.told_as
                        and standing.value is not distinct from cast(published.value as varchar)
                        and standing.click_id is not distinct from published.click_id
                        and standing.has_contact = (coalesce(published.email, published.phone) is not null)
                        then 'refused'
                    when published.happened_at + to_days(published.hold_days) > $now then 'too_young'
                    when coalesce(published.device_seen_at, published.happened_at) + to_days(published.event_days)
                        < $now + to_seconds($margin)
                        then 'too_late'
                    when published.clicked_at > $now - to_hours($click_hours) then 'click_too_fresh'
                    else 'send'
                end
            when standing.accepted_action = 'retract' then
                case
                    when published.cancelled_at is null and published.outcome = 'passes' then 'taken_back_for_good'
                    else 'told'
                end
            when published.activation_id is null or published.cancelled_at <= $now
                or published.outcome in ('consent_denied', 'employee', 'spam', 'duplicate') then
                case
                    when standing.state = 'uncorrectable' and standing.action = 'retract' then 'uncorrectable'
                    when standing.state = 'failed' and standing.action = 'retract' then 'refused'
                    when standing.is_too_late then 'correction_too_late'
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'retract'
                end
            when standing.state = 'unlocated' then 'locate'
            when published.value is not null and (
                standing.accepted_value is distinct from cast(published.value as varchar)
                or standing.accepted_currency is distinct from published.currency
            ) then
                case
                    when standing.state in ('uncorrectable', 'failed')
                        and standing.action = 'restate'
                        and standing.value is not distinct from cast(published.value as varchar)
                        then standing.state
                    when standing.is_too_late then 'correction_too_late'
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'restate'
                end
            else 'told'
        end as decision
    from published
    full join (
        select *, happened_at < $now - to_days($correction_days) as is_too_late from standing
    ) as standing
        on published.activation_id = standing.activation_id
    left join forgotten on coalesce(published.activation_id, standing.activation_id) = forgotten.activation_id
"""

# Whose conversions an erasure listed, and what stands in the place of a person: it is told to nobody.
FORGOTTEN = """
    create or replace table forgotten as
    select activation_id from published
    where conversion_id in (select conversion_id from erased)
        or click_id in (select token from tokens)
        or lead_ad_id in (select token from tokens)
        or device_id in (select token from tokens)
        or regexp_full_match(phone, '\\+999\\d{12}')
        or regexp_full_match(email, '([^@]*\\+)?erased-[a-z]{14}@.+')
    union
    select activation_id from ledger where conversion_id in (select conversion_id from erased)
"""

# What is corrected by nothing that is known any more is not asked of the platform.
WITHOUT_KEY = """
    update wanted set decision = 'nothing_to_correct_by' where decision = 'retract' and is_without_key and $can_correct
"""

# Two of one click in one second are one to a platform that knows them by that: the later of them moves by a second.
MOVED = """
    create or replace table told_now as
    select
        wanted.* exclude (happened_at),
        case
            when decision <> 'send' then happened_at
            else coalesce(
                (
                    select max(others.happened_at) + interval 1 second from standing as others
                    where others.activation_id <> wanted.activation_id
                        and others.told_as = wanted.told_as
                        and others.click_id = wanted.click_id
                        and others.happened_at >= wanted.happened_at
                        and others.happened_at < wanted.happened_at + interval 1 minute
                    having bool_or(others.happened_at = wanted.happened_at)
                ),
                happened_at
            ) + to_seconds(
                row_number() over (
                    partition by decision = 'send', told_as, coalesce(click_id, lead_ad_id, device_id, email, phone),
                        happened_at
                    order by activation_id
                ) - 1
            )
        end as happened_at
    from wanted
"""
