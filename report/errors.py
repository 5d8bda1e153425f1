"""What can keep the report from being written. Each error is one sentence for a person."""

from __future__ import annotations


class ReportError(Exception):
    """Base class, so that one ``except`` can catch all of ours and nothing else."""

    exit_code = 1


class PublishAgain(ReportError):
    """The published warehouse lacks a table or a column that the report reads; an older version made it."""
