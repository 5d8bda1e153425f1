"""The first-party pixel: takes a visit from a page, gives the visitor an id where that is allowed."""

from __future__ import annotations

import csv
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
from crawleruseragents import is_crawler
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from extractors.forms.posted import Unreadable, decoded, flat
from extractors.receiver.consent import Consent, consent_of, without_click_ids
from extractors.receiver.cookies import CLIENT_COOKIE, marketing_cookies
from extractors.receiver.doors import Doors, PixelDoor, origin_of
from extractors.receiver.spool import Received, Spool, new_receipt
from extractors.settings import config_dir

# A transparent picture of one dot.
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
SCRIPT = Path(__file__).with_name("pixel.js")
COOKIE_SECONDS = 400 * 86400  # the longest that browsers keep one
LARGEST_HIT = 16 * 1024
LONGEST = {"url": 4096, "referrer": 4096}
USUAL_LONGEST = 512

SHIPPED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "program_agents.csv"
ID = re.compile(r"[A-Za-z0-9._-]{8,128}", re.ASCII)

ReadBody = Callable[[Request], Awaitable[bytes]]


async def visit(doors: Doors, spool: Spool, request: Request, read_body: ReadBody) -> Response:
    """Take one hit: a picture for GET, nothing for POST; both on disk before they are answered."""
    asked = dict(request.query_params)
    if request.method == "POST":
        asked |= _posted(await read_body(request))
    door = _door(doors, asked, request)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers={**_cors(door, request), **PREFLIGHT})
    source_address = request.client.host if request.client else ""
    if wait := door.bucket.wait() or doors.addresses.wait(source_address):
        raise HTTPException(429, "too many hits", {"Retry-After": str(ceil(wait))})
    consent = consent_of(asked, door.is_consent_assumed)
    cookies = marketing_cookies(request.headers.get("cookie", ""))
    client_id = _client_id(asked, cookies) if consent.is_analytics_granted else None
    hit = _hit(asked, request, consent, cookies, client_id)
    received = Received(id=new_receipt(), at=datetime.now(UTC), body=msgspec.json.encode(hit))
    await spool.append("pixel", door.account.account, received)
    answer = _answer(request)
    answer.headers.update({**_cors(door, request), "Cache-Control": "no-store"})
    _set_cookie(answer, door, request, client_id, consent)
    return answer


async def script(request: Request) -> Response:
    """What a site embeds."""
    return Response(SCRIPT.read_bytes(), media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})


def _posted(body: bytes) -> dict[str, str]:
    """A page that leaves posts its hit as plain text, which is JSON all the same."""
    if len(body) > LARGEST_HIT:
        raise HTTPException(413, f"more than {LARGEST_HIT} bytes")
    try:
        return flat(decoded(body, ""))
    except Unreadable as broken:
        raise HTTPException(400, str(broken)) from broken


def _door(doors: Doors, asked: Mapping[str, str], request: Request) -> PixelDoor:
    """The site that the hit names, else the only one there is; another site's page is turned away."""
    door = doors.pixels.get(asked.get("site", ""))
    if door is None and "site" not in asked and len(doors.pixels) == 1:
        (door,) = doors.pixels.values()
    if door is None:
        raise HTTPException(404, "there is no such site")
    page = request.headers.get("origin") or request.headers.get("referer")
    if page and origin_of(page) not in door.origins:
        raise HTTPException(403, "the page's address is not among the site's origins")
    return door


def _client_id(asked: Mapping[str, str], cookies: Mapping[str, str]) -> str:
    """The visitor's cookie, else the id that the page kept, else a new one."""
    for known in (cookies.get(CLIENT_COOKIE, ""), asked.get("client_id", "")):
        if ID.fullmatch(known):
            return known
    return str(uuid.uuid4())


