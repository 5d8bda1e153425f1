"""Rows a second and peak memory of each extractor, over HTTP from the sandbox on this machine.

    python -m benchmarks.extractors [--scale 1.0]

Every source that the sandbox serves or writes files of is pulled by a process of its own, so its memory is its own. Two
limits stand beside it: the same answers only decoded and written (benchmarks/bare.py), and the landed rows read and
written once more by DuckDB alone. Posts and hits have a benchmark of their own: benchmarks/receiver.py.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import measure
from benchmarks.bare import bare_seconds
from sandbox.config import connections
from sandbox.vendors import VENDORS

DAYS = ["--from", "2026-01-01", "--to", "2026-06-30"]
SOURCES = [*VENDORS, "snowplow", "manual"]


@contextmanager
def served(market: Path) -> Iterator[str]:
    """A sandbox over the market, as a process of its own; gives its address."""
    port_file = market / "port"
    command = ["-m", "sandbox", "serve", "--dir", str(market), "--port-file", str(port_file)]
    process = subprocess.Popen([sys.executable, *command])
    try:
        while not port_file.exists():
            if process.poll() is not None:
                raise SystemExit("the sandbox did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port_file.read_text()}"
    finally:
        process.terminate()
        process.wait()


def landed_rows(landing: Path, source: str) -> int:
    """How many rows the landing zone holds of a source, rejects included."""
    pattern = f"{landing}/{source}/*/account=*/day=*.parquet"
    row = duckdb.sql(f"select count(*) from read_parquet('{pattern}', union_by_name=true)").fetchone()
    return int(row[0]) if row else 0


def rewrite_seconds(landing: Path, source: str, target: Path) -> float:
    """Seconds to read the source's landed rows and write them as one file per table."""
    started = time.monotonic()
    for table in sorted(path for path in (landing / source).iterdir() if path.is_dir()):
        duckdb.sql(
            f"copy (from read_parquet('{table}/account=*/day=*.parquet', union_by_name=true)) "
            f"to '{target}/{source}__{table.name}.parquet' (format parquet, compression zstd)"
        )
    return time.monotonic() - started


def main() -> None:
    """Print one line per source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the market; 1.0 is 60,000 visits")
    options = parser.parse_args()
    table = Table(
        "source", "rows", "seconds", "rows/s", "bare rows/s", "rewrite rows/s", "peak MiB", title="extractors"
    )
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
        root = Path(folder)
        market, config = root / "market", root / "config"
        measure.run(
            ["-m", "sandbox", "generate", "--out", str(market), "--scale", str(options.scale)], {}, root / "log"
        )
        configured = ["-m", "sandbox", "config", "--dir", str(market), "--out", str(config), "--all-sources"]
        measure.run(configured, {}, root / "log")
        with served(market) as url:
            environment = {
                **connections(url, market),
                "LEADGEN_CONFIG": str(config),
                "LEADGEN_DATA": str(root / "data"),
            }
            for source in SOURCES:
                taken = measure.run(
                    ["-m", "extractors", "pull", *DAYS, "--source", source], environment, root / f"{source}.log"
                )
                rows = landed_rows(root / "data/landing", source)
                bare = bare_seconds(root / "data/landing", source, root)
                rewritten = rewrite_seconds(root / "data/landing", source, root)
                table.add_row(
                    source,
                    f"{rows:,}",
                    f"{taken.seconds:.1f}",
                    f"{rows / taken.seconds:,.0f}",
                    f"{rows / bare:,.0f}",
                    f"{rows / rewritten:,.0f}",
                    f"{taken.peak_mib:.0f}",
                )
    # As wide as its longest name needs, also into a file.
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
