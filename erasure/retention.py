"""Forgets by age what nobody asked to be forgotten: people, vendors' records, logs, as ``retention.yml`` says.

``config/retention.yml`` holds days by kind of data; what it does not name is kept. The day is the run's and not that of
the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from activations.destination_list import DESTINATIONS
from activations.forgetting import expire_ids
from activations.sending import Connect, connection_from_environment
from erasure.airflow_runs import expire_runs
from erasure.certificate import Certificate
from erasure.discover import Asked, opened_build
from erasure.person import Person
from erasure.steps import forget, known_people
from erasure.visitors import expire_visitors
from extractors.landing.erasing import PLACES, replace_rows
from extractors.landing.turns import landing_held
from extractors.settings import erasures_file, hash_key, landing_dir, rejects_dir
from extractors.sources import SOURCES
from forgotten.listed import read_list
from handwritten.plain_yaml import NotYaml, load
from handwritten.words import did_you_mean
from warehouse import settings
from warehouse.errors import FixRules

FILE = "retention.yml"
KINDS = {
    "people": "people of whom nothing was heard for so many days are forgotten",
    "payloads": "what a vendor sent beside our columns is dropped from days that are older",
    "logs": "logs of tools, pulls and Airflow's tasks that were last written before are removed",
    "held": "days that were held back, and rows that were refused, are removed when nobody took them up for so long",
    "exports": "files below exports/ that were last written before are removed",
    "ledgers": "ids of clicks, leads and devices go out of the ledgers of what was told before",
    "visitors": "who visited and never wrote, called or bought becomes nobody when nothing was heard for so many days",
    "runs": "Airflow forgets runs that began before: what tasks handed on (XCom) and were told (rendered fields)",
}
"""What a line may say, and what it means."""

LEAST_FOR_LEDGERS = 1 + max(one.correction_days or 0 for one in DESTINATIONS.values())

LAST_HEARD_OF = """
    with heard as (
        select 'inquiry' as record_type, inquiry_id as record_id, brand, occurred_at as heard_at
        from shapes.inquiries__unioned
        union all
        select 'contact', contact_id, brand, coalesce(updated_at, created_at) from shapes.contacts__unioned
        union all
        select 'deal', deal_id, brand, greatest(created_at, updated_at, won_at, lost_at, cancelled_at)
        from shapes.deals__unioned
        union all
        select 'visit_client', client_id, brand, started_at from shapes.visits__unioned where client_id is not null
    )
    select people.person_id
    from intermediate.int_people__resolved as people
    inner join heard using (record_type, record_id, brand)
    group by people.brand, people.person_id
    having max(heard.heard_at) < ? and count(*) filter (where people.record_type <> 'visit_client') > 0
    order by all
