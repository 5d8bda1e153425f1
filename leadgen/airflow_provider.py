"""Tells Airflow of the connection type Leadgen source: its form, and the hook behind its Test button."""

from __future__ import annotations

from typing import Any

TEXT = {"type": ["string", "null"]}


def provider_info() -> dict[str, Any]:
    """What Airflow reads at its start, through the entry point ``apache_airflow_provider``."""
    return {
        "package-name": "leadgen-attribution",
        "name": "Leadgen",
        "description": "Reads what brought your clients.",
        "connection-types": [
            {
                "connection-type": "leadgen",
                "hook-class-name": "dags.connection_type.LeadgenHook",
                "hook-name": "Leadgen source",
                "ui-field-behaviour": {
                    "hidden-fields": [],
                    "relabeling": {
                        "host": "Address, where it is not the vendor's own",
                        "login": "Login or client id",
                        "password": "Token, key or refresh token",
                    },
                    "placeholders": {"host": "https://www.example.com"},
                },
                "conn-fields": {
                    "source": {"label": "Source, as leadgen sources names it", "schema": TEXT},
                    "account": {"label": "Account, as accounts.yml names it", "schema": TEXT},
                    "client_secret": {"label": "Client secret", "schema": {**TEXT, "format": "password"}},
                },
            }
        ],
    }
