"""The command by which a person is forgotten."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from activations.errors import ActivationError
from extractors.errors import ExtractError
from forgotten.listed import UnreadableList
from handwritten.activations import WrongActivations
from warehouse.errors import BuildError

if TYPE_CHECKING:
    from erasure.discover import Asked
    from erasure.search import Searched

STOPPED_BY = (ActivationError, BuildError, ExtractError, UnreadableList, WrongActivations)
"""What ends in a sentence for a person."""

app = typer.Typer(help=__doc__, pretty_exceptions_enable=False)
console = Console()

Emails = Annotated[list[str] | None, typer.Option("--email", help="an address of the person; may be said often")]
Phones = Annotated[list[str] | None, typer.Option("--phone", help="a number of the person, as anybody writes it")]
People = Annotated[list[str] | None, typer.Option("--person", help="a person_id of marts.inquiries")]


@app.callback()
def erasing() -> None:
    pass


@app.command(epilog="Example: leadgen forget --email ann@firm.example --dry-run. Then the same without --dry-run.")
def forget(
    email: Emails = None,
    phone: Phones = None,
    person: People = None,
    brand: Annotated[str | None, typer.Option(help="only where they are this brand's")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would go, and change nothing")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="search every byte for the person, and change nothing")
    ] = False,
) -> None:
    """Erase a person everywhere below the data folder; totals stay. Named nobody, finish what was begun."""
    from erasure import steps
    from erasure.discover import Asked

    asked = Asked(tuple(email or ()), tuple(phone or ()), tuple(person or ()), brand)
    try:
        if verify:
            _verify(asked)
        elif dry_run:
            _preview(asked)
        else:
            done = steps.forget(asked, lambda step, seconds: _say(f"  {step:<12} {seconds:6.1f} s"))
            rows = sum(one["rows"] for one in done.landing)
            _say(
                f"{done.people} forgotten: {rows:,} landed rows and {done.posts:,} posts are nobody's now, "
                f"{done.generations} generations and {done.builds} builds are gone. Searched {done.searched_bytes:,} "
                f"bytes in {done.searched_files:,} files for {done.searched_for:,} forms: found {done.found}."
            )
            if done.withdrawals_waiting:
                _say(
                    f"{done.withdrawals_waiting} conversions are to be taken back from ad platforms: leadgen activate. "
                    "Until a platform has answered, its ledger keeps the ids that it knows them by."
                )
            if done.taken_back or done.not_taken_back:
                _say(
                    f"{done.taken_back} conversions that ad platforms knew by a contact alone were taken back, "
                    f"{done.not_taken_back} were not: now nobody can."
                )
            if done.changed_totals:
                _say(f"Totals that differ from before: {', '.join(done.changed_totals)}")
            _say_not_searched(done.not_searched)
            if done.open_by:
                _say(f"{done.open_by} programs still read the old warehouse; restart them.")
            _say(f"The certificate is {Path('erasures') / done.erasure}.json below the data folder.")
    except STOPPED_BY as error:
        _stop(error)


@app.command(epilog="Example: leadgen expire --to 2026-06-30 --dry-run. The days are in config/retention.yml.")
def expire(
    to: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="the day on which things are too old")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would go, and change nothing")] = False,
) -> None:
    """Forget by age what config/retention.yml names: people, visitors, payloads, logs, held, exports, ledgers, runs."""
    from erasure.retention import expire as expire_now

    try:
        done = expire_now(to.date(), dry=dry_run)
        would = "would be" if dry_run else "are"
        _say(
            f"{len(done.people):,} people {would} forgotten; gone {would} {done.payload_rows:,} payloads, "
            f"{done.logs:,} logs, {done.held:,} held days and files of rejects, {done.exports:,} exports, the ids of "
            f"{done.ledger_lines:,} lines of ledgers and {done.run_rows:,} rows of Airflow's; of nobody "
            f"{would} {done.visitor_rows:,} rows of visitors."
        )
    except STOPPED_BY as error:
        _stop(error)


def _preview(asked: Asked) -> None:
    from erasure import steps

    people, landed, posts, told, searched, patterns = steps.preview(asked)
    for person in people:
        records = ", ".join(f"{count} {kind}" for kind, count in sorted(person.records.items())) or "no record"
        known = Counter(kind for kind, _ in person.values)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(known.items()))
        many = f"; {len(person.names)} names" if len(person.names) > 1 else ""
        _say(f"{person.brand or 'every brand'}: {records}; known by {kinds}{many}")
    for one in landed:
        _say(f"  {one.place:<10} {one.table:<40} {one.rows:>6} rows in {one.files} files")
    _say(f"  {'spool':<10} {'':<40} {posts:>6} posts")
    _say(f"  {'ledgers':<10} {'':<40} {told.lines:>6} lines")
    _say_hits(searched, patterns)
    _say("Nothing was changed. Builds and generations are made anew; what was published before goes.")


def _verify(asked: Asked) -> None:
    from erasure import steps

    searched, patterns, landed, told = steps.verify(asked)
    rows = sum(one.rows for one in landed)
    _say(
        f"Searched {searched.bytes:,} bytes in {searched.files:,} files, and {searched.values_bytes:,} bytes of "
        f"values, for {len(patterns):,} forms: found in {len(searched.hits)} files. By the list, {rows} landed rows "
        f"and {told.lines} lines of ledgers; {told.waiting} conversions wait to be taken back by their platforms."
    )
    _say_hits(searched, patterns)
    if searched.hits or rows or told.lines or told.waiting:
        raise typer.Exit(1)


def _say_hits(searched: Searched, patterns: dict[bytes, str]) -> None:
    from erasure.everywhere import top_of

    places: dict[str, Counter[str]] = {}
    for hit in searched.hits:
        place = top_of(hit)
        counted = places.setdefault(place, Counter())
        counted["files"] += 1
        for pattern, count in hit.patterns.items():
            counted[patterns[pattern]] += count
    for place, counted in sorted(places.items()):
        forms = ", ".join(f"{form} {count}" for form, count in sorted(counted.items()) if form != "files")
        _say(f"  {place:<20} {counted['files']:>5} files: {forms}")
    _say_not_searched(searched.not_searched)


def _say_not_searched(places: list[str]) -> None:
    for place in places:
        _say(f"Not searched: {place}")


def _say(text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


def _stop(error: Exception) -> NoReturn:
    console.print(f"[red]{type(error).__name__}[/] {error}", highlight=False, soft_wrap=True)
    raise typer.Exit(error.exit_code if isinstance(error, BuildError) else 1)


if __name__ == "__main__":
    app()
