"""All attribution models over a million journeys, beside two other tools and a bare sort of the same touches.

python -m benchmarks.attribution --journeys 1000000
python -m benchmarks.attribution --journeys 30000000 --memory 4GB --alone

The other tools are installed from PyPI into environments of their own in --peers, once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import measure
from benchmarks.journeys import write_journeys
from tests.dbt_project.compiled_models import CompiledModels
from tests.dbt_project.credited_market import CreditedMarket

PEERS = {
    "channel_attribution": ("ChannelAttribution==2.2.5", "pandas", "pyarrow", "matplotlib", "polars"),
    "marketing_attribution_models": ("marketing-attribution-models==2.1.1",),
}
PEER_MODELS = {
    "channel_attribution": ("first_touch", "last_touch", "linear", "markov"),
    "marketing_attribution_models": (
        "first_touch", "last_touch", "linear", "position_based", "time_decay", "markov", "shapley",
    ),
}  # fmt: skip
"""What each of them computes, by our names."""
WITHOUT_DATA_MIB, UNCOUNTED = 235, 0.15
"""What the process takes before any data, and on top of the memory that DuckDB counts."""


def write_compiled(folder: Path) -> Path:
    """The models' statements as dbt compiles them, and the empty tables that they read, for ``benchmarks.credit``."""
    market = CreditedMarket(folder)
    done = market.dbt("run", "--empty", "--quiet")
    assert done.returncode == 0, done.stdout
    models = CompiledModels(market)
    with models.open() as connection:
        tables = [
            f"create schema if not exists {schema}; {text.replace('CREATE TABLE ', 'create or replace table ')}"
            for schema, text in connection.execute(
                "select schema_name, sql from duckdb_tables() where database_name = 'credited'"
            ).fetchall()
        ]
    statements = [
        *models.texts(models.journeys),
        ("channel_effects", ""),
        *models.texts(models.credit),
    ]
    file = folder / "compiled.json"
    file.write_text(json.dumps({"tables": tables, "statements": statements}), encoding="utf-8")
    return file


def peer_python(peers: Path, name: str) -> Path:
    """The Python of an environment that holds this peer, made if it is missing."""
    python = peers / name / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", peers / name], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS[name]], check=True)
    return python


def measured(arguments: list[str], log: Path, python: Path | None = None) -> tuple[measure.Measured, dict[str, Any]]:
    """Run one tool; what it took as a process, and the last line that it printed."""
    taken = measure.run(arguments, {}, log, python)
    return taken, json.loads(log.read_text(encoding="utf-8").strip().splitlines()[-1])


def main() -> None:
    """Print a line per tool, then the seconds of each of our models."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--journeys", type=int, action="append", help="may be repeated")
    parser.add_argument("--longest", type=int, default=0, help="touches that ten of the journeys have")
    parser.add_argument("--memory", help="DuckDB's limit, say 4GB")
    parser.add_argument("--alone", action="store_true", help="without the other tools")
    parser.add_argument("--peers", type=Path, default=Path("data/benchmark-peers"))
    asked = parser.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as made:
        folder = Path(made)
        compiled = write_compiled(folder / "models")
        for journeys in asked.journeys or [1_000_000]:
            read = folder / "touches.parquet", folder / "conversions.parquet"
            count = write_journeys(*read, journeys, asked.longest)
            console.print(compare(folder, compiled, asked, f"{journeys:,} journeys, {count:,} touches"))


def compare(folder: Path, compiled: Path, asked: argparse.Namespace, title: str) -> Table:
    """One table: ours, a bare sort, the peers."""
    table = Table(
        "what", "journeys", "credit", "seconds", "CPU seconds", "peak MiB", "rows of credit", "times the sort",
        title=title,
    )  # fmt: skip
    memory = ["--memory", asked.memory] if asked.memory else []
    read = [str(folder / "touches.parquet"), str(folder / "conversions.parquet")]
    ours = ["-m", "benchmarks.credit", *read, str(compiled), *memory]
    sort, sorted_ = measured([*ours, "--sort-only"], folder / "sort.log")
    bare = sorted_["seconds"]

    def show(what: str, taken: measure.Measured, found: dict[str, Any]) -> None:
        """A row for a tool, and one below for each of its parts that took a second."""
        rows = f"{found['rows']:,}" if "rows" in found else ""
        stages = [f"{found[stage]:.1f}" if stage in found else "" for stage in ("journeys", "credit")]
        table.add_row(
            what, *stages, f"{found['seconds']:.1f}", f"{found['cpu_seconds']:.1f}", f"{taken.peak_mib:.0f}", rows,
            f"{found['seconds'] / bare:.1f}",
        )  # fmt: skip
        for part, seconds in sorted(found.get("parts", {}).items(), key=lambda one: -one[1]):
            if seconds >= 1:
                table.add_row(f"  {part}", "", "", f"{seconds:.1f}")

    show("bare sort of the touches", sort, sorted_)
    show("all models, every row of credit", *measured(ours, folder / "ours.log"))
    if not asked.alone:
        for name in PEERS:
            script = Path(__file__).parent / "peers" / f"{name}.py"
            python = peer_python(asked.peers, name)
            peak, peer = measured([str(script), *read], folder / f"{name}.log", python)
            show(name, peak, peer)
            subset = [*ours, *(option for model in PEER_MODELS[name] for option in ("--models", model))]
            show("  ours, the same models", *measured(subset, folder / "subset.log"))
            quarter = f"{(peak.peak_mib / 4 - WITHOUT_DATA_MIB) / (1 + UNCOUNTED):.0f}MiB"
            show(
                f"  ours, with {quarter} for DuckDB", *measured([*subset, "--memory", quarter], folder / "quarter.log")
            )
    return table


if __name__ == "__main__":
    main()
