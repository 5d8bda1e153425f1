"""What comes to us: whatever stands in a post, a hit or a file, it ends in rows, in rejects, or in a sentence of ours.

Each value of each recorded post is exchanged, the body cut anywhere, and said to be what it is not; so the cells of
files. ``LEADGEN_FUZZ=whole`` tries all of them, without it a sample, the same each time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import parse_qsl, urlencode

import openpyxl
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from extractors.errors import ExtractError
from extractors.forms.posted import Unreadable, decoded
from extractors.landing.batches import batch_of, batch_of_columns
from extractors.model import Account, Connection, Window
from extractors.receiver.consent import Consent, consent_of
from extractors.receiver.cookies import marketing_cookies
from extractors.receiver.form_contract import read_forms
from extractors.receiver.pixel import _hit as kept_hit
from extractors.receiver.pixel import _posted as posted_hit
from extractors.receiver.senders import SENDERS
from extractors.receiver.spool import Received
from extractors.sources.manual import MANUAL, REQUIRED
from extractors.sources.pixel import PIXEL
from extractors.sources.pixel import _hit as hit_row
from extractors.sources.snowplow import SNOWPLOW
from extractors.sources.webhook import WEBHOOK, rows_of
from tests.extractors.receiver.receiving import FIXTURES, recorded
from tests.extractors.sources.vendor import fixture
from tests.fuzz.conftest import is_whole
from tests.fuzz.mutations import TEXTS, Mutation, mutations

AT = datetime(2026, 3, 10, 10, tzinfo=UTC)
NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)
MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))
TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", "")
CUTS = 12
TRIED = 25
"""Mutations of a post, a hit or a file in a sample."""
POSTS = sorted(file.stem for file in FIXTURES.glob("*.http"))


def sample(name: str, every: Sequence[tuple[str, Any]], tried: int = TRIED) -> list[tuple[str, Any]]:
    if is_whole():
        return list(every)
    return sorted(every, key=lambda one: zlib.crc32(f"{name} {one[0]}".encode()))[:tried]


def place_of(odd: Exception) -> str:
    ours = [frame for frame in extract_tb(odd.__traceback__) if "/extractors/" in frame.filename]
    return f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {type(odd).__name__}"


def changed(body: bytes, content_type: str) -> Iterator[Mutation]:
    """The body with one value exchanged, as its kind has values; then cut."""
    if content_type.startswith("multipart"):
        boundary = b"--" + content_type.partition("boundary=")[2].encode()
        for number, part in enumerate(body.split(boundary)):
            head, _, value = part.partition(b"\r\n\r\n")
            for text in TEXTS if value else ():
                yield f"part {number} = {text[:20]!r}", body.replace(part, head + b"\r\n\r\n" + text.encode() + b"\r\n")
            yield f"part {number} without its head", body.replace(part, b"\r\n\r\n" + value)
    elif content_type.startswith("application/x-www-form"):
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        for place, (name, _) in enumerate(pairs):
            for text in (*TEXTS, "{", '{"a": [1]}', '[{"name": 1, "value": {}}]'):
                yield f"{name} = {text[:20]!r}", urlencode([*pairs[:place], (name, text), *pairs[place + 1 :]]).encode()
            other = [*pairs[:place], (f"{name}[0][x", "1"), (f"{name}.name", "1"), *pairs]
            yield f"{name} nested", urlencode(other).encode()
    else:
        yield from mutations(body)
    for cut in range(CUTS):
        at = len(body) * cut // CUTS
        yield f"cut at {at}", body[:at]
        yield f"no UTF-8 at {at}", body[:at] + b"\xff\xfe\x00" + body[at:]


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize("name", POSTS)
def test_whatever_stands_in_a_post_it_is_an_inquiry_or_a_reject(name: str) -> None:
    post = recorded(name)
    found: dict[str, str] = {}
    sender = name.partition("__")[0]
    account = Account("webhook", sender, sender, "nordhaus", {"sender": sender})
    table = WEBHOOK.table(SENDERS[sender].table)
    said = post.headers["Content-Type"]
    every = [(f"{what}, {kind}", (body, kind)) for what, body in changed(post.body, said) for kind in (said, *TYPES)]
    for what, (body, kind) in sample(name, every):
        try:
            rows = rows_of(account, Received(id="r", at=AT, body=body, content_type=kind))
            batch = batch_of(table, account, MARCH, NOW, rows)
            assert len(batch) == len(rows), what
            if SENDERS[sender].is_probe:
                SENDERS[sender].is_probe(decoded(body, kind))  # type: ignore[misc]
            list(read_forms(body.decode(errors="replace"), name, sender))
        except Unreadable:
            continue
        except Exception as odd:
            found.setdefault(place_of(odd), what)
    assert not found, found


HIT = {
    "event": "page_view", "url": "https://a.example/?gclid=SYN-1", "referrer": "https://b.example/", "title": "Roofs",
    "client_time": 1773136800123, "event_id": "e-1", "session_id": "s-1", "user_id": "u", "_ga": "GA1.1.333.170",
    "consent": {"analytics_storage": "granted", "ad_storage": "granted"},
}  # fmt: skip


def test_whatever_stands_in_a_hit_it_is_kept_or_refused() -> None:
    found: dict[str, str] = {}
    account = Account("pixel", "dach", "dach", "nordhaus", {})
    for what, body in sample("hit", list(changed(json.dumps(HIT).encode(), "text/plain")), 10 * TRIED):
        try:
            asked = posted_hit(body)
            consent: Consent = consent_of(asked, False)
            cookies = marketing_cookies(asked.get("title", "") + "; _ga=" + asked.get("_ga", ""))
            request = Request({"type": "http", "headers": [(b"user-agent", body[:90])], "method": "POST", "path": "/v"})
            kept = json.dumps(kept_hit(asked, request, consent, cookies, "c-1")).encode()
            row = hit_row(Received(id="r", at=AT, body=kept, content_type="application/json"), NOW)
            assert len(batch_of(PIXEL.table("hits"), account, MARCH, NOW, [row])) == 1, what
        except HTTPException:
            continue
        except Exception as odd:
            found.setdefault(place_of(odd), what)
    assert not found, found


CELLS = (
    *TEXTS, "=1+1", "#REF!", "1.234,56", "1,234.56", "-0", "31.02.2026", "2026-03-01T25:00", "a;b", "a\nb", "\x00",
    "\ufeff", "€ 5", "1e308", "NULL", "😀", "'", "٣٤",
)  # fmt: skip
ROW = {
    "brand": "nordhaus", "date": "2026-03-03", "platform": "google_ads", "campaign_name": "Roof", "spend": "12.50",
    "currency": "EUR", "visit_id": "v-1", "started_at": "2026-03-03 10:00", "client_id": "c-1", "inquiry_id": "i-1",
    "kind": "form", "occurred_at": "2026-03-03 10:00", "deal_id": "d-1", "created_at": "2026-03-03", "product": "Roof",
    "month": "2026-03", "channel": "paid_search", "tracking_number": "+49301", "email": "a@b.example", "amount": "5",
}  # fmt: skip


def lines_of(table: str) -> Iterator[tuple[str, list[list[str]]]]:
    """A file of the table with one cell exchanged, a cell too many or one too few."""
    header = [column for column in MANUAL.table(table).columns if column in ROW or column in REQUIRED[table]]
    good = [ROW.get(column, "") for column in header]
    for place, column in enumerate(header):
        for cell in CELLS:
            yield f"{column} = {cell[:20]!r}", [header, [*good[:place], cell, *good[place + 1 :]], good]
        for cell in CELLS:
            yield f"head {column} = {cell[:20]!r}", [[*header[:place], cell, *header[place + 1 :]], good]
    yield "a cell too many", [header, [*good, "x"], good]
    yield "a cell too few", [header, good[:-1], good]
    yield "no line", [header]
    yield "nothing", []


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize("table", REQUIRED)
@pytest.mark.parametrize("kind", ["csv", "xlsx", "cut"])
def test_whatever_stands_in_a_cell_of_a_file_it_is_a_row_a_reject_or_a_sentence(
    table: str, kind: str, tmp_path: Path
) -> None:
    account = Account("manual", "office", "manual", options={"folder": str(tmp_path)})
    file = tmp_path / table / ("file.csv" if kind == "csv" else "file.xlsx")
    file.parent.mkdir()
    found: dict[str, str] = {}
    for number, (what, lines) in enumerate(sample(f"{table} {kind}", list(lines_of(table)), 8)):
        write(file, kind, lines, number)
        client = MANUAL.connect(Connection(MANUAL.base_url), account)
        try:
            for page in MANUAL.table(table).read(client, account, MARCH):
                assert not isinstance(page, list)
                batch_of_columns(MANUAL.table(table), account, MARCH, NOW, page)
        except ExtractError:
            continue
        except Exception as odd:
            found.setdefault(place_of(odd), what)
        finally:
            client.close()
    assert not found, found


def write(file: Path, kind: str, lines: list[list[str]], number: int) -> None:
    """The lines as a table in text, as a workbook, or as a workbook that was cut."""
    if kind == "csv":
        file.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8", errors="replace")
        return
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append([cell.replace("\x00", "") for cell in line])
    book.save(file)
    if kind == "cut":
        whole = file.read_bytes()
        file.write_bytes(whole[: len(whole) * (number + 1) // 10])


def test_whatever_stands_in_a_line_of_snowplow_it_is_an_event_or_a_reject(tmp_path: Path) -> None:
    line = fixture("snowplow/events__one_day.tsv").read_bytes().split(b"\n")[0]
    places = [(place, cell) for place, cell in enumerate(line.split(b"\t")) if cell]
    account = Account("snowplow", "a", "", "nordhaus", {"folder": str(tmp_path)})
    every: list[tuple[str, bytes]] = []
    for place, _ in places:
        for cell in CELLS:
            cells = line.split(b"\t")
            cells[place] = cell.encode()
            every.append((f"place {place} = {cell[:20]!r}", b"\t".join(cells)))
    every += [(f"cut at {at}", line[:at]) for at in range(0, len(line), 17)]
    every += [(f"no UTF-8 at {at}", line[:at] + b"\xff\xfe" + line[at:]) for at in range(0, len(line), 17)]
    chosen = sample("snowplow", every, 10 * TRIED)
    (tmp_path / "part-0.tsv").write_bytes(b"\n".join(body for _, body in chosen))
    client = SNOWPLOW.connect(Connection(SNOWPLOW.base_url), account)
    rows = 0
    for page in SNOWPLOW.table("events").read(client, account, MARCH):
        assert isinstance(page, list)
        rows += batch_of(SNOWPLOW.table("events"), account, MARCH, NOW, page).num_rows
    client.close()
    assert 0 < rows <= 2 * len(chosen)
