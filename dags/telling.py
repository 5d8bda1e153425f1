"""Tells somebody what became of a night: one message, with the sentence of what failed and the link to its log.

What a published night shows (a stale source, a jump, leads that stopped) is in the same message. What stands as it did
when it was told is not said again, but for once a week.

The Airflow connection ``leadgen_tell`` says whom and by which notifier: e-mail, Slack, or any address that takes JSON.
Without it nobody is told, and the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
from airflow.sdk import Connection
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import redact  # type: ignore[attr-defined]

from dags import nights
from dags.messages import Message
from dags.nights import Trouble
from dags.schedule import PUBLISHED_BY, night_due, own_night, publishes_to_postgres
from extractors.errors import ExtractError
from warehouse import news, settings
from warehouse.errors import BuildError
from warehouse.publish import generations

CONNECTION = "leadgen_tell"

MOST_TROUBLES = 20
"""A message names as many; the others are counted."""

SAID_AGAIN = timedelta(days=7)
"""What stands for so long is told once more."""

log = logging.getLogger(__name__)


def say_last(context: Mapping[str, Any]) -> None:
    """Write the sentence of the task's failure below the traceback that Airflow has written."""
    log.error("%s", sentence_of(context.get("exception")))


def tell_failed(context: Mapping[str, Any]) -> None:
    """Keep what failed for the message of the night; a build that failed is told at once."""
    instance, run = context["ti"], context["dag_run"]
    sentence = sentence_of(context.get("exception"))
    if run.dag_id == "build_warehouse":
        night = night_due(run.run_after)
        nights.note_trouble(night, Trouble(f"the build, phase {instance.task_id}", sentence, instance.log_url))
        _tell(night, f"The warehouse of {night} was not published: readers see the one before.")
    elif run.dag_id == "publish_to_postgres":
        night = night_due(run.run_after)
        nights.note_trouble(
            night, Trouble("Postgres, whose readers see the publication before", sentence, instance.log_url)
        )
        tell_shown(night)
    elif own := own_night(context):
        account = (getattr(instance.task, "op_kwargs", None) or {}).get("account", instance.task_id)
        source = run.dag_id.removeprefix("extract_")
        nights.note_trouble(own, Trouble(f"{source} {account}", sentence, instance.log_url))
    log.error("%s", sentence)


def tell_published(night: date, as_of_day: str, link: str) -> None:
    """Tell what a published night lacks and shows; where Postgres gets it too, that is waited for."""
    if not publishes_to_postgres():
        _tell_whole(night, as_of_day, link)


def tell_shown(night: date) -> None:
    """Tell it when Postgres is done with it or has failed, and at the hour by which all should be."""
    if (served := generations.served()) and served.as_of_day:
        _tell_whole(night, served.as_of_day, "")


def _tell_whole(night: date, as_of_day: str, link: str) -> None:
    """One message of what failed and of what is new; a whole night that shows nothing new is no news."""
    shown = _shown()
    standing = {**{_key(one): one for one in nights.troubles(night)}, **shown}
    before = nights.told_before(night)
    quiet = {key: day for key, day in before.items() if night < date.fromisoformat(day) + SAID_AGAIN}
    fresh = {key: one for key, one in standing.items() if key not in quiet}
    as_before = len(standing) - len(fresh)
    if fresh:
        lacks = ", without what failed" if nights.troubles(night) else ""
        still = f" As before: {as_before} more." if as_before else ""
        if not _tell(
            night, f"The warehouse was published as of {as_of_day}{lacks}.{still}", link, list(fresh.values())
        ):
            return
    told = {key: night.isoformat() if key in fresh else before[key] for key in standing}
    nights.remember_told(told)


def _shown() -> dict[str, Trouble]:
    """The news of what readers see. A warehouse of an older version has none."""
    try:
        found = news.read_news()
    except duckdb.Error as error:
        log.warning("What the warehouse shows cannot be read (%s).", type(error).__name__)
        return {}
    report = settings.report_dir() / "index.html"
    return {one.key: Trouble(f"report, {one.page}", one.sentence, f"{report}#{one.page}") for one in found}


def _key(trouble: Trouble) -> str:
    """The same failure in the same words is the same news."""
    return f"{trouble.what}: {trouble.sentence}"


def tell_late(night: date, shown: str | None, link: str) -> str:
    """Tell that nothing was published by the hour; returns the sentence."""
    sentence = f"The warehouse of {night} was not published by {PUBLISHED_BY}: readers see " + (
        f"the one as of {shown}." if shown else "none yet."
    )
    _tell(night, sentence, link)
    return sentence


def sentence_of(error: object) -> str:
    """What a person needs to know of an error. The words of an error that is not ours may hold anything."""
    ours = (ExtractError, BuildError)
    if isinstance(error, ours):
        return f"{type(error).__name__}: {_in_one_line(error)}"
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, ours):
        return f"{type(cause).__name__}: {_in_one_line(error)}"
    return (
        f"{type(error).__name__ if error else 'The task was ended from outside'}. What is above in the log says more."
    )


def _in_one_line(error: object) -> str:
    return " ".join(str(error).split())


def _tell(night: date, summary: str, link: str = "", told: Sequence[Trouble] | None = None) -> bool:
    """Send the message of the night, where none was sent yet; whether it went out. Not to be able to fails no task."""
    connection = _connection()
    if connection is None:
        log.warning(
            "Nobody is told: there is no connection %s. docs/when-a-run-fails.md says how to add it.", CONNECTION
        )
        return False
    if not nights.claim_telling(night):
        log.info("Of the night of %s somebody was told already.", night)
        return False
    troubles = nights.troubles(night) if told is None else told
    message = Message(
        night=night.isoformat(),
        summary=summary,
        troubles=_redacted(troubles[:MOST_TROUBLES]),
        more=max(0, len(troubles) - MOST_TROUBLES),
        link=link or (troubles[0].link if troubles else conf.get("api", "base_url", fallback="")),
    )
    # Imported here: most tasks that tell have nothing to send, and the notifiers take a second to load.
    from dags.notifiers import NotTold, send

    try:
        send(message, connection)
    except NotTold as failed:
        nights.give_telling_back(night)
        log.error("%s", failed)
        return False
    return True


def _redacted(troubles: Sequence[Trouble]) -> list[Trouble]:
    """What Airflow knows to be a secret is none of the reader's business either."""
    return [Trouble(one.what, str(redact(one.sentence)), one.link) for one in troubles]


def _connection() -> Connection | None:
    try:
        found: Connection = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        return None
    return found
