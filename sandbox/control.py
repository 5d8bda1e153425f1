"""The control endpoints: clock, faults, limits, consent given anew, requests counted, what vendors were told."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.answering.faults import Fault
from sandbox.answering.limits import Limit
from sandbox.answering.rotating_oauth import consent_anew
from sandbox.answering.state import Sandbox, Settings
from sandbox.answering.taken import ABOUT_WHAT_WAS_TAKEN, all_taken
from sandbox.vendors import VENDORS


class ClockOrder(msgspec.Struct, forbid_unknown_fields=True):
    """``today`` null takes the clock away again."""

    today: date | None


class LimitOrder(msgspec.Struct, forbid_unknown_fields=True):
    """Either a number of requests per seconds, or ``documented``: what the vendor's page says."""

    source: str
    requests: int | None = None
    seconds: float = 1.0
    bucket: str = ""
    documented: bool = False


def control_routes(sandbox: Sandbox) -> list[Route]:
    """The endpoints under ``/__sandbox__``."""

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            sandbox.today = msgspec.json.decode(await request.body(), type=ClockOrder).today
        elif request.method == "DELETE":
            sandbox.today = None
        return _json({"today": sandbox.today})

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            fault = msgspec.json.decode(await request.body(), type=Fault)
            _check_source(fault.source)
            sandbox.faults.add(fault)
        elif request.method == "DELETE":
            sandbox.faults.clear()
        return _json(
            [{"fault": order.fault, "seen": order.seen, "fired": order.fired} for order in sandbox.faults.ordered]
        )

    async def limits(request: Request) -> Response:
        if request.method == "DELETE":
            sandbox.limits.clear()
            return _json({})
        order = msgspec.json.decode(await request.body(), type=LimitOrder)
        _check_source(order.source)
        if order.documented:
            for bucket, limit in VENDORS[order.source].documented_limits.items():
                sandbox.limits.set(order.source, bucket, limit)
        elif order.requests:
            sandbox.limits.set(order.source, order.bucket, Limit(order.requests, order.seconds))
        else:
            sandbox.limits.clear(order.source)
        return _json(order)

    async def settings(request: Request) -> Response:
        if request.method == "POST":
            sandbox.settings = msgspec.json.decode(await request.body(), type=Settings)
        elif request.method == "DELETE":
            sandbox.settings = Settings()
        return _json(sandbox.settings)

    async def consent(request: Request) -> Response:
        # A refresh token that was good once is good again, as if a person had put a new one into the connection.
        consent_anew(sandbox)
        return _json({})

    async def taken(request: Request) -> Response:
        if request.method == "DELETE":
            with sandbox.lock:
                for key in [key for key in sandbox.kept if key[0] in ABOUT_WHAT_WAS_TAKEN]:
                    del sandbox.kept[key]
        return _json(all_taken(sandbox))

    async def stats(request: Request) -> Response:
        if request.method == "DELETE":
            sandbox.requests.clear()
            sandbox.answers.clear()
        answers: dict[str, dict[str, int]] = {}
        for (source, status), count in sandbox.answers.items():
            answers.setdefault(source, {})[str(status)] = count
        return _json({"requests": dict(sandbox.requests), "answers": answers})

    return [
        Route("/__sandbox__/clock", clock, methods=["GET", "POST", "DELETE"]),
        Route("/__sandbox__/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/__sandbox__/limits", limits, methods=["POST", "DELETE"]),
        Route("/__sandbox__/settings", settings, methods=["GET", "POST", "DELETE"]),
        Route("/__sandbox__/consent", consent, methods=["DELETE"]),
        Route("/__sandbox__/taken", taken, methods=["GET", "DELETE"]),
        Route("/__sandbox__/stats", stats, methods=["GET", "DELETE"]),
    ]


async def refuse_order(request: Request, error: Exception) -> Response:
    """A misspelt order is answered with what is wrong about it."""
    return JSONResponse({"error": str(error)}, status_code=400)


def _check_source(source: str) -> None:
    if source not in VENDORS:
        raise msgspec.ValidationError(f"there is no source {source!r}; there are {sorted(VENDORS)}")


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
