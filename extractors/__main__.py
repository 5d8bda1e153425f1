"""Commands for a person at a shell: read sources, list them, check what is configured."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.markup import escape
from rich.table import Table as ShownTable

from extractors.errors import ExtractError
from extractors.model import Account, Source, Window
from extractors.redaction import RedactingFilter, redacted
from extractors.settings import config_dir, data_dir, landing_dir, load_accounts

# Loading every source takes half a second: a command does it when it runs, and a list of commands never.
if TYPE_CHECKING:
    from extractors.landing.versions import Versions
    from extractors.run import Failure, LandedTable

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console()

INTERRUPTED = 130
"""What a shell calls an end by Ctrl-C."""


@app.command(epilog="Example: leadgen pull --from 2026-01-01 --to 2026-06-30. Then: leadgen build --to 2026-06-30")
def pull(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="first day, included")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="last day, included")],
    source: Annotated[list[str] | None, typer.Option(help="only this source; may be repeated")] = None,
    account: Annotated[list[str] | None, typer.Option(help="only this account; may be repeated")] = None,
    verbose: Annotated[bool, typer.Option(help="say why a request was repeated")] = False,
) -> None:
    """Read the days from every configured account into the landing zone."""
    from extractors.differences import differences
    from extractors.run import Failure, LandedTable
    from extractors.run import pull as pull_tables
    from extractors.sources import SOURCES

    _log(verbose)
    window = _window(first.date(), last.date())
    for name in source or ():
        _source(name)
    try:
        for sentence in differences(load_accounts(SOURCES)):
            console.print(f"[yellow]differs[/] {escape(sentence)}", highlight=False, soft_wrap=True)
        results = pull_tables(window, source or (), account or (), _show)
    except KeyboardInterrupt:
        console.print("Stopped. What was landed before stays as it is.")
        sys.stdout.flush()
        # At once: threads that hang in a request have nothing to put away any more.
        os._exit(INTERRUPTED)
    except ExtractError as error:
        _stop(str(error))
    failures = [result for result in results if isinstance(result, Failure) and not result.is_skipped]
    rows = sum(result.rows for result in results if isinstance(result, LandedTable))
    console.print(f"{rows:,} rows landed in {landing_dir()}; {len(failures)} of {len(results)} tables failed.")
    raise typer.Exit(1 if failures else 0)


OfSource = Annotated[str, typer.Option("--source", help="the source")]
OfAccount = Annotated[str, typer.Option("--account", help="only this account")]
OfTables = Annotated[list[str] | None, typer.Option("--table", help="only this table; may be repeated")]
FromDay = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day; the first there is")]
ToDay = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="last day; the last there is")]


@app.command(epilog="Then: leadgen accept, where the source is right; leadgen refuse, where what came is wrong.")
def held() -> None:
    """List the days that came back empty or much smaller and were kept aside."""
    from extractors.landing.versions import file_name, landed_accounts, rows_in
    from extractors.sources import SOURCES

    shown = ShownTable("source", "account", "table", "day", "rows landed", "rows held")
    for source in SOURCES.values():
        for versions in landed_accounts(landing_dir(), source, (), ""):
            for day in versions.days_in(versions.held):
                replaced = versions.replaced_by(day)
                landed = f"{rows_in(replaced):,}" if replaced else ""
                now = f"{rows_in(versions.held / file_name(day)):,}"
                shown.add_row(source.name, versions.account, versions.table.name, str(day), landed, now)
    console.print(shown)


@app.command(epilog="Example: leadgen accept --source callrail --account ACC1. Then: leadgen build --to 2026-06-30")
def accept(
    source: OfSource, account: OfAccount = "", table: OfTables = None, first: FromDay = None, last: ToDay = None
) -> None:
    """Put the days that were kept aside in place: the source is right, the rows are gone."""
    from extractors.landing.versions import Versions

    _change("held", "taken", Versions.accept, source, account, table, first, last)


@app.command(epilog="Example: leadgen refuse --source callrail --account ACC1")
def refuse(
    source: OfSource, account: OfAccount = "", table: OfTables = None, first: FromDay = None, last: ToDay = None
) -> None:
    """Drop the days that were kept aside: what is landed is right."""
    from extractors.landing.versions import Versions

    _change("held", "dropped", Versions.refuse, source, account, table, first, last)


@app.command(epilog="Example: leadgen restore --source meta_ads --from 2026-03-01 --to 2026-03-07")
def restore(
    source: OfSource, account: OfAccount = "", table: OfTables = None, first: FromDay = None, last: ToDay = None
) -> None:
    """Bring back what the days held before they were landed last; said twice, it is undone.

    The next pull of a day replaces it again: build, and see to the source, before that.
    """
    from extractors.landing.versions import Versions

    _change("previous", "brought back", Versions.restore, source, account, table, first, last)


def _change(
    kind: Literal["held", "previous"],
    done: str,
    change: Callable[[Versions, date], None],
    source: str,
    account: str,
    tables: list[str] | None,
    first: datetime | None,
    last: datetime | None,
) -> None:
    """Change the days that have a version of the kind, and say how many."""
    from extractors.landing.versions import landed_accounts

    chosen = _source(source)
    for name in tables or ():
        if name not in {one.name for one in chosen.tables}:
            _wrong_use(f"{source} has no table {name!r}; it has {[one.name for one in chosen.tables]}.", "--table")
    changed = 0
    try:
        for versions in landed_accounts(landing_dir(), chosen, tables or (), account):
            for day in versions.days_in(versions.held if kind == "held" else versions.previous):
                if (first is None or day >= first.date()) and (last is None or day <= last.date()):
                    change(versions, day)
                    console.print(f"{done} {source} {versions.account} {versions.table.name} {day}", highlight=False)
                    changed += 1
    except (ExtractError, OSError) as error:
        _stop(f"{error} {changed} days were {done} before that.")
    console.print(f"{changed} days {done}.")
    raise typer.Exit(0 if changed else 1)


@app.command(epilog="A pull does it as well. Then: leadgen build --to 2026-06-30")
def contracts() -> None:
    """Write the zero-row file of every table, which the models read their columns from."""
    from extractors.landing.contracts import write_contracts
    from extractors.sources import SOURCES

    write_contracts(landing_dir(), SOURCES.values())
    console.print(f"the contracts of {sum(len(one.tables) for one in SOURCES.values())} tables lie in {landing_dir()}")


@app.command(epilog="Then: list your accounts in accounts.yml; leadgen doctor says what is missing.")
def sources(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="print docs/sources.md, with what becomes of errors")
    ] = False,
) -> None:
    """List the sources, their tables and how far back each is read again."""
    if markdown:
        from extractors import source_list

        print(source_list.markdown(), end="")
        return
    from extractors.sources import SOURCES

    shown = ShownTable("source", "kind", "table", "grain", "read again", "key")
    for source in SOURCES.values():
        for table in source.tables:
            again = f"{table.restated_days} days" if table.restated_days else ""
            shown.add_row(source.name, source.kind, table.name, table.grain, again, ", ".join(table.key))
    console.print(shown)


@app.command(epilog="Then: leadgen pull --from 2026-01-01 --to 2026-06-30")
def doctor(
    ask: Annotated[bool, typer.Option("--ask", help="ask each account for a first page of each of its tables")] = False,
) -> None:
    """Say what is missing before a pull or a build meets it; ask no vendor, unless told to."""
    from extractors import doctor as checkup
    from extractors.sources import SOURCES

    _log(verbose=False)
    healthy = True

    def tell(findings: Iterable[checkup.Finding]) -> None:
        nonlocal healthy
        for word, sentence in findings:
            healthy = healthy and word not in checkup.BAD
            colour = "red" if word in checkup.BAD else "green"
            console.print(f"[{colour}]{word:<7}[/] {escape(redacted(sentence))}", highlight=False, soft_wrap=True)

    try:
        tell(checkup.look())
        if ask:
            tell(checkup.ask(load_accounts(SOURCES)))
    except ExtractError as error:
        _stop(str(error))
    console.print(f"configuration: {config_dir()}\ndata folder:   {data_dir()}", highlight=False, soft_wrap=True)
    raise typer.Exit(0 if healthy else 1)


@app.command(epilog="Then: leadgen build --to 2026-06-30")
def rename_account(
    source: OfSource,
    old: Annotated[str, typer.Option("--from", help="the name under which it is landed")],
    new: Annotated[str, typer.Option("--to", help="the name that accounts.yml has now")],
) -> None:
    """Give what is landed of an account the name that accounts.yml has now: one account is never two."""
    from extractors.landing.renamed import rename_account as rename

    chosen = _source(source)
    try:
        moved = rename(landing_dir(), chosen, old, new)
    except (ExtractError, OSError) as error:
        _stop(f"{error}")
    console.print(f"{moved} days moved from {old} to {new}.", highlight=False)
    raise typer.Exit(0 if moved else 1)


@app.command(epilog="Example: leadgen receive --port 8070")
def receive(
    host: Annotated[str, typer.Option(help="the address to listen on; 0.0.0.0 for every one")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8070,
    trusted_proxies: Annotated[
        str, typer.Option(help="addresses of proxies whose X-Forwarded-For and -Proto are believed, comma-separated")
    ] = "",
    port_file: Annotated[Path | None, typer.Option(help="where to write the port once it listens")] = None,
) -> None:
    """Take posts of forms (/hook/<account>) and hits of the pixel (/v) until interrupted.

    The accounts are those of accounts.yml whose source is webhook or pixel; they are read once, at the start.
    What is received lies in <data>/spool before it is answered; `pull --source webhook --source pixel` lands it.
    """
    from extractors.receiver.serve import serve
    from extractors.sources import SOURCES

    _log(verbose=False)
    try:
        serve(SOURCES, host, port, trusted_proxies, port_file)
    except ExtractError as error:
        _stop(str(error))


@app.command(epilog="Example: leadgen check-form https://www.example.com/quote")
def check_form(
    where: Annotated[str, typer.Argument(help="a page's address, a saved page, or a captured submission")],
    sender: Annotated[str, typer.Option(help="whose post the submission is, as the option 'sender' of a webhook")] = "",
) -> None:
    """Say what the receiver makes of a form, and which hidden fields it lacks; fails where one that is needed does."""
    from extractors.receiver.form_contract import check_form as check
    from extractors.receiver.senders import SENDERS

    if sender and sender not in SENDERS:
        _wrong_use(f"there is no sender {sender!r}; there are {', '.join(SENDERS)}.", "--sender")
    try:
        forms, findings = check(where, sender)
    except ExtractError as error:
        _stop(str(error))
    for form in forms:
        read = [f"{column} from {name!r} ({way})" for column, (name, way) in form.columns.items()]
        console.print(escape(f"{form.name}: reads {', '.join(read) or 'nothing'}."), highlight=False, soft_wrap=True)
        if not {"email", "phone"} & set(form.columns) and not form.is_only_hidden:
            console.print(escape(f"{form.name}: no field is taken for an address or a number."), soft_wrap=True)
    for finding in findings:
        word = "[red]needed[/] " if finding.is_needed else "[yellow]helpful[/]"
        console.print(
            f"{word} {escape(finding.form)}: {finding.meaning} is {finding.problem}; it {finding.why}",
            highlight=False,
            soft_wrap=True,
        )
    bad = {finding.form for finding in findings if finding.is_needed}
    console.print(f"{len(forms)} forms read, {len(bad)} lack what is needed.", highlight=False)
    raise typer.Exit(1 if bad else 0)


@app.command(epilog="Example: leadgen check-file data/manual/spend/report.csv. Then: leadgen pull --source manual ...")
def check_file(
    path: Annotated[Path, typer.Argument(help="a file, the folder of a table, or the whole drop")],
    table: Annotated[str, typer.Option(help="the table that the file is for, where its folder does not say it")] = "",
    brand: Annotated[str, typer.Option(help="whose data it is, where neither file nor account says it")] = "",
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="the last day of the pull; today")
    ] = None,
    write_mapping: Annotated[
        bool, typer.Option("--write-mapping", help="write what was guessed as mapping.yml beside the file")
    ] = False,
) -> None:
    """Say what a pull would make of files, without landing anything: columns, money, faults, what is passed over."""
    from extractors.sources import SOURCES
    from extractors.sources.manual import check_files
    from extractors.sources.manual import write_mapping as write

    try:
        listed = load_accounts(SOURCES) if (config_dir() / "accounts.yml").is_file() else []
        accounts = [account for account in listed if account.source == "manual"]
        if brand:
            accounts = [
                replace(account, brand=brand) for account in accounts or [Account("manual", "manual", "manual")]
            ]
        results = check_files(path, accounts, (last or datetime.now()).date(), table)  # noqa: DTZ005 - a person's day
        for result in results:
            console.print(f"[bold]{result.table.name}[/]", highlight=False)
            for sentence in result.sentences():
                console.print(escape(sentence), highlight=False, soft_wrap=True)
        if write_mapping:
            console.print(escape(f"wrote {write(path, results[0])}"), highlight=False, soft_wrap=True)
    except ExtractError as error:
        _stop(str(error))
    raise typer.Exit(0 if all(result.is_good for result in results) else 1)


@app.command(epilog="Example: leadgen template spend. Then: fill it in, and put it into data/manual/spend")
def template(
    table: Annotated[str, typer.Argument(help="the table: spend, deals, inquiries, plan ...")],
    target: Annotated[Path | None, typer.Argument(help="where to write it; <table>.xlsx here")] = None,
) -> None:
    """Write an empty workbook for a table of files: its columns, drop-down lists, and what each column is."""
    from extractors.sources.manual import MANUAL, empty_workbook

    names = [one.name for one in MANUAL.tables]
    if table not in names:
        _wrong_use(f"there is no table {table!r}; there are {', '.join(names)}.", "TABLE")
    file = target or Path(f"{table}.xlsx")
    if file.exists():
        _stop(f"{file} is there already. Name another one.")
    try:
        console.print(escape(f"wrote {empty_workbook(table, file)}"), highlight=False, soft_wrap=True)
    except (ExtractError, OSError) as error:
        _stop(str(error))


def _source(name: str) -> Source:
    from extractors.sources import SOURCES

    if name not in SOURCES:
        _wrong_use(f"there is no source {name!r}; there are {sorted(SOURCES)}.", "--source")
    return SOURCES[name]


def _window(first: date, last: date) -> Window:
    try:
        return Window(first, last)
    except ValueError as error:
        _wrong_use(str(error), "--from / --to")


def _show(result: LandedTable | Failure) -> None:
    from extractors.run import Failure

    name = f"{result.source} {result.account} {result.table}"
    if isinstance(result, Failure):
        word = "[yellow]skipped[/]" if result.is_skipped else "[red]failed[/] "
        console.print(f"{word} {name}: {escape(result.message)}", highlight=False, soft_wrap=True)
        return
    extra = f", {result.rejects:,} rejected" if result.rejects else ""
    extra += f", {result.column_rejects:,} with a value that could not be read" if result.column_rejects else ""
    extra += f", {result.duplicates:,} duplicates" if result.duplicates else ""
    extra += f", {result.held_days} days held back" if result.held_days else ""
    extra += f", {result.retries} repeated requests" if result.retries else ""
    console.print(
        f"landed  {name}: {result.rows:,} rows in {result.seconds:.1f} s{extra}", highlight=False, soft_wrap=True
    )
    for note in result.notes:
        console.print(f"        {escape(note)}", highlight=False, soft_wrap=True)


def _log(verbose: bool) -> None:
    handler = RichHandler(console=console, show_path=False, markup=False)
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler], format="%(message)s")


def _stop(sentence: str) -> NoReturn:
    console.print(f"[red]{escape(redacted(sentence))}[/]", highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def _wrong_use(sentence: str, option: str) -> NoReturn:
    """End the command as one that was used wrongly."""
    raise typer.BadParameter(sentence, param_hint=option)


if __name__ == "__main__":
    app()
