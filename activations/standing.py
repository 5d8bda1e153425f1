"""How each conversion stands with an account, read out of the lines of its ledger. One query, of a table ``ledger``."""

from __future__ import annotations

# The newest line of each row says where it stands; the newest that was accepted, what the platform knows.
STANDING = """
    create or replace table standing as
    with
    laters as (
        -- What was heard of the request that took it: it may turn out to have come to nothing.
        select activation_id, receipt, max(n) as n, max_by(state, n) as state, max_by(reason, n) as reason
        from ledger where step = 'later' group by activation_id, receipt
    ),
    nothing as (
        -- Requests that took a row and turned out to have come to nothing: for what they were, or because the row, of
        -- which nobody knew, came to nothing alone as well.
        select shared.activation_id, shared.receipt, shared.n
        from laters as shared
        where shared.state in ('failed', 'deferred')
            or shared.state = 'unlocated' and exists (
                select 1 from laters as alone
                where alone.activation_id = shared.activation_id and alone.n > shared.n
                    and alone.state in ('failed', 'deferred')
            )
    ),
    last_lines as (
        select lines.activation_id, lines.step, lines.action, lines.noted_at,
            coalesce(laters.state, lines.state) as state, coalesce(laters.reason, lines.reason) as reason
        from (
            select activation_id, max(n) as n, max_by(step, n) as step, max_by(action, n) as action,
                max_by(noted_at, n) as noted_at, max_by(state, n) as state, max_by(reason, n) as reason,
                max_by(coalesce(receipt, ''), n) as receipt
            from ledger where step in ('intent', 'outcome') group by activation_id
        ) as lines
        left join laters
            on lines.activation_id = laters.activation_id and lines.step = 'outcome'
            and lines.receipt = laters.receipt and lines.n < laters.n
    ),
    unanswered as (
        -- Since when it may have arrived: a repetition of what was never answered is no first sending.
        select intents.activation_id, min(intents.noted_at) as unanswered_since
        from ledger as intents
        left join (
            select activation_id, max(n) as n from ledger where step = 'outcome' group by activation_id
        ) as outcomes using (activation_id)
        where intents.step = 'intent' and intents.n > coalesce(outcomes.n, 0)
        group by intents.activation_id
    ),
    intents as (
        select activation_id, max(n) as n, max_by(value, n) as value, max_by(currency, n) as currency,
            max_by(told_as, n) as told_as, max_by(happened_at, n) as happened_at,
            max_by(click_id_type, n) as click_id_type, max_by(click_id, n) as click_id,
            max_by(lead_ad_id, n) as lead_ad_id, max_by(device_id, n) as device_id,
            max_by(coalesce(has_contact, false), n) as has_contact,
            bool_or(coalesce(is_forgotten, false)) as is_forgotten
        from ledger where step = 'intent' group by activation_id
    ),
    answered as (
        select outcomes.activation_id, outcomes.n, outcomes.action, outcomes.noted_at,
            max_by(intents.value, intents.n) as value, max_by(intents.currency, intents.n) as currency
        from ledger as outcomes
        inner join ledger as intents
            on outcomes.activation_id = intents.activation_id and intents.step = 'intent' and intents.n < outcomes.n
        left join nothing
            on outcomes.activation_id = nothing.activation_id and outcomes.receipt = nothing.receipt
            and outcomes.n < nothing.n
        where outcomes.step = 'outcome' and outcomes.state in ('accepted', 'warned') and nothing.n is null
        group by all
    ),
    accepted as (
        select activation_id, max_by(action, n) as action, max_by(value, n) as value,
            max_by(currency, n) as currency, max(noted_at) as noted_at
        from answered group by activation_id
    ),
    firsts as (
        -- As it was sent the first time that it was taken: that is the key of every correction.
        select intents.activation_id, max_by(intents.milestone, intents.n) as milestone,
            max_by(intents.conversion_id, intents.n) as conversion_id
        from ledger as intents where intents.step = 'intent' group by intents.activation_id
    )
    select intents.activation_id, firsts.milestone, firsts.conversion_id, last_lines.step, last_lines.action,
        accepted.action is not null or last_lines.step = 'intent' as is_known, last_lines.noted_at, last_lines.state,
        last_lines.reason, intents.* exclude (activation_id, n),
        unanswered.unanswered_since, accepted.action as accepted_action, accepted.value as accepted_value,
        accepted.currency as accepted_currency, accepted.noted_at as accepted_at
    from intents
    inner join firsts using (activation_id)
    inner join last_lines using (activation_id)
    left join accepted using (activation_id)
    left join unanswered using (activation_id)
"""
