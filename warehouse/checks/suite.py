"""The only door to Great Expectations: runs a list of expectations over tables of a build, and keeps the pages."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from warehouse import settings
from warehouse.checks.buffered_cursor import buffered_cursors
from warehouse.checks.index import Kind, Told, page_of, take_out_other_hosts, write_index
from warehouse.checks.later import loaded_later
from warehouse.errors import CheckFailed
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, garbage_kept

Severity = Literal["critical", "warning", "info"]

PAGE = {"view": {"module_name": "warehouse.checks.pages", "class_name": "Page"}}
SITE = {
    "class_name": "SiteBuilder",
    "site_index_builder": {
        "class_name": "DefaultSiteIndexBuilder",
        "view": {"module_name": "warehouse.checks.pages", "class_name": "IndexPage"},
    },
    "site_section_builders": {"expectations": PAGE, "validations": PAGE, "profiling": PAGE},
    "show_how_to_buttons": False,
}


@dataclass(frozen=True)
class Check:
    """One expectation about a table."""

    name: str
    table: str
    """Schema and table, as ``staging.stg_ecb__rates``."""
    expectation: str
    """The class of ``great_expectations.expectations``."""
    arguments: dict[str, Any]
    sentence: str
    """What does not hold when it fails, for the person on call."""
    severity: Severity = "critical"
    meta: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """What one check found."""

    check: Check
    success: bool
    seconds: float
    unexpected_count: int
    unexpected_query: str | None
    """SQL that gives the key of every row that does not hold, however many they are."""


def load() -> Any:
    """Great Expectations, silent: it takes seconds to load, and only what checks needs it."""
    settings.silence_telemetry()
    # The tests of distributions, which none of our checks is, take a sixth of the time.
    with garbage_kept(), loaded_later("scipy.stats"):
        import great_expectations as gx

    # Some of its loggers set a level of their own.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return gx


def run_checks(
    run: BuildRun,
    suite: str,
    checks: Sequence[Check],
    key: str | None = None,
    functions: Callable[[Any], None] | None = None,
) -> list[Checked]:
    """Run the checks, one suite of pages a table; with a ``key`` the rows that fail can be asked for.

    ``functions`` adds to a connection what the views of the tables call. No value of a row reaches the pages or what is
    returned.
    """
    gx = load()
    result_format: dict[str, Any] = {
        "result_format": "COMPLETE" if key else "BASIC",
        "partial_unexpected_count": 0,
        **({"unexpected_index_column_names": [key]} if key else {}),
    }
    started = time.monotonic()
    schemas = list(dict.fromkeys(check.table.partition(".")[0] for check in checks))
    with buffered_cursors(schemas, functions), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_sql(name="build", connection_string=f"duckdb:///{run.database}")
        found: list[Checked] = []
        definitions = []
        for table in dict.fromkeys(check.table for check in checks):
            asset = source.add_table_asset(name=f"{suite}: {table}", table_name=table.partition(".")[2])
            batch = asset.add_batch_definition_whole_table("all rows")
            expectations = [
                getattr(gx.expectations, check.expectation)(
                    **check.arguments,
                    severity=check.severity,
                    meta={"check": check.name, **check.meta},
                    notes=check.sentence,
                )
                for check in checks
                if check.table == table
            ]
            named = context.suites.add(gx.ExpectationSuite(name=f"{suite}: {table}", expectations=expectations))
            definition = gx.ValidationDefinition(name=f"{suite}: {table}", data=batch, suite=named)
            definitions.append(context.validation_definitions.add(definition))
        pages = settings.data_docs_dir() / suite
        _keep_pages(context, pages)
        checkpoint = context.checkpoints.add(
            gx.Checkpoint(name=suite, validation_definitions=definitions, result_format=result_format)
        )
        outcome = checkpoint.run(run_id=gx.core.run_identifier.RunIdentifier(run_name=run.run_id))
        # Once for all tables: an action of the checkpoint would write the index anew after each.
        context.build_data_docs()
        take_out_other_hosts(pages)
        by_name = {check.name: check for check in checks}
        for validated in outcome.run_results.values():
            found += [_checked(result, by_name) for result in validated.results]
    seconds = (time.monotonic() - started) / max(1, len(found))
    told = [
        Told(
            name=one.check.name,
            table=one.check.table,
            sentence=one.check.sentence,
            kind=_kind(one),
            found=one.unexpected_count,
            is_flag="flag" in one.check.meta,
            page=page_of(pages, one.check.table, run.run_id),
        )
        for one in found
    ]
    write_index(settings.data_docs_dir(), suite, run.run_id, told)
    return [Checked(**{**vars(one), "seconds": seconds}) for one in found]


def _keep_pages(context: Any, pages: Path) -> None:
    """The pages of this suite, in a folder of their own below the data docs."""
    pages.mkdir(parents=True, exist_ok=True)
    backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(pages)}
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    context.add_data_docs_site("pages", {**SITE, "store_backend": backend})


def _checked(result: Any, by_name: dict[str, Check]) -> Checked:
    meta = result.expectation_config.meta or {}
    check = by_name[meta["check"]]
    if result.exception_info and any(one.get("raised_exception") for one in _exceptions(result.exception_info)):
        raise CheckFailed(f"The check {check.name} of {check.table} could not be made. See the data docs.")
    values = result.result or {}
    return Checked(
        check=check,
        success=bool(result.success),
        seconds=0.0,
        unexpected_count=int(values.get("unexpected_count") or 0),
        unexpected_query=values.get("unexpected_index_query"),
    )


def _exceptions(info: dict[str, Any]) -> list[dict[str, Any]]:
    """One exception, or one for each metric."""
    return [info] if "raised_exception" in info else list(info.values())


def steps_of(phase: str, found: Sequence[Checked]) -> list[PipelineStep]:
    """What was checked, as rows of the build's table of steps."""
    return [
        PipelineStep(phase, one.check.name, "check", "pass" if one.success else _status(one), one.seconds)
        for one in found
    ]


def _status(one: Checked) -> str:
    return "fail" if one.check.severity == "critical" else "warn"


def _kind(one: Checked) -> Kind:
    if one.success:
        return "pass"
    kinds: dict[Severity, Kind] = {"critical": "fail", "warning": "warn", "info": "info"}
    return kinds[one.check.severity]


def refuse_failed(phase: str, found: Sequence[Checked]) -> list[PipelineStep]:
    """The steps of a phase; a critical check that does not hold is ``CheckFailed`` in one sentence."""
    steps = steps_of(phase, found)
    failed = [one.check for one in found if not one.success and one.check.severity == "critical"]
    if failed:
        others = f" {len(failed) - 1} more checks failed." if len(failed) > 1 else ""
        raise FailedChecks(
            f"{failed[0].sentence} (check {failed[0].name} of {failed[0].table}).{others} Readers keep the "
            f"warehouse published last; {settings.data_docs_dir() / phase.removeprefix('check_')} shows all checks.",
            steps,
        )
    return steps


class FailedChecks(CheckFailed):
    """A critical check does not hold; carries what ran, so that the run's table shows it."""

    def __init__(self, message: str, steps: list[PipelineStep]) -> None:
        super().__init__(message)
        self.steps = steps
