"""Seconds of each dbt model, at the sandbox's default size and at millions of visits landed directly.

Also how near to the truth each attribution model comes there.

python -m benchmarks.models --scale 1 --scale 80
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks import measure


def build(root: Path, scale: float) -> tuple[dict[str, float], measure.Measured, int, str]:
    """Generate, land and build a market of that scale: seconds per model, the whole build, visits, the score."""
    market, data, config = root / "market", root / "data", root / "config"
    environment = {"LEADGEN_CONFIG": str(config), "LEADGEN_DATA": str(data), "LEADGEN_HASH_KEY": "benchmark"}
    steps = (
        ["-m", "sandbox", "generate", "--out", str(market), "--scale", str(scale)],
        ["-m", "sandbox", "config", "--dir", str(market), "--out", str(config)],
        ["-m", "sandbox", "land", "--dir", str(market), "--data", str(data)],
        ["-m", "extractors", "contracts"],
        ["-m", "extractors", "pull", "--from", "2026-06-30", "--to", "2026-06-30", "--source", "manual"],
        ["-m", "warehouse", "build", "--to", "2026-06-30"],
    )
    for number, step in enumerate(steps):
        taken = measure.run(step, environment, root / f"{number}.log")
    with duckdb.connect(str(data / "warehouse.duckdb"), read_only=True) as warehouse:
        models = warehouse.sql("select step, seconds from marts.pipeline_steps where kind = 'model'").fetchall()
    visits = duckdb.sql(f"select count(*) from '{data}/landing/matomo/visits/account=*/day=*.parquet'").fetchone()
    measure.run(["-m", "sandbox", "score", "--dir", str(market), "--data", str(data)], environment, root / "score.log")
    score = (root / "score.log").read_text(encoding="utf-8")
    return dict(models), taken, int(visits[0]) if visits else 0, score


def main() -> None:
    """Print one line per model, slowest first at the largest scale; then what the largest one found of the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, action="append", help="size of the market; may be repeated")
    options = parser.parse_args()
    columns: list[dict[str, float]] = []
    table = Table("model", title="dbt models, seconds")
    for scale in options.scale or [1.0]:
        with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
            seconds, taken, visits, score = build(Path(folder), scale)
        columns.append(seconds)
        table.add_column(f"{visits:,} visits\n{taken.seconds:.0f} s, {taken.peak_mib:.0f} MiB", justify="right")
    for model in sorted(columns[-1], key=lambda name: -columns[-1][name]):
        table.add_row(model, *(f"{column.get(model, 0):.2f}" for column in columns))
    console = Console()
    console.print(table)
    console.print(score)


if __name__ == "__main__":
    main()
