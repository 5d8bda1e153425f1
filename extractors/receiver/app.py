"""The web application of the receiver: checks who posts, writes the post to disk, and only then answers.

POST /hook/{account}            a form or a notice; the secret in a header or a field, or a signature
POST /hook/{account}/{secret}   for senders that can only be given an address
GET  /hook/{account}            Meta's question whether we are who it thinks
GET, POST /v                    a visit; /v.js is what the site embeds
GET  /health                    200 while posts can be taken
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from traceback import extract_tb

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from extractors.forms.nested import form_fields
from extractors.forms.posted import Unreadable, decoded, unpacked
from extractors.receiver import pixel
from extractors.receiver.clearing import clear_landed
from extractors.receiver.doors import Doors, HookDoor, origin_of
from extractors.receiver.senders import KEPT_HEADERS
from extractors.receiver.signatures import (
    KEY_HEADER,
    MOST_DIGITS,
    TELEGRAM_HEADER,
    Refused,
    check_meta,
    check_shared_secret,
    check_standard,
    check_typeform,
    check_wpforms,
    same,
)
from extractors.receiver.spool import NotWritten, Received, Spool, new_receipt
from extractors.redaction import safe_logger
from extractors.settings import landing_dir

log = safe_logger(__name__)

LARGEST_BODY = 1024 * 1024
SLOWEST_BODY_SECONDS = 20
CLEARED_EVERY_SECONDS = 3600
TRY_AGAIN_SECONDS = 30


def create_app(doors: Doors, spool: Spool) -> Starlette:
    """The application. Its spool is closed, with all that waits in it, when the application ends."""

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        clearing = asyncio.create_task(_clear_now_and_then(spool))
        yield
        clearing.cancel()
        with suppress(asyncio.CancelledError):
            await clearing
        await spool.close()

    async def hook(request: Request) -> Response:
        return await _or_500(_hook(doors, spool, request))

    async def health(request: Request) -> Response:
        return await _health(doors, spool)

    async def visit(request: Request) -> Response:
        return await _or_500(pixel.visit(doors, spool, request, body_of))

    app = Starlette(
        routes=[
            Route("/hook/{account}", hook, methods=["GET", "POST", "OPTIONS"]),
            Route("/hook/{account}/{secret}", hook, methods=["GET", "POST", "OPTIONS"]),
            Route("/v", visit, methods=["GET", "POST", "OPTIONS"]),
            Route("/v.js", pixel.script, methods=["GET"]),
            Route("/health", health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _refusal, NotWritten: _not_written},
        lifespan=running,
    )
    # A post would be sent again without its body, to an address that the sender did not sign.
    app.router.redirect_slashes = False
    return app


async def _or_500(answering: Awaitable[Response]) -> Response:
    """The answer; what nobody foresaw is one line of the log, not forty that anybody may fill it with."""
    try:
        return await answering
    except (HTTPException, NotWritten):
        raise
    except Exception as unforeseen:
        last = extract_tb(unforeseen.__traceback__)[-1]
        log.error("A post stumbled over %s in %s:%s.", type(unforeseen).__name__, Path(last.filename).name, last.lineno)
        return PlainTextResponse("this receiver has a fault", 500)


async def _hook(doors: Doors, spool: Spool, request: Request) -> Response:
    door = doors.hooks.get(request.path_params["account"])
    if door is None:
        raise HTTPException(404, "there is no such account")
    if door.fault:
        raise HTTPException(503, "this account is not set up yet", {"Retry-After": str(TRY_AGAIN_SECONDS)})
    if request.method == "OPTIONS":
        return _preflight(door, request)
    if request.method == "GET":
        return _greeting(door, request)
    sent = await body_of(request)
    body = _unpacked(sent, request)
    _check_proof(door, request, body, sent)
    if wait := _wait(doors, door, request):
        raise HTTPException(429, "too many posts", {"Retry-After": str(ceil(wait))})
    content_type = request.headers.get("content-type", "")
    if not _is_probe(door, body, content_type):
        received = Received(
            id=new_receipt(),
            at=datetime.now(UTC),
            body=body,
            content_type=content_type,
            headers=_kept(request),
        )
        await spool.append("webhook", door.account.account, received)
    return _thanks(door, request)


def _thanks(door: HookDoor, request: Request) -> Response:
    """What its sender waits for: a browser that goes there is sent on, a script hears that all is well."""
    headers = _cors(door, request)
    if door.sender.proof == "origin" and _is_amp(request):
        where = {"AMP-Redirect-To": door.thanks_url} if door.thanks_url else {}
        exposed = {"Access-Control-Expose-Headers": ", ".join(where)} if where else {}
        return JSONResponse({"status": door.sender.answer}, headers={**headers, **where, **exposed})
    is_script = request.headers.get("sec-fetch-mode", "navigate") != "navigate"
    if door.thanks_url and not is_script:
        return RedirectResponse(door.thanks_url, 303, headers)
    return PlainTextResponse(door.sender.answer, headers=headers)


def _is_amp(request: Request) -> bool:
    return "__amp_source_origin" in request.query_params or request.headers.get("amp-same-origin") == "true"


def _kept(request: Request) -> dict[str, str]:
    """The headers that name the post or the site; of a visitor's browser nothing."""
    kept = {name: request.headers[name] for name in KEPT_HEADERS if name in request.headers}
    return {name: text for name, text in kept.items() if name != "user-agent" or text.startswith("WordPress/")}


