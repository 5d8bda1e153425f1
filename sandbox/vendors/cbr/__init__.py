"""The Bank of Russia's rates of a day, as XML in windows-1251 with decimal commas.

Request: https://www.cbr.ru/development/SXML/. The rates are invented, the same each time; a rate is set from Monday to
Friday and in force from the next day on.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from sandbox.answering.answer import Answer, Refused
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor

SUNDAY, MONDAY = 6, 0
CURRENCIES = (
    ("R01235", "840", "USD", 1, "Доллар США", Decimal("83.5211")),
    ("R01239", "978", "EUR", 1, "Евро", Decimal("91.8732")),
    ("R01335", "398", "KZT", 100, "Тенге", Decimal("16.0412")),
)


def price(currency: Decimal, day: date) -> Decimal:
    """What the nominal costs in roubles on a day on which a rate came into force."""
    return (currency * (1 + Decimal(day.toordinal() % 97) / 10_000)).quantize(Decimal("0.0001"))


def in_force(day: date) -> date:
    """The day itself, or the last one before it on which new rates came into force."""
    while day.weekday() in (SUNDAY, MONDAY):
        day -= timedelta(days=1)
    return day


def _daily(call: Call) -> Answer:
    try:
        number, month, year = map(int, call.query["date_req"].split("/")) if call.query else _today(call)
        day = in_force(date(year, month, number))
    except (KeyError, ValueError):
        return _xml('<ValCurs name="Foreign Currency Market">Error in parameters</ValCurs>')
    rates = "".join(
        f'<Valute ID="{key}"><NumCode>{iso_number}</NumCode><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal>'
        f"<Name>{name}</Name><Value>{_comma(price(value, day))}</Value>"
        f"<VunitRate>{_comma(price(value, day) / nominal)}</VunitRate></Valute>"
        for key, iso_number, code, nominal, name, value in CURRENCIES
    )
    return _xml(f'<ValCurs Date="{day:%d.%m.%Y}" name="Foreign Currency Market">{rates}</ValCurs>')


def _today(call: Call) -> tuple[int, int, int]:
    today = call.sandbox.now()
    return today.day, today.month, today.year


def _comma(number: Decimal) -> str:
    return str(number).replace(".", ",")


def _xml(text: str) -> Answer:
    return Answer(200, ('<?xml version="1.0" encoding="windows-1251"?>' + text).encode("cp1251"), {}, "text/xml")


def _let_in(call: Call) -> Login:
    """Whoever looks like a browser."""
    if not call.headers.get("user-agent", "").startswith("Mozilla/"):
        raise Refused(_page(403, "Forbidden"))
    return Login("cbr", "", "cbr", "", "", {})


def _page(status: int, title: str) -> Answer:
    return Answer(status, f"<html><title>{title}</title></html>".encode(), {}, "text/html")


CBR = Vendor(
    source="cbr",
    routes=(Route("GET", "/scripts/XML_daily.asp", _daily),),
    let_in=_let_in,
    rate_limited=lambda call, wait: _page(429, "Too Many Requests"),
    server_error=lambda call: _page(503, "Service Unavailable"),
    # Nobody signs in; its guard turns programs away in the same way.
    expired_token=lambda call: _page(403, "Forbidden"),
    revoked=lambda call: _page(403, "Forbidden"),
    not_found=lambda call: _page(404, "Not Found"),
)
