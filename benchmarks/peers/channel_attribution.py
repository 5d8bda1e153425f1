"""ChannelAttribution's part of the attribution benchmark; runs in an environment of its own.

It takes journeys as texts and leaves making them to its user. Polars makes them here: pandas takes nine times as long.
"""

import json
import sys
import time

import ChannelAttribution
import polars as pl

started, worked = time.monotonic(), time.process_time()
converted = pl.read_parquet(sys.argv[2])["person_id"]
paths = (
    pl.read_parquet(sys.argv[1])
    .sort(["person_id", "touched_at", "touchpoint_id"])
    .group_by("person_id", maintain_order=True)
    .agg(pl.col("channel").str.join(" > "))
    .with_columns(pl.col("person_id").is_in(converted.implode()).cast(pl.Int64).alias("conversions"))
    .with_columns((1 - pl.col("conversions")).alias("nulls"))
    .to_pandas()
)
journeys = time.monotonic() - started

started = time.monotonic()
ChannelAttribution.heuristic_models(paths, "channel", "conversions", sep=">", flg_pro=False)
heuristics = time.monotonic() - started

started = time.monotonic()
ChannelAttribution.markov_model(
    paths, "channel", "conversions", var_null="nulls", order=1, sep=">", verbose=False, flg_pro=False, ncore=2
)
markov = time.monotonic() - started

parts = {"first, last, linear": heuristics, "markov": markov}
credit = sum(parts.values())
print(json.dumps({
    "seconds": journeys + credit, "journeys": journeys, "credit": credit,
    "cpu_seconds": time.process_time() - worked, "parts": parts,
}))  # fmt: skip
