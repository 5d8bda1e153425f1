"""Searches every place where somebody may still be, and names those that cannot be searched.

The data folder, Airflow's own folder, Airflow's Postgres, and the Postgres that is published to.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from erasure.airflow_postgres import AIRFLOWS, InPostgres, Postgres, search_postgres, wipe_postgres
from erasure.plain_files import is_plain, wipe
from erasure.search import Hit, Searched, search
from warehouse import settings
from warehouse.publish.postgres.address import address
from warehouse.publish.postgres.published_to import no_more_published_to

PUBLISHED = Postgres("the published Postgres", settings.POSTGRES_CONNECTION)
IN_POSTGRES = (Path(AIRFLOWS.name), Path(PUBLISHED.name))
"""What was found there is told as if it were a file: its schema, table and column."""
TRIES = 3
"""Airflow goes on working while its rows are written over, and moves some of them."""


def search_everywhere(patterns: Mapping[bytes, str]) -> Searched:
    """Search all of them."""
    whole = search(settings.data_dir(), patterns)
    if home := settings.airflow_home():
        # Beside its logs and its SQLite lie its settings, and code: those are their writer's.
        others = [one for one in home.iterdir() if one.name != "logs" and not one.name.startswith("airflow.db")]
        whole.add(search(home, patterns, others))
    if uri := settings.airflow_postgres():
        _add(whole, AIRFLOWS, search_postgres(uri, patterns))
    if settings.postgres_connection():
        _add(whole, PUBLISHED, search_postgres(address().uri, patterns, PUBLISHED))
    whole.not_searched += [f"{one}: it was published to, and no setting opens it now" for one in no_more_published_to()]
    return whole


def _add(whole: Searched, which: Postgres, found: InPostgres) -> None:
    whole.values_bytes += found.values_bytes
    whole.hits += [Hit(Path(which.name) / str(column), there) for column, there in found.hits.items()]
    whole.not_searched += [f"{which.name}: {table}, which may not be read" for table in found.unread]


def wipe_airflow_postgres(patterns: Mapping[bytes, str]) -> int:
    """Write over what Airflow's Postgres holds of them; returns in how many columns it stood."""
    uri, columns = settings.airflow_postgres(), 0
    for _ in range(TRIES if uri else 0):
        hits = search_postgres(uri, patterns).hits
        columns = columns or len(hits)
        if not hits:
            break
        wipe_postgres(uri, hits)
    return columns


def wipe_plain(hit: Hit, patterns: Mapping[bytes, str]) -> list[Hit] | None:
    """Write over a file that is no table; what is found afterwards, or None where it is not ours to change."""
    manual = settings.data_dir() / "manual"
    if (
        any(hit.file.is_relative_to(one) for one in IN_POSTGRES)
        or not is_plain(hit.file)
        or hit.file.is_relative_to(manual)
    ):
        return None
    wipe(hit.file, hit.patterns)
    return search(hit.file.parent, patterns, [other for other in hit.file.parent.iterdir() if other != hit.file]).hits


def place_of(hit: Hit, patterns: Mapping[bytes, str]) -> str:
    """Which file, and what kinds of forms are in it; the file by its folder alone where its name is one of them."""
    file = _below(hit)
    if any(one in os.fsencode(file).lower() for one in hit.patterns):
        file = file.parent
    return f"{file}: {', '.join(sorted({patterns[one] for one in hit.patterns}))}"


def top_of(hit: Hit) -> str:
    """The folder of ours that it was found in, or the Postgres."""
    return _below(hit).parts[0]


def _below(hit: Hit) -> Path:
    if hit.file.is_relative_to(settings.data_dir()):
        return hit.file.relative_to(settings.data_dir())
    home = settings.airflow_home()
    return hit.file.relative_to(home.parent) if home and hit.file.is_relative_to(home) else hit.file
