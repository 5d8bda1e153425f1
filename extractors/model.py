"""What a source, a table, an account and a window are. Data only; behaviour lives beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, Any, Literal, Protocol

Row = dict[str, Any]
"""One record: the table's columns, and under ``_payload`` the record as the vendor sent it."""


@dataclass(frozen=True)
class ColumnPage:
    """Rows as columns, from a reader whose rows come by the million. Reads as a list of rows, slowly."""

    columns: Mapping[str, Any]
    """Arrow arrays of one length, in the types of the table's columns."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why a row is rejected, by its place in the page."""
    emptied: Mapping[int, str] = field(default_factory=dict)
    """What could not be read of a row that is accepted without it."""
    payloads: Mapping[int, Row] = field(default_factory=dict)
    """The record as it came, of the rejected rows: the others are their columns."""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __iter__(self) -> Iterator[Row]:
        lists = {name: array.to_pylist() for name, array in self.columns.items()}
        for place in range(len(self)):
            row: Row = {name: values[place] for name, values in lists.items()}
            if place in self.reasons:
                row |= {"_reject_reason": self.reasons[place], "_payload": self.payloads.get(place)}
            yield row


Page = list[Row] | ColumnPage
"""What a reader gives at a time."""

ColumnType = Literal["text", "integer", "decimal", "rate", "boolean", "date", "timestamp"]
"""``decimal`` is money or another exact number (20 digits, 6 after the point); ``rate`` has 10
after the point; ``timestamp`` is UTC in microseconds; JSON is ``text``."""


