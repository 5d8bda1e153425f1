"""One table of one account for one run: what an extract task does."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from dags.connections import connection_of
from dags.retries import instead_of_waiting
from dags.schedule import window_of_run
from extractors.errors import FixSettings, QuotaGone, SkipAccount
from extractors.model import Account, Source
from extractors.run import land_table
from extractors.settings import load_accounts
from extractors.sources import SOURCES

log = logging.getLogger(__name__)


def land_for_run(source: Source, account_id: str, table_name: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Land the days that the run is about; return what was counted."""
    account = _account(source, account_id)
    window = window_of_run(
        context["params"],
        context.get("data_interval_start"),
        context["dag_run"].run_after,
        source.table(table_name).restated_days,
    )
    try:
        landed = land_table(source, account, table_name, window, connection_of(source, account))
    except SkipAccount as closed:
        log.warning("%s", closed)
        raise AirflowSkipException(str(closed)) from closed
    except QuotaGone as gone:
        log.warning("%s", gone)
        raise instead_of_waiting(gone, context["dag_run"].start_date) from gone
    return {
        "rows": landed.rows,
        "rejects": landed.rejects,
        "duplicates": landed.duplicates,
        "held_days": landed.held_days,
        "requests": landed.requests,
        "waited_seconds": landed.waited_seconds,
        "seconds": landed.seconds,
    }


def _account(source: Source, account_id: str) -> Account:
    for account in load_accounts(SOURCES):
        if (account.source, account.account) == (source.name, account_id):
            return account
    raise FixSettings(f"{source.name}: accounts.yml lists no account {account_id}.")
