"""Whatever an error's body holds, a source's rules say what to do, and never fail themselves."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.errors import ExtractError
from extractors.http.answers import Answer, AskAgain, Verdict
from extractors.http.client import HttpClient
from extractors.http.patience import refuse
from extractors.model import Source
from extractors.settings import connection
from extractors.sources import SOURCES
from tests.fuzz.mutations import mutations
from tests.fuzz.test_answers import FROM_HERE, account_of

FIXTURES = Path(__file__).parents[1] / "extractors" / "sources"
STATUSES = (200, 400, 401, 403, 404, 429, 500)
ASKED = [name for name in SOURCES if name not in FROM_HERE]


def client_of(source: Source) -> HttpClient:
    account = account_of(source.name)
    client = source.connect(connection(source, account), account)
    assert isinstance(client, HttpClient)
    return client


def errors_of(name: str) -> list[Path]:
    """The recorded errors of a vendor; any answer will do where it has none."""
    files = sorted((FIXTURES / name / "fixtures").glob("*.json"))
    return [file for file in files if "error" in file.name] or files[:2]


@pytest.mark.parametrize("name", ASKED)
def test_every_body_of_an_error_has_a_verdict(name: str) -> None:
    client = client_of(SOURCES[name])
    for file in errors_of(name):
        for what, body in mutations(file.read_bytes()):
            told = json.loads(body)
            for status in STATUSES:
                answer = Answer("GET", client.base_url, status, {}, told, body[:2000].decode(errors="replace"))
                verdict = client.verdict_of(answer)
                where = f"{file.name}: {what}, {status}"
                assert verdict is None or isinstance(verdict, Verdict), where
                assert verdict is not None or status == 200, where
                if verdict is not None:
                    with pytest.raises((ExtractError, AskAgain)):
                        refuse(where, answer, verdict, timedelta(minutes=5))
