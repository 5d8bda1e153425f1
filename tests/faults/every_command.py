"""Runs every command of leadgen in this process and writes how each ended.

The folders are those of the environment. A command that ends in a traceback is written with it.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import typer
from typer.testing import CliRunner

from leadgen.__main__ import app

SMALL = ["--last-day", "2026-01-31", "--scale", "0.001"]
DAYS = ["--from", "2026-03-01", "--to", "2026-03-02"]
COMMANDS: dict[str, list[str]] = {
    "sources": ["sources"],
    "doctor": ["doctor"],
    "doctor --ask": ["doctor", "--ask"],
    "check-form": ["check-form", "no-such-page.html"],
    "check-file": ["check-file", "{data}/manual/spend/no-such-file.csv"],
    "template": ["template", "spend", "{data}/spend.xlsx"],
    # Nothing is landed yet: what a build does then takes minutes, and is told elsewhere.
    "build": ["build", "--to", "2026-03-02"],
    "pull": ["pull", *DAYS],
    "receive": ["receive", "--port", "{taken}"],
    "contracts": ["contracts"],
    "publish": ["publish", "--run-id", "night", "--to", "2026-03-02"],
    "rollback": ["rollback"],
    "activate": ["activate", "--dry-run"],
    "activations check": ["activations", "check"],
    "activations status": ["activations", "status"],
    "activations why": ["activations", "why"],
    "report": ["report"],
    "export": ["export", "leads", "--to", "{data}/leads.csv"],
    "explain": ["explain", "nobody"],
    "trace": ["trace", "leads", "--column", "lead_id"],
    "status": ["status"],
    "held": ["held"],
    "accept": ["accept", "--source", "manual"],
    "refuse": ["refuse", "--source", "manual"],
    "restore": ["restore", "--source", "manual"],
    "rename-account": ["rename-account", "--source", "manual", "--from", "manual", "--to", "files"],
    "forget": ["forget", "--email", "ann@firm.example"],
    "expire": ["expire", "--to", "2026-03-02"],
    "sandbox generate": ["sandbox", "generate", "--out", "{data}/market", *SMALL],
    "sandbox serve": ["sandbox", "serve", "--dir", "{data}/market", "--port", "{taken}"],
    "sandbox config": ["sandbox", "config", "--dir", "{data}/market", "--out", "{data}/made"],
    "sandbox land": ["sandbox", "land", "--dir", "{data}/market", "--data", "{data}"],
    "sandbox post": ["sandbox", "post", "--dir", "{data}/market", "--to", "http://127.0.0.1:1"],
    "sandbox score": ["sandbox", "score", "--dir", "{data}/market", "--data", "{data}"],
    "sandbox answer": ["sandbox", "answer", "no-such-page.md", "--data", "{data}"],
    "sandbox snowplow": ["sandbox", "snowplow", "--dir", "{data}/market", "--out", "{data}/files"],
}
"""By name, with the words that it is called with; `{data}` is the data folder, `{taken}` a port that is taken."""


def names(typed: typer.Typer) -> set[str]:
    """Every command there is."""
    click = typer.main.get_command(typed)
    found = set()
    for name, command in getattr(click, "commands", {}).items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}" for one in inner} if inner else {name}
    return found


def main(out: Path, data: str, taken: str) -> None:
    """Run them all."""
    ended = {}
    for name, words in COMMANDS.items():
        result = CliRunner().invoke(app, [word.format(data=data, taken=taken) for word in words])
        odd = result.exception and not isinstance(result.exception, SystemExit)
        trace = "".join(traceback.format_exception(result.exception)) if odd else ""
        ended[name] = {"code": result.exit_code, "said": result.output, "traceback": trace}
    out.write_text(json.dumps(ended), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
