"""Somebody is told what became of a night: once, with the sentence and the link, and without a secret."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from dags import nights
from dags.look import look_for_run
from dags.nights import Trouble
from dags.telling import say_last, sentence_of, tell_failed, tell_published
from extractors.errors import FixSettings
from tests.dags.conftest import list_accounts
from tests.dags.listening import Listener
from tests.warehouse.builds import finished_build
from tests.warehouse.test_news import MARTS
from warehouse import settings
from warehouse.errors import BuildError, CheckFailed, NothingPublished
from warehouse.publish import publish

NIGHT = date(2026, 6, 28)
AT_0315 = datetime(2026, 6, 29, 1, 15, tzinfo=UTC)  # 03:15 in Berlin
LINK = "http://airflow.example/dags/extract_callrail/runs/r/tasks/calls"
REFUSED = FixSettings("callrail ACC0: the key was refused (401). Correct the connection callrail_ACC0.")


@pytest.fixture(autouse=True)
def data(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sources, and a data folder of its own."""
    list_accounts(config, {"callrail": 2, "typeform": 2})
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def listener(airflow_database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """The connection leads to an address of this machine, which stands where a password does."""
    with Listener() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_TELL", json.dumps({"conn_type": "generic", "password": server.url}))
        yield server
        server.shutdown()


def failed(dag_id: str, error: BaseException, **account: str) -> dict[str, Any]:
    """What Airflow tells of a task that failed."""
    return {
        "exception": error,
        "params": {},
        "data_interval_start": datetime(2026, 6, 28, 1, 15, tzinfo=UTC),
        "dag_run": SimpleNamespace(dag_id=dag_id, run_id="r", run_type="scheduled", run_after=AT_0315),
        "ti": SimpleNamespace(task_id="check_marts", log_url=LINK, task=SimpleNamespace(op_kwargs=account)),
    }


def test_a_failed_account_is_told_with_the_published_night_and_once(listener: Listener) -> None:
    for account in ("ACC0", "ACC0", "ACC1"):
        tell_failed(failed("extract_callrail", REFUSED, account=account))
    assert listener.taken == []

    for _ in range(2):
        tell_published(NIGHT, "2026-06-28", LINK)

    (told,) = listener.taken
    assert told["text"].splitlines() == [
        "The warehouse was published as of 2026-06-28, without what failed.",
        f"- callrail ACC0: FixSettings: {REFUSED} {LINK}",
        f"- callrail ACC1: FixSettings: {REFUSED} {LINK}",
    ]
    assert (told["night"], told["more"]) == ("2026-06-28", 0)


def test_a_whole_night_is_no_news(listener: Listener) -> None:
    tell_published(NIGHT, "2026-06-28", LINK)

    assert listener.taken == []


def stale(link: Path, newest_day: str) -> None:
    """Let readers see a publication in which a source is stale."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    with duckdb.connect(str(link)) as database:
        database.execute(MARTS)
        database.execute(f"update marts.reconciliation set is_stale = true, newest_day = date '{newest_day}'")


def test_what_stands_as_it_did_is_told_once_again_after_a_week_and_when_it_changes(listener: Listener) -> None:
    told = []
    for number in range(12):
        # On the tenth night the source has brought a day and is stale again.
        stale(settings.warehouse_link(), "2026-06-20" if number < 9 else "2026-06-22")
        before = len(listener.taken)
        tell_published(NIGHT + timedelta(number), str(NIGHT + timedelta(number)), LINK)
        told += [(number, message["text"]) for message in listener.taken[before:]]

    assert [number for number, _ in told] == [0, 7, 9]
    assert told[0][1].splitlines() == [
        "The warehouse was published as of 2026-06-28.",
        "- report, health: callrail ACC0: nothing newer than 2026-06-20, so nord lacks its newest days. "
        f"{settings.report_dir()}/index.html#health",
    ]
    assert "nothing newer than 2026-06-22" in told[2][1]


def test_a_failure_that_is_new_comes_with_the_number_of_those_that_stand_as_before(listener: Listener) -> None:
    tell_failed(failed("extract_callrail", REFUSED, account="ACC0"))
    tell_published(NIGHT, "2026-06-28", LINK)
    following = NIGHT + timedelta(1)
    for account in ("ACC0", "ACC1"):
        nights.note_trouble(following, Trouble(f"callrail {account}", f"FixSettings: {REFUSED}", LINK))
    tell_published(following, "2026-06-29", LINK)

    assert len(listener.taken) == 2
    assert listener.taken[1]["text"].splitlines() == [
        "The warehouse was published as of 2026-06-29, without what failed. As before: 1 more.",
        f"- callrail ACC1: FixSettings: {REFUSED} {LINK}",
    ]


def test_a_publication_that_did_not_reach_postgres_is_in_the_one_message_of_the_night(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "file,postgres")
    publish(finished_build("r1", day=NIGHT))
    tell_failed(failed("extract_callrail", REFUSED, account="ACC0"))
    tell_published(NIGHT, "2026-06-28", LINK)
    assert listener.taken == []

    tell_failed(failed("publish_to_postgres", BuildError("a view shows a column that is gone.")))

    (told,) = listener.taken
    assert told["text"].splitlines() == [
        "The warehouse was published as of 2026-06-28, without what failed.",
        f"- Postgres, whose readers see the publication before: BuildError: a view shows a column that is gone. {LINK}",
        f"- callrail ACC0: FixSettings: {REFUSED} {LINK}",
    ]


def test_where_postgres_never_came_the_night_is_told_at_the_hour(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "file,postgres")
    publish(finished_build("r1", day=NIGHT))
    tell_failed(failed("extract_callrail", REFUSED, account="ACC0"))
    tell_published(NIGHT, "2026-06-28", LINK)

    for _ in range(2):
        look_for_run(failed("published_by", REFUSED))

    (told,) = listener.taken
    assert told["summary"] == "The warehouse was published as of 2026-06-28, without what failed."


def test_a_build_that_fails_is_told_at_once(listener: Listener) -> None:
    tell_failed(failed("build_warehouse", CheckFailed("Revenue credited is 3, revenue sold is 4.")))

    (told,) = listener.taken
    assert told["text"].splitlines() == [
        "The warehouse of 2026-06-28 was not published: readers see the one before.",
        f"- the build, phase check_marts: CheckFailed: Revenue credited is 3, revenue sold is 4. {LINK}",
    ]


def test_a_night_that_is_not_published_by_the_hour_is_told(listener: Listener) -> None:
    with pytest.raises(NothingPublished, match="2026-06-28 was not published by 08:00: readers see none yet"):
        look_for_run(failed("published_by", REFUSED))
    (told,) = listener.taken
    assert told["text"].splitlines() == [
        "The warehouse of 2026-06-28 was not published by 08:00: readers see none yet.",
        LINK,
    ]

    publish(finished_build("r1", day=NIGHT))
    look_for_run(failed("published_by", REFUSED))
    assert len(listener.taken) == 1


def test_a_re_read_of_old_days_that_fails_is_seen_by_whoever_asked_for_it(listener: Listener) -> None:
    tell_failed(
        {**failed("extract_callrail", REFUSED), "params": {"first_day": "2026-06-01", "last_day": "2026-06-02"}}
    )

    assert nights.troubles(NIGHT) == []


def test_a_message_that_nobody_took_is_sent_with_the_next_occasion_and_its_error_keeps_the_address(
    listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    listener.status = 500
    tell_failed(failed("build_warehouse", CheckFailed("No.")))
    assert "Nobody is told: 127.0.0.1 did not take the message (HTTPError 500)." in caplog.messages
    assert "secret-of-the-hook" not in caplog.text

    listener.status = 200
    tell_failed(failed("build_warehouse", CheckFailed("No.")))
    assert len(listener.taken) == 2


def test_without_a_connection_the_log_says_that_nobody_is_told(
    airflow_database: None, caplog: pytest.LogCaptureFixture
) -> None:
    tell_failed(failed("build_warehouse", CheckFailed("No.")))

    assert [line for line in caplog.messages if line.startswith("Nobody is told: there is no connection leadgen_tell")]


def test_the_last_line_of_a_failed_task_is_its_sentence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for told in (say_last, tell_failed):
        told(failed("extract_callrail", REFUSED, account="ACC0"))
        assert caplog.messages[-1] == f"FixSettings: {REFUSED}"


def test_the_words_of_an_error_that_is_not_ours_go_to_nobody() -> None:
    error = ValueError("https://api.example/?token=s3cret answered nonsense")

    assert sentence_of(error) == "ValueError. What is above in the log says more."
