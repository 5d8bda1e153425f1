"""The message of a night goes out by a notifier of Airflow's, once, as text and without a secret."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

import pytest
from airflow.sdk import Connection

from dags.messages import Message
from dags.nights import Trouble
from dags.notifiers import NotTold, send
from tests.dags.listening import Listener, MailServer

LINK = "http://airflow.example/dags/extract_callrail/runs/r/tasks/calls"
MESSAGE = Message(
    "2026-06-28", "It was not published.", [Trouble("callrail ACC0", "FixSettings: no key.", LINK)], 2, ""
)


@pytest.fixture
def listener(airflow_database: None) -> Iterator[Listener]:
    """An address that takes messages."""
    with Listener() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def told_by(monkeypatch: pytest.MonkeyPatch, message: Message = MESSAGE, **connection: Any) -> None:
    """Send the message by this connection."""
    extra = connection.pop("extra", {})
    monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_TELL", json.dumps({**connection, "extra": extra}))
    send(message, Connection.get("leadgen_tell"))


@pytest.mark.parametrize(
    ("kind", "extra"), [("generic", {"format": "slack"}), ("slackwebhook", {})], ids=["by-its-form", "by-its-type"]
)
def test_slack_is_sent_what_it_takes(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, kind: str, extra: dict[str, str]
) -> None:
    told_by(monkeypatch, conn_type=kind, password=listener.url, extra=extra)

    assert listener.taken == [
        {"text": f"It was not published.\n- callrail ACC0: FixSettings: no key. {LINK}\n- and 2 more"}
    ]


def test_slack_s_own_connection_has_its_address_and_its_token_apart(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, _, token = listener.url.rpartition("/services/")
    told_by(monkeypatch, conn_type="slackwebhook", host=f"{host}/services", password=token)

    assert len(listener.taken) == 1


def test_what_a_vendor_named_is_neither_a_template_nor_a_call_to_everybody(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Trouble("callrail", "campaign <!channel> {{ 6 * 7 }} {% raise %} & Co", LINK)
    message = Message("2026-06-28", "{{ conn.leadgen_tell.password }}", [odd], 0, "")
    told_by(monkeypatch, message, conn_type="slackwebhook", password=listener.url)
    told_by(monkeypatch, message, conn_type="generic", password=listener.url)

    in_slack, elsewhere = (taken["text"] for taken in listener.taken)
    assert in_slack.splitlines() == [
        "{{ conn.leadgen_tell.password }}",
        f"- callrail: campaign &lt;!channel&gt; {{{{ 6 * 7 }}}} {{% raise %}} &amp; Co {LINK}",
    ]
    assert "campaign <!channel> {{ 6 * 7 }} {% raise %} & Co" in elsewhere


MAIL = {"to": "ann@mail.example, bob@mail.example", "disable_ssl": True, "disable_tls": True}


def test_an_e_mail_has_the_sentence_as_its_subject_and_the_link_in_it(
    airflow_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble("callrail ACC0", "<b>FixSettings</b>: {{ no }} key ü.", LINK)
    message = Message("2026-06-28", "It was not published.", [trouble, Trouble("r", "x", "/data/report#a")], 2, "")
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        extra = {**MAIL, "from_email": "night@mail.example"}
        told_by(
            monkeypatch, message, conn_type="smtp", host="127.0.0.1", port=server.server_address[1], extra=extra
        )  # fmt: skip
        server.shutdown()

    assert [line for line in server.heard if line.upper().startswith("RCPT")] == [
        "rcpt TO:<ann@mail.example>",
        "rcpt TO:<bob@mail.example>",
    ]
    mail = mailed(server)
    assert (mail["Subject"], mail["From"]) == ("It was not published.", "night@mail.example")
    body = mail.get_body(("html",))
    assert body is not None
    assert body.get_content().splitlines() == [
        "<p>It was not published.</p>",
        "<ul>",
        f'<li>callrail ACC0: &lt;b&gt;FixSettings&lt;/b&gt;: {{{{ no }}}} key ü. <a href="{LINK}">{LINK}</a></li>',
        "<li>r: x /data/report#a</li>",
        "<li>and 2 more</li>",
        "</ul>",
    ]


def mailed(server: MailServer) -> EmailMessage:
    """The one mail that the server heard."""
    begun, ended = server.heard.index("data"), server.heard.index(".")
    assert server.heard.count("data") == 1
    return message_from_string("\n".join(server.heard[begun + 1 : ended]), EmailMessage, policy=policy.default)


def test_a_mail_without_a_sender_is_from_who_signs_in(airflow_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told_by(
            monkeypatch, conn_type="smtp", host="127.0.0.1", port=server.server_address[1],
            login="night@mail.example", extra=MAIL,
        )  # fmt: skip
        server.shutdown()

    assert mailed(server)["From"] == "night@mail.example"


def test_a_mail_server_that_breaks_off_after_the_mail_is_not_sent_it_again(
    airflow_database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailServer(breaks_off=True) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(NotTold, match=r"127\.0\.0\.1 did not take the message"):
            told_by(
                monkeypatch, conn_type="smtp", host="127.0.0.1", port=server.server_address[1],
                extra={**MAIL, "from_email": "night@mail.example"},
            )  # fmt: skip
        server.shutdown()

    assert server.heard.count("data") == 1


@pytest.mark.parametrize(
    "connection",
    [
        {"conn_type": "generic", "password": "hooks.example/the-hook-itself"},
        {"conn_type": "generic", "host": "http://127.0.0.1:1/the-hook-itself"},
        {"conn_type": "generic", "host": "http://127.0.0.1:1/the-hook-itself", "extra": {"format": "slack"}},
        {"conn_type": "slackwebhook", "password": "http://127.0.0.1:1/the-hook-itself"},
        {"conn_type": "slackwebhook", "host": "http://127.0.0.1:1/services", "password": "the-hook-itself"},
        {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "login": "a@mail.example", "extra": MAIL},
        {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "extra": MAIL},
        {"conn_type": "smtp", "host": "127.0.0.1", "port": 1, "extra": {**MAIL, "security": "none"}},
        {"conn_type": "smtp", "host": "mail.example"},
    ],
)
def test_a_connection_that_leads_nowhere_is_one_sentence_without_a_secret(
    airflow_database: None,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    connection: dict[str, Any],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotTold) as failure:
        told_by(monkeypatch, **connection)

    assert str(failure.value).startswith("Nobody is told: ")
    said = "".join(capfd.readouterr()) + caplog.text
    assert "the-hook-itself" not in str(failure.value) + said


def test_a_refusal_says_its_status_and_not_its_words(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    listener.status = 404
    for kind, error in (("slackwebhook", r"AirflowException 404"), ("generic", r"HTTPError 404")):
        with pytest.raises(NotTold, match=rf"127\.0\.0\.1 did not take the message \({error}\)"):
            told_by(monkeypatch, conn_type=kind, password=listener.url)
    assert "secret-of-the-hook" not in caplog.text


@pytest.mark.parametrize("kind", ["generic", "slackwebhook"])
def test_a_server_that_never_answers_does_not_hold_up_the_night(
    airflow_database: None, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("dags.notifiers.SECONDS", 0.2)
        with pytest.raises(NotTold, match=r"127\.0\.0\.1 did not take the message"):
            told_by(monkeypatch, conn_type=kind, password=f"http://127.0.0.1:{silent.getsockname()[1]}/")
