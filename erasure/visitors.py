"""Forgets visitors who never wrote, called or bought, once nothing was heard of them for long enough.

Their visits stay, as visits of nobody: devices, logins and clicks become ids of the same form that begin with
``STAND_IN``, and the vendor's record goes. One visitor has one such id: visits that were one visitor's still are. They
are on no list: a day that is pulled again brings them back, until the next night.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from erasure.discover import opened_build
from erasure.steps import forget_remembered
from erasure.tokens import new_id
from extractors.landing.erased_texts import replaced
from extractors.landing.erasing import PLACES, replace_rows
from extractors.landing.personal import Personal, personal_columns
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from forgotten.forms import ids_in

STAND_IN = "000000"
"""How what stands in the place of a visitor's id begins."""
LEAST_ID = 10
"""What is shorter singles nobody out, and its stand-in could be somebody's."""

VISITORS = """
    create temp table visitors as
    select client_id
    from shapes.visits__unioned
    where client_id is not null and length(client_id) >= $least and not starts_with(client_id, $stand_in)
        and client_id not in (
            select record_id from intermediate.int_people__resolved
            where record_type = 'visit_client' and (brand, person_id) in (
                select (brand, person_id) from intermediate.int_people__resolved where record_type <> 'visit_client'
            )
        )
    group by client_id
    having max(started_at) < $before
"""

PEOPLE = """
    select person_id from intermediate.int_people__resolved
    where record_type = 'visit_client' and record_id in (select client_id from visitors)
"""

CLICKS = """
    select distinct urls.click_id
    from shapes.visits__unioned as visits
    inner join visitors using (client_id)
    inner join intermediate.int_urls__parsed as urls on visits.landing_url = urls.url
    where length(urls.click_id) >= $least and not starts_with(urls.click_id, $stand_in)
        and urls.click_id not in (
            select others.click_id
            from intermediate.int_urls__parsed as others
            inner join shapes.visits__unioned as visited on others.url = visited.landing_url
            where others.click_id is not null and visited.client_id not in (select client_id from visitors)
        )
"""


def expire_visitors(before: date, *, dry: bool = False) -> int:
    """Take them out of every landed row; returns in how many rows they were."""
    asked = {"least": LEAST_ID, "stand_in": STAND_IN}
    with opened_build() as database:
        database.execute(VISITORS, {**asked, "before": before})
        found = database.execute("select client_id from visitors").to_arrow_table()["client_id"]
        people = {one for (one,) in database.execute(PEOPLE).fetchall()}
        clicks = {one for (one,) in database.execute(CLICKS, asked).fetchall()}
    if not len(found):
        return 0
    gone = _Gone(found.combine_chunks(), clicks)
    rows = 0
    for source in SOURCES.values():
        for table in source.tables:
            columns = personal_columns(source.name, table)
            if source.kind != "visits" or "id" not in columns.values():
                continue
            for place in PLACES:
                for file in sorted((landing_dir() / place / source.name / table.name).glob("account=*/day=*.parquet")):
                    if date.fromisoformat(file.stem.removeprefix("day=")) < before:
                        rows += replace_rows(file, partial(gone.out_of, columns=columns), dry=dry)
    if not dry:
        forget_remembered(people)
    return rows


class _Gone:
    """The visitors who go, and what stands in the place of each of their ids."""

    def __init__(self, visitors: pa.Array, clicks: set[str]) -> None:
        self._visitors, self._clicks = visitors, clicks
        self._tokens: dict[str, str] = {}

    def out_of(self, rows: pa.RecordBatch, columns: Mapping[str, Personal]) -> pa.RecordBatch:
        """The rows without them; the same object where none of them is in it."""
        there = {name: kind for name, kind in columns.items() if name in rows.schema.names}
        theirs = pa.repeat(pa.scalar(False), len(rows))
        for name, kind in there.items():
            if kind == "id":
                theirs = pc.or_(theirs, pc.fill_null(pc.is_in(rows[name], self._visitors), False))
        if not pc.any(theirs).as_py():
            return rows
        arrays = list(rows.columns)
        for place, name in enumerate(rows.schema.names):
            if there.get(name) in ("id", "url"):
                arrays[place] = pc.if_else(theirs, self._instead(arrays[place], theirs, there[name]), arrays[place])
            elif name == "_payload":
                arrays[place] = pc.if_else(theirs, pa.scalar(None, pa.string()), arrays[place])
        return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)

    def _instead(self, values: pa.Array, theirs: pa.Array, kind: Personal) -> pa.Array:
        """What stands in the place of each of their values; each different value is looked at once."""
        different = pc.drop_null(pc.unique(values.filter(theirs)))
        made = self._token if kind == "id" else self._address
        instead = pa.array([made(one) for one in different.to_pylist()], pa.string())
        return instead.take(pc.index_in(values, different))

    def _token(self, value: str) -> str:
        if len(value) < LEAST_ID or value.startswith(STAND_IN):
            return value
        if value not in self._tokens:
            self._tokens[value] = STAND_IN + new_id(value)[len(STAND_IN) :]
        return self._tokens[value]

    def _address(self, url: str) -> str:
        """The address of a page without the clicks that led to it."""
        return replaced(url, {one: self._token(one) for one in ids_in(url) if one in self._clicks})
