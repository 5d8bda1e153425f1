"""ChannelAttribution's part of the attribution benchmark; runs in an environment that holds that package alone."""

import json
import sys
import time

import ChannelAttribution
import pandas as pd

touches = pd.read_parquet(sys.argv[1])
converted = set(pd.read_parquet(sys.argv[2])["person_id"])

started, worked = time.monotonic(), time.process_time()
ordered = touches.sort_values(["person_id", "touched_at", "touchpoint_id"])
paths = ordered.groupby("person_id", sort=False)["channel"].agg(" > ".join).reset_index()
paths["conversions"] = paths["person_id"].isin(converted).astype(int)
paths["nulls"] = 1 - paths["conversions"]
ingested = time.monotonic() - started

started = time.monotonic()
ChannelAttribution.heuristic_models(paths, "channel", "conversions", sep=">", flg_pro=False)
heuristics = time.monotonic() - started

started = time.monotonic()
ChannelAttribution.markov_model(
    paths, "channel", "conversions", var_null="nulls", order=1, sep=">", verbose=False, flg_pro=False, ncore=2
)
markov = time.monotonic() - started

parts = {"ingest": ingested, "first, last, linear": heuristics, "markov": markov}
seconds = {"seconds": sum(parts.values()), "cpu_seconds": time.process_time() - worked}
print(json.dumps({**seconds, "parts": parts}))
