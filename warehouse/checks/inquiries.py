"""Flags every inquiry that is poorly identified: one expectation a flag, one row an inquiry that does not meet it."""

from __future__ import annotations

import csv

from warehouse import settings
from warehouse.checks.suite import Check, Checked, run_checks, steps_of
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, open_build

TABLE = "intermediate.int_inquiries__identified"


def flag_checks(flags: list[tuple[str, str]]) -> list[Check]:
    """A check for each (flag, what to fix): the inquiry's column ``has_<flag>`` is false."""
    return [
        Check(
            name=flag,
            table=TABLE,
            expectation="ExpectColumnValuesToBeInSet",
            arguments={"column": f"has_{flag}", "value_set": [False]},
            sentence=cure,
            severity="info",
            meta={"flag": flag},
        )
        for flag, cure in flags
    ]


def flag_inquiries(run: BuildRun) -> list[PipelineStep]:
    """Write ``checks.inquiry_flags``. A single inquiry never stops the build, however bad it is."""
    found = run_checks(run, "inquiries", flag_checks(defined_flags()), key="inquiry_id")
    write_flags(run, found)
    return steps_of("check_inquiries", found)


def defined_flags() -> list[tuple[str, str]]:
    """The flags of the rule file ``flag_definitions``, each with its cure."""
    with (settings.rules_dir() / "flag_definitions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["flag"], row["what_to_fix"]) for row in csv.DictReader(file)]


def write_flags(run: BuildRun, found: list[Checked]) -> None:
    """Insert the failing rows by the query that finds them: lists of ids are cut off at twenty."""
    with open_build(run) as database:
        # The query that finds the rows names its table without the schema.
        database.execute("set search_path = 'intermediate'")
        database.execute("begin")
        database.execute("create or replace table checks.inquiry_flags (inquiry_id varchar, flag varchar)")
        for one in found:
            if one.unexpected_count and one.unexpected_query:
                query = one.unexpected_query.strip().rstrip(";")
                database.execute(
                    f"insert into checks.inquiry_flags select inquiry_id, ? from ({query})",
                    [one.check.meta["flag"]],
                )
        database.execute("commit")
