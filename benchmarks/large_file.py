"""Measures a large dropped CSV beside a bare read and write of the same file by DuckDB.

``python -m benchmarks.large_file [MEGABYTES TIMES]`` writes the file into a temporary folder, and each time reads and
lands it in processes of their own: what keeps the machine busy meets both. Prints for both the seconds, the seconds of
processor time and the peak memory, and how many times the processor time of the bare read the pull takes.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
import tempfile
import time
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

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
    import duckdb

    duckdb.execute("set enable_progress_bar = false")
    source, target = folder / "drop" / "spend" / "large.csv", folder / "bare.parquet"
    duckdb.execute(f"copy (from read_csv('{source}')) to '{target}' (compression zstd)")


def landed(folder: Path) -> None:
    """What a pull takes, with the start of its modules: the bare read has none of them."""
    from extractors.model import Account, Window
    from extractors.model import Connection as Address
    from extractors.run import land_table
    from extractors.sources.manual import MANUAL

    os.environ["LEADGEN_DATA"], os.environ["LEADGEN_CONFIG"] = str(folder / "data"), str(folder / "config")
    account = Account("manual", "office", "manual", options={"folder": str(folder / "drop")})
    window = Window(date(2026, 6, 1), date(2026, 6, 30))
    result = land_table(MANUAL, account, "spend", window, Address(MANUAL.base_url))
    if result.rejects or result.duplicates:
        raise SystemExit(f"{result.rejects} rows were refused and {result.duplicates} came twice")


def measured(name: str, folder: Path, answer: Connection[float]) -> None:
    """Do it and tell the processor time; in a process of its own."""
    started = time.monotonic()
    {"bare": bare, "landed": landed}[name](folder)
    seconds, used = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    processor = used.ru_utime + used.ru_stime
    print(f"{name}: {seconds:.1f} s, {processor:.1f} s of processor, {used.ru_maxrss >> 10} MiB", flush=True)
    answer.send(processor)


def in_a_process(name: str, folder: Path) -> float:
    """Its processor time."""
    here, there = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=measured, args=(name, folder, there))
    process.start()
    there.close()
    processor = here.recv()
    process.join()
    return float(processor)


def main(megabytes: int, times: int) -> None:
    """Write, read, compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "drop" / "spend").mkdir(parents=True)
        rows = write_file(folder / "drop" / "spend" / "large.csv", megabytes)
        print(f"{megabytes} MB, {rows:,} rows")
        ratios = []
        for _ in range(times):
            bare_seconds = in_a_process("bare", folder)
            ratios.append(in_a_process("landed", folder) / bare_seconds)
            shutil.rmtree(folder / "data")
        print(f"times the bare read: {', '.join(f'{ratio:.2f}' for ratio in ratios)} (median {median(ratios):.2f})")


if __name__ == "__main__":
    megabytes, times = (int(word) for word in (sys.argv[1:] or ["500", "3"]))
    main(megabytes, times)
