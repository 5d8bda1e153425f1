"""The error decides about the retry: a busy source is asked again, a wrong password is not.

A task whose quota is gone is no failure: it is put off.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.retry_policy import RetryDecision
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

from extractors.errors import QuotaGone, RetryLater

if TYPE_CHECKING:
    from airflow.sdk import Context

LONGEST_WAIT = timedelta(hours=6)
"""A source that asks for more than this is asked again after this."""

LONGEST_DEFERRAL = timedelta(hours=24)
"""A quota that is not back by then holds up the next night, which reads most of these days again."""


def instead_of_waiting(gone: QuotaGone, run_began: datetime) -> AirflowException:
    """What the task ends with for now: its slot is free until the quota is back, and no try is used up."""
    if gone.until - run_began > LONGEST_DEFERRAL:
        return AirflowFailException(f"{gone} The next night comes before that: clear the task then.")
    return AirflowRescheduleException(gone.until)  # type: ignore[no-untyped-call]


class RetryByCure(ExceptionRetryPolicy):
    """``RetryLater`` waits as long as the source asked; what only a person can cure fails at once."""

    def __init__(self) -> None:
        super().__init__(
            rules=[
                RetryRule(
                    exception=["extractors.errors.FixSettings", "extractors.errors.SourceChanged"],
                    action=RetryAction.FAIL,
                    reason="A person must act first; a retry cannot help.",
                ),
                RetryRule(
                    exception="extractors.errors.RetryLater",
                    action=RetryAction.RETRY,
                    reason="The source is busy or down.",
                ),
            ]
        )

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
    ) -> RetryDecision:
        """The rule of the error's type, with the source's own waiting time where it named one."""
        if isinstance(exception, RetryLater) and exception.after is not None:
            wait = min(exception.after, LONGEST_WAIT)
            return RetryDecision.retry(delay=wait, reason=f"The source asked to wait; asking again in {wait}.")
        return super().evaluate(exception, try_number, max_tries, context)
