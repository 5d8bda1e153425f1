"""Reads one table of one account for a window and lands it; or all of them, none stopping the others."""

from __future__ import annotations

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from threading import Event
from traceback import walk_tb

from extractors.errors import ExtractError, FixSettings, SkipAccount, SourceChanged
from extractors.landing.contracts import write_contracts
from extractors.landing.memory import give_memory_back, leave_pandas_out
from extractors.landing.new_fields import FieldsSeen
from extractors.landing.rejects_file import write_rejects
from extractors.landing.versions import Held
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Connection, Source, Table, Window
from extractors.private import private_file, private_folder
from extractors.redaction import redacted, safe_logger
from extractors.settings import connection as connection_from_environment
from extractors.settings import landing_dir, load_accounts, rejects_dir, state_dir
from extractors.sources import SOURCES
from extractors.threads import each_in_threads

log = safe_logger(__name__)

ACCOUNTS_AT_ONCE = 4
MOST_TOLD = 10
LONGEST_TOLD = 60


@dataclass(frozen=True)
class LandedTable:
    """What one table of one account brought."""

    source: str
    account: str
    table: str
    first_day: date
    last_day: date
    rows: int
    rejects: int
    column_rejects: int
    """Rows that landed with an empty column, because its value could not be read."""
    duplicates: int
    held_days: int
    """Days that stay as they were, because most of their rows did not come back."""
    pages: int
    requests: int
    retries: int
    waited_seconds: float
    seconds: float
    new_fields: tuple[str, ...] = ()
    """Fields that the vendor never sent before; they are in the payload alone."""
    notes: tuple[str, ...] = ()
    """What a person should know of what was read: files, what was passed over, why rows were rejected."""


@dataclass(frozen=True)
class Failure:
    """What could not be read, and why in one sentence."""

    source: str
    account: str
    table: str
    error: str
    message: str
    is_skipped: bool
    """True when we may not read it: a warning, not an error."""


class Stopped(Exception):
    """Somebody wants no more of it: nothing of the table was replaced."""


def land_table(
    source: Source,
    account: Account,
    table_name: str,
    window: Window,
    connection: Connection,
    stopping: Event | None = None,
) -> LandedTable:
    """Replace the window's days of one table with what the source says now.

    Raises an ``ExtractError`` named by its cure; then every day that was landed before is untouched. ``stopping``
    ends it between two pages.
    """
    table = source.table(table_name)
    with _no_surprise(source, account, table):
        return _landed(source, account, table, window, connection, stopping or Event())


@contextmanager
def _no_surprise(source: Source, account: Account, table: Table) -> Iterator[None]:
    """Whatever an answer holds, name the place that could not read it. The error's own message may hold a value."""
    try:
        yield
    except (ExtractError, OSError, MemoryError, Stopped):
        raise
    except Exception as odd:
        raise SourceChanged(
            f"{source.name}, account {account.account}: {table.name} could not be read "
            f"({type(odd).__name__} at {_place_of(odd)}). An answer holds something that the reader does not foresee. "
            "Has the vendor changed it? If not, report the fault with this sentence."
        ) from None


def _place_of(error: BaseException) -> str:
    """The last line of ours that an error came through."""
    here = Path(__file__).resolve().parents[1]
    ours = [
        (Path(frame.f_code.co_filename).relative_to(here), line)
        for frame, line in walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(here / "extractors")
    ]
    return f"{ours[-1][0]}, line {ours[-1][1]}" if ours else "a place outside of the reader"


def _landed(
    source: Source, account: Account, table: Table, window: Window, connection: Connection, stopping: Event
) -> LandedTable:
    table_name, started, pages = table.name, time.monotonic(), 0
    client = source.connect(connection, account)
    root, fields, told = landing_dir(), FieldsSeen(), list[str]()
    leave_pandas_out()
    if table.settle:
        give_memory_back()
    write_contracts(root, [source])
    run_id = uuid.uuid4().hex[:12]
    with LandingWriter(root, source.name, table, account, window, run_id, siblings=source.tables) as writer:
        for page in table.read(client, account, window):
            if stopping.is_set():
                raise Stopped
            writer.add(page)
            if isinstance(page, list):
                fields.look(page)
            pages += 1
        # What people post and drop has whatever fields and types they like; only a vendor's mean a change.
        if client.traffic.requests and (retyped := writer.types.retyped()):
            raise SourceChanged(
                f"{source.name}, account {account.account}: {table_name} came with {', '.join(map(repr, retyped))} in "
                f"another type: no value of {writer.types.rows:,} rows can be read. Has the vendor changed it?"
            )
        if table.settle:
            settle = partial(table.settle, client)
            counts = writer.commit_columns(settle, client.parts_kept, client.parts_unfinished, client.parts_read)
            refused = rejects_dir() / source.name / account.account / f"{table_name}.csv"
            if writer.everything and write_rejects(writer.everything, table, refused):
                told.append(f"the rejected rows lie in {refused}: correct them and drop that file in {table_name}")
        else:
            counts = writer.commit(client.gone, client.awaited, client.partly_gone, client.parts_read)
    known = state_dir() / "fields" / f"{source.name}.{table_name}.{account.account}.json"
    new_fields = fields.new_since(known) if client.traffic.requests else []
    landed = LandedTable(
        source=source.name,
        account=account.account,
        table=table_name,
        first_day=window.first_day,
        last_day=window.last_day,
        rows=counts.rows,
        rejects=counts.rejects,
        column_rejects=counts.column_rejects,
        duplicates=counts.duplicates,
        held_days=len(counts.held),
        pages=pages,
        requests=client.traffic.requests,
        retries=client.traffic.retries,
        waited_seconds=round(client.traffic.waited_seconds, 1),
        seconds=round(time.monotonic() - started, 2),
        new_fields=tuple(name[:LONGEST_TOLD] for name in new_fields[:MOST_TOLD]),
        notes=(*(table.told(client) if table.told else ()), *_shrunk(source, account, table, counts.shrunk), *told),
    )
    _note(root, landed)
    if client.faults:
        # The others are landed; whoever looks for a failure must find one.
        others = "; ".join(landed.notes)
        raise FixSettings(
            f"{' '.join(client.faults)} What was landed of it stays; {landed.rows:,} rows of {table_name} are landed"
            f"{f' ({others})' if others else ''}."
        )
    if counts.held:
        log.warning("%s", _held_sentence(landed, counts.held))
    if new_fields:
        where = f"{landed.source}, account {landed.account}: {landed.table}"
        named, more = ", ".join(map(repr, landed.new_fields)), len(new_fields) - len(landed.new_fields)
        log.warning(
            "%s has fields that never came before: %s%s. They are kept in _payload, and no column takes them.",
            where,
            named,
            f" and {more} more" if more else "",
        )
    return landed


