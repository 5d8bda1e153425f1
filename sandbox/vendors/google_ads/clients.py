"""Google's account tree: the accounts below a manager, as ``customer_client`` lists them."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.answering.vendor import Call
from sandbox.vendors.google_ads import gaql

MANAGER = "9990001112"
"""The manager account above every account of the sandbox."""
CLOSED = "9990001113"
"""A client below the manager that was cancelled."""


def clients(call: Call, query: gaql.Query) -> list[str]:
    """The account tree: the account asked, or the manager, every account of the credential and one that was closed."""
    texts = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known('google_ads__customer_clients')} where _account = ?", [call.account]
    )
    own = [msgspec.json.decode(text)["customerClient"] for text in texts]
    wanted = {gaql.json_path(name).split(".")[1] for name in query.fields} | {"resourceName"}
    rows = [
        {"customerClient": {key: value for key, value in client.items() if key in wanted}}
        for client in (_below_manager(own) if call.parts["customer"] == MANAGER else own)
    ]
    return [msgspec.json.encode(row).decode() for row in rows]


def _below_manager(own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tree = [
        {**own[0], "id": MANAGER, "level": "0", "manager": True, "descriptiveName": "Sandbox manager"},
        *({**client, "level": "1"} for client in own),
        {**own[0], "id": CLOSED, "level": "1", "descriptiveName": "Former client", "status": "CANCELED"},
    ]
    return [
        {
            **client,
            "resourceName": f"customers/{MANAGER}/customerClients/{client['id']}",
            "clientCustomer": f"customers/{client['id']}",
        }
        for client in tree
    ]
