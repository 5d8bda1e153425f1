"""Our own models against the conformance set that others can use on theirs."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from tests.conformance.vectors import differences, journey_rows, vectors
from tests.dbt_project.conformance_people import credits_of
from tests.dbt_project.credited_market import CreditedMarket
from tests.dbt_project.tiny_market import PROJECT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command that others use."""
    return subprocess.run(
        [sys.executable, "-m", "tests.conformance", *arguments],
        cwd=PROJECT.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_vector_holds_for_our_models(credited: CreditedMarket) -> None:
    assert len(list(vectors())) > 95
    assert differences(credits_of(credited)) == []


def test_the_command_says_which_vectors_a_tool_misses(credited: CreditedMarket, tmp_path: Path) -> None:
    rows = [
        {"journey": journey, "attribution_model": model, "touch_id": touch, "credit": repr(share)}
        for (journey, model), shares in credits_of(credited).items()
        for touch, share in shares.items()
    ]
    target = tmp_path / "credits.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert run("check", str(target)).returncode == 0

    target.write_text(
        target.read_text().replace("one touch,linear,t1,1.0", "one touch,linear,t1,0.9"), encoding="utf-8"
    )
    missed = run("check", str(target))

    assert missed.returncode == 1
    assert "one touch, linear: t1 has 0.9 and should have 1.0." in missed.stdout


def test_the_journeys_can_be_fed_to_another_tool() -> None:
    written = list(csv.DictReader(run("journeys").stdout.splitlines()))
    assert len(written) == len(list(journey_rows())) > 30
    assert {row["journey"] for row in written} >= {"one touch", "all journeys 8"}
