"""Bank of Russia: what other currencies were worth in roubles, day by day.

Files: https://www.cbr.ru/development/SXML/. A rate is set on a working day and in force from the next day on. There are
no new rates for Sundays, Mondays and holidays; those days land empty, and who reads them carries the last earlier
rate forward. The European Central Bank has had no rouble since March 2022, and never had the tenge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pyrate_limiter import Duration, Rate

from extractors.errors import RetryLater, SourceChanged
from extractors.http.auth import NoAuth
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.model import Account, Client, Connection, Row, Source, Table, Window

DAY = "/scripts/XML_daily.asp"
# The site turns away programs that do not look like a browser, and now and then whoever comes from abroad.
USER_AGENT = "Mozilla/5.0 (compatible; leadgen-attribution/0.1)"
TURNED_AWAY_SECONDS = 60.0
DECIMAL_COMMA = re.compile(r"\d+(,\d+)?", re.ASCII)


def classify(answer: Answer) -> Verdict | None:
    """The bank's own rule: a 403 is its guard against robots, who lets the same request in later."""
    if answer.status == 403:
        return Verdict("wait", "the site's guard turned the request away", after=TURNED_AWAY_SECONDS)
    return None


def read_rates(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the rates that came into force on the window's days, one day a request."""
    for day in window.days():
        where = f"cbr: rates of {day}"
        root = _root(where, client.get_bytes(DAY, {"date_req": day.strftime("%d/%m/%Y")}))
        in_force = _in_force(where, root)
        if in_force > day:
            raise SourceChanged(f"{where}: the answer is of {in_force}. Has the bank changed its request?")
        # Asked for a day without a rate of its own, the bank answers with the last one before it.
        if in_force == day:
            yield [_row(where, day, currency) for currency in root.iter("Valute")]


def _root(where: str, content: bytes) -> Element:
    """The parsed answer. It is parsed as bytes: the prolog says which alphabet they are in."""
    if not content.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml"):
        raise RetryLater(f"{where}: the answer is not XML; it begins with {content[:20]!r}.")
    try:
        root: Element = fromstring(content)
    except DefusedXmlException as unsafe:
        raise SourceChanged(
            f"{where}: the answer declares entities or a document type, which it never did. It is not read."
        ) from unsafe
    except ParseError as broken:
        raise RetryLater(f"{where}: the answer is not whole (line {broken.position[0]}).") from broken
    except (LookupError, ValueError) as unknown:
        raise SourceChanged(f"{where}: the answer says that it is in an alphabet that nobody knows.") from unknown
    return root


def _in_force(where: str, root: Element) -> date:
    """The day from which the rates are in force."""
    text = root.attrib.get("Date")
    if text is None:
        # What the bank does not understand, it says in words and with status 200.
        said = " ".join("".join(root.itertext()).split())[:80]
        raise SourceChanged(f"{where}: the answer has no day; it says {said!r}.")
    if root.find("Valute") is None:
        raise SourceChanged(f"{where}: the answer holds no currency. Has the bank changed its form?")
    try:
        day, month, year = map(int, text.split("."))
        return date(year, month, day)
    except ValueError as unknown:
        raise SourceChanged(f"{where}: its day is not written like 31.03.2026.") from unknown


def _row(where: str, day: date, currency: Element) -> Row:
    # The price of one unit is there since 2023 only, so the price of `Nominal` units is what is read.
    record = {part.tag: (part.text or "").strip() for part in currency}
    missing = [name for name in ("CharCode", "Nominal", "Value") if name not in record]
    if missing:
        raise SourceChanged(f"{where}: a currency has no {missing}; it has {sorted(record)}.")
    value = _with_point(record["Value"])
    return {
        "day": day,
        "currency": record["CharCode"] or None,
        "nominal": record["Nominal"],
        "value": value,
        "rate": _per_unit(value, record["Nominal"]),
        "_payload": record,
    }


def _with_point(text: str) -> str:
    """A number with a decimal comma; what is none stays, and becomes a reject."""
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text


def _per_unit(value: str, nominal: str) -> Any:
    try:
        rate = Decimal(value) / Decimal(nominal)
        # Nothing is worth nothing: a rate of zero would make an endless sum of any amount.
        return rate if rate > 0 else None
    except ArithmeticError:
        return None


def connect(connection: Connection, account: Account) -> Client:
    """A client without a credential: the rates are public. It asks slowly."""
    return HttpClient(
        connection.base_url,
        name=f"cbr/{account.account}",
        auth=NoAuth(),
        classify=classify,
        rates=rates_of(account, Rate(2, Duration.SECOND)),
        headers={"User-Agent": USER_AGENT},
    )


CBR = Source(
    name="cbr",
    kind="rates",
    base_url="https://www.cbr.ru",
    docs="https://www.cbr.ru/development/SXML/",
    connect=connect,
    tables=(
        Table(
            name="rates",
            grain="day",
            key=("day", "currency"),
            day="day",
            required=("rate",),
            columns={"day": "date", "currency": "text", "nominal": "integer", "value": "rate", "rate": "rate"},
            read=read_rates,
        ),
    ),
)
