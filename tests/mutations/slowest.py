"""Says which tests of a whole run took longest, and which planted mistakes each of them alone would notice.

``make test ARGS=--junitxml=suite.xml`` writes what ``python -m tests.mutations.slowest suite.xml`` reads. A test that
is slow and alone with nothing is one to merge or to drop; what it is for besides stands in the first line of its file.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from defusedxml.ElementTree import parse

from tests.mutations.planted_mistakes import ROOT, Mistake, planted_mistakes


@dataclass(frozen=True)
class Timed:
    """A test of a run."""

    file: str
    name: str
    seconds: float
    """With what was set up for it: the first test of a file that shares a market pays for the market."""


def timed_tests(report: Path) -> list[Timed]:
    """Every test of a JUnit report, the slowest first."""
    found = [
        Timed(f"{case.get('classname', '').replace('.', '/')}.py", case.get("name", ""), float(case.get("time", 0)))
        for case in parse(report).iter("testcase")
    ]
    return sorted(found, key=lambda one: (-one.seconds, one.file, one.name))


def noticed_by(test: Timed, mistakes: Sequence[Mistake]) -> tuple[list[str], list[str]]:
    """The planted mistakes that a test is named for, and those of them that no other file is named for."""

    def is_of(seen_by: str) -> bool:
        file, _, name = seen_by.partition("::")
        return file == test.file and (not name or name == test.name)

    # An example of a model is one of all that this test runs.
    runs_examples = test.file == "tests/dbt_project/test_examples.py"
    named = [one for one in mistakes if any(map(is_of, one.seen_by)) or (runs_examples and one.is_of_a_model)]
    alone = [one for one in named if runs_examples or {seen.partition("::")[0] for seen in one.seen_by} == {test.file}]
    return [one.name for one in named], [one.name for one in alone]


def purpose(file: str) -> str:
    """The first line of a test file."""
    path = ROOT / file
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else None
    return (said or "").partition("\n")[0]


def main(
    report: Annotated[Path, typer.Argument(help="What pytest --junitxml wrote.")],
    count: Annotated[int, typer.Option(help="How many tests are shown.")] = 20,
) -> None:
    """Print the slowest tests of a run as a table in Markdown, and what all of them are of the whole."""
    tests, mistakes = timed_tests(report), planted_mistakes()
    whole = sum(one.seconds for one in tests)
    lines = ["| seconds | test | what it holds | planted mistakes: named, alone |", "|---|---|---|---|"]
    for one in tests[:count]:
        named, alone = noticed_by(one, mistakes)
        place = one.file.removeprefix("tests/")
        lines.append(
            f"| {one.seconds:.1f} | `{place}::{one.name}` | {purpose(one.file)} | {len(named)}, {len(alone)} |"
        )
    print("\n".join(lines))
    shown = sum(one.seconds for one in tests[:count])
    print(f"\n{shown:.0f} of {whole:.0f} seconds of {len(tests)} tests, {shown / max(whole, 1):.0%}.")


if __name__ == "__main__":
    typer.run(main)
