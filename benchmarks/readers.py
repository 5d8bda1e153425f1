"""Open a published warehouse with each tool of docs/connect-a-tool.md: python -m benchmarks.readers --data data/demo.

Each tool gets an environment of its own, made by uv from PyPI (by npm for Node), so this needs the internet.
LibreOffice is asked where it is installed (Debian's libreoffice-calc-nogui): it opens what `leadgen export` writes.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

UV = Path(sys.executable).with_name("uv")
SECONDS = 600

BY_DUCKDB = """
import duckdb
locked = {"enable_external_access": "false", "lock_configuration": "true"}
with duckdb.connect("DATA/warehouse.duckdb", read_only=True, config=locked) as warehouse:
    print(warehouse.execute("select sum(spend) from marts.channel_days").fetchone()[0])
"""
BY_NODE = """
import { DuckDBInstance } from '@duckdb/node-api';
const warehouse = await (await DuckDBInstance.create('DATA/warehouse.duckdb', { access_mode: 'READ_ONLY' })).connect();
// Given with the path they keep the link of the warehouse out; said afterwards they do not.
await warehouse.run('set enable_external_access = false');
await warehouse.run('set lock_configuration = true');
const read = await warehouse.runAndReadAll('select sum(spend)::varchar from marts.channel_days');
console.log(read.getRows()[0][0]);
"""


@dataclass(frozen=True)
class Reader:
    """A tool: what it is called on the page, what it is made of, and the program that adds up all spend with it."""

    name: str
    packages: tuple[str, ...]
    program: str


READERS = (
    *(
        Reader(f"DuckDB {version.rpartition('.')[0]}", (f"duckdb=={version}",), BY_DUCKDB)
        for version in ("1.0.0", "1.1.3", "1.2.2", "1.3.2", "1.4.4", "1.5.5", "2.0.1")
    ),
    Reader(
        "pandas",
        ("pandas", "pyarrow"),
        "import pandas\nprint(pandas.read_parquet('DATA/parquet/current/channel_days.parquet')['spend'].sum())",
    ),
    Reader(
        "polars",
        ("polars",),
        "import polars\n"
        "days = polars.scan_parquet('DATA/parquet/current/channel_days.parquet')\n"
        "print(days.select(polars.col('spend').sum()).collect().item())",
    ),
    Reader(
        "ibis",
        ("ibis-framework[duckdb]", "duckdb==1.5.5"),
        "import ibis\n"
        "warehouse = ibis.duckdb.connect('DATA/warehouse.duckdb', read_only=True)\n"
        "print(warehouse.table('channel_days', database='marts').spend.sum().execute())",
    ),
    Reader("Node.js, `@duckdb/node-api`", ("@duckdb/node-api",), BY_NODE),
)


def opened(reader: Reader, data: Path) -> str:
    """What the tool finds, in an environment of its own; the last line of its error where it finds nothing."""
    program = reader.program.replace("DATA", str(data.resolve()))
    with tempfile.TemporaryDirectory() as folder:
        if reader.program is BY_NODE:
            subprocess.run(["npm", "install", *reader.packages], cwd=folder, check=True, capture_output=True)
            (Path(folder) / "read.mjs").write_text(program, encoding="utf-8")
            command = ["node", "read.mjs"]
        else:
            wanted = [word for package in reader.packages for word in ("--with", package)]
            command = [str(UV), "run", "--no-project", "--isolated", "--quiet", *wanted, "python", "-c", program]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=SECONDS)
    return (done.stdout or done.stderr).strip().rpartition("\n")[2]


def opened_by_office(data: Path) -> str:
    """What LibreOffice reads in the exported workbook, written by it as text."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "channel_days.xlsx"
        export = [sys.executable, "-m", "leadgen", "export", "channel_days", "--to", str(book)]
        subprocess.run(export, env={**os.environ, "LEADGEN_DATA": str(data)}, check=True, capture_output=True)
        convert = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to"]
        as_text = "csv:Text - txt - csv (StarCalc):44,34,76,1"
        subprocess.run(
            [*convert, as_text, "--outdir", folder, str(book)], check=True, capture_output=True, timeout=SECONDS
        )
        with book.with_suffix(".csv").open(encoding="utf-8", newline="") as rows:
            return str(sum(Decimal(row["spend"] or 0) for row in csv.DictReader(rows)))


def main() -> None:
    """One line for each tool: all of them must say the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/demo"))
    asked = parser.parse_args()
    for reader in READERS:
        print(f"{reader.name:<30}{opened(reader, asked.data)}", flush=True)
    if shutil.which("soffice"):
        print(f"{'LibreOffice':<30}{opened_by_office(asked.data)}", flush=True)


if __name__ == "__main__":
    main()
