"""Commands for a person at a shell: tell the ad platforms what became of their clicks, and see what they were told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from activations.errors import ActivationError, FixActivations
from activations.settings import config_dir
from extractors.errors import ExtractError
from handwritten.activations import FILE, Told, WrongActivations, read_activations
from handwritten.words import did_you_mean

if TYPE_CHECKING:
    from activations.sending import Report

Destination = Annotated[str | None, typer.Option("--destination", help="tell this platform alone")]
Account = Annotated[str | None, typer.Option("--account", help="tell this account alone")]

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
activations = typer.Typer(help="See what the ad platforms were told, and why not the rest.", no_args_is_help=True)
app.add_typer(activations, name="activations")
console = Console()


@app.command(epilog="Example: leadgen activate --dry-run. Then: leadgen activate; leadgen activations status")
def activate(
    destination: Destination = None,
    account: Account = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="only show what would go: nothing is sent, nothing is written down")
    ] = False,
    validate_only: Annotated[
        bool, typer.Option("--validate-only", help="ask the platform whether it would take it, where it can say")
    ] = False,
    at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M"], help="the moment of the sending in UTC, for an invented market"),
    ] = None,
) -> None:
    """Tell the ad platforms of activations.yml what became of their clicks, and correct what changed since."""
    from activations.sending import check, show, tell, utc_now

    now = at.replace(tzinfo=UTC) if at else utc_now()
    is_whole = True
    for told in _asked(destination, account):
        try:
            if dry_run:
                report = show(told, now)[1]
            else:
                report = (check if validate_only else tell)(told, now)
        except ActivationError as error:
            # One account that cannot be told holds up no other.
            console.print(f"[red]{type(error).__name__}[/] {error}", highlight=False, soft_wrap=True)
            is_whole = False
            continue
        _print(report, is_sent=not dry_run and not validate_only)
        is_whole &= report.is_whole
    if not is_whole:
        raise typer.Exit(1)


@activations.command(name="check", epilog="Then: leadgen activate --dry-run")
def check_readiness(destination: Destination = None, account: Account = None) -> None:
    """Ask each platform, by one cheap question, whether the account can be told: its token, its goals, its terms."""
    from activations.sending import ready, utc_now

    is_whole = True
    for told in _asked(destination, account):
        name = f"{told.destination} account {told.account}"
        try:
            missing = ready(told, utc_now())
        except (ActivationError, ExtractError) as error:
            missing = [str(error)]
        if missing is None:
            console.print(f"{name}: its connection is complete; it knows no such question", highlight=False)
        for line in missing or ():
            console.print(f"{name}: [red]{escape(line)}[/]", highlight=False, soft_wrap=True)
        if missing == []:
            console.print(f"{name}: ready", highlight=False)
        is_whole &= not missing
    if not is_whole:
        raise typer.Exit(1)


@activations.command(epilog="Then: leadgen activations why CONVERSION_ID")
def status(destination: Destination = None, account: Account = None) -> None:
    """Count what each account was told and how that stands."""
    from activations.looking import standing_of

    for told in _asked(destination, account):
        console.print(f"{told.destination} account {told.account} ({told.brand})", highlight=False)
        for line in standing_of(told):
            console.print(f"  {line}", highlight=False)


@activations.command(epilog="Example: leadgen activations why SALE_ID")
def why(conversion_id: Annotated[str, typer.Argument(help="a sale_id, lead_id or inquiry_id of the marts")]) -> None:
    """Say of one conversion who was told of it and when, or by which rule not."""
    from activations.looking import history_of

    try:
        for line in history_of(_asked(None, None), conversion_id):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    except ActivationError as error:
        _stop(error)


def _asked(destination: str | None, account: str | None) -> list[Told]:
    """The accounts of activations.yml that were asked for."""
    # Loading what sends takes long, and no help needs it.
    from activations.destination_list import DESTINATIONS

    try:
        listed = read_activations(config_dir(), DESTINATIONS)
        if not listed:
            raise FixActivations(
                f"{config_dir() / FILE} names nobody to tell. Begin it with a copy of activations.example.yml."
            )
        if destination and destination not in DESTINATIONS:
            known = ", ".join(DESTINATIONS)
            raise FixActivations(
                f"There is no destination {destination!r}; there are {known}.{did_you_mean(destination, DESTINATIONS)}"
            )
        found = [told for told in listed if destination in (None, told.destination) and account in (None, told.account)]
        if not found:
            raise FixActivations(f"{config_dir() / FILE} lists no such account.")
        return found
    except WrongActivations as wrong:
        _stop(FixActivations(str(wrong)))
    except ActivationError as error:
        _stop(error)


def _print(report: Report, is_sent: bool) -> None:
    console.print(f"{report.destination} account {report.account}", highlight=False)
    for line in _lines(report, is_sent):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def _lines(report: Report, is_sent: bool) -> Iterator[str]:
    if not report.outcomes:
        for action, rows in sorted(report.planned.items()):
            yield f"{'planned' if is_sent else 'would'} {action:<10} {rows:>8,}"
    for (action, state, reason), rows in sorted(report.outcomes.items()):
        yield f"{action:<10} {state:<14} {rows:>8,}  {reason}".rstrip()
    for (state, reason), rows in sorted(report.heard.items()):
        yield f"{'heard':<10} {state:<14} {rows:>8,}  {reason}".rstrip()
    if report.deaf:
        yield f"what became of earlier requests was not said: {report.deaf}"
    for rule, rows in sorted(report.left_out.items()):
        yield f"{'left out':<25} {rows:>8,}  {rule}"
    if report.stopped:
        yield f"stopped: {report.stopped}"


def _stop(error: ActivationError) -> NoReturn:
    console.print(f"[red]{type(error).__name__}[/] {error}", highlight=False, soft_wrap=True)
    raise typer.Exit(error.exit_code)


if __name__ == "__main__":
    app()
