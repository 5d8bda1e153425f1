"""Sends what Typeform, Meta and Matomo hold of a brand to a receiver, as site builders, Meta, WhatsApp and pages do.

What a receiver takes belongs to the day on which it came, whatever day it was in the market.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import msgspec

from sandbox.config import HOOKS, OPTIONS, RETOLD, SITE, TOLD, hook_secret
from sandbox.stories.chats import opening_of, telegram_updates, whatsapp_notice
from sandbox.stories.retold import FORM_TITLE, FORMS, VISITS, Record, Told, number_of, said
from sandbox.stories.wordings import packed, worded

LEADS = Told("meta_ads__leads", "lead_id", "created_at", "created_at")
MOST_HITS = 200
"""A receiver takes so many at once from one address, and then few a second."""
PAGE = OPTIONS[TOLD, "meta_ads"]["page_id"]
SCANNED = 10
"""Of a hundred visits so many were opened by a scanner of links as well."""
SCANNER_S_KEY = "scanned"
SCANNER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Barracuda Sentinel (EE)"
SIGNED_BY_META = ("meta_leads", "whatsapp")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"


class NotTaken(Exception):
    """The receiver refused a post; the message says which and with what."""


@dataclass(frozen=True)
class Post:
    """One post, before its sender proves itself."""

    account: str
    key: str
    """The record that it tells: a response, a lead, a page of a visit."""
    moment: datetime
    """When it happened in the market, UTC."""
    body: bytes
    content_type: str = "application/json"
    agent: str = ""
    """The browser or the program that sends it, where it says so."""
    is_packed: bool = False
    """Whether it is packed on its way; the proof is made over what is in it."""


def posts(market: Path) -> Iterator[Post]:
    """Every form, lead and chat of the brand, and the pages of its first visits: each kind in the order of time."""
    with duckdb.connect(str(market / "wire.duckdb"), read_only=True) as wire:
        yield from (_form(*row) for row in _told(wire, FORMS))
        yield from (_notice(*row) for row in _told(wire, LEADS))
        yield from (_chat(*row) for row in _told(wire, LEADS))
        yield from (post for row in _told(wire, LEADS) for post in _bot(*row))
        hits = (hit for row in _told(wire, VISITS) for hit in _hits(*row))
        yield from (hit for _, hit in zip(range(MOST_HITS), hits, strict=False))


def send(all_posts: Iterable[Post], to: str) -> dict[str, int]:
    """Send them one after another, waiting when told to; how many each account has taken."""
    sent: Counter[str] = Counter()
    connection = HTTPConnection(urlsplit(to).netloc, timeout=30)
    try:
        for account, its_posts in groupby(all_posts, lambda post: post.account):
            for post in its_posts:
                _send(connection, post)
                sent[account] += 1
    finally:
        connection.close()
    return dict(sent)


def _send(connection: HTTPConnection, post: Post) -> None:
    path = f"/v?site={RETOLD}" if post.account == RETOLD else f"/hook/{post.account}"
    while True:
        body = packed(post.body) if post.is_packed else post.body
        encoding = {"Content-Encoding": "gzip"} if post.is_packed else {}
        connection.request("POST", path, body, {"Content-Type": post.content_type, **encoding, **_proof(post)})
        answer = connection.getresponse()
        said_so = answer.read()
        if answer.status != 429:
            break
        time.sleep(float(answer.headers["Retry-After"]))
    if answer.status >= 300:
        raise NotTaken(f"{path}: {post.key} was answered with {answer.status}: {said_so.decode(errors='replace')}")


def _proof(post: Post) -> Mapping[str, str]:
    """What a sender shows for itself; a page has only its address."""
    if post.account == RETOLD:
        return {"Origin": SITE, "User-Agent": post.agent}
    if HOOKS.get(post.account) == "telegram":
        return {"X-Telegram-Bot-Api-Secret-Token": hook_secret(post.account)}
    key = hook_secret(post.account).encode()
    if HOOKS.get(post.account) in SIGNED_BY_META:
        return {"X-Hub-Signature-256": f"sha256={hmac.new(key, post.body, hashlib.sha256).hexdigest()}"}
    stamp = str(int(time.time()))
    signature = hmac.new(key, f"{post.key}.{stamp}.".encode() + post.body, hashlib.sha256).digest()
    shown = f"v1,{base64.b64encode(signature).decode()}"
    return {"webhook-id": post.key, "webhook-timestamp": stamp, "webhook-signature": shown}


def _told(wire: duckdb.DuckDBPyConnection, told: Told) -> list[tuple[str, datetime, Record]]:
    query = f"select {told.key}, {told.moment}, _payload from {told.table} where _brand = ? and _valid_to is null"
    rows = wire.execute(f"{query} order by {told.moment}, {told.key}", [TOLD]).fetchall()
    return [(key, moment, msgspec.json.decode(text)) for key, moment, text in rows]


def _form(key: str, moment: datetime, response: Record) -> Post:
    page = (response.get("metadata") or {}).get("referer")
    known = {"form_id": response.get("form_id"), "form_name": FORM_TITLE, "page_url": page}
    form = worded(key, {name: value for name, value in {**known, **said(response)}.items() if value})
    return Post("forms", key, moment, form.body, form.content_type, is_packed=form.is_packed)


def _notice(key: str, moment: datetime, lead: Record) -> Post:
    told = {
        "leadgen_id": key,
        "page_id": PAGE,
        "form_id": lead.get("form_id"),
        "ad_id": lead.get("ad_id"),
        "adgroup_id": lead.get("adset_id"),
        "created_time": _seconds(moment),
    }
    entry = {"id": PAGE, "time": _seconds(moment), "changes": [{"field": "leadgen", "value": told}]}
    return Post("leads", key, moment, msgspec.json.encode({"object": "page", "entry": [entry]}))


def _chat(key: str, moment: datetime, lead: Record) -> Post:
    return Post("chats", opening_of(key), moment, msgspec.json.encode(whatsapp_notice(key, moment, lead)))


def _bot(key: str, moment: datetime, lead: Record) -> Iterator[Post]:
    for name, update in telegram_updates(key, moment, lead):
        yield Post("bot", name, moment, msgspec.json.encode(update))


def _hits(visit: str, moment: datetime, known: Record) -> Iterator[Post]:
    for number, page in enumerate(known.get("actionDetails") or []):
        seconds = page.get("timestamp") or _seconds(moment)
        hit = {
            "event": "page_view",
            "event_id": f"visit-{visit}-{number}",
            "url": page["url"],
            "referrer": known.get("referrerUrl") if number == 0 else None,
            "client_id": known.get("visitorId"),
            "session_id": f"session-{visit}",
            "client_time": 1000 * seconds,
            "analytics_storage": "granted",
            "ad_storage": "granted",
        }
        at = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        yield Post(RETOLD, str(hit["event_id"]), at, msgspec.json.encode(hit), agent=BROWSER)
    if known.get("actionDetails") and number_of(f"scanned {visit}") % 100 < SCANNED:
        # Before the reader of a mail, the scanner of its provider opens the link.
        scanned = {**hit, "event_id": f"visit-{visit}-{SCANNER_S_KEY}", "client_id": None, "session_id": None}
        yield Post(RETOLD, str(scanned["event_id"]), at, msgspec.json.encode(scanned), agent=SCANNER)


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
