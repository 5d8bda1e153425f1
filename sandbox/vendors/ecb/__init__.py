"""The European Central Bank's reference rates, as XML and as a zipped CSV file.

Files: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, timedelta
from itertools import groupby

from sandbox.answering.answer import Answer, Refused
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor

FOLDER = "/stats/eurofxref"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
    "<gesmes:subject>Reference rates</gesmes:subject>"
    "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>"
)
Rate = tuple[date, str, str]


def _xml(call: Call, days: int | None) -> Answer:
    rates = _rates(call)
    newest = rates[0][0] if rates else call.sandbox.now()
    parts = [HEAD]
    for day, of_day in groupby(rates, key=lambda rate: rate[0]):
        if days is not None and day <= newest - timedelta(days=days):
            break
        cubes = "".join(f'<Cube currency="{currency}" rate="{rate}"/>' for _, currency, rate in of_day)
        parts.append(f'<Cube time="{day.isoformat()}">{cubes}</Cube>')
    return _file(call, ("".join(parts) + "</Cube></gesmes:Envelope>").encode(), "text/xml")


def _zip(call: Call) -> Answer:
    rates = _rates(call)
    currencies = sorted({currency for _, currency, _ in rates})
    # Every line ends in a comma, as the bank writes it; a missing rate is N/A.
    lines = [",".join(["Date", *currencies, ""])]
    for day, of_day in groupby(rates, key=lambda rate: rate[0]):
        found = {currency: rate for _, currency, rate in of_day}
        lines.append(",".join([day.isoformat(), *(found.get(name, "N/A") for name in currencies), ""]))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed time, so that the same rates give the same file.
        entry = zipfile.ZipInfo("eurofxref-hist.csv", date_time=(2026, 1, 1, 16, 0, 0))
        archive.writestr(entry, "\n".join(lines) + "\n", zipfile.ZIP_DEFLATED)
    return _file(call, packed.getvalue(), "application/zip")


def _rates(call: Call) -> list[Rate]:
    """Every rate, newest day first, as the bank's text."""
    return call.sandbox.wire.rows(
        "select day, currency, json_extract_string(_payload, '$.rate')"
        f" from {call.sandbox.known('ecb__rates')} order by day desc, currency"
    )


def _file(call: Call, content: bytes, media_type: str) -> Answer:
    tag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
    if call.headers.get("if-none-match") == tag:
        return Answer(304, b"", {"etag": tag}, media_type)
    return Answer(200, content, {"etag": tag}, media_type)


def _let_in(call: Call) -> Login:
    if not call.headers.get("user-agent", "").strip():
        raise Refused(_page(403, "Forbidden"))
    return Login("ecb", "", "ecb", "", "", {})


def _page(status: int, title: str) -> Answer:
    return Answer(status, f"<html><title>{title}</title></html>".encode(), {}, "text/html")


ECB = Vendor(
    source="ecb",
    routes=(
        Route("GET", f"{FOLDER}/eurofxref-daily.xml", lambda call: _xml(call, 1)),
        Route("GET", f"{FOLDER}/eurofxref-hist-90d.xml", lambda call: _xml(call, 90)),
        Route("GET", f"{FOLDER}/eurofxref-hist.xml", lambda call: _xml(call, None)),
        Route("GET", f"{FOLDER}/eurofxref-hist.zip", _zip),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _page(429, "Too Many Requests"),
    server_error=lambda call: _page(503, "Service Unavailable"),
    expired_token=lambda call: _page(403, "Forbidden"),
    revoked=lambda call: _page(403, "Forbidden"),
    not_found=lambda call: _page(404, "Not Found"),
)
