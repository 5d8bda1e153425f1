"""The Postgres to publish to is named by a connection, whose password no sentence holds."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from tests.warehouse.builds import finished_build
from tests.warehouse.postgres_server import Server, shown
from warehouse.__main__ import app
from warehouse.errors import FixConnection, NothingPublished, PublishFailed
from warehouse.lock import claim
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish
from warehouse.publish.postgres.address import address


def test_it_follows_only_where_the_setting_asks(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(finished_build("r1"))

    assert in_postgres.follow() is None
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "postgres")
    assert in_postgres.follow() is not None

    assert shown(server) == [(1, 1, 1000)]


def test_nothing_published_is_said() -> None:
    with pytest.raises(NothingPublished, match="leadgen build"):
        in_postgres.publish()


@pytest.mark.parametrize(
    "connection",
    [
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/bi",
        '{{"conn_type": "postgres", "host": "127.0.0.1", "port": {port}, "login": "publisher", "password": "hush@hush",'
        ' "schema": "bi", "extra": {{"sslmode": "disable", "other": 1}}}}',
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/no_such_database",
        "postgres://publisher:hush%40hush@127.0.0.1:1/bi",
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/bi?sslmode=hush%40hush",
        "postgres://publisher:hush%40hush@127.0.0.1:hush/bi",
        "{{hush@hush",
        "mysql://publisher:hush%40hush@127.0.0.1/bi",
        "postgres://:hush%40hush@127.0.0.1",
    ],
)
def test_no_sentence_holds_the_password(server: Server, connection: str) -> None:
    publish(finished_build("r1"))

    with pytest.raises((PublishFailed, FixConnection)) as failed:
        in_postgres.publish(connection.format(port=server.port))

    assert "hush" not in str(failed.value) + repr(failed.value.__cause__)


def test_an_address_is_not_shown_with_its_password() -> None:
    found = address("postgres://me:hush@[::1]:6000/bi?sslmode=require&nonsense=1")

    assert found.uri.startswith("postgresql://me:hush@[::1]:6000/bi?")
    assert "sslmode=require" in found.uri
    assert "nonsense" not in found.uri
    assert "hush" not in f"{found} {found!r}"


def test_the_command_publishes_there_and_says_what_is_shown(server: Server) -> None:
    publish(finished_build("r1"))

    ran = CliRunner().invoke(app, ["publish", "--to", "postgres"])

    assert (ran.exit_code, ran.stdout.startswith("readers of Postgres now see r1: 3,0")) == (0, True)
    assert shown(server) == [(1, 1, 1000)]


def test_a_build_published_again_and_a_return_are_followed(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "file,postgres")
    publish(finished_build("r1"))
    claim(finished_build("r2", 2))

    published = CliRunner().invoke(app, ["publish", "--run-id", "r2", "--to", "2026-06-30"])
    assert published.exit_code == 0, published.stdout
    assert shown(server) == [(2, 2, 1000)]
    # The page with the report needs more than these marts, so the command ends with a sentence about it.
    CliRunner().invoke(app, ["rollback"])
    assert shown(server) == [(1, 1, 1000)]


@pytest.mark.parametrize(
    "words",
    [
        ["--to", "postgres", "--run-id", "r1"],
        ["--to", "2026-06-30"],
        ["--run-id", "r1", "--to", "yesterday"],
        ["--run-id", "r1"],
    ],
)
def test_a_wrong_call_is_said(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["publish", *words]).exit_code == 2


def test_a_server_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_POSTGRES", "postgres://publisher:hush@127.0.0.1:1/bi")
    publish(finished_build("r1"))

    ran = CliRunner().invoke(app, ["publish", "--to", "postgres"])

    assert ran.exit_code == 1
    assert "PublishFailed Postgres at 127.0.0.1:1/bi refused" in ran.stdout
    assert "hush" not in ran.stdout
