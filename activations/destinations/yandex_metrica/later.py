"""Yandex Metrica: whether a file of orders that was read stayed good. Whom it found behind them it never tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from activations.model import Heard, Job, Waiting
from extractors.http.answers import parts
from extractors.http.client import HttpClient

UPLOADINGS = "/cdp/api/v1/counter/{counter}/last_uploadings"
MOST = 1_000


def later(client: HttpClient, job: Job, waiting: Sequence[Waiting]) -> Iterator[Heard]:
    """The counter's newest uploads, held against those that are waited for."""
    answer = client.get(UPLOADINGS.format(counter=job.told.account), {"limit": MOST})
    found = {str(one.get("uploading_id")): one for one in parts(answer, "uploadings")}
    for one in waiting:
        status = str(found.get(one.receipt, {}).get("api_validation_status"))
        if status == "PASSED":
            yield Heard(one.receipt, "processed", good=one.rows)
        elif status == "FAILED":
            # What it writes beside that quotes the file.
            yield Heard(one.receipt, "failed", bad={"validation FAILED": one.rows}, is_as_one=True)
