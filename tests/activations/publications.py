"""Small private publications, written as a publish writes them: what is to be told, and to whom."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

NOW = datetime.fromisoformat("2026-04-06T06:00:00+00:00")
"""Two days before the day of the sandbox's clock, so that a test may go on."""
SOLD_AT = datetime.fromisoformat("2026-04-04 10:00:30.250")
COLUMNS = {
    "activation_id": "varchar", "brand": "varchar", "destination": "varchar", "account": "varchar",
    "milestone": "varchar", "conversion_id": "varchar", "told_as": "varchar", "happened_at": "timestamp",
    "cancelled_at": "timestamp", "value": "decimal(20, 6)", "currency": "varchar", "click_id_type": "varchar",
    "click_id": "varchar", "clicked_at": "timestamp", "lead_ad_id": "varchar", "device_id": "varchar",
    "device_seen_at": "timestamp", "email": "varchar", "phone": "varchar", "ad_user_data": "varchar",
    "ad_personalization": "varchar", "hold_days": "integer", "event_days": "integer", "correction": "varchar",
    "outcome": "varchar",
}  # fmt: skip


def click(number: int) -> str:
    """A click id of Microsoft's form."""
    return f"{number:032x}"


def sale(number: int, destination: str, account: str, **changed: Any) -> dict[str, Any]:
    """A sale that may be told, by its click."""
    return {
        "activation_id": f"{destination}:{account}:{number}",
        "brand": "nordhaus",
        "destination": destination,
        "account": account,
        "milestone": "sale",
        "conversion_id": f"sale{number}",
        "told_as": "Sale",
        "happened_at": SOLD_AT,
        "value": Decimal(100 + number),
        "currency": "EUR",
        "hold_days": 0,
        "event_days": 90,
        "outcome": "passes",
        **changed,
    }


def publish(data: Path, rows: list[dict[str, Any]], as_of_day: date = date(2026, 4, 5)) -> None:
    """Let the senders see these rows."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "warehouse_private.duckdb"
    file.unlink(missing_ok=True)
    declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    with duckdb.connect(str(file)) as database:
        database.execute("create table publication as select 'run' as run_id, ?::date as as_of_day", [as_of_day])
        database.execute(f"create table activations ({declared})")
        places = ", ".join("?" for _ in COLUMNS)
        if rows:
            database.executemany(
                f"insert into activations values ({places})", [[row.get(name) for name in COLUMNS] for row in rows]
            )
