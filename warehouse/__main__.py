"""Commands for a person at a shell: build and publish the warehouse, go back, look at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from report.errors import ReportError
from warehouse.errors import BuildError

if TYPE_CHECKING:
    from warehouse.publish.postgres import Shown

ToOlderDay = Annotated[bool, typer.Option("--to-older-day", help="publish although readers see a newer day")]

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console()


@app.command(
    epilog="Example: leadgen build --to 2026-06-30. Then: leadgen report; leadgen rollback, if the numbers are wrong."
)
def build(
    to: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="the last day that the build may know")],
    run_id: Annotated[str | None, typer.Option(help="a name for the build; made from the day otherwise")] = None,
    to_older_day: ToOlderDay = False,
) -> None:
    """Build everything from the landing zone, check it, publish it, show the report."""
    from warehouse import build as phases
    from warehouse.publish.report import show_report
    from warehouse.run import BuildRun

    day = to.date()
    try:
        run = replace(BuildRun(run_id, day) if run_id else phases.new_run(day), to_older_day=to_older_day)
        console.print(f"build {run.run_id}", highlight=False)
        phases.build(run, _told)
        show_report(console)
        _follow()
    except BuildError as error:
        _stop(error)


@app.command(epilog="Example: leadgen publish --run-id RUN --to 2026-06-30. Or: leadgen publish --to postgres")
def publish(
    to: Annotated[str, typer.Option(help="the last day that the build knew; or: postgres", metavar="DAY|postgres")],
    run_id: Annotated[str | None, typer.Option(help="the build, as `build` named it")] = None,
    to_older_day: ToOlderDay = False,
) -> None:
    """Publish a build again whose checks passed, or what is published to a Postgres too."""
    from warehouse import build as phases
    from warehouse.publish import postgres
    from warehouse.run import BuildRun

    if (to == "postgres") == (run_id is not None):
        raise typer.BadParameter("name the build and its day: --run-id RUN --to DAY; or only: --to postgres")
    try:
        if run_id is None:
            _say_shown(postgres.publish())
        else:
            run = BuildRun(run_id, _day(to), to_older_day)
            console.print(f"readers now see {phases.publish(run)}", highlight=False)
            _follow()
    except BuildError as error:
        _stop(error)


@app.command(epilog="Then: leadgen status")
def rollback() -> None:
    """Let readers see the generation before the current one again, and its report."""
    from report.write import write_report
    from warehouse import settings
    from warehouse.publish.generations import rollback as roll_back

    try:
        console.print(f"readers now see {roll_back().name}", highlight=False)
        _follow()
        write_report(settings.warehouse_link(), settings.report_dir())
    except (BuildError, ReportError) as error:
        _stop(error)


@app.command(epilog="Then: leadgen explain LEAD_ID")
def report() -> None:
    """Write the page with the published numbers again, and show them by channel here."""
    from report.write import write_report
    from warehouse import settings
    from warehouse.publish.report import show_report

    try:
        show_report(console)
        write_report(settings.warehouse_link(), settings.report_dir())
    except (BuildError, ReportError) as error:
        _stop(error)


@app.command(
    epilog="Example: leadgen export channel_days --to channel_days.xlsx; leadgen export --question 12 --to q.csv"
)
def export(
    to: Annotated[Path, typer.Option(help="the file: .xlsx, .csv or .parquet says what is written")],
    table: Annotated[str | None, typer.Argument(help="a table of docs/tables.md")] = None,
    question: Annotated[int | None, typer.Option(help="the number of a question of docs/questions.md")] = None,
    sql: Annotated[str | None, typer.Option(help="a query of your own over the schema marts")] = None,
) -> None:
    """Write published rows into a file for a spreadsheet or a notebook."""
    from warehouse.publish import export as exporting

    if (table is not None) + (question is not None) + (sql is not None) != 1:
        raise typer.BadParameter("name one of: a table, --question NUMBER, --sql QUERY")
    try:
        query = sql or (exporting.table_query(table) if table else exporting.question_query(question or 0))
        console.print(f"{to}: {exporting.export(query, to):,} rows", highlight=False)
    except BuildError as error:
        _stop(error)


@app.command(epilog="Example: leadgen explain LEAD_ID")
def explain(
    record_id: Annotated[
        str,
        typer.Argument(help="a sale_id of marts.sales, a lead_id of marts.leads or an inquiry_id of marts.inquiries"),
    ],
) -> None:
    """Tell who is behind a lead or an inquiry, how that is known, and which contacts earned the credit."""
    from warehouse.explain import explain as tell

    try:
        for line in tell(record_id):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    except BuildError as error:
        _stop(error)


@app.command(epilog="Then: leadgen report; leadgen rollback, to go back.")
def status() -> None:
    """Say what is published, what can be gone back to, and whether a build runs."""
    from warehouse import settings
    from warehouse.lock import holder_of
    from warehouse.publish import generations

    current = generations.served()
    for generation in generations.kept():
        mark = "*" if current and generation.name == current.name else " "
        gone = "  (withdrawn)" if generation.is_withdrawn else ""
        console.print(
            f"{mark} {generation.name}  to {generation.as_of_day}, published {generation.published_at[:16]} UTC{gone}",
            highlight=False,
        )
    if current is None:
        console.print("nothing is published yet")
    console.print(holder_of(settings.build_dir()) or "no build runs", highlight=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2026-06-30", param_hint="--to") from None


def _follow() -> None:
    """Publish to Postgres too, where the setting asks for it."""
    from warehouse.publish import postgres

    if shown := postgres.follow():
        _say_shown(shown)


def _say_shown(shown: Shown) -> None:
    console.print(f"readers of Postgres now see {shown.generation}: {shown.rows:,} rows loaded", highlight=False)


def _told(phase: str, seconds: float) -> None:
    console.print(f"  {phase:<16} {seconds:6.1f} s", highlight=False)


def _stop(error: BuildError | ReportError) -> NoReturn:
    console.print(f"[red]{type(error).__name__}[/] {error}", highlight=False, soft_wrap=True)
    raise typer.Exit(error.exit_code)


if __name__ == "__main__":
    app()
