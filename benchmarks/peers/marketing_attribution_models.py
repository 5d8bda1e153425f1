"""marketing-attribution-models' part of the attribution benchmark; runs in an environment that holds it alone."""

import json
import sys
import time

import polars as pl
from mam import MAM

started, worked = time.monotonic(), time.process_time()
touches = pl.read_parquet(sys.argv[1])
converted = pl.read_parquet(sys.argv[2])["person_id"]
ends = touches.group_by("person_id").agg(pl.col("touched_at").max().alias("last_at"))
frame = (
    touches.join(ends, on="person_id")
    .with_columns(
        (pl.col("person_id").is_in(converted.implode()) & (pl.col("touched_at") == pl.col("last_at"))).alias(
            "converted"
        )
    )
    .sort(["person_id", "touched_at", "touchpoint_id"])
)
model = MAM(
    frame,
    format_type="format_1",
    channels_colname="channel",
    journey_with_conv_colname="converted",
    datetime_colname="touched_at",
    user_id_colname="person_id",
)
journeys = time.monotonic() - started
parts = {}
for name in ("run_first_click", "run_last_click", "run_linear", "run_position_based", "run_time_decay", "run_markov",
             "run_shapley"):  # fmt: skip
    started = time.monotonic()
    getattr(model, name)()
    parts[name] = time.monotonic() - started
credit = sum(parts.values())
print(json.dumps({
    "seconds": journeys + credit, "journeys": journeys, "credit": credit,
    "cpu_seconds": time.process_time() - worked, "parts": parts,
}))  # fmt: skip
