"""Commands of the sandbox: invent a market, serve it as the vendors would, land it, score what was found."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sandbox import FIRST_DAY, LAST_DAY

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(highlight=False)


def _made(folder: Path) -> Path:
    if not (folder / "wire.duckdb").exists():
        raise typer.BadParameter(f"there is no market in {folder}; make one: leadgen sandbox generate --out {folder}")
    return folder


Folder = Annotated[Path, typer.Option("--dir", callback=_made, help="the market's folder")]


@app.command(
    epilog="Example: leadgen sandbox generate --out data/market. Then: leadgen sandbox serve --dir data/market"
)
def generate(
    out: Annotated[Path, typer.Option(help="the folder to write the market to")],
    seed: Annotated[int, typer.Option(help="another seed is another market")] = 7,
    scale: Annotated[float, typer.Option(min=0.001, help="1 is 60,000 visits; 80 is five million")] = 1.0,
    first_day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the market's first day", show_default=f"{FIRST_DAY}")
    ] = None,
    last_day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the market's last day", show_default=f"{LAST_DAY}")
    ] = None,
) -> None:
    """Invent a market: what its vendors know, what its staff write down, and apart what is true."""
    from sandbox.generate import Market
    from sandbox.generate import generate as generate_market

    first = first_day.date() if first_day else FIRST_DAY
    last = last_day.date() if last_day else LAST_DAY
    market = Market(seed, scale, first, last)
    with console.status("inventing") as status:
        generate_market(market, out, lambda step: status.update(f"inventing {step}"))
    console.print(f"a market of scale {scale:g} lies in {out}")


@app.command(epilog="Example: leadgen sandbox answer docs/questions.md --data data/demo")
def answer(
    document: Annotated[Path, typer.Argument(help="a Markdown file of questions with their queries")],
    data: Annotated[Path, typer.Option(help="the data folder with the published warehouse")],
) -> None:
    """Run every query of a document on a warehouse and write its answers into the document."""
    from sandbox.questions import answered

    document.write_text(answered(document.read_text(encoding="utf-8"), data / "warehouse.duckdb"), encoding="utf-8")


@app.command(epilog="Example: leadgen sandbox serve --dir data/market --port 8090. Then: leadgen sandbox config")
def serve(
    folder: Folder,
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 0,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port_file: Annotated[Path | None, typer.Option(help="where to write the port once it listens")] = None,
) -> None:
    """Serve the market over HTTP in its vendors' wire formats until interrupted."""
    from sandbox.serve import serve as serve_market

    serve_market(folder, host, port, port_file)


@app.command(epilog="Example: leadgen sandbox config --dir data/market --out data/config --port 8090")
def config(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="the configuration folder to write")],
    port: Annotated[int | None, typer.Option(help="also print the connections of a server on this port")] = None,
    all_sources: Annotated[
        bool, typer.Option("--all-sources", help="also whoever tells the market once more, as a brand of its own")
    ] = False,
) -> None:
    """Write the configuration that reads this market: accounts and rule files."""
    from sandbox.config import connections, write_config

    write_config(folder, out, all_sources=all_sources)
    if port:
        for name, value in connections(f"http://127.0.0.1:{port}", folder).items():
            print(f"export {name}='{value}'")


@app.command(epilog="Example: leadgen sandbox post --dir data/market --to http://127.0.0.1:8070")
def post(
    folder: Folder, to: Annotated[str, typer.Option(help="the receiver's address, such as http://127.0.0.1:8070")]
) -> None:
    """Send a brand's forms, lead notices and page views to a receiver with the accounts of `config --all-sources`."""
    from sandbox.posts import posts, send

    with console.status("posting"):
        sent = send(posts(folder), to)
    console.print(", ".join(f"{count:,} to {account}" for account, count in sent.items()))


@app.command(epilog="Example: leadgen sandbox land --dir data/market --data data/large")
def land(folder: Folder, data: Annotated[Path, typer.Option(help="the data folder to land in")]) -> None:
    """Write the landing zone directly, without HTTP: for markets of millions of visits."""
    from sandbox.land import land as land_market

    with console.status("landing") as status:
        land_market(folder, data, lambda table: status.update(f"landing {table}"))
    console.print(f"landed below {data}")


@app.command(epilog="Example: leadgen sandbox snowplow --dir data/market --out data/snowplow/nordhaus")
def snowplow(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="the folder for the files, which the account's option 'folder' names")],
    brand: Annotated[str, typer.Option(help="whose visits")] = "nordhaus",
) -> None:
    """Write a brand's visits once more, as the files of a Snowplow loader."""
    from sandbox.snowplow_files import write_events

    console.print(f"{write_events(folder, out, brand):,} events lie below {out}")


@app.command(epilog="Example: leadgen sandbox score --dir data/demo-market --data data/demo")
def score(folder: Folder, data: Annotated[Path, typer.Option(help="the warehouse's data folder")]) -> None:
    """Say how much of the truth the published warehouse found."""
    from sandbox.score import score as score_market
    from sandbox.score import score_flags, score_models, score_people
    from sandbox.score_claims import score_causes, score_claims

    found = score_market(folder, data / "warehouse.duckdb")
    people, clicks = found.identifiable_inquiries, found.inquiries_with_click_evidence
    console.print(f"{found.right_person_share:.4f} right person, of {people:,} identifiable inquiries")
    console.print(f"{found.lead_campaign_share:.4f} right campaign under last_touch, of leads with evidence")
    console.print(f"{found.right_campaign_share:.4f} right campaign, of {clicks:,} inquiries with evidence")
    console.print(f"{found.right_channel_share:.4f} right channel, of the same inquiries")
    pairs = score_people(folder, data / "warehouse.duckdb")
    console.print(f"{pairs.precision:.4f} precision of people, of {pairs.found_pairs:,} pairs found")
    console.print(f"{pairs.recall:.4f} recall of people, of {pairs.permitted_pairs:,} pairs that the evidence permits")
    for flag in score_flags(folder, data / "warehouse.duckdb"):
        precision, recall = ("   -  " if share is None else f"{share:.4f}" for share in (flag.precision, flag.recall))
        console.print(f"{precision} precision, {recall} recall of {flag.flag}: {flag.expected:,}, found {flag.found:,}")
    for model in score_models(folder, data / "warehouse.duckdb"):
        named = f"{model.attribution_model} at {model.brand}"
        console.print(f"{model.true_channel_share:.4f} of the revenue of {model.sales:,} sales to its channel: {named}")
    for cause in score_causes(folder, data / "warehouse.duckdb"):
        far = "" if cause.is_near else ", which is far"
        console.print(f"{cause.cause} at {cause.brand}, {cause.source}: {cause.expected:,}, found {cause.found:,}{far}")
    for claim in score_claims(folder, data / "warehouse.duckdb"):
        named = f"{claim.claimed:,.0f} claimed by {claim.source} at {claim.brand} ({claim.conversion_kind})"
        console.print(f"{claim.unexplained_share:.4f} unexplained of {named}, {claim.ours:,.0f} counted")


if __name__ == "__main__":
    app()