def _wait(doors: Doors, door: HookDoor, request: Request) -> float:
    """Seconds until the post may come; 0 when it may. One visitor cannot use up what all of a page may send."""
    address = request.client.host if request.client else ""
    return (door.sender.proof == "origin" and doors.form_addresses.wait(address)) or door.bucket.wait()


def _unpacked(sent: bytes, request: Request) -> bytes:
    try:
        return unpacked(sent, request.headers.get("content-encoding", ""), LARGEST_BODY)
    except Unreadable as packed:
        raise HTTPException(415, str(packed), {"Accept-Encoding": "gzip, deflate"}) from packed


def _check_proof(door: HookDoor, request: Request, body: bytes, sent: bytes) -> None:
    """Raise 401 unless the sender proves itself, over what it wrote or over what it packed."""
    try:
        try:
            _prove(door, request, body)
        except Refused:
            if sent == body:
                raise
            _prove(door, request, sent)
    except Refused as refused:
        log.warning("webhook, account %s: refused a post: %s.", door.account.account, refused)
        raise HTTPException(401, str(refused), _cors(door, request)) from refused


def _prove(door: HookDoor, request: Request, body: bytes) -> None:
    content_type, secrets, now = request.headers.get("content-type", ""), door.secrets, time.time()
    match door.sender.proof:
        case "meta":
            check_meta(body, request.headers, secrets)
        case "typeform":
            check_typeform(body, request.headers, secrets)
        case "wpforms":
            check_wpforms(body, content_type, request.headers, secrets, now)
        case "standard":
            check_standard(body, request.headers, secrets, now)
        case "origin":
            if not _is_page_of(door, request, body):
                raise Refused("the page's address is not among the account's origins")
        case "shared_secret":
            check_shared_secret(_given_secrets(door, request, body, content_type), secrets)


def _is_page_of(door: HookDoor, request: Request, body: bytes) -> bool:
    """Whether the post comes from a page of the account.

    Browsers keep the page's address to themselves where its Referrer-Policy says so: then the form says it, in the
    field that the pixel fills. AMP shows pages from caches, whose hosts are made from the page's own.
    """
    origin = request.headers.get("origin", "").lower()
    if origin in door.origins or origin in door.amp_origins:
        return True
    if origin != "null":
        return False
    try:
        named = form_fields(decoded(body, request.headers.get("content-type", "")))
    except Unreadable:
        return False
    pages = [one.value for one in named if one.name.lower() in ("page_url", "referrer")]
    return any(origin_of(page) in door.origins for page in pages)


