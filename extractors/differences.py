"""Holds accounts.yml against what is landed and the listed brands: each difference is a sentence with its cure."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence

from extractors.landing.versions import landed_accounts
from extractors.model import Account
from extractors.settings import config_dir, landing_dir, load_former_accounts
from extractors.sources import SOURCES


def differences(accounts: Sequence[Account]) -> list[str]:
    """What a person should put right before the next build."""
    return [*_unlisted_brands(accounts), *_unlisted_accounts(accounts)]


def _unlisted_brands(accounts: Sequence[Account]) -> Iterator[str]:
    file = config_dir() / "brands.csv"
    listed = _listed_brands()
    for brand in sorted({account.brand for account in accounts if account.brand} - listed):
        named_by = ", ".join(sorted({account.source for account in accounts if account.brand == brand}))
        yield (
            f"accounts.yml names the brand {brand!r} ({named_by}), and {file} has no line for it. Add one with its "
            "time_zone, currency and phone_region: without them its days would be those of UTC."
        )


def _listed_brands() -> set[str]:
    """The brands of brands.csv; what else is wrong with the file is said by the build, with its line."""
    try:
        text = (config_dir() / "brands.csv").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return set()
    lines = text.splitlines()
    delimiter = ";" if lines and ";" in lines[0] and "," not in lines[0] else ","
    rows = csv.DictReader(lines, delimiter=delimiter)
    rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
    return {(row.get("brand") or "").strip() for row in rows}


def _unlisted_accounts(accounts: Sequence[Account]) -> Iterator[str]:
    """Accounts that are landed and that nobody lists: renamed, or gone."""
    former = load_former_accounts(SOURCES)
    for source in SOURCES.values():
        listed = {account.account for account in accounts if account.source == source.name}
        landed = {versions.account for versions in landed_accounts(landing_dir(), source, (), "")}
        for name in sorted(landed - listed - {account for of, account in former if of == source.name}):
            yield unlisted_sentence(source.name, name, listed)


def unlisted_sentence(source: str, account: str, listed: Collection[str]) -> str:
    """What is asked about a landed account that nobody lists."""
    [*one] = sorted(listed)
    new = one[0] if len(one) == 1 else "NEW"
    renamed = (
        f"If it has another name now: leadgen rename-account --source {source} --from {account} --to {new}. "
        if listed
        else ""
    )
    return (
        f"{source} account {account} is landed, and accounts.yml lists it no more. {renamed}If it is gone, list it "
        f"under former_accounts with 'landed: kept' or 'landed: left_out'; until then it is kept."
    )
