"""Half a year of the demo's market told to seven accounts of six ad platforms, morning after morning, with ten kills.

python -m benchmarks.telling --demo data/demo          # a copy of it; its market lies beside it

Says of each account how many sales it could be told, why not the rest, what it counts at the end and for how much,
held against what is published of the sales that it could be told; and how often a row came twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from activations.destination_list import DESTINATIONS
from activations.plan import open_publication, plan_for
from benchmarks import measure
from dags import market
from dags.demo import market_beside
from handwritten.activations import Told, read_activations
from sandbox.config import connections

KEY = "benchmark"
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 6, 30)
EVERY_DAYS, HOUR = 5, 6
HOLD_DAYS = 2
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Account:
    """Whom the benchmark tells, and how that vendor writes a value."""

    destination: str
    account: str
    brand: str
    told_as: str
    money: Callable[[Mapping[str, Any]], Any]
    """The value of a conversion that the vendor counts."""
    consent: str = "assumed"
    options: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""

    @property
    def token_path(self) -> str:
        """Where its vendor gives tokens out."""
        return "/oauth/v2/accessToken" if self.destination == "linkedin_ads" else "/token"

    def listed(self) -> dict[str, Any]:
        """Its lines of activations.yml."""
        return {
            "destination": self.destination,
            "account": self.account,
            "brand": self.brand,
            "connection": _connection(self),
            "consent": self.consent,
            "options": dict(self.options),
            "tells": [{"milestone": "sale", "as": self.told_as, "value": "revenue", "hold_days": HOLD_DAYS}],
        }


ACCOUNTS = (
    Account("google_ads", "1112223334", "nordhaus", "700001", lambda row: row["conversionValue"], "asked"),
    Account("google_ads", "5556667778", "clearwater", "700001", lambda row: row["conversionValue"]),
    Account(
        "meta_ads", "555000222", "clearwater", "Purchase", lambda row: row["custom_data"]["value"],
        options={"crm": "HubSpot"},
    ),
    Account(
        "microsoft_ads", "900100", "clearwater", "Sale", lambda row: row["ConversionValue"],
        options={"customer_id": "5001"},
    ),
    Account("yandex_metrica", "44001", "clearwater", "PAID", lambda row: row["revenue"]),
    Account(
        "linkedin_ads", "507404993", "clearwater", "104012", lambda row: row["conversionValue"]["amount"],
        options={"version": "202609"}, path="/rest",
    ),
    Account(
        "tiktok_ads", "7101000000000000001", "clearwater", "Purchase", lambda row: row["properties"]["value"],
        options={"crm": "HubSpot"},
    ),
)  # fmt: skip


class Market:
    """A copy of the demo, published for these accounts, and its vendors as a server."""

    def __init__(self, folder: Path, port: int, made: Path) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        known = connections(self.url, made)
        self.environment = {
            **known,
            **{f"AIRFLOW_CONN_{_connection(one).upper()}": self._connected(one, known) for one in ACCOUNTS},
            "LEADGEN_CONFIG": str(folder / "config"), "LEADGEN_DATA": str(folder / "data"), "LEADGEN_HASH_KEY": KEY,
        }  # fmt: skip

    def _connected(self, one: Account, known: Mapping[str, str]) -> str:
        brand = one.brand.upper() if one.destination in ("google_ads", "meta_ads") else "NORDHAUS"
        connection = json.loads(known[f"AIRFLOW_CONN_{one.destination.upper()}_{brand}"])
        extra = {**(connection.get("extra") or {}), "token_url": f"{self.url}/{one.destination}{one.token_path}"}
        return json.dumps({**connection, "host": f"{self.url}/{one.destination}{one.path}", "extra": extra})

    def taken(self, one: Account) -> dict[str, Any]:
        """What the vendor was posted, and what counts there now."""
        told: dict[str, dict[str, Any]] = json.loads(self._ask("GET", "taken"))
        return told.get(f"{one.destination}/{one.account}", {"posted": [], "standing": {}})

    def clock(self, day: date) -> None:
        """Let it be that day at the vendors."""
        self._ask("POST", "clock", {"today": day.isoformat()})

    def _ask(self, method: str, what: str, said: object = None) -> bytes:
        request = urllib.request.Request(
            f"{self.url}/__sandbox__/{what}", json.dumps(said).encode() if said else None, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())


def _connection(one: Account) -> str:
    return f"told_{one.destination}_{one.brand}"


def tell(told: Market, at: datetime, kill_after: int | None = None) -> bool:
    """Tell all accounts; kill the sender once its ledgers grew by so many bytes. Returns whether it was killed."""
    ledgers = told.folder / "data" / "activations"
    before = _bytes(ledgers)
    with (told.folder / "told.log").open("ab") as log:
        sender = subprocess.Popen(
            [sys.executable, "-m", "activations", "activate", "--at", f"{at:%Y-%m-%dT%H:%M}"],
            env={**os.environ, **told.environment}, stdout=log, stderr=log,
        )  # fmt: skip
        while sender.poll() is None:
            if kill_after is not None and _bytes(ledgers) - before >= kill_after:
                sender.send_signal(signal.SIGKILL)
                sender.wait()
                return True
            time.sleep(0.002)
    return False


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("*/*.jsonl"))


def half_a_year(told: Market, kills: int) -> Counter[str]:
    """Every fifth morning; on some of them the sender dies at a moment that chance chooses, and is begun again."""
    days = [FIRST_DAY + timedelta(days=EVERY_DAYS * n) for n in range((LAST_DAY - FIRST_DAY).days // EVERY_DAYS + 1)]
    chance, counted = random.Random(23), Counter[str]()
    deadly = Counter(chance.choices(range(2, len(days)), k=kills))
    for number, day in enumerate([*days[1:], LAST_DAY + timedelta(days=1)]):
        told.clock(day)
        at = datetime(day.year, day.month, day.day, HOUR, tzinfo=UTC)
        for _ in range(deadly[number]):
            counted["killed"] += tell(told, at, chance.choice([1, 3_000, 20_000, 60_000]))
        counted["mornings"] += 1
        tell(told, at)
    return counted


def shown(told: Market) -> None:
    """Of each account what could be told, and what it counts."""
    last = LAST_DAY + timedelta(days=1)
    at = datetime(last.year, last.month, last.day, HOUR, tzinfo=UTC)
    listed = {(one.destination, one.account): one for one in read_activations(told.folder / "config", DESTINATIONS)}
    for one in ACCOUNTS:
        row, taken = listed[one.destination, one.account], told.taken(one)
        published, passing, eligible, money, why = _published(told, row, at)
        standing = list(taken["standing"].values())
        firm = [float(one.money(row)) for row in standing]
        repeated = len(taken["posted"]) - len({json.dumps(row, sort_keys=True) for row in taken["posted"]})
        console.print(
            f"{one.destination}, {one.brand}: {published:,} sales, {passing:,} pass; told and counted {len(standing):,}"
            f" (of them {sum(not value for value in firm)} at 0) for {sum(firm):,.2f}; published of those that can "
            f"be told {eligible:,} for {money:,.2f}; posted again as they were {repeated}"
        )
        console.print(f"    not told: {', '.join(f'{rows} {rule}' for rule, rows in sorted(why.items()))}")
        sent = json.dumps(taken["posted"])
        console.print(f"    addresses in clear: {sent.count('@')}")


def _published(told: Market, row: Told, at: datetime) -> tuple[int, int, int, float, Mapping[str, int]]:
    """Sales of the account, those that pass, those of them that should count at the end, their money, and why not."""
    with open_publication(told.folder / "data" / "warehouse_private.duckdb") as database:
        plan = plan_for(database, DESTINATIONS[row.destination], row, at)
        found = database.execute(
            """
            select count(*), count(*) filter (where outcome = 'passes'),
                count(*) filter (where eligible), sum(value) filter (where eligible)
            from (
                select *, outcome = 'passes' and cancelled_at is null
                    and happened_at + to_days(hold_days) <= ? as eligible
                from private.activations where destination = ? and account = ?
            )
            """,
            [at.replace(tzinfo=None), row.destination, row.account],
        ).fetchone()
    assert found
    return found[0], found[1], found[2], float(found[3] or 0), plan.left_out


def main() -> None:
    """Copy, publish, tell, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo", type=Path, required=True, help="the demo's folder")
    parser.add_argument("--kills", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as name:
        folder = Path(name)
        made, config = folder / "market", folder / "config"
        shutil.copytree(options.demo, folder / "data", symlinks=True)
        shutil.copytree(market_beside(options.demo), made)
        with market.served(made) as port:
            market.configure(made, port, config)
            text = yaml.safe_dump({"destinations": [one.listed() for one in ACCOUNTS]})
            (config / "activations.yml").write_text(text, encoding="utf-8")
            told = Market(folder, port, made)
            os.environ.update(told.environment)
            build = ["-m", "leadgen", "build", "--to", LAST_DAY.isoformat()]
            console.print(f"built: {measure.run(build, told.environment, folder / 'build.log')}")
            console.print(dict(half_a_year(told, options.kills)))
            shown(told)


if __name__ == "__main__":
    main()
