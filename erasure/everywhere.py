"""Searches every place where somebody may still be: the data folder, Airflow's own folder, Airflow's Postgres."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from erasure.airflow_postgres import search_postgres, wipe_postgres
from erasure.plain_files import is_plain, wipe
from erasure.search import Hit, Searched, search
from warehouse import settings

IN_POSTGRES = Path("Airflow's Postgres")
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
    if address := settings.airflow_postgres():
        found = search_postgres(address, patterns)
        whole.values_bytes += found.values_bytes
        whole.hits += [Hit(IN_POSTGRES / str(column), there) for column, there in found.hits.items()]
    return whole


def wipe_airflow_postgres(patterns: Mapping[bytes, str]) -> int:
    """Write over what Airflow's Postgres holds of them; returns in how many columns it stood."""
    address, columns = settings.airflow_postgres(), 0
    for _ in range(TRIES if address else 0):
        hits = search_postgres(address, patterns).hits
        columns = columns or len(hits)
        if not hits:
            break
        wipe_postgres(address, hits)
    return columns


def wipe_plain(hit: Hit, patterns: Mapping[bytes, str]) -> list[Hit] | None:
    """Write over a file that is no table; what is found afterwards, or None where it is not ours to change."""
    manual = settings.data_dir() / "manual"
    if hit.file.is_relative_to(IN_POSTGRES) or not is_plain(hit.file) or hit.file.is_relative_to(manual):
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
    """The folder of ours that it was found in, or Airflow's Postgres."""
    return _below(hit).parts[0]


def _below(hit: Hit) -> Path:
    if hit.file.is_relative_to(settings.data_dir()):
        return hit.file.relative_to(settings.data_dir())
    home = settings.airflow_home()
    return hit.file.relative_to(home.parent) if home and hit.file.is_relative_to(home) else hit.file
