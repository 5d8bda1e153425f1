"""The command that traces a published number, and shows of what was landed only what anybody may see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer()
console = Console()


@app.command(
    epilog="Example: leadgen trace channel_days --column spend --where date=2026-06-01 --where channel='Paid Search'"
)
def trace(
    table: Annotated[str, typer.Argument(help="a table of docs/tables.md")],
    column: Annotated[str, typer.Option(help="the column whose value is asked for")],
    where: Annotated[
        list[str] | None, typer.Option(help="COLUMN=VALUE, as often as needed; nothing after = means that it is empty")
    ] = None,
    all_to: Annotated[
        Path | None, typer.Option("--all", help="a folder for all landed records, one Parquet file per landed table")
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="say which records came, went or changed since the build before")
    ] = False,
    private: Annotated[bool, typer.Option("--private", help="show and write contacts too")] = False,
) -> None:
    """Show what a published number was made of, step by step, down to the landed records."""
    from leadgen.records import shown_record, whole_record
    from warehouse.errors import BuildError
    from warehouse.trace.cell import find_cell, open_before, open_newest
    from warehouse.trace.compare import changes, tell_changes
    from warehouse.trace.follow import follow
    from warehouse.trace.tell import tell, write_all

    conditions = {}
    for one in where or ():
        name, said, value = one.partition("=")
        if not said or not name.isidentifier():
            raise typer.BadParameter(f"{one!r} is not COLUMN=VALUE", param_hint="--where")
        conditions[name] = value
    try:
        lineage = open_newest()
        try:
            cell = find_cell(lineage, table, conditions, column)
            found = follow(lineage, cell.mart, cell.condition, [column])
            for line in tell(lineage, cell, found, whole_record if private else shown_record):
                console.print(line, highlight=False, markup=False, soft_wrap=True)
            if changed:
                before = open_before()
                try:
                    old = find_cell(before, table, conditions, column)
                    was = follow(before, old.mart, old.condition, [column])
                    console.print()
                    for line in tell_changes(cell, old.value, changes(lineage, found, before, was)):
                        console.print(line, highlight=False, markup=False, soft_wrap=True)
                finally:
                    before.close()
            if all_to:
                count = write_all(lineage, found, all_to, private)
                console.print(f"{all_to}: {count:,} landed records", highlight=False, soft_wrap=True)
        finally:
            lineage.close()
    except BuildError as error:
        console.print(f"[red]{type(error).__name__}[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(error.exit_code) from None
