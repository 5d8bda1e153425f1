"""Says of each build what it reads and what it published, as OpenLineage events, where `LEADGEN_LINEAGE` asks for it.

A START once the build has begun, with the landed tables; then a COMPLETE with the published tables and their columns,
or a FAIL with the sentence of what failed. A receiver that is down, slow or refuses is told in the log and costs the
build no more than ``SECONDS`` for each event.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from uuid import NAMESPACE_URL, uuid5

import duckdb

from warehouse import settings
from warehouse.errors import BuildError
from warehouse.run import BuildRun

if TYPE_CHECKING:
    from openlineage.client.event_v2 import InputDataset, OutputDataset, RunEvent
    from openlineage.client.facet_v2 import RunFacet
    from openlineage.client.transport import Transport

SECONDS = 5.0
"""So long the receiver of one event may take; a night has two events."""

ENDPOINT = "/api/v1/lineage"
"""Where receivers take events, as OpenLineage has it: added to an address that names a machine alone."""

PRODUCER = "urn:leadgen-attribution:warehouse"
NAMESPACE, JOB = "leadgen", "build_warehouse"

log = logging.getLogger(__name__)


class NotTaken(Exception):
    """An event did not go out; half a sentence says why, without what stands behind the name of the machine."""


def started(run: BuildRun) -> None:
    """The build has begun: what was landed is what it reads."""
    _say(run, "START", lambda: _event(run, "START", inputs=_landed()))


def completed(run: BuildRun) -> None:
    """Readers see the build: what was published, with its columns and the number of its rows."""
    _say(run, "COMPLETE", lambda: _event(run, "COMPLETE", inputs=_landed(), outputs=_published()))


@contextmanager
def watched(run: BuildRun, phase: str) -> Iterator[None]:
    """What fails inside the block fails the run. The words of an error that is not ours may hold anything."""
    try:
        yield
    except Exception as error:
        sentence = f"{type(error).__name__}: {error}" if isinstance(error, BuildError) else type(error).__name__
        _say(run, "FAIL", lambda: _event(run, "FAIL", facets=_failure(f"The phase {phase} failed. {sentence}")))
        raise


def _say(run: BuildRun, state: str, make: Callable[[], RunEvent]) -> None:
    """Send the event, and wait for it no longer than may be waited: nothing that goes wrong here fails a build."""
    where = settings.lineage()
    if not where:
        return
    said: list[str] = []

    def send() -> None:
        try:
            transport = _transport(where)
            transport.emit(make())
            said.append("")
        except NotTaken as refused:
            said.append(str(refused))
        except Exception as failed:
            said.append(_reason(where, failed))

    # A name that is never resolved, or an answer that comes byte by byte, ends with no time-out of a socket.
    sending = threading.Thread(target=send, name="lineage", daemon=True)
    sending.start()
    sending.join(SECONDS)
    reason = said[0] if said else f"{_called(where)} took longer than {SECONDS:g} seconds"
    if reason:
        log.warning("The lineage event %s of %s did not go out: %s. The build goes on.", state, run.run_id, reason)


def _transport(where: str) -> Transport:
    """The way to the receiver: an address of HTTP, or a file to which a line is added."""
    from openlineage.client.transport.file import FileConfig, FileTransport
    from openlineage.client.transport.http import HttpConfig, HttpTransport

    try:
        parts = urlsplit(where)
    except ValueError:
        raise NotTaken("LEADGEN_LINEAGE is neither an address nor a file") from None
    if parts.scheme in ("http", "https") and parts.hostname:
        if parts.username or parts.password or parts.query or parts.fragment:
            raise NotTaken(
                "LEADGEN_LINEAGE holds a name, a password or a query; a key belongs into OPENLINEAGE_API_KEY, and no "
                "address of a receiver needs another"
            )
        key = settings.lineage_key()
        return HttpTransport(
            HttpConfig.from_dict(
                {
                    "url": where if parts.path.strip("/") else urljoin(where, ENDPOINT),
                    "endpoint": "",
                    "timeout": SECONDS,
                    # The next event says all that is known of the run again.
                    "retry": {"total": 0, "read": 0, "connect": 0, "status_forcelist": []},
                    **({"auth": {"type": "api_key", "apiKey": key}} if key else {}),
                }
            )
        )
    if "://" in where:
        raise NotTaken("LEADGEN_LINEAGE is neither an http:// or https:// address nor a file")
    file = settings.data_dir() / where
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileTransport(FileConfig(log_file_path=str(file), append=True))


def _called(where: str) -> str:
    """The receiver as a log may name it."""
    return urlsplit(where).hostname or f"the file {where}"


def _reason(where: str, failed: Exception) -> str:
    status = getattr(getattr(failed, "response", None), "status_code", None)
    if status is not None:
        return f"{_called(where)} answered {status}"
    cause = failed.__cause__ if isinstance(failed, RuntimeError) and failed.__cause__ else failed
    return f"{_called(where)} cannot be reached or written ({type(cause).__name__})"


def _event(
    run: BuildRun,
    state: str,
    inputs: list[InputDataset] | None = None,
    outputs: list[OutputDataset] | None = None,
    facets: dict[str, RunFacet] | None = None,
) -> RunEvent:
    from openlineage.client.event_v2 import Job, Run, RunEvent, RunState
    from openlineage.client.facet_v2 import job_type_job, processing_engine_run, set_producer

    set_producer(PRODUCER)
    engine = processing_engine_run.ProcessingEngineRunFacet(version=duckdb.__version__, name="DuckDB")
    kind = job_type_job.JobTypeJobFacet(processingType="BATCH", integration="LEADGEN", jobType="PIPELINE")
    return RunEvent(
        eventType=RunState[state],
        eventTime=datetime.now(UTC).isoformat(),
        # Of the run's own name, so that each phase knows it, in whatever process; a run that is cleared goes on.
        run=Run(
            str(uuid5(NAMESPACE_URL, f"{settings.data_dir()}/{run.run_id}")),
            {"processing_engine": engine, **(facets or {})},
        ),
        job=Job(NAMESPACE, JOB, {"jobType": kind}),
        inputs=inputs or [],
        outputs=outputs or [],
        producer=PRODUCER,
    )


def _run_id(run: BuildRun) -> str:
    """Made of the run's own name, so that each phase knows it, in whatever process; a run that is cleared goes on."""
    return str(uuid5(NAMESPACE_URL, f"{settings.data_dir()}/{run.run_id}"))


