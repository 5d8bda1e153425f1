"""Runs the receiver: one process, which survives being killed and started again."""

from __future__ import annotations

import logging
import socket
from collections.abc import Mapping
from pathlib import Path

import uvicorn

from extractors.model import Source
from extractors.receiver.app import create_app
from extractors.receiver.connections import Open, impatient, most_connections
from extractors.receiver.doors import open_doors
from extractors.receiver.spool import Spool
from extractors.settings import spool_dir

IDLE_CONNECTION_SECONDS = 15


def serve(
    known: Mapping[str, Source], host: str, port: int, trusted_proxies: str, port_file: Path | None = None
) -> None:
    """Take posts until interrupted; port 0 takes a free one, which ``port_file`` then names."""
    app = create_app(open_doors(known), Spool(spool_dir()))
    connections = Open(most_connections())
    # It tells of every form that is not written well, and anybody can post one.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    with socket.create_server((host, port), backlog=1024) as listening:
        if port_file is not None:
            aside = port_file.with_suffix(".writing")
            aside.write_text(str(listening.getsockname()[1]))
            aside.replace(port_file)
        config = uvicorn.Config(
            app,
            log_level="warning",
            # No access log: some senders carry their secret in the address.
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=trusted_proxies or None,
            timeout_keep_alive=IDLE_CONNECTION_SECONDS,
            timeout_graceful_shutdown=10,
            # Beyond what is cut off for waiting: requests that are being answered.
            limit_concurrency=connections.most + 1,
            http=impatient(connections),
        )
        uvicorn.Server(config).run(sockets=[listening])
