"""Memory and speed on answers that do not fit into memory: a searchStream of Google Ads, a log of Yandex Metrica.

    python -m benchmarks.large_answers [--json-mib 1024] [--tsv-mib 500]

A vendor in another process makes the bytes while it sends them, over HTTP on this machine. Each pull is a process of
its own, so the memory is its own. The limit beside it is the same bytes from a file, decoded and written as one
Parquet file by DuckDB on one thread: no HTTP, no contract, no payload kept, no days. Ends with 1 when a pull takes
300 MB or more.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import measure
from benchmarks.large_server import DAYS, FIRST_DAY

WINDOW = [str(FIRST_DAY), str(FIRST_DAY + timedelta(days=DAYS - 1))]
MOST_MIB = 300 * 10**6 / 2**20
KEYWORDS = """read_json('{file}', format = 'array', maximum_object_size = 67108864, columns = {{results: 'struct(
    campaign struct(id varchar, "name" varchar), "adGroup" struct(id varchar, "name" varchar),
    metrics struct(impressions bigint, clicks bigint, "costMicros" bigint, conversions decimal(20, 6)),
    "adGroupCriterion" struct("criterionId" varchar, keyword struct("text" varchar, "matchType" varchar)),
    segments struct("date" date, device varchar, "adNetworkType" varchar))[]'}})"""
VISITS = "read_csv('{file}', delim = '\t', header = true, quote = '', escape = '', all_varchar = true)"


@dataclass(frozen=True)
class Case:
    """A large answer: who asks for it, how, and how the same bytes are decoded without us."""

    source: str
    table: str
    account: str
    connection: str
    route: str
    method: str
    decode: str


CASES = {
    "json": Case(
        source="google_ads",
        table="keyword_days",
        account="1112223334",
        connection='{{"conn_type": "http", "host": "{url}", "login": "client", "password": "refresh", '
        '"extra": {{"client_secret": "secret", "token_url": "{url}/token"}}}}',
        route="/googleAds:searchStream",
        method="POST",
        decode=f"copy (select unnest(results, recursive := true) from {KEYWORDS})",
    ),
    "tsv": Case(
        source="yandex_metrica",
        table="visits",
        account="4400",
        connection='{{"conn_type": "http", "host": "{url}", "password": "token"}}',
        route="/download",
        method="GET",
        decode=f"copy (from {VISITS})",
    ),
}


@contextmanager
def served(folder: Path, mib: int) -> Iterator[str]:
    """The vendor as a process of its own; gives its address."""
    port_file = folder / "port"
    port_file.unlink(missing_ok=True)
    command = ["-m", "benchmarks.large_server", "--port-file", str(port_file), "--mib", str(mib)]
    process = subprocess.Popen([sys.executable, *command])
    try:
        while not port_file.exists():
            if process.poll() is not None:
                raise SystemExit("the vendor did not start")
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port_file.read_text()}"
    finally:
        process.terminate()
        process.wait()


def measured(case: Case, mib: int, root: Path) -> tuple[int, measure.Measured, int, measure.Measured]:
    """Bytes of the body, the pull, its rows, and the bare decoding of the same bytes."""
    config, data, body = root / "config", root / "data", root / "body"
    config.mkdir(exist_ok=True)
    listed = {"source": case.source, "account": case.account, "brand": "nordhaus", "connection": "large"}
    (config / "accounts.yml").write_text(json.dumps({"accounts": [listed]}))
    with served(root, mib) as url:
        environment = {
            "AIRFLOW_CONN_LARGE": case.connection.format(url=url),
            "LEADGEN_CONFIG": str(config),
            "LEADGEN_DATA": str(data),
        }
        words = ["-m", "benchmarks.land_window", case.source, case.table, *WINDOW]
        pulled = measure.run(words, environment, root / "log")
        files = f"{data}/landing/{case.source}/{case.table}/account=*/day=*.parquet"
        row = duckdb.sql(f"select count(*) from read_parquet('{files}')").fetchone()
        shutil.rmtree(data)
        asked = urllib.request.Request(url + case.route, method=case.method)
        with urllib.request.urlopen(asked) as answer, body.open("wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
    target = root / "bare.parquet"
    query = f"set threads = 1; {case.decode.format(file=body)} to '{target}' (format parquet, compression zstd)"
    bare = measure.run(["-c", "import duckdb, sys; duckdb.execute(sys.argv[1])", query], {}, root / "log")
    decoded = duckdb.sql(f"select count(*) from read_parquet('{target}')").fetchone()
    if row != decoded or row is None:
        raise SystemExit(f"{case.source}: {row} rows were landed and {decoded} were sent")
    size = body.stat().st_size
    body.unlink()
    return size, pulled, int(row[0]), bare


def main() -> None:
    """Print one line per answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json-mib", type=int, default=1024, help="size of Google's stream")
    parser.add_argument("--tsv-mib", type=int, default=500, help="size of Metrica's log")
    options = parser.parse_args()
    table = Table("source", "MB", "rows", "seconds", "rows/s", "bare rows/s", "peak MB", title="large answers")
    peaks = []
    for kind, mib in (("json", options.json_mib), ("tsv", options.tsv_mib)):
        if not mib:
            continue
        with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
            size, pulled, rows, bare = measured(CASES[kind], mib, Path(folder))
        peaks.append(pulled.peak_mib)
        table.add_row(
            f"{CASES[kind].source} {CASES[kind].table}",
            f"{size / 1e6:,.0f}",
            f"{rows:,}",
            f"{pulled.seconds:.0f}",
            f"{rows / pulled.seconds:,.0f}",
            f"{rows / bare.seconds:,.0f}",
            f"{pulled.peak_mib * 2**20 / 1e6:.0f}",
        )
    Console().print(table)
    raise SystemExit(1 if max(peaks, default=0) >= MOST_MIB else 0)


if __name__ == "__main__":
    main()
