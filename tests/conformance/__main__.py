"""Holds any attribution tool against the conformance set: ``journeys`` to feed it, ``check`` to compare its credits."""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from tests.conformance.vectors import differences, journey_rows, vectors

app = typer.Typer(help=__doc__, no_args_is_help=True)
COLUMNS = ("journey", "touch_id", "attribution_model", "credit")


@app.command()
def journeys() -> None:
    """Write the journeys as CSV to standard output, a row for each touch."""
    rows = list(journey_rows())
    writer = csv.DictWriter(sys.stdout, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)


@app.command()
def check(
    credits: Annotated[Path, typer.Argument(help="CSV with journey, touch_id, attribution_model, credit")],
    model: Annotated[list[str] | None, typer.Option(help="only this model; may be repeated")] = None,
) -> None:
    """Say which vectors the credits miss; ends with 1 where one does.

    For `markov` and `shapley` the journey is "all journeys" and the touch_id is the channel.
    """
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    with credits.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(COLUMNS) - set(reader.fieldnames or ())
        if missing:
            typer.echo(f"{credits}: the columns {', '.join(sorted(missing))} are missing.", err=True)
            raise typer.Exit(2)
        for row in reader:
            found[row["journey"], row["attribution_model"]][row["touch_id"]] = float(row["credit"])
    wrong = differences(found, model)
    held = sum(model is None or vector.attribution_model in model for vector in vectors())
    for sentence in wrong:
        typer.echo(sentence)
    typer.echo(f"{held - len(wrong)} of {held} vectors hold.")
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    app()