def _landed() -> list[InputDataset]:
    """Every landed table that holds an account."""
    from openlineage.client.event_v2 import InputDataset

    zone = settings.landing_dir()
    folders = sorted({account.parent for account in zone.glob("*/*/account=*")})
    return [InputDataset("file", str(folder)) for folder in folders]


COLUMNS = """
    select table_name, column_name, data_type, comment
    from duckdb_columns()
    where database_name = current_database() and schema_name = 'marts'
    order by table_name, column_index
"""
COMMENTS = """
    select table_name, comment from duckdb_tables()
    where database_name = current_database() and schema_name = 'marts'
    union all
    select view_name, comment from duckdb_views()
    where database_name = current_database() and schema_name = 'marts'
"""


def _published() -> list[OutputDataset]:
    """Every table of the schema `marts` as readers see it."""
    from openlineage.client.event_v2 import OutputDataset
    from openlineage.client.facet_v2 import (
        DatasetFacet,
        dataset_version_dataset,
        documentation_dataset,
        output_statistics_output_dataset,
        schema_dataset,
    )

    link = settings.warehouse_link()
    file = link.resolve()
    with duckdb.connect(str(file), read_only=True) as reader:
        columns = reader.execute(COLUMNS).fetchall()
        comments = dict(reader.execute(COMMENTS).fetchall())
        (counted,) = reader.execute("select row_counts from marts.publication").fetchone() or ("{}",)
    counts: dict[str, int] = json.loads(counted)
    fields: dict[str, list[schema_dataset.SchemaDatasetFacetFields]] = {}
    for table, column, kind, comment in columns:
        known = fields.setdefault(table, [])
        known.append(
            schema_dataset.SchemaDatasetFacetFields(column, kind, comment or None, ordinal_position=len(known) + 1)
        )
    made = []
    for table, known in fields.items():
        facets: dict[str, DatasetFacet] = {
            "schema": schema_dataset.SchemaDatasetFacet(fields=known),
            "version": dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=_generation(file)),
        }
        if comments.get(table):
            facets["documentation"] = documentation_dataset.DocumentationDatasetFacet(description=comments[table])
        rows = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=counts.get(table))
        made.append(
            # As openlineage-dbt calls a table of DuckDB, so that what reads it downstream is joined to it.
            OutputDataset(
                f"duckdb://{link}", f"{link.stem}.marts.{table}", facets=facets,
                outputFacets={"outputStatistics": rows} if table in counts else {},
            )
        )  # fmt: skip
    return made


def _generation(file: Path) -> str:
    return file.parent.name


def _failure(message: str) -> dict[str, RunFacet]:
    from openlineage.client.facet_v2 import error_message_run

    return {"errorMessage": error_message_run.ErrorMessageRunFacet(message=message, programmingLanguage="PYTHON")}
