"""The error decides about the retry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import RetryAction

from dags.retries import LONGEST_WAIT, RetryByCure
from extractors.errors import FixSettings, RetryLater, SourceChanged


def test_a_busy_source_is_asked_again_when_it_said() -> None:
    decision = RetryByCure().evaluate(RetryLater("busy", after=timedelta(minutes=40)), 1, 5)

    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, timedelta(minutes=40))


def test_a_source_that_asks_for_a_week_is_asked_again_the_same_night() -> None:
    decision = RetryByCure().evaluate(RetryLater("busy", after=timedelta(days=7)), 1, 5)

    assert decision.retry_delay == LONGEST_WAIT


def test_a_busy_source_that_names_no_time_is_asked_again_after_the_task_s_own_delay() -> None:
    decision = RetryByCure().evaluate(RetryLater("busy"), 1, 5)

    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, None)


@pytest.mark.parametrize("needs_a_person", [FixSettings("401"), SourceChanged("no 'calls' in the answer")])
def test_what_only_a_person_can_cure_fails_at_once(needs_a_person: Exception) -> None:
    assert RetryByCure().evaluate(needs_a_person, 1, 5).action == RetryAction.FAIL


def test_an_error_nobody_thought_of_is_left_to_the_task_s_own_retries() -> None:
    assert RetryByCure().evaluate(OSError("disk full"), 1, 5).action == RetryAction.DEFAULT
