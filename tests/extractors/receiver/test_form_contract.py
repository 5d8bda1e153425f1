"""The form contract: what a page's form or a captured submission does not send is named, with why it is needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractors.__main__ import app
from extractors.errors import FixSettings
from extractors.receiver.form_contract import check_form, read_forms

PAGE = """<!doctype html><html><body>
<form id="search"><input name="q"></form>
<form id="contact">
  <input name="email"><input type="hidden" name="hidden[client_id]"><input type="hidden" name="gclid">
  <input type="hidden" name="utm_source"><input type="hidden" name="UTM_Medium">
</form>
<div data-tf-live="quote"
  data-tf-hidden="client_id=1,gclid=2,utm_source=3,utm_medium=4,utm_campaign=5,visit_id=6"></div>
</body></html>"""


class Site(BaseHTTPRequestHandler):
    """A landing page, and one that has moved."""

    def do_GET(self) -> None:
        moved = self.path == "/old"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "/new")
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"" if moved else PAGE.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Silent."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def found(file: Path, text: str) -> list[tuple[str, str, str]]:
    """What is wrong with a text: form, meaning, problem."""
    file.write_text(text, encoding="utf-8")
    return [(one.form, one.meaning, one.problem) for one in check_form(str(file))[1]]


def test_a_page_is_told_form_by_form_what_its_fields_lack(tmp_path: Path) -> None:
    assert found(tmp_path / "page.html", PAGE) == [
        ("contact", "utm_campaign", "missing"),
        ("contact", "visit_id", "missing"),
    ]


def test_a_submission_with_an_empty_device_and_a_macro_is_told_apart_from_one_without_an_ad(tmp_path: Path) -> None:
    sent = (
        '{"hidden": {"client_id": "", "gclid": "", "utm_source": "google", "utm_medium": "cpc", "utm_campaign": "%s"}}'
    )

    assert found(tmp_path / "s.json", sent % "{campaign}") == [
        ("s.json", "client_id", "empty"),
        ("s.json", "utm_campaign", "not filled in"),
        ("s.json", "visit_id", "missing"),
    ]
    assert found(tmp_path / "s.json", (sent % "").replace('"client_id": ""', '"client_id": "a1"')) == [
        ("s.json", "visit_id", "missing")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "email=a%40b.example&client_id=a1&gclid=&utm_source=&utm_medium=&utm_campaign=&visit_id=7",
        '{"field_data": [{"name": "client_id", "values": ["a1"]}, {"name": "gclid", "values": []},'
        ' {"name": "utm_source", "values": ["x"]}, {"name": "utm_medium", "values": ["y"]},'
        ' {"name": "utm_campaign", "values": ["z"]}, {"name": "visit_id", "values": ["7"]}]}',
    ],
)
def test_a_whole_submission_lacks_nothing_however_it_is_written(text: str, tmp_path: Path) -> None:
    assert found(tmp_path / "whole.txt", text) == []


def test_the_definition_of_a_form_lists_its_hidden_fields() -> None:
    (form,) = read_forms('{"id": "F", "hidden": ["client_id", "gclid"]}', "F.json")

    assert {"client_id", "gclid"} <= set(form.fields)


def test_a_page_is_read_over_http_and_one_that_moved_says_where(site: str) -> None:
    ran = CliRunner().invoke(app, ["check-form", f"{site}/quote"])

    assert ran.exit_code == 1
    assert "contact: utm_campaign is missing" in ran.output
    with pytest.raises(FixSettings, match="sends on to /new"):
        check_form(f"{site}/old")


def test_a_page_without_a_form_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FixSettings, match="A form that a script draws is not in the page"):
        found(tmp_path / "empty.html", "<html><body>Call us</body></html>")


def test_your_own_names_of_fields_count_beside_those_of_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    (tmp_path / "form_fields.csv").write_text("field,meaning,note\nbesucher,client_id,\n", encoding="utf-8")

    lacking = {meaning for _, meaning, _ in found(tmp_path / "s.txt", "besucher=a1&gclid=b")}
    without = {meaning for _, meaning, _ in found(tmp_path / "s.txt", "besucher=a1&klick=b")}

    # The receiver takes both, so nobody is told that they lack.
    assert not {"client_id", "click_id"} & lacking
    assert "click_id" in without


def test_it_says_what_the_receiver_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    (tmp_path / "body.txt").write_text(
        "_ga=GA1.1.3.4&tel-7=030+1&url=https%3A%2F%2Fkunde.example&site_email=a%40b.example"
    )
    (tmp_path / "jot.txt").write_text("rawRequest=%7B%22q3_yourName3%22%3A%22Anna%22%7D")

    said = CliRunner().invoke(app, ["check-form", str(tmp_path / "body.txt")]).output
    jotform = CliRunner().invoke(app, ["check-form", "--sender", "jotform", str(tmp_path / "jot.txt")]).output

    assert "reads client_id from '_ga' (name), phone from 'tel-7' (name)." in said
    assert "name from 'yourName3' (name)" in jotform
    assert "no field is taken for an address or a number" in jotform
    assert CliRunner().invoke(app, ["check-form", "--sender", "fax", "x"]).exit_code == 2
