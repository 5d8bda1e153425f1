"""European Central Bank: what one euro was worth in other currencies, day by day.

Files: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/. There
are no rates for weekends and holidays; those days land empty, and who reads them carries the last
earlier rate forward. A currency that is not in the file has no rate.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from extractors.errors import RetryLater, SourceChanged
from extractors.http.auth import NoAuth
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.model import Account, Client, Connection, Row, Source, Table, Window

RECENT = "/stats/eurofxref/eurofxref-hist-90d.xml"
EVERYTHING = "/stats/eurofxref/eurofxref-hist.zip"

CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"

# The whole history was 2 MB in 2026, packed to a quarter of it.
LARGEST_FILE = 50_000_000
LARGEST_RATIO = 100

LONGEST_HOLIDAYS = timedelta(days=5)

Rates = list[tuple[str, str]]
"""(currency, units of it for one euro), as the file spells them."""


def classify(answer: Answer) -> Verdict | None:
    """The ECB's own rule: during maintenance it answers 200 with a page in HTML."""
    if answer.status == 200 and answer.text.lstrip("\ufeff \r\n").lower().startswith(("<!doctype html", "<html")):
        return Verdict("transient", "a page in HTML came instead of the file")
    return None


def read_rates(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the rates of the window's days, from the small file if it reaches back far enough."""
    days = recent_days(client.get_bytes(RECENT))
    newest = max(days)
    if window.last_day - newest > LONGEST_HOLIDAYS:
        # Landed as days without rates they would look like holidays, until money could be converted no more.
        raise RetryLater(
            f"ecb: the newest rate is of {newest}, more than {LONGEST_HOLIDAYS.days} days before {window.last_day}, "
            "and no holidays are so long. Ask again later."
        )
    if min(days) > window.first_day:
        days = all_days(client.get_bytes(EVERYTHING), window)
    for day in sorted(days):
        if day in window:
            yield [
                {
                    "day": day,
                    "currency": currency,
                    "rate": rate,
                    "_payload": {"currency": currency, "rate": rate},
                }
                for currency, rate in days[day]
            ]


def recent_days(content: bytes) -> dict[date, Rates]:
    """The days of the XML file."""
    _refuse_another_kind(content, b"<?xml", "the 90 day file")
    try:
        root: Element = fromstring(content)
    except DefusedXmlException as unsafe:
        raise SourceChanged(
            "ecb: the 90 day file declares entities or a document type, which it never did. It is not read."
        ) from unsafe
    except ParseError as broken:
        raise RetryLater(f"ecb: the 90 day file is not whole (line {broken.position[0]}).") from broken
    except (LookupError, ValueError) as unknown:
        raise SourceChanged("ecb: the 90 day file says that it is in an alphabet that nobody knows.") from unknown
    days: dict[date, Rates] = {}
    for cube in root.iter(CUBE):
        if "time" in cube.attrib:
            days[_day(cube.attrib["time"])] = [_rate(rate) for rate in cube.iter(CUBE) if rate is not cube]
    if not days:
        raise SourceChanged("ecb: the 90 day file holds no day. Has the ECB changed its form?")
    return days


def _rate(cube: Element) -> tuple[str, str]:
    try:
        return cube.attrib["currency"], cube.attrib["rate"]
    except KeyError as missing:
        raise SourceChanged(
            f"ecb: a rate of the 90 day file has no {missing}; it has {sorted(cube.attrib)}."
        ) from missing


def all_days(content: bytes, window: Window) -> dict[date, Rates]:
    """The window's days of the history, which is one CSV file in a ZIP file."""
    _refuse_another_kind(content, b"PK", "the history file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_only_member(archive)) as member:
            text = _unpacked(member, limit=min(LARGEST_FILE, LARGEST_RATIO * len(content)))
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as broken:
        raise RetryLater("ecb: the history file is not whole.") from broken
    lines = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(lines, [])]
    if header[:1] != ["Date"] or len(header) < 2:
        raise SourceChanged("ecb: the history file does not begin with 'Date' and currencies.")
    days: dict[date, Rates] = {}
    for line in lines:
        if not line:
            continue
        day = _day(line[0].strip())
        if day in window:
            # The file ends each line with a comma, and says N/A where a currency had no rate.
            pairs = zip(header[1:], (value.strip() for value in line[1:]), strict=False)
            days[day] = [(currency, rate) for currency, rate in pairs if currency and rate not in ("", "N/A")]
    return days


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The one file inside; its name is not used for anything."""
    members = archive.infolist()
    if len(members) != 1:
        raise SourceChanged(f"ecb: the history file holds {len(members)} files where one was expected.")
    if members[0].flag_bits & 0x1:
        raise SourceChanged("ecb: the history file is encrypted, which it never was.")
    return members[0]


def _unpacked(member: IO[bytes], limit: int) -> str:
    """The text, read no further than the limit whatever the archive claims about its size."""
    content = member.read(limit + 1)
    if len(content) > limit:
        raise SourceChanged(f"ecb: the history file unpacks to more than {limit} bytes. It is not read.")
    return content.decode("utf-8-sig")


def _refuse_another_kind(content: bytes, beginning: bytes, what: str) -> None:
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginning):
        raise RetryLater(f"ecb: {what} is not what it should be; it begins with {content[:20]!r}.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as unknown:
        raise SourceChanged("ecb: a day is not written like 2026-03-31. Has the ECB changed its form?") from unknown


def connect(connection: Connection, account: Account) -> Client:
    """A client without a credential: the files are public."""
    # The folder may be part of the address; either way it is asked once.
    host = connection.base_url.rstrip("/").removesuffix("/stats/eurofxref")
    return HttpClient(host, name=f"ecb/{account.account}", auth=NoAuth(), classify=classify)


ECB = Source(
    name="ecb",
    kind="rates",
    base_url="https://www.ecb.europa.eu",
    docs="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
    connect=connect,
    tables=(
        Table(
            name="rates",
            grain="day",
            key=("day", "currency"),
            required=("rate",),
            day="day",
            columns={"day": "date", "currency": "text", "rate": "rate"},
            read=read_rates,
        ),
    ),
)
