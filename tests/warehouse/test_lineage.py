"""Each build says what it read and what it published, in OpenLineage's words, and waits for nobody who hears it."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attr
import pytest
from openlineage.client import event_v2, facet_v2

from tests.warehouse.builds import finished_build
from warehouse import build, lineage, settings
from warehouse.errors import BuildError
from warehouse.run import BuildRun

RUN = BuildRun("2026-06-30-night", date(2026, 6, 30))
FACETS: dict[str, type] = {
    "processing_engine": facet_v2.processing_engine_run.ProcessingEngineRunFacet,
    "errorMessage": facet_v2.error_message_run.ErrorMessageRunFacet,
    "jobType": facet_v2.job_type_job.JobTypeJobFacet,
    "schema": facet_v2.schema_dataset.SchemaDatasetFacet,
    "documentation": facet_v2.documentation_dataset.DocumentationDatasetFacet,
    "version": facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet,
    "outputStatistics": facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
}


class Receiver(ThreadingHTTPServer):
    """Takes lineage events, or refuses them."""

    def __init__(self, status: int = 201) -> None:
        self.status = status
        self.taken: list[tuple[str, str | None, dict[str, Any]]] = []
        super().__init__(("127.0.0.1", 0), Taker)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for _, _, event in self.taken]


class Taker(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder in which two tables were landed, and one that nobody listed an account of."""
    folder = tmp_path / "data"
    monkeypatch.setenv("LEADGEN_DATA", str(folder))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "key")
    monkeypatch.delenv("OPENLINEAGE_API_KEY", raising=False)
    for table in (
        "callrail/calls/account=A1",
        "google_ads/campaign_days/account=1",
        "google_ads/campaign_days/account=2",
    ):
        (folder / "landing" / table).mkdir(parents=True)
    (folder / "landing/typeform/responses").mkdir(parents=True)
    return folder


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("LEADGEN_LINEAGE", server.url)
        yield server
        server.shutdown()


def made(kind: type, told: dict[str, Any]) -> Any:
    """The client's own class made of what was told: it knows every field, and its checks hold."""
    unknown = set(told) - {field.name for field in attr.fields(kind)} - {"_schemaURL", "schemaURL"}
    assert not unknown, f"{kind.__name__} has no {unknown}"
    arguments = {field.alias: told[field.name] for field in attr.fields(kind) if field.init and field.name in told}
    return kind(**arguments)


def checked(told: dict[str, Any]) -> event_v2.RunEvent:
    """The event as the client's classes read it, with every facet in it."""

    def facets(of: dict[str, Any]) -> dict[str, Any]:
        return {name: made(FACETS[name], facet) for name, facet in of.items()}

    def dataset(kind: type, one: dict[str, Any], own: str) -> Any:
        fields = [
            made(facet_v2.schema_dataset.SchemaDatasetFacetFields, field)
            for field in one.get("facets", {}).get("schema", {}).get("fields", [])
        ]
        assert len({field.name for field in fields}) == len(fields)
        return made(kind, {**one, "facets": facets(one.get("facets", {})), own: facets(one.get(own, {}))})

    event: event_v2.RunEvent = made(
        event_v2.RunEvent,
        {
            **told,
            "eventType": event_v2.RunState(told["eventType"]),
            "run": made(event_v2.Run, {**told["run"], "facets": facets(told["run"]["facets"])}),
            "job": made(event_v2.Job, {**told["job"], "facets": facets(told["job"]["facets"])}),
            "inputs": [dataset(event_v2.InputDataset, one, "inputFacets") for one in told["inputs"]],
            "outputs": [dataset(event_v2.OutputDataset, one, "outputFacets") for one in told["outputs"]],
        },
    )
    return event


def test_a_build_that_was_published_names_what_it_read_and_each_table_with_its_columns(
    receiver: Receiver, data: Path
) -> None:
    run = finished_build("2026-06-30-night")
    lineage.started(run)
    (data / "build" / "claim.json").write_text(json.dumps({"run_id": run.run_id, "since": "now"}))
    build.publish(run)

    begun, done = (checked(event) for event in receiver.events)
    assert [begun.eventType, done.eventType] == [event_v2.RunState.START, event_v2.RunState.COMPLETE]
    assert begun.run.runId == done.run.runId
    assert (done.job.namespace, done.job.name) == ("leadgen", "build_warehouse")
    assert [one.name for one in done.inputs or []] == [
        f"{data}/landing/callrail/calls",
        f"{data}/landing/google_ads/campaign_days",
    ]
    assert begun.inputs == done.inputs
    tables = {one.name: one for one in done.outputs or []}
    assert {"warehouse.marts.inquiries", "warehouse.marts.attributed_leads", "warehouse.marts.publication"} <= set(
        tables
    )
    assert {one.namespace for one in tables.values()} == {f"duckdb://{data}/warehouse.duckdb"}
    raw = {one["name"]: one for one in receiver.events[1]["outputs"]}
    seen = raw["warehouse.marts.attributed_leads"]
    assert seen["facets"]["schema"]["fields"] == [
        {"name": "number", "ordinal_position": 1, "type": "INTEGER", "fields": []},
        {"name": "id", "ordinal_position": 2, "type": "BIGINT", "description": "Who it is.", "fields": []},
    ]
    assert seen["facets"]["documentation"]["description"] == "Which contacts earned the leads."
    assert seen["outputFacets"]["outputStatistics"]["rowCount"] == 1000
    assert seen["facets"]["version"]["datasetVersion"] == settings.warehouse_link().resolve().parent.name


