"""The message of a night, and the three ways that it can go: Slack, an address that takes JSON, or e-mail.

No error here quotes an address or an answer: the address of a webhook is its password.
"""

from __future__ import annotations

import json
import smtplib
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit

from dags.nights import Trouble

SECONDS = 30
"""So long another machine may take; a task that waits for ever holds up the night."""


class NotTold(Exception):
    """The message did not go out; one sentence says by which way and why."""


@dataclass(frozen=True)
class Message:
    """What became of a night."""

    night: str
    summary: str
    troubles: Sequence[Trouble]
    more: int
    link: str

    @property
    def lines(self) -> list[str]:
        """The message as text."""
        named = [f"- {one.what}: {one.sentence} {one.link}".rstrip() for one in self.troubles]
        counted = [f"- and {self.more} more"] if self.more else []
        return [self.summary, *named, *counted, *([] if self.troubles else [self.link])]


@dataclass(frozen=True)
class Channel:
    """Whom to tell and how, as the connection has it."""

    kind: str
    host: str
    port: int | None = None
    login: str = ""
    password: str = field(default="", repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)

    def send(self, message: Message) -> None:
        """Send it, or be ``NotTold``."""
        if self.kind in ("smtp", "email"):
            self._mail(message)
        else:
            self._post(message)

    def _post(self, message: Message) -> None:
        # The whole address is the secret of a webhook, so it may stand where a password does.
        address = next((one for one in (self.password, self.host) if "://" in one), "")
        where = urlsplit(address)
        if where.scheme not in ("http", "https"):
            raise NotTold(
                "Nobody is told: the connection leadgen_tell has no https:// address in its password or its host."
            )
        text = "\n".join(message.lines)
        is_slack = self.extra.get("format") == "slack" or where.hostname == "hooks.slack.com"
        body = {"text": text} if is_slack else {"text": text, **asdict(message)}
        request = urllib.request.Request(
            address, json.dumps(body).encode(), {"Content-Type": "application/json", "User-Agent": "leadgen"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                pass
        except urllib.error.HTTPError as refused:
            raise NotTold(f"Nobody is told: {where.hostname} answered {refused.code}.") from None
        except OSError as failed:
            raise NotTold(f"Nobody is told: {where.hostname} cannot be reached ({type(failed).__name__}).") from None

    def _mail(self, message: Message) -> None:
        addressees = self.extra.get("to", "")
        if not (self.host and addressees):
            raise NotTold("Nobody is told: the connection leadgen_tell needs a host, and an extra 'to'.")
        mail = EmailMessage()
        mail["Subject"] = message.summary
        mail["From"] = self.extra.get("from") or self.login
        mail["To"] = addressees
        mail.set_content("\n".join(message.lines))
        security = self.extra.get("security", "starttls")
        port = self.port or {"ssl": 465, "starttls": 587}.get(security, 25)
        try:
            opened = smtplib.SMTP_SSL if security == "ssl" else smtplib.SMTP
            with opened(self.host, port, timeout=SECONDS) as server:
                if security == "starttls":
                    server.starttls()
                if self.password:
                    server.login(self.login, self.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as failed:
            raise NotTold(f"Nobody is told: {self.host} took no e-mail ({type(failed).__name__}).") from None
