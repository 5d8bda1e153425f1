"""Measures a large dropped CSV beside a bare read and write of the same file by DuckDB.

``python -m benchmarks.large_file [MEGABYTES]`` writes the file into a temporary folder, lands it in a process of its
own, and prints for both the seconds, the seconds of processor time and the peak memory.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import duckdb

from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.sources.manual import MANUAL

HEADER = "brand,date,platform,campaign_name,spend,currency,campaign_id,ad_group_id,keyword,impressions,clicks"
ROWS_AT_ONCE = 50_000


def write_file(path: Path, megabytes: int) -> int:
    """A year of spend by keyword; returns how many rows it has."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        while file.tell() < megabytes * 10**6:
            file.write(
                "".join(
                    f"nordhaus,2026-{n % 6 + 1:02}-{n % 28 + 1:02},google_ads,Campaign {n % 400},"
                    f"{n % 9973}.{n % 100:02},EUR,{1000000 + n % 400},ag{n % 5000},keyword {n},{n % 50000},{n % 977}\n"
                    for n in range(rows, rows + ROWS_AT_ONCE)
                )
            )
            rows += ROWS_AT_ONCE
    return rows


def bare(folder: Path) -> None:
    """What DuckDB alone takes."""
    source, target = folder / "drop" / "spend" / "large.csv", folder / "bare.parquet"
    duckdb.execute(f"copy (from read_csv('{source}')) to '{target}' (compression zstd)")


def landed(folder: Path) -> None:
    """What a pull takes."""
    os.environ["LEADGEN_DATA"], os.environ["LEADGEN_CONFIG"] = str(folder / "data"), str(folder / "config")
    account = Account("manual", "office", "manual", options={"folder": str(folder / "drop")})
    window = Window(date(2026, 6, 1), date(2026, 6, 30))
    result = land_table(MANUAL, account, "spend", window, Connection(MANUAL.base_url))
    if result.rejects or result.duplicates:
        raise SystemExit(f"{result.rejects} rows were refused and {result.duplicates} came twice")


def measured(name: str, folder: Path) -> None:
    """Do it and print what it took; in a process of its own."""
    started = time.monotonic()
    {"bare": bare, "landed": landed}[name](folder)
    seconds, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    print(f"{name}: {seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss >> 10} MiB")


def main(megabytes: int) -> None:
    """Write, read, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drop" / "spend").mkdir(parents=True)
        rows = write_file(folder / "drop" / "spend" / "large.csv", megabytes)
        print(f"{megabytes} MB, {rows:,} rows")
        for one in ("bare", "landed"):
            process = get_context("spawn").Process(target=measured, args=(one, folder))
            process.start()
            process.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
