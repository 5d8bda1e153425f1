"""The report: one page of eleven parts that needs no server, made from the published warehouse alone."""

from report.errors import ReportError
from report.write import write_report

__all__ = ["ReportError", "write_report"]
