"""What a build costs before it has anything to do: seconds of processor time of each phase over one visit and one form.

python -m benchmarks.fixed_cost
python -m benchmarks.fixed_cost --data data/demo    (builds that folder once more)

Processor time, because it is the same however busy the machine is. The second of the two builds is that of every night:
dbt has read the project.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES

DAY = date(2026, 6, 30)
VISIT: Row = {
    "site_id": 1,
    "visit_id": "1",
    "visitor_id": "0123456789abcdef",
    "visited_day": date(2026, 6, 30),
    "first_action_at": datetime(2026, 6, 30, 9, tzinfo=UTC),
    "landing_url": "https://www.nordhaus.example/?utm_source=google&utm_medium=cpc",
}
FORM: Row = {
    "form_id": "offer",
    "response_id": "1",
    "submitted_at": datetime(2026, 6, 30, 10, tzinfo=UTC),
}


def land(data: Path) -> None:
    """Write a configuration of one brand and two sources, and a landing zone of two records."""
    config = data / "config"
    config.mkdir(parents=True)
    columns = "brand,name,time_zone,currency,phone_region,language,site_hosts"
    brand = "nordhaus,Nordhaus,Europe/Berlin,EUR,DE,de,www.nordhaus.example"
    (config / "brands.csv").write_text(f"{columns}\n{brand}\n", encoding="utf-8")
    accounts = "".join(
        f"- {{source: {source}, account: a1, brand: nordhaus, connection: none{more}}}\n"
        for source, more in (("matomo", ", options: {site_id: 1}"), ("typeform", ""))
    )
    (config / "accounts.yml").write_text(f"accounts:\n{accounts}", encoding="utf-8")
    write_contracts(data / "landing", SOURCES.values())
    for source, table, row in (("matomo", "visits", VISIT), ("typeform", "responses", FORM)):
        account = Account(source=source, account="a1", connection="none", brand="nordhaus")
        declared = SOURCES[source].table(table)
        landed_at = datetime(2026, 7, 1, 3, tzinfo=UTC)
        with LandingWriter(data / "landing", source, declared, account, Window(DAY, DAY), "run", landed_at) as writer:
            writer.add([{"_payload": {}, **row}])
            writer.commit()


def build() -> None:
    """Build what the environment names and print the processor time of each phase, children included."""
    from warehouse import build as warehouse

    spent = [_seconds()]
    print(f"{'start':<16}{spent[0]:7.2f}")

    def told(phase: str, _seconds_on_the_clock: float) -> None:
        spent.append(_seconds())
        print(f"{phase:<16}{spent[-1] - spent[-2]:7.2f}")

    warehouse.build(warehouse.new_run(DAY), told)
    print(f"{'all':<16}{spent[-1]:7.2f}")


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Two builds, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data folder with its configuration, to be built as it is")
    parser.add_argument("--build", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build()
        return
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
        data = (options.data or Path(folder) / "data").resolve()
        if not options.data:
            land(data)
        environment = {**os.environ, "LEADGEN_DATA": str(data), "LEADGEN_CONFIG": str(data / "config")}
        for _ in range(2):
            command = [sys.executable, "-m", "benchmarks.fixed_cost", "--build"]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
