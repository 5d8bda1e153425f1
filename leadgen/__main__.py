"""Read what brought your clients, build the warehouse from it, and look at it."""

from __future__ import annotations

import copy
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from activations.__main__ import activations
from activations.__main__ import app as telling
from erasure.__main__ import app as erasing
from extractors.__main__ import app as extracting
from extractors.__main__ import doctor as examine
from extractors.settings import config_dir, data_dir
from leadgen import __version__
from leadgen.sentences import EndsInASentence
from leadgen.trace import app as tracing
from sandbox.__main__ import app as sandbox
from warehouse.__main__ import app as warehouse

GROUPS = {
    "Set up": ("sources", "doctor", "check-form", "template"),
    "Bring data in": ("check-file", "pull", "receive", "contracts"),
    "Build and publish": ("build", "publish", "rollback"),
    "Tell the ad platforms": ("activate",),
    "Look": ("report", "export", "explain", "trace", "status"),
    "When something is held back": ("held", "accept", "refuse", "restore", "rename-account"),
    "Forget": ("forget", "expire"),
}
"""What a person wants -> the commands for it, in the order in which they are shown."""
PLACES = (
    f"Configuration is read from {escape(str(config_dir()))}, data lies in {escape(str(data_dir()))}. LEADGEN_CONFIG "
    "and LEADGEN_DATA name other folders; unset or empty, they are config and data beside the code, from wherever the "
    "command is called. Installed without a checkout, they are those of the current folder."
)
EXITS = "Exits with 0 when all went well, 1 when something failed, 2 when called wrongly, 75 while another build runs."
EXAMPLE = "Example: leadgen pull --from 2026-01-01 --to 2026-06-30. Then: leadgen build --to 2026-06-30"

console = Console()
app = typer.Typer(
    help=__doc__,
    epilog="\n\n".join((PLACES, EXITS, EXAMPLE)),
    cls=EndsInASentence,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        print(f"leadgen {__version__}")
        raise typer.Exit


@app.callback()
def leadgen(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    pass


@app.command(epilog="Then: leadgen pull --from 2026-01-01 --to 2026-06-30")
def doctor(
    ask: Annotated[bool, typer.Option("--ask", help="ask each account for a first page of each of its tables")] = False,
) -> None:
    """Say what is missing before a pull or a build meets it; ask no vendor, unless told to."""
    from warehouse.rules import wrong_rules

    wrong = wrong_rules()
    for sentence in wrong:
        console.print(f"[red]{'wrong':<7}[/] {escape(sentence)}", highlight=False, soft_wrap=True)
    try:
        examine(ask)
    except typer.Exit as ended:
        raise typer.Exit(ended.exit_code or int(bool(wrong))) from None


def _gather() -> None:
    """Take over the commands of the packages, each under what it is for."""
    parts = (extracting, warehouse, tracing, telling, erasing)
    found = {name_of(command): command for part in parts for command in part.registered_commands}
    # What is examined is the configuration of all of them.
    found["doctor"] = app.registered_commands.pop()
    for group, names in GROUPS.items():
        for name in names:
            command = copy.copy(found[name])
            command.rich_help_panel = group
            app.registered_commands.append(command)
    app.add_typer(activations, name="activations", rich_help_panel="Tell the ad platforms")
    app.add_typer(sandbox, name="sandbox", rich_help_panel="Invented market")


def name_of(command: typer.models.CommandInfo) -> str:
    """The word by which a command is called."""
    if command.name:
        return command.name
    assert command.callback
    return command.callback.__name__.replace("_", "-")


_gather()

if __name__ == "__main__":
    app()
