"""The ECB's files as the sandbox serves them."""

from __future__ import annotations

import io
import zipfile

import requests
from defusedxml import ElementTree

from tests.sandbox.serving import Server

CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def get(server: Server, name: str, **headers: str) -> requests.Response:
    return requests.get(f"{server.url}/ecb/stats/eurofxref/{name}", headers=headers, timeout=10)


def days(answer: requests.Response) -> list[str]:
    root = ElementTree.fromstring(answer.content)
    return [cube.attrib["time"] for cube in root.iter(CUBE) if "time" in cube.attrib]


def test_ninety_days_come_newest_first(server: Server) -> None:
    recent = get(server, "eurofxref-hist-90d.xml")

    assert days(recent) == ["2026-03-31", "2026-01-30"]
    assert days(get(server, "eurofxref-hist.xml")) == ["2026-03-31", "2026-01-30", "2025-12-01"]
    assert days(get(server, "eurofxref-daily.xml")) == ["2026-03-31"]
    assert b'<Cube currency="USD" rate="1.1000"/>' in recent.content


def test_the_zipped_history_ends_every_line_with_a_comma(server: Server) -> None:
    with zipfile.ZipFile(io.BytesIO(get(server, "eurofxref-hist.zip").content)) as archive:
        lines = archive.read("eurofxref-hist.csv").decode().splitlines()

    assert lines[:2] == ["Date,GBP,USD,", "2026-03-31,0.85,1.1000,"]


def test_a_file_that_has_not_changed_is_not_sent_again(server: Server) -> None:
    first = get(server, "eurofxref-hist.zip")
    second = get(server, "eurofxref-hist.zip", **{"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_who_does_not_say_what_it_is_is_refused(server: Server) -> None:
    assert get(server, "eurofxref-daily.xml", **{"User-Agent": ""}).status_code == 403
    assert get(server, "no-such-file.xml").status_code == 404