def test_a_phase_that_fails_fails_the_run_with_its_sentence(receiver: Receiver) -> None:
    with pytest.raises(BuildError):
        build.stage(RUN)

    (told,) = receiver.events
    event = checked(told)
    assert event.eventType == event_v2.RunState.FAIL
    assert told["run"]["facets"]["errorMessage"]["message"] == (
        "The phase stage failed. NothingLanded: The build 2026-06-30-night was not begun. "
        "Begin it with its phase 'prepare'."
    )


def test_the_words_of_an_error_that_is_not_ours_are_not_told(receiver: Receiver) -> None:
    with pytest.raises(ValueError, match="jane@mail"), lineage.watched(RUN, "identify"):
        raise ValueError("jane@mail.example is no number")

    assert receiver.events[0]["run"]["facets"]["errorMessage"]["message"] == "The phase identify failed. ValueError"
    assert "jane" not in json.dumps(receiver.events)


def test_two_runs_have_two_ids_and_each_process_finds_the_same(receiver: Receiver) -> None:
    for run in (RUN, RUN, BuildRun("2026-07-01-night", date(2026, 7, 1))):
        lineage.started(run)

    first, again, other = (event["run"]["runId"] for event in receiver.events)
    assert first == again != other


def test_an_address_with_a_path_is_taken_as_it_is(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    lineage.started(RUN)
    monkeypatch.setenv("LEADGEN_LINEAGE", f"{receiver.url}/of/ours?")
    lineage.started(RUN)

    assert [path for path, _, _ in receiver.taken] == ["/api/v1/lineage", "/of/ours"]


def test_the_key_goes_with_the_request_and_stands_in_no_log(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "k3y-of-the-receiver")
    lineage.started(RUN)
    receiver.status = 403
    lineage.started(RUN)

    assert [key for _, key, _ in receiver.taken] == ["Bearer k3y-of-the-receiver"] * 2
    assert "k3y-of-the-receiver" not in caplog.text


def test_a_file_gets_a_line_for_each_event(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_LINEAGE", "lineage/events.ndjson")
    for _ in range(2):
        lineage.started(RUN)

    lines = (data / "lineage" / "events.ndjson").read_text().splitlines()
    assert [checked(json.loads(line)).eventType for line in lines] == [event_v2.RunState.START] * 2


def test_without_the_setting_nothing_is_said(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADGEN_LINEAGE")
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    lineage.started(RUN)

    assert receiver.taken == []


def refused(where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> str:
    """What the log says where this setting stands; the build goes on."""
    caplog.clear()
    monkeypatch.setenv("LEADGEN_LINEAGE", where)
    lineage.started(RUN)
    (said,) = [line for line in caplog.messages if line.startswith("The lineage event")]
    return said


def test_whoever_does_not_take_an_event_costs_one_line_of_the_log(
    receiver: Receiver, data: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 500
    begins, ends = "The lineage event START of 2026-06-30-night did not go out: ", ". The build goes on."

    assert refused(f"{receiver.url}/secret-path", monkeypatch, caplog) == f"{begins}127.0.0.1 answered 500{ends}"
    assert len(receiver.taken) == 1
    assert refused("http://127.0.0.1:1/secret-path", monkeypatch, caplog) == (
        f"{begins}127.0.0.1 cannot be reached or written (ConnectionError){ends}"
    )
    (data / "folder").mkdir()
    assert refused("folder", monkeypatch, caplog) == (
        f"{begins}the file folder cannot be reached or written (IsADirectoryError){ends}"
    )
    for wrong in ("http://ann:s3cret@127.0.0.1:1/", "http://127.0.0.1:1/?key=s3cret"):
        assert "holds a name, a password or a query" in refused(wrong, monkeypatch, caplog)
        assert "s3cret" not in caplog.text
    assert "neither an http:// or https:// address nor a file" in refused("kafka://127.0.0.1:1/", monkeypatch, caplog)


def test_a_receiver_that_never_ends_its_answer_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        # A byte at a time: no time-out between two bytes ever comes.
        spoken, _ = server.accept()
        with spoken:
            spoken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not over.wait(0.05):
                spoken.sendall(b" ")

    monkeypatch.setattr(lineage, "SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        dripping = threading.Thread(target=drip, args=(server,), daemon=True)
        dripping.start()
        begun = time.monotonic()
        said = refused(f"http://127.0.0.1:{server.getsockname()[1]}/", monkeypatch, caplog)
        assert time.monotonic() - begun < 30
        over.set()
        dripping.join()

    assert "127.0.0.1 took longer than 0.5 seconds" in said