@dataclass(frozen=True)
class Window:
    """Days to read, both ends included."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise ValueError(f"the window ends ({self.last_day}) before it starts ({self.first_day})")

    def days(self) -> list[date]:
        """Every day of the window, oldest first."""
        length = (self.last_day - self.first_day).days
        return [self.first_day + timedelta(days=n) for n in range(length + 1)]

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Connection:
    """Where a source is and what opens it. Its ``repr`` shows no secret."""

    base_url: str
    login: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)

    def secrets(self) -> list[str]:
        """Every value that must never be shown."""
        return [value for value in (self.login, self.password, *self.extra.values()) if value]


@dataclass(frozen=True)
class Account:
    """One login at a source, as ``accounts.yml`` lists it."""

    source: str
    account: str
    connection: str
    brand: str | None = None
    """None only where the rows name their brand themselves (``manual``)."""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Traffic:
    """What a client did, for the run's summary."""

    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class Client(Protocol):
    """What a reader may ask of whoever speaks to its account; ``extractors.http.client`` is the one that does."""

    base_url: str
    name: str
    last_headers: Mapping[str, str]
    gone: set[date]
    """Days that the source keeps no more: a reader notes them, and what was landed of them stays."""
    partly_gone: set[date]
    """Days of which the source tells a part: what was landed of them stays, but for the keys that came again."""
    awaited: set[date]
    """Days that the source has not made ready: nothing is landed of them, not even that they were empty."""
    parts_read: set[str]
    """The parts of the account that were read, where it has parts: what was landed of others stays."""
    parts_kept: set[str]
    """Parts that are there and could not be read: what was landed of them stays."""
    parts_unfinished: set[str]
    """Parts that may be cut off: what was landed of them stays where it was more."""
    faults: list[str]
    """What could not be read while the rest could: the pull lands the rest, and then fails with these."""

    @property
    def traffic(self) -> Traffic:
        """What was sent so far."""

    def pause(self, seconds: float) -> None:
        """Leave the source alone for a while, and count it."""

    def with_token(self, token: str) -> Client:
        """The same client with another token: what lies inside an account may have one of its own."""

    def get(self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """The decoded JSON of an answer; numbers with a fraction are ``Decimal``."""

    def post_json(self, path: str, body: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The decoded JSON of the answer to a JSON body. Only for requests that may be repeated."""

    def post_form(self, path: str, fields: Mapping[str, Any]) -> Any:
        """The decoded JSON of the answer to a form. Only for requests that may be repeated."""

    def get_bytes(
        self, path: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The body as it is. Only for small files: one of more than 256 MiB is ``TooMuch``."""

    def stream(
        self, method: str, path: str, json: Any = None, check: Callable[[IO[bytes]], None] = ...
    ) -> AbstractContextManager[IO[bytes]]:
        """The complete body as a file, at its start; one for which ``check`` raises is asked for again."""

    def close(self) -> None:
        """Let the connections go."""


Removal = Literal["flag", "deleted_list", "ids", "event", "taken_over", "parent", "whole", "never", "not_told"]
"""How a pull learns that something it landed is gone:

``flag`` - the record comes once more and says so; ``deleted_list`` - another table lists what was deleted;
``ids`` - another table lists every id that there is; ``event`` - an event tells it; ``taken_over`` - the record
that took it in names it; ``parent`` - each reading of its parent brings all that the parent has, and a row without
a key where it has none; ``whole`` - each pull brings everything; ``never`` - it is something that happened;
``not_told`` - the vendor doesn't tell, and what was landed stays."""


@dataclass(frozen=True)
class Table:
    """What a source gives, and what its rows promise.

    ``grain`` says how a day's file is to be read: ``day`` - the rows of that day, and nothing else
    holds them; ``changes`` - the records that changed that day, the newest version of a key wins;
    ``snapshot`` - everything there is, the newest pull replaces the older ones.
    """

    name: str
    grain: Literal["day", "changes", "snapshot"]
    key: tuple[str, ...]
    columns: Mapping[str, ColumnType]
    read: Callable[[Client, Account, Window], Iterator[list[Row]] | Iterator[ColumnPage]]
    day: str | None = None
    """The date or timestamp column (UTC) that puts a row into its day; None for a snapshot."""
    required: tuple[str, ...] = ()
    """Columns beside the key and the day without which a row is rejected."""
    has_empty_keys: bool = False
    """True where a column of the key may be empty; two empty ones are equal."""
    restated_days: int = 0
    """How many days before the run's own day are read again, because the vendor corrects them."""
    is_cleared_by_hand: bool = False
    """True where people take rows away on purpose: they are the source."""
    learns_of_removals_by: tuple[Removal, ...] = ()
    """Said of every table of a CRM: a sale whose deal is gone would stay for ever."""
    optional: tuple[str, ...] = ()
    """Columns of the customer's own fields: one whose values cannot be read is no change of the vendor's."""
    settle: Callable[[Client, list[Row]], list[Row]] | None = None
    """Takes accepted rows of the same keys and gives those that are to stand, some of them perhaps rejected.
    Without it the row read last stands."""
    told: Callable[[Client], list[str]] | None = None
    """What a person should know of what was read, a sentence each; asked when the rows are settled."""
    part: str | None = None
    """The column that says of which part of the account a row is, where an account has parts."""

    @property
    def shrinks(self) -> bool:
        """Whether a day may well come back with fewer rows: of ``changes`` a record leaves for its newest day."""
        return self.grain == "changes" or self.is_cleared_by_hand


@dataclass(frozen=True)
class Source:
    """A vendor that we read."""

    name: str
    kind: Literal["ads", "visits", "forms", "calls", "crm", "rates", "manual"]
    base_url: str
    tables: tuple[Table, ...]
    connect: Callable[[Connection, Account], Client]
    """Makes the HTTP client of an account: its authentication, its limits, its error rules."""
    docs: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Field of the connection -> where a person finds its value."""
    needs_connection: Callable[[Account], bool] = lambda account: True
    """False for an account that nothing has to open, though others of the source need it."""

    def table(self, name: str) -> Table:
        """The table of that name."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{self.name} has no table {name!r}; it has {[t.name for t in self.tables]}")
