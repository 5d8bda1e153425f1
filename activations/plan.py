"""What is to be told now: the published rows held against what was told before. Sets, in a database of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from activations.errors import NothingToTell, TooMuchGone
from activations.ledger import ledger_file, read_ledger
from activations.model import Destination, Telling
from activations.settings import config_dir, erased_conversions, private_publication
from forgotten.listed import FILE as FORGOTTEN_LIST
from handwritten.activations import Told

MOST_GONE_SHARE = 0.5
FEW_GONE = 20
"""So many may be gone whatever their share."""

# The newest line of each row says where it stands; the newest that was accepted, what the platform knows.
STANDING = """
    create or replace table standing as
    with
    last_lines as (
        select activation_id, max_by(step, n) as step, max_by(action, n) as action, max_by(noted_at, n) as noted_at,
            max_by(state, n) as state, max_by(reason, n) as reason
        from ledger group by activation_id
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
        where outcomes.step = 'outcome' and outcomes.state in ('accepted', 'warned')
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
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'retract'
                end
            when standing.step = 'intent' and standing.unanswered_since < $now - to_hours($resend_hours) then 'unclear'
            when standing.step = 'intent' then 'repeat'
            when standing.accepted_action is null then
                case
                    when published.activation_id is null then 'gone_untold'
                    when published.outcome <> 'passes' then published.outcome
                    when published.happened_at > $now then 'not_yet'
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
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'retract'
                end
            when published.value is not null and (
                standing.accepted_value is distinct from cast(published.value as varchar)
                or standing.accepted_currency is distinct from published.currency
            ) then
                case
                    when standing.state in ('uncorrectable', 'failed')
                        and standing.action = 'restate'
                        and standing.value is not distinct from cast(published.value as varchar)
                        then standing.state
                    when standing.accepted_at > $now - to_hours($correction_hours) then 'correction_too_early'
                    else 'restate'
                end
            else 'told'
        end as decision
    from published
    full join standing on published.activation_id = standing.activation_id
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

TELLING = (
    "activation_id", "milestone", "conversion_id", "told_as", "happened_at", "value", "currency", "click_id_type",
    "click_id", "clicked_at", "lead_ad_id", "device_id", "email", "phone", "ad_user_data", "ad_personalization",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What one account is to be told, in the order in which it goes; and what is not, by rule."""

    run_id: str
    as_of_day: str
    tellings: list[Telling]
    unclear: list[Telling]
    """They may have arrived, and the platform would no longer know a repetition for one."""
    left_out: Mapping[str, int]
    """Rule -> rows."""


def open_publication(file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database of its own with the private publication beside it, to be read."""
    file = file or private_publication()
    if not file.exists():
        raise NothingToTell(f"{file} does not exist. Build and publish first: leadgen build.")
    database = duckdb.connect()
    database.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as private (read_only)")
    found = database.execute(
        "select count(*) from duckdb_tables() where database_name = 'private' and table_name = 'activations'"
    ).fetchone()
    if not found or not found[0]:
        raise NothingToTell(f"{file} was published before there were activations. Build again: leadgen build.")
    return database


def plan_for(database: duckdb.DuckDBPyConnection, destination: Destination, told: Told, now: datetime) -> Plan:
    """Hold what is published for the account against its ledger."""
    published = database.execute("select run_id, as_of_day from private.publication").fetchone()
    assert published
    run_id, as_of_day = str(published[0]), str(published[1])
    read_ledger(database, ledger_file(destination.name, told.account), "ledger")
    database.execute(STANDING)
    database.execute(
        "create or replace table published as select * from private.activations where destination = ? and account = ?",
        [destination.name, told.account],
    )
    read_erased(database)
    database.execute(FORGOTTEN)
    database.execute(
        WANTED,
        {
            "corrects_by_contact": destination.corrects_by_contact,
            "now": now.astimezone(UTC).replace(tzinfo=None),
            "resend_hours": destination.resend_hours if destination.resend_hours is not None else 24 * 365 * 100,
            "click_hours": destination.click_hours,
            "correction_hours": destination.correction_hours,
            "margin": int(destination.event_margin / timedelta(seconds=1)),
        },
    )
    database.execute(WITHOUT_KEY, {"can_correct": destination.correction != "none"})
    database.execute(MOVED)
    _refuse_too_much_gone(database, destination, told, as_of_day)
    # What had an intent and no outcome goes again as it was intended.
    intended = {"value": "cast(intended_value as decimal(20, 6))", "currency": "intended_currency"}
    tellings = [
        *_decided(database, "repeat", "standing_action", **intended),
        *_decided(database, "send", "'send'"),
        *_decided(database, "restate", "'restate'"),
        *_decided(database, "retract", "'retract'", value="null", currency="coalesce(currency, accepted_currency)"),
    ]
    unclear = _decided(database, "unclear", "standing_action", **intended)
    left_out = database.execute(
        "select decision, count(*) from told_now "
        "where decision not in ('send', 'repeat', 'restate', 'retract', 'unclear') group by all order by all"
    ).fetchall()
    return Plan(run_id, as_of_day, tellings, unclear, dict(left_out))


def read_erased(database: duckdb.DuckDBPyConnection) -> None:
    """Make ``erased``, the conversions of forgotten people, and ``tokens``, what stands in the place of their ids."""
    database.execute("create or replace table erased (conversion_id varchar, erased_at timestamp)")
    if files := [str(file) for file in erased_conversions()]:
        database.execute(
            "insert into erased select conversion_id, min(erased_at) from read_parquet(?) group by conversion_id",
            [files],
        )
    database.execute("create or replace table tokens (token varchar)")
    file = config_dir() / FORGOTTEN_LIST
    if file.exists():
        database.execute(
            "insert into tokens select distinct token from read_csv(?, header = true, all_varchar = true) "
            "where kind = 'id' and token <> ''",
            [str(file)],
        )


def _decided(database: duckdb.DuckDBPyConnection, decision: str, action: str, **instead: str) -> list[Telling]:
    """The rows of a decision, the oldest first: they expire first."""
    columns = ", ".join(instead.get(name, name) for name in TELLING)
    rows = database.execute(
        f"select {action}, {columns} from told_now where decision = ? order by happened_at, activation_id", [decision]
    ).fetchall()
    return [_telling(row[0], row[1:], decision in ("repeat", "unclear")) for row in rows]


def _telling(action: str, cells: tuple[object, ...], is_repeat: bool) -> Telling:
    named = dict(zip(TELLING, cells, strict=True))
    for name in ("happened_at", "clicked_at"):
        if isinstance(moment := named[name], datetime):
            named[name] = moment.replace(tzinfo=UTC)
    return Telling(action=action, is_repeat=is_repeat, **named)  # type: ignore[arg-type]


def _refuse_too_much_gone(
    database: duckdb.DuckDBPyConnection, destination: Destination, told: Told, as_of_day: str
) -> None:
    """A sale whose deal was deleted is taken back; half of all sales at once are rather a build gone wrong."""
    found = database.execute(
        """
        select
            count(*) filter (
                where told_now.decision = 'retract' and published.activation_id is null and not told_now.is_forgotten
            ),
            count(*) filter (where standing.accepted_action is not null),
            (select max(as_of_day) from ledger)
        from standing
        left join told_now using (activation_id)
        left join published using (activation_id)
        """
    ).fetchone()
    gone, accepted, newest = found or (0, 0, None)
    if gone and newest is not None and str(newest) > as_of_day:
        raise TooMuchGone(
            f"{destination.name} account {told.account}: readers see {as_of_day}, and it was told as of {newest}. "
            "Publish the newer day first: what is only not there yet would be taken back."
        )
    if gone > FEW_GONE and gone > accepted * MOST_GONE_SHARE:
        raise TooMuchGone(
            f"{destination.name} account {told.account}: {gone} of {accepted} conversions that were told are not "
            "published any more. Nothing was sent. If a milestone was taken out of activations.yml, put it back."
        )
