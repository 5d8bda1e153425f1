"""Snowplow: events out of enriched files (TSV, gzip or not) that a loader leaves in a folder.

Format: https://docs.snowplow.io/docs/fundamentals/canonical-event/ (131 columns, no header, no quoting). An event may
come twice, and late: the two days before are read again. Page pings only say that a page is still open, and are left
out. Events become visits in the warehouse.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from extractors.errors import FixSettings, RetryLater
from extractors.fields import Field, Fields, columns_of
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.settings import data_dir, home

ROWS_PER_PAGE = 1_000
COLUMN_COUNT = 131
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PACKED = b"\x1f\x8b"

# The columns have no names in the files, only places, counted from 1.
PLACES = {
    "app_id": 1,
    "platform": 2,
    "collector_at": 4,
    "event": 6,
    "event_id": 7,
    "user_id": 13,
    "client_id": 16,
    "session_number": 17,
    "network_client_id": 18,
    "page_url": 30,
    "page_title": 31,
    "page_referrer": 32,
    "referrer_medium": 45,
    "referrer_source": 46,
    "mkt_medium": 48,
    "mkt_source": 49,
    "mkt_term": 50,
    "mkt_content": 51,
    "mkt_campaign": 52,
    "user_agent": 78,
    "mkt_click_id": 117,
    "mkt_network": 118,
    "session_id": 124,
    "derived_at": 125,
    "event_name": 127,
    "event_fingerprint": 130,
}
TIMES = ("collector_at", "derived_at")

EVENT: Fields = {
    name: Field(name, "timestamp" if name in TIMES else "integer" if name == "session_number" else "text")
    for name in PLACES
}


def read_events(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the events that were collected on the window's days, in UTC."""
    wanted = {day.isoformat() for day in window.days()}
    seen: set[str] = set()
    page: list[Row] = []
    for path in _files(_folder(account), window):
        for row in _rows(path):
            day = str(row.get("collector_at") or "")[:10]
            # A line without a day is rejected with its file, whatever days are asked for.
            if DAY.fullmatch(day) and day not in wanted:
                continue
            seen.add(day)
            page.append(row)
            if len(page) == ROWS_PER_PAGE:
                yield page
                page = []
    if page:
        yield page
    # A folder that was cleared says nothing about the days that were landed from it.
    client.gone |= {day for day in window.days() if day.isoformat() not in seen}


def _folder(account: Account) -> Path:
    named = account.options.get("folder")
    folder = data_dir() / "snowplow" / account.account if named is None else home() / Path(str(named)).expanduser()
    if not folder.is_dir():
        raise FixSettings(
            f"snowplow, account {account.account}: there is no folder {folder}. Let the loader write there, or correct "
            "the option 'folder'."
        )
    return folder


def _files(folder: Path, window: Window) -> Iterator[Path]:
    """The files that may hold events of the window: those dated about then, and those without a date."""
    first, last = window.first_day - timedelta(days=1), window.last_day + timedelta(days=1)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        # Loaders mark what is not whole, and what is no data, with a dot or an underscore.
        if not path.is_file() or any(part.startswith((".", "_")) for part in inside.parts):
            continue
        dated = _dated(inside.as_posix())
        if dated is None or first <= dated <= last:
            yield path


def _dated(path: str) -> date | None:
    """The day in a path such as ``run=2026-03-10-04-00-00/part-0.gz``."""
    found = DAY.search(path)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _rows(path: Path) -> Iterator[Row]:
    where = f"snowplow: {path.parent.name}/{path.name}"
    with path.open("rb") as file:
        is_packed = file.read(2) == PACKED
        file.seek(0)
        lines: Iterable[bytes] = gzip.GzipFile(fileobj=file) if is_packed else file
        try:
            for line in lines:
                row = _event(line.decode(errors="replace").rstrip("\r\n"))
                if row is not None:
                    yield row
        except (EOFError, zlib.error, gzip.BadGzipFile) as cut:
            raise RetryLater(f"{where}: the file is not whole. Is it still being written?") from cut


def _event(line: str) -> Row | None:
    """The event of a line; None for a page ping."""
    cells = line.split("\t")
    if len(cells) != COLUMN_COUNT:
        reason = f"the line has {len(cells)} columns where an enriched event has {COLUMN_COUNT}"
        return {"_reject_reason": reason, "_payload": {"column_count": len(cells)}}
    event: Row = {name: cells[place - 1] or None for name, place in PLACES.items()}
    if event["event"] == "page_ping":
        return None
    # The columns with addresses of networks, cookies and contexts stay in the file.
    payload = dict(event)
    for name in TIMES:
        # UTC without saying so.
        event[name] = f"{event[name]}Z" if event[name] else None
    return {**event, "_payload": payload}


def connect(connection: Connection, account: Account) -> Client:
    """A client that is never asked: the files are on this machine."""
    return HttpClient(connection.base_url, name=f"snowplow/{account.account}", auth=NoAuth())


SNOWPLOW = Source(
    name="snowplow",
    kind="visits",
    base_url="http://localhost",
    docs="https://docs.snowplow.io/docs/fundamentals/canonical-event/",
    connect=connect,
    tables=(
        Table(
            name="events",
            grain="day",
            # An event that comes again comes at another time; which was first is seen in the warehouse.
            key=("event_id", "collector_at"),
            day="collector_at",
            required=("event",),
            restated_days=2,
            columns=columns_of(EVENT),
            read=read_events,
        ),
    ),
)