def _shrunk(source: Source, account: Account, table: Table, shrunk: Mapping[str, tuple[int, int]]) -> list[str]:
    """What was held back of a file, and the cure."""
    return [
        f"{part} has {now:,} good rows where {before:,} are landed, so what is landed stays. If that is right: "
        f"leadgen accept --source {source.name} --account {account.account} --table {table.name}"
        for part, (before, now) in shrunk.items()
    ]


def _held_sentence(landed: LandedTable, held: Mapping[date, Held]) -> str:
    """What was held back, and the cure."""
    landed_rows, came, refused = (sum(rows) for rows in zip(*held.values(), strict=True))
    more = f" ({refused:,} more did not fit the contract)" if refused else ""
    days = f"{min(held)}" if len(held) == 1 else f"{len(held)} days from {min(held)} to {max(held)}"
    return (
        f"{landed.source}, account {landed.account}: {landed.table} of {days} came back with {came:,} rows{more} "
        f"where {landed_rows:,} are landed, so what is landed stays. If the new rows are right: "
        f"leadgen accept --source {landed.source} --account {landed.account} --table {landed.table}"
    )


def pull(
    window: Window,
    sources: Collection[str] = (),
    accounts: Collection[str] = (),
    told: Callable[[LandedTable | Failure], None] = lambda result: None,
) -> list[LandedTable | Failure]:
    """Land every table of the chosen accounts (all by default). One that fails does not stop the others.

    Ctrl-C ends it within seconds: what is being read is left as it was.
    """
    write_contracts(landing_dir(), SOURCES.values())
    chosen = [
        account
        for account in load_accounts(SOURCES)
        if (not sources or account.source in sources) and (not accounts or account.account in accounts)
    ]

    stopping = Event()

    def account_tables(account: Account) -> list[LandedTable | Failure]:
        source, results = SOURCES[account.source], []
        for table in source.tables:
            if stopping.is_set():
                break
            result = _attempt(source, account, table, window, stopping)
            told(result)
            results.append(result)
        return results

    by_account = each_in_threads(account_tables, chosen, ACCOUNTS_AT_ONCE, stopping)
    return [result for results in by_account for result in results]


def _attempt(source: Source, account: Account, table: Table, window: Window, stopping: Event) -> LandedTable | Failure:
    try:
        with _no_surprise(source, account, table):
            found = connection_from_environment(source, account)
        return land_table(source, account, table.name, window, found, stopping)
    except (ExtractError, OSError, MemoryError) as error:
        kind = type(error).__name__
        message = redacted(str(error))
        if isinstance(error, OSError):
            message = f"{source.name}: the landing zone cannot be written ({message}). Nothing was replaced."
        if isinstance(error, MemoryError):
            message = f"{source.name}, account {account.account}: {table.name} needs more memory. Ask for fewer days."
        return Failure(source.name, account.account, table.name, kind, message, isinstance(error, SkipAccount))


def totals(results: Sequence[LandedTable | Failure]) -> dict[str, int]:
    """Rows landed by source."""
    rows: dict[str, int] = defaultdict(int)
    for result in results:
        if isinstance(result, LandedTable):
            rows[result.source] += result.rows
    return dict(rows)


def _note(root: Path, landed: LandedTable) -> None:
    """Append what was counted to the day's run log; a line is one write, so processes may share the file."""
    now = datetime.now(UTC)
    folder = private_folder(root / "_runs")
    line = json.dumps({"at": now.isoformat(timespec="seconds"), **asdict(landed)}, default=str)
    with private_file(folder / f"{now.date()}.jsonl").open("a", encoding="utf-8") as log_file:
        log_file.write(line + "\n")