def _hit(
    asked: Mapping[str, str], request: Request, consent: Consent, cookies: Mapping[str, str], client_id: str | None
) -> dict[str, Any]:
    """What is kept of a hit. Without consent there is nothing in it that tells one visitor from another."""

    def text(name: str) -> str | None:
        value = asked.get(name, "").strip()
        return value[: LONGEST.get(name, USUAL_LONGEST)] or None

    agent = request.headers.get("user-agent", "")
    url, referrer = text("url") or request.headers.get("referer"), text("referrer")
    hit: dict[str, Any] = {
        "event": text("event") or "page_view",
        "url": url if consent.is_ads_granted else without_click_ids(url),
        "referrer": referrer if consent.is_ads_granted else without_click_ids(referrer),
        "title": text("title"),
        "client_at": _moment(asked.get("client_time")),
        "device": _device(agent),
        "is_bot": _is_bot(agent, request),
        **consent.as_fields(),
    }
    if consent.is_analytics_granted:
        known = {**{name: asked[name] for name in THIRD_PARTY_IDS if name in asked}, **cookies}
        others = {name: value for name, value in known.items() if name != CLIENT_COOKIE}
        hit |= {
            "event_id": text("event_id"),
            "client_id": client_id,
            "session_id": text("session_id"),
            "user_id": text("user_id"),
            "user_agent": agent[:USUAL_LONGEST] or None,
            "third_party_ids": {name: value for name, value in others.items() if consent.allows(name)} or None,
        }
    return hit


THIRD_PARTY_IDS = ("_ga", "_fbp", "_fbc", "_ym_uid", "_ttp", "_gcl_aw", "_gcl_gb", "_uetmsclkid", "roistat_visit")


def _is_bot(agent: str, request: Request) -> bool:
    """A program, or a browser that only fetches ahead."""
    purpose = " ".join(request.headers.get(name, "") for name in PURPOSES).lower()
    is_program = not agent or bool(programs().search(agent)) or _is_listed(agent)
    return is_program or "prefetch" in purpose or "preview" in purpose


PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")


@lru_cache(maxsize=4096)
def _is_listed(agent: str) -> bool:
    """Whether the package of crawlers lists it; who visits comes back with the same browser."""
    return bool(is_crawler(agent[:USUAL_LONGEST]))


def programs() -> re.Pattern[str]:
    """What programs call themselves beside those of the package, by your rule file or the one of the project."""
    own = config_dir() / "program_agents.csv"
    return _programs_of(own if own.exists() else SHIPPED)


@cache
def _programs_of(file: Path) -> re.Pattern[str]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return re.compile("|".join(row["pattern"] for row in csv.DictReader(lines) if row["pattern"]), re.IGNORECASE)


def _device(agent: str) -> str | None:
    if not agent:
        return None
    if re.search(r"ipad|tablet|android(?!.*mobile)", agent, re.IGNORECASE):
        return "tablet"
    return "mobile" if re.search(r"mobi|iphone", agent, re.IGNORECASE) else "desktop"


def _moment(milliseconds: str | None) -> str | None:
    """The visitor's own clock: milliseconds since 1970."""
    if not milliseconds or not re.fullmatch(r"\d{12,14}", milliseconds, re.ASCII):
        return None
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).isoformat()


def _answer(request: Request) -> Response:
    return Response(GIF, media_type="image/gif") if request.method == "GET" else Response(status_code=204)


PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def _cors(door: PixelDoor, request: Request) -> dict[str, str]:
    origin = request.headers.get("origin", "")
    if origin.lower() not in door.origins:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}


def _set_cookie(answer: Response, door: PixelDoor, request: Request, client_id: str | None, consent: Consent) -> None:
    """Our id, which the page may read to put it into its forms; taken back where consent was."""
    secure = request.url.scheme == "https"
    if client_id:
        answer.set_cookie(
            CLIENT_COOKIE, client_id, max_age=COOKIE_SECONDS, domain=door.cookie_domain, secure=secure, samesite="lax"
        )
    elif consent.is_analytics_denied and CLIENT_COOKIE in request.cookies:
        answer.delete_cookie(CLIENT_COOKIE, domain=door.cookie_domain, secure=secure, samesite="lax")
