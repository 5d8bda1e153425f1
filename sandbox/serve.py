"""Serves the market over HTTP: every vendor in its own wire format, in one process."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from sandbox.answering.endpoint import endpoint
from sandbox.answering.state import Sandbox, read_logins
from sandbox.answering.vendor import Route as VendorRoute
from sandbox.answering.vendor import Vendor
from sandbox.answering.wire import Wire
from sandbox.control import control_routes, refuse_order
from sandbox.vendors import VENDORS

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(wire_path: Path | str, connections: Mapping[str, str] | None = None) -> Starlette:
    """The application over one wire file; it lets in whoever holds one of the connections."""
    if connections is None:
        from sandbox.config import connections as sandbox_connections

        connections = sandbox_connections("http://sandbox.invalid", Path(wire_path).parent)
    wire = Wire(Path(wire_path))
    own = {(vendor.source, brand): one for vendor in VENDORS.values() for brand, one in vendor.accounts.items()}
    sandbox = Sandbox(wire, read_logins(connections, wire.accounts() | own))
    routes: list[BaseRoute] = [*control_routes(sandbox)]
    routes += [Mount(f"/{vendor.source}", routes=vendor_routes(sandbox, vendor)) for vendor in VENDORS.values()]
    app = Starlette(routes=routes, exception_handlers={msgspec.MsgspecError: refuse_order})
    app.state.sandbox = sandbox
    return app


def vendor_routes(sandbox: Sandbox, vendor: Vendor) -> list[Route]:
    """A route for each path of the vendor, and its own "not found" for every other path."""
    by_path: dict[str, dict[str, VendorRoute]] = {}
    for route in vendor.routes:
        by_path.setdefault(route.path, {})[route.method] = route
    known = [Route(path, endpoint(sandbox, vendor, routes), methods=METHODS) for path, routes in by_path.items()]
    return [*known, Route("/{rest:path}", endpoint(sandbox, vendor, {}), methods=METHODS)]


def serve(folder: Path | str, host: str = "127.0.0.1", port: int = 0, port_file: Path | str | None = None) -> None:
    """Serve the market in the folder until interrupted; port 0 takes a free one.

    The port is written to ``port_file`` when the server already listens.
    """
    app = create_app(Path(folder) / "wire.duckdb")
    with socket.create_server((host, port), backlog=128) as listening:
        if port_file is not None:
            aside = Path(port_file).with_suffix(".writing")
            aside.write_text(str(listening.getsockname()[1]))
            aside.replace(port_file)
        # No access log: Meta carries its token in the URL. Handlers print their own errors.
        config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listening])