"""


@dataclass
class Expired:
    """What was too old."""

    people: list[Person] = field(default_factory=list)
    payload_rows: int = 0
    logs: int = 0
    held: int = 0
    exports: int = 0
    ledger_lines: int = 0
    run_rows: int = 0
    visitor_rows: int = 0
    certificate: Certificate | None = None


def retention_days() -> dict[str, int]:
    """The days of each kind that the configuration names; nothing where there is no file."""
    file = settings.config_dir() / FILE
    try:
        said: Any = load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (NotYaml, UnicodeError) as error:
        raise FixRules(f"{file} cannot be read: {error}") from None
    if not isinstance(said, dict):
        raise FixRules(f"{file}: write one kind of data a line, say 'logs: 30'. The kinds are {', '.join(KINDS)}.")
    for kind, days in said.items():
        if kind not in KINDS:
            raise FixRules(f"{file}: {kind!r} is no kind of data.{did_you_mean(str(kind), KINDS)}")
        if isinstance(days, bool) or not isinstance(days, int) or days < 1:
            raise FixRules(f"{file}: {kind} must be a number of days, 1 or more, and is {days!r}.")
        if kind == "ledgers" and days < LEAST_FOR_LEDGERS:
            raise FixRules(
                f"{file}: ledgers must be {LEAST_FOR_LEDGERS} days or more, and is {days}: by these ids a platform "
                "finds what is corrected, and one of them takes corrections for so long."
            )
    return said


def expire(day: date, *, dry: bool = False, connect: Connect = connection_from_environment) -> Expired:
    """Forget what is too old on that day. People come last: they take a build."""
    days, done = retention_days(), Expired()
    before = {kind: day - timedelta(days=count) for kind, count in days.items()}
    if "logs" in days:
        places = (settings.logs_dir(), landing_dir() / "_runs", settings.airflow_logs_dir())
        done.logs = _remove_files(places, before["logs"], dry)
    if "held" in days:
        with landing_held(landing_dir(), alone=True):
            done.held = _remove_files((landing_dir() / "_held", rejects_dir()), before["held"], dry)
    if "exports" in days:
        done.exports = _remove_files((settings.data_dir() / "exports",), before["exports"], dry)
    if "ledgers" in days:
        done.ledger_lines = expire_ids(before["ledgers"], dry=dry)
    if "runs" in days:
        done.run_rows = expire_runs(before["runs"], dry=dry)
    if "payloads" in days:
        with landing_held(landing_dir(), alone=True):
            done.payload_rows = _expire_payloads(before["payloads"], dry)
    if "visitors" in days:
        with landing_held(landing_dir(), alone=True):
            done.visitor_rows = expire_visitors(before["visitors"], dry=dry)
    if "people" in days:
        done.people = _too_old(before["people"])
        if done.people and not dry:
            asked = Asked(people=tuple(one.person_id for one in done.people))
            done.certificate = forget(asked, connect=connect)
    return done


def _remove_files(places: Iterable[Path], before: date, dry: bool) -> int:
    """Remove the files that were last written before the day; returns how many."""
    old = [file for place in places for file in sorted(place.rglob("*")) if file.is_file() and _written(file) < before]
    for file in old if not dry else ():
        file.unlink(missing_ok=True)
    return len(old)


def _written(file: Path) -> date:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).date()


def _expire_payloads(before: date, dry: bool) -> int:
    """Empty the payloads of accepted rows in files of older days; a rejected row has nothing else."""
    rows = 0
    for source in SOURCES.values():
        for table in source.tables:
            if table.grain == "snapshot":
                # Its file is of the newest day, whatever it tells of.
                continue
            for place in PLACES:
                for file in sorted((landing_dir() / place / source.name / table.name).glob("account=*/day=*.parquet")):
                    if date.fromisoformat(file.stem.removeprefix("day=")) < before and _has_payload(file):
                        rows += replace_rows(file, _without_payload, dry=dry)
    return rows


def _has_payload(file: Path) -> bool:
    """Whether any row has one, out of the footer: most old files were emptied in an earlier night."""
    footer = pq.read_metadata(file)
    place = footer.schema.to_arrow_schema().names.index("_payload")
    groups = (footer.row_group(number) for number in range(footer.num_row_groups))
    return any(
        (counts := group.column(place).statistics) is None or counts.null_count < group.num_rows for group in groups
    )


def _without_payload(rows: pa.RecordBatch) -> pa.RecordBatch:
    accepted = pc.is_null(rows["_reject_reason"])
    if not pc.any(pc.and_(accepted, pc.is_valid(rows["_payload"]))).as_py():
        return rows
    place = rows.schema.names.index("_payload")
    arrays = list(rows.columns)
    arrays[place] = pc.if_else(accepted, pa.scalar(None, pa.string()), rows["_payload"])
    return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)


def _too_old(before: date) -> list[Person]:
    """People of whom nothing was heard since, and who are not forgotten already."""
    with opened_build() as database:
        found = [person for (person,) in database.execute(LAST_HEARD_OF, [before]).fetchall()]
    if not found:
        return []
    listed = read_list(erasures_file(), hash_key())
    return [person for person in known_people(Asked(people=tuple(found))) if not person.is_listed(listed)]
