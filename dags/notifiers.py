"""Sends the message of a night by one of Airflow's notifiers: e-mail, Slack, or an address that takes JSON.

No error here quotes an address or an answer: the address of a webhook is its password. The words of a message are never
rendered as a template, which a notifier does when it is called: a name that a vendor told may hold anything.
"""

from __future__ import annotations

import html
import json
import re
import urllib.request
from dataclasses import asdict
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.providers.slack.notifications.slack_webhook import SlackWebhookNotifier
from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import BaseNotifier

from dags.messages import Message

if TYPE_CHECKING:
    from airflow.sdk import Connection, Context

SECONDS = 30
"""So long another machine may take; a task that waits for ever holds up the night."""

FORMER = {"from": "from_email", "security": "disable_ssl or disable_tls"}
"""What the extras of a mail connection were called here, and what Airflow calls them."""


class NotTold(Exception):
    """The message did not go out; one sentence says by which way and why."""


def send(message: Message, connection: Connection) -> None:
    """Send it by the connection's notifier, or be ``NotTold``."""
    notifier, to = _notifier(message, connection)
    try:
        # Not called, which would render it as a template.
        notifier.notify({})
    except NotTold:
        raise
    except Exception as failed:
        raise NotTold(f"Nobody is told: {to} did not take the message ({_kind(failed)}).") from None


def _notifier(message: Message, connection: Connection) -> tuple[BaseNotifier, str]:
    """The notifier that the connection asks for, and how its receiver may be called in a log."""
    kind, host = connection.conn_type or "", connection.host or ""
    extra = {name: str(value) for name, value in connection.extra_dejson.items()}
    if kind in ("smtp", "email"):
        if not (host and extra.get("to")):
            raise NotTold("Nobody is told: the connection leadgen_tell needs a host, and an extra 'to'.")
        if former := [f"'{name}' is {FORMER[name]}" for name in FORMER if name in extra]:
            raise NotTold(
                "Nobody is told: the extras of the connection leadgen_tell are called as in Airflow's own mail "
                f"connections: {', '.join(former)} (docs/when-a-run-fails.md)."
            )
        mail = _Mail(
            to=extra["to"],
            from_email=extra.get("from_email") or connection.login,
            subject=message.summary,
            html_content=message.page,
            smtp_conn_id=connection.conn_id,
        )
        return mail, host
    # The whole address is the secret of a webhook, so it may stand where a password does.
    address = next((one for one in (connection.password or "", host) if "://" in one), "")
    where = urlsplit(address)
    is_slack = kind == "slackwebhook" or extra.get("format") == "slack" or where.hostname == "hooks.slack.com"
    if is_slack:
        if not connection.password:
            raise NotTold("Nobody is told: the connection leadgen_tell has no address of Slack in its password.")
        slack = SlackWebhookNotifier(
            slack_webhook_conn_id=connection.conn_id,
            text=_in_slack("\n".join(message.lines)),
            timeout=SECONDS,
            # What was asked for twice may be read twice.
            retry_handlers=[],
        )
        return slack, where.hostname or "Slack"
    if where.scheme not in ("http", "https"):
        raise NotTold(
            "Nobody is told: the connection leadgen_tell has no https:// address in its password or its host."
        )
    return _Webhook(address, {"text": "\n".join(message.lines), **asdict(message)}), str(where.hostname)


class _OneTry(SmtpHook):
    """Airflow's own, which tries six times: a server that took the mail and broke off then sends it six times."""

    @property
    def smtp_retry_limit(self) -> int:
        return 0


class _Mail(SmtpNotifier):
    """Airflow's own, with one try."""

    @cached_property
    def hook(self) -> SmtpHook:
        return _OneTry(smtp_conn_id=self.smtp_conn_id, auth_type=self.auth_type)


class _Webhook(BaseNotifier):
    """Any address that takes JSON. Why it is not ``HttpNotifier``: docs/decisions/0026-airflow-s-notifiers-tell.md."""

    def __init__(self, address: str, body: dict[str, object]) -> None:
        super().__init__()
        self._address, self._body = address, body

    def notify(self, context: Context) -> None:
        """Post it; what is not taken is an error."""
        request = urllib.request.Request(
            self._address,
            json.dumps(self._body).encode(),
            {"Content-Type": "application/json", "User-Agent": "leadgen"},
        )
        with urllib.request.urlopen(request, timeout=SECONDS):
            pass


def _in_slack(text: str) -> str:
    """Text that calls nobody: in Slack `<!channel>` rings at everybody's."""
    return html.escape(text, quote=False)


def _kind(failed: Exception) -> str:
    """The type of the error, and the status that was answered; its other words may hold the address."""
    said = re.search(r"Status Code: (\d{3})\b", str(failed))
    status = getattr(failed, "code", None) or getattr(failed, "smtp_code", None) or (said[1] if said else None)
    return f"{type(failed).__name__} {status}" if status else type(failed).__name__