def _given_secrets(door: HookDoor, request: Request, body: bytes, content_type: str) -> list[str]:
    given = [
        request.path_params.get("secret", ""),
        request.headers.get(KEY_HEADER, ""),
        request.headers.get(TELEGRAM_HEADER, ""),
        request.headers.get("authorization", "").removeprefix("Bearer "),
    ]
    if door.key_field:
        with suppress(Unreadable):
            posted = decoded(body, content_type)
            given.append(str(posted.get(door.key_field, "")) if isinstance(posted, dict) else "")
    return given


def _is_probe(door: HookDoor, body: bytes, content_type: str) -> bool:
    """Whether the post is the sender's trial. What cannot be read is kept: landing says what is wrong with it."""
    if door.sender.is_probe is None:
        return False
    try:
        return door.sender.is_probe(decoded(body, content_type))
    except Unreadable:
        return False


def _greeting(door: HookDoor, request: Request) -> Response:
    """Meta asks once, when the hook is set up; anybody else learns nothing."""
    asked = request.query_params
    if door.sender.proof != "meta" or asked.get("hub.mode") != "subscribe":
        raise HTTPException(405, "post to this address", {"Allow": "POST"})
    if not same(asked.get("hub.verify_token", ""), [door.verify_token]):
        raise HTTPException(403, "the verify token is another one")
    return PlainTextResponse(asked.get("hub.challenge", ""))


def _cors(door: HookDoor, request: Request) -> dict[str, str]:
    """What lets the page read our answer, for pages that may post."""
    origin = request.headers.get("origin", "")
    if origin.lower() not in door.origins | door.amp_origins:
        # A page that hides its address may read that all is well; nothing else stands in the answer.
        return {"Access-Control-Allow-Origin": "null", "Vary": "Origin"} if origin == "null" and door.origins else {}
    # Some scripts send the visitor's cookies along, and are told of no answer to that unless it is said to be fine.
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}


def _preflight(door: HookDoor, request: Request) -> Response:
    allowed = _cors(door, request)
    if not allowed:
        raise HTTPException(403, "the page's address is not among the account's origins")
    # Libraries add headers of their own, which say nothing to us: a page that may not send them sends nothing.
    asked = request.headers.get("access-control-request-headers", "")
    also = asked if HEADER_NAMES.fullmatch(asked) else "Content-Type"
    told = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": also}
    return Response(status_code=204, headers={**allowed, **told, "Access-Control-Max-Age": "86400"})


HEADER_NAMES = re.compile(r"[\w-]{1,64}(?:\s*,\s*[\w-]{1,64}){0,19}", re.ASCII)


async def body_of(request: Request) -> bytes:
    """The whole body; one that is too large, too slow or cut off is refused."""
    stated = request.headers.get("content-length", "0")
    if stated.isdecimal() and (len(stated) > MOST_DIGITS or int(stated) > LARGEST_BODY):
        raise HTTPException(413, f"more than {LARGEST_BODY} bytes", {"Connection": "close"})
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_BODY:
                    raise HTTPException(413, f"more than {LARGEST_BODY} bytes", {"Connection": "close"})
    except TimeoutError:
        raise HTTPException(408, "the body came too slowly", {"Connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "the body was cut off") from None
    return bytes(body)


BodyOf = Callable[[Request], Awaitable[bytes]]


async def _health(doors: Doors, spool: Spool) -> Response:
    try:
        await spool.probe()
    except NotWritten as full:
        return JSONResponse({"status": "cannot write", "reason": str(full)}, 503)
    waiting = sorted(name for name, door in doors.hooks.items() if door.fault)
    return JSONResponse({"status": "ok", "not_set_up": waiting})


async def _refusal(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, HTTPException)
    return PlainTextResponse(refused.detail, refused.status_code, refused.headers)


async def _not_written(request: Request, failed: Exception) -> Response:
    log.error("A post could not be written to disk: %s. Its sender was told to try again.", failed)
    return PlainTextResponse("try again", 503, {"Retry-After": str(TRY_AGAIN_SECONDS)})


async def _clear_now_and_then(spool: Spool) -> None:
    while True:
        try:
            await asyncio.to_thread(clear_landed, spool.root, landing_dir(), datetime.now(UTC))
        except OSError as error:
            log.warning("The spool could not be cleared: %s.", error.strerror)
        await asyncio.sleep(CLEARED_EVERY_SECONDS)
