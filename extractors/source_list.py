"""The list of sources for docs/sources.md, made from the code: ``leadgen sources --markdown``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from extractors.http.answers import Answer
from extractors.http.client import HttpClient
from extractors.model import Account, Connection, Source, Table
from extractors.sources import SOURCES

STATUSES = (200, 400, 401, 402, 403, 404, 408, 409, 410, 413, 422, 423, 426, 429, 451, 500, 502, 503, 504)
GRAINS = {
    "day": "a day's rows",
    "changes": "what changed on a day",
    "snapshot": "all of it, each night",
}
REMOVALS = {
    "flag": "the record says so",
    "deleted_list": "a list of what was deleted",
    "ids": "a list of all ids",
    "event": "an event",
    "taken_over": "named by the record that took it in",
    "parent": "all of its parent's, or that there are none",
    "whole": "absent from all",
    "never": "stays: it happened",
    "not_told": "not told",
}
PROOFS = {
    "NoAuth": "none",
    "StaticHeader": "a key in a header",
    "ProvenToken": "a token with proof of the app's secret",
    "OAuthRefresh": "OAuth, refresh token",
    "RotatingOAuthRefresh": "OAuth, refresh token that changes at each use",
    "ClientCredentials": "OAuth, client credentials",
    "FewTokens": "OAuth, client credentials once, then a refresh token",
    "FormToken": "a token in the posted form",
    "QueryToken": "a token in the address",
    "CabinetToken": "a token inside the posted body",
    "ServiceAccount": "a service account's signed key",
}
CURES = {
    "refresh_auth": "renews the token, once",
    "wait": "waits as told",
    "transient": "asks again",
    "shrink": "asks for less",
    "restart": "reads the slice again",
    "skip": "leaves it out, with a warning",
    "gone": "keeps what was landed",
    "defer": "comes back in hours",
    "fix_settings": "says what to correct",
    "changed": "says what changed",
}
HEAD = """# Sources

Made from the code by `leadgen sources --markdown`; a test says when it is out of date. How to add one:
[add-a-source.md](add-a-source.md).

## What is read

The window is how far back a night reads again, because the vendor corrects its numbers so long.

Each row must tell its own day, in the column named here: a row of another day than those asked for is no row of theirs,
whatever the vendor answered, and becomes a reject that says so.

A CRM's table also says how a pull learns that something landed is gone.

| source | kind | table | what a file holds | key | tells its day by | window | learns of removals by | proof |
|---|---|---|---|---|---|---|---|---|
"""
STATUS_HEAD = """
## What becomes of an answer without a body

Bodies tell more: the errors that a vendor names in them are in `extractors/sources/<source>/`, each with its recorded
answer in `tests/extractors/sources/<source>/fixtures/`. A body that is cut, empty or not what was asked for is asked
for again.

"""


class _AnyText(dict[str, str]):
    """Has every field that a source may ask of a connection."""

    def __missing__(self, name: str) -> str:
        return "x"

    def get(self, name: str, default: str | None = None) -> str:  # type: ignore[override]
        return "x"


def markdown() -> str:
    """The whole document."""
    lines = [_row(source, table) for source in SOURCES.values() for table in source.tables]
    return HEAD + "\n".join(lines) + "\n" + STATUS_HEAD + "\n".join(_statuses()) + "\n"


def _row(source: Source, table: Table) -> str:
    window = f"{table.restated_days} days" if table.restated_days else "the day"
    cells = (
        f"`{source.name}`", source.kind, f"`{table.name}`", GRAINS[table.grain], ", ".join(table.key), table.day or "-",
        "-" if table.grain == "snapshot" else window,
        "; ".join(REMOVALS[way] for way in table.learns_of_removals_by) or "-", _proof(source),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _statuses() -> list[str]:
    """One line per source: each cure, with the status codes that lead to it."""
    found = {source.name: cures for source in SOURCES.values() if (cures := _cures(source))}
    used = [cure for cure in CURES if any(cure in cures for cures in found.values())]
    lines = ["| source | " + " | ".join(CURES[cure] for cure in used) + " |", "|---" * (len(used) + 1) + "|"]
    return lines + [
        f"| `{name}` | " + " | ".join(cures.get(cure, "-") for cure in used) + " |" for name, cures in found.items()
    ]


def _cures(source: Source) -> Mapping[str, str]:
    """Status codes by what is done about them; empty for a source that is no server."""
    if _proof(source) == "none" and source.kind != "rates":
        return {}
    client, found = _client(source), defaultdict(list)
    for status in STATUSES[1:]:
        cure = client.verdict_of(Answer("GET", "https://vendor.example", status, {}, None, ""))
        if cure:
            found[cure.cure].append(str(status))
    return {cure: ", ".join(statuses) for cure, statuses in found.items()}


def _proof(source: Source) -> str:
    return PROOFS[_client(source).proof]


def _client(source: Source) -> HttpClient:
    """The client of an account of nobody, which is never asked."""
    # Microsoft's headers name the customer, whom every account has.
    account = Account(source.name, "1", source.name, options={"customer_id": "1"})
    client = source.connect(Connection("https://vendor.example", "x", "x", _AnyText()), account)
    if not isinstance(client, HttpClient):
        raise TypeError(f"{source.name} speaks through {type(client).__name__}, of which nothing is known here")
    return client
