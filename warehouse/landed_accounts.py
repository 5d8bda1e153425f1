"""Holds the accounts that are landed against those that are listed: one account under two names is never built.

What is landed of an account that nobody lists any more stays in use, and is told; ``former_accounts`` of accounts.yml
says otherwise. Only where rows of it came again under a listed name somebody has to say first which it is.
"""

from __future__ import annotations

import logging
import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.errors import FixRules

log = logging.getLogger(__name__)

Account = tuple[str, str]
"""Source and account."""


def leave_out_former(landing: Path, listed: set[Account], former: Mapping[Account, str]) -> None:
    """Take what is to be left out away from the pinned files; raise where one may be another under a new name."""
    landed = {
        (folder.parent.parent.name, folder.name.removeprefix("account="))
        for folder in landing.glob("*/*/account=*")
        if not folder.parent.parent.name.startswith("_")
    }
    names = defaultdict[str, set[str]](set)
    for source, account in landed & listed:
        names[source].add(account)
    for source, account in sorted(landed - listed - set(former)):
        twin = next((name for name in sorted(names[source]) if _is_same(landing / source, account, name)), None)
        if twin:
            raise FixRules(
                f"{source} account {account} is landed and accounts.yml lists it no more, and rows of it came again "
                f"from {twin}: they would be counted twice. If it is the same account: leadgen rename-account --source "
                f"{source} --from {account} --to {twin}. If not, list it under former_accounts with 'landed: kept'."
            )
        log.warning(
            "%s account %s is landed, and accounts.yml lists it no more. What is landed of it is kept; to leave it "
            "out, list it under former_accounts with 'landed: left_out'.",
            source,
            account,
        )
    for (source, account), becomes in former.items():
        if becomes == "left_out":
            for folder in [
                *landing.glob(f"{source}/*/account={account}"),
                *landing.glob(f"_*/{source}/*/account={account}"),
            ]:
                shutil.rmtree(folder)


def _is_same(source: Path, one: str, other: str) -> bool:
    """Whether a record that the vendor sent for one account is landed for the other too, word for word."""
    for table in sorted(source.iterdir()):
        files = [sorted(map(str, (table / f"account={name}").glob("day=*.parquet"))) for name in (one, other)]
        if all(files) and _shares_a_record(*files):
            return True
    return False


def _shares_a_record(some: list[str], others: list[str]) -> bool:
    with duckdb.connect() as database:
        try:
            shared = database.execute(
                "select 1 from read_parquet($1) as unlisted semi join read_parquet($2) as listed using (_payload)"
                " where unlisted._reject_reason is null limit 1",
                [some, others],
            ).fetchone()
        except (duckdb.IOException, duckdb.InvalidInputException):
            # A file that cannot be read is named where it is staged.
            return False
    return shared is not None
