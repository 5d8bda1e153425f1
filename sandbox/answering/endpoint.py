"""From a request to its answer: who asks, may it pass, what is said, and what a fault makes of it."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sandbox.answering.answer import Answer, Refused
from sandbox.answering.faults import ACTED_OUT, REFUSING, Ordered, spoiled
from sandbox.answering.state import Sandbox
from sandbox.answering.vendor import Call, Route, Vendor

Endpoint = Callable[[Request], Awaitable[Response]]


class CutResponse(Response):
    """Promises the whole body and breaks the connection off after two thirds of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        part = bytes(self.body)[: len(self.body) * 2 // 3]
        # "More is to come", and then nothing comes: the server closes the connection.
        await send({"type": "http.response.body", "body": part, "more_body": True})


def endpoint(sandbox: Sandbox, vendor: Vendor, routes: dict[str, Route]) -> Endpoint:
    """The endpoint of one path, with a route for each method."""

    async def answer_request(request: Request) -> Response:
        path = request.url.path
        call = Call(
            sandbox=sandbox,
            method=request.method,
            path=path,
            query_text=request.url.query,
            headers=request.headers,
            body=await request.body(),
            base_url=f"{request.url.scheme}://{request.url.netloc}/{vendor.source}",
            parts=request.path_params,
        )
        return response(await run_in_threadpool(answer_call, vendor, routes.get(request.method), call))

    return answer_request


def answer_call(vendor: Vendor, route: Route | None, call: Call) -> Answer:
    """The answer to one call, faults included; it never raises."""
    sandbox = call.sandbox
    try:
        if route is None:
            raise Refused(vendor.not_found(call))
        refusal = None
        if not route.is_public:
            try:
                call.login = vendor.let_in(call)
            except Refused as refused:
                refusal = refused
        # A fault counts the requests that match it, whether or not they carry a good credential.
        call.orders = sandbox.faults.matching(vendor.source, call.account, call.text())
        _refuse_if_ordered(vendor, call)
        if refusal is not None:
            raise refusal
        wait = sandbox.limits.take(vendor.source, call.account, route.bucket)
        if wait:
            raise Refused(vendor.rate_limited(call, wait))
        answer = route.handle(call)
    except Refused as refused:
        answer = refused.answer
    except Exception:
        traceback.print_exc(file=sys.stderr)
        answer = vendor.server_error(call)
    answer = _spoil_if_ordered(vendor, answer, call.orders)
    if vendor.headers:
        answer = Answer(answer.status, answer.body, {**vendor.headers(call), **answer.headers}, answer.media_type)
    with sandbox.lock:
        sandbox.requests[vendor.source] += 1
        sandbox.answers[vendor.source, answer.status] += 1
    return answer


def response(answer: Answer) -> Response:
    """The answer as Starlette sends it."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-sandbox-cut"}
    if not isinstance(answer.body, bytes):
        return StreamingResponse(answer.body, answer.status, headers, answer.media_type)
    kind = CutResponse if "x-sandbox-cut" in answer.headers else Response
    return kind(answer.body, answer.status, headers, answer.media_type)


def _refuse_if_ordered(vendor: Vendor, call: Call) -> None:
    for order in call.orders:
        kind = order.fault.kind
        if not order.is_due():
            continue
        if kind == "slow":
            order.fired += 1
            time.sleep(order.fault.seconds)
        elif kind in REFUSING:
            order.fired += 1
            if kind == "rate_limit":
                raise Refused(vendor.rate_limited(call, order.fault.seconds))
            if kind == "server_error":
                raise Refused(vendor.server_error(call))
            raise Refused(vendor.expired_token(call) if kind == "expired_token" else vendor.revoked(call))


def _spoil_if_ordered(vendor: Vendor, answer: Answer, ordered: list[Ordered]) -> Answer:
    if answer.status >= 400:
        return answer
    for order in ordered:
        if order.fault.kind == "duplicate_page" and not order.is_due():
            answer = Answer(answer.status, answer.whole_body(), answer.headers, answer.media_type)
            order.last_answer = answer
        elif order.is_due() and order.fault.kind not in (*REFUSING, *ACTED_OUT, "slow"):
            order.fired += 1
            answer = spoiled(answer, order, vendor.rows_keys)
    return answer
