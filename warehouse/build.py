"""The phases of a build in their order. Each can run alone, as a task of its own: all state is on disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from warehouse import lineage, settings
from warehouse.errors import NothingLanded, OddFolder, one_sentence
from warehouse.lock import claim, locked, refuse_overtaken
from warehouse.pinned import pin_landing
from warehouse.pipeline_steps import PipelineStep, begin_phase, begin_steps, record_steps
from warehouse.run import PHASES, BuildRun

__all__ = ["PHASES", "BuildRun", "build", "new_run"]

KEPT_BUILDS = 2
"""Private databases that stay for whoever looks into what happened."""

Steps = list[PipelineStep]


def warm_up() -> None:
    """Load what a build takes long to load, for whoever has time before it: models as dbt understands them, checks."""
    from warehouse.checks import suite
    from warehouse.dbt_runner import read_project

    read_project()
    suite.load()


def prepare(run: BuildRun) -> None:
    """Take over the rules and begin with an empty database: a run that is repeated repeats everything."""
    from warehouse.damaged import refuse_cut_off
    from warehouse.landed_accounts import leave_out_former
    from warehouse.publish.generations import refuse_older
    from warehouse.rules import former_accounts, lay_out_rules, listed_accounts

    if found := sorted(settings.ODD & set(str(settings.data_dir()))):
        raise OddFolder(
            f"The path of the data folder, {settings.data_dir()}, holds {' '.join(found)}, which statements and "
            "addresses read as something else. Name a folder without it: LEADGEN_DATA."
        )
    if not any((settings.landing_dir()).glob("*/*/_contract.parquet")):
        raise NothingLanded(
            f"Nothing was ever landed in {settings.landing_dir()}. Read your sources first: leadgen pull."
        )
    if unknown := [source for source in _sources() if not (settings.landing_dir() / source).exists()]:
        raise NothingLanded(
            f"The landing zone was written before there was {', '.join(unknown)}. Make their empty tables first: "
            "leadgen contracts."
        )
    refuse_older(run)
    _make_build_dir()
    with locked(settings.build_dir(), f"The phase prepare of {run.run_id}"):
        with one_sentence(f"{run.run_id} cannot begin"):
            claim(run)
        lineage.started(run)
        with lineage.watched(run, "prepare"), one_sentence(f"{run.run_id} cannot begin"):
            lay_out_rules()
            pin_landing()
            if listed := listed_accounts():
                leave_out_former(settings.pinned_landing_dir(), listed, former_accounts())
            refuse_cut_off(settings.pinned_landing_dir())
            _forget_old_builds(run)
            shutil.rmtree(run.database.parent, ignore_errors=True)
            run.database.parent.mkdir(parents=True)
            with duckdb.connect(str(run.database)) as database:
                database.execute("create schema checks")
                database.execute("create table checks.inquiry_flags (inquiry_id varchar, flag varchar)")
            begin_steps(run)


def stage(run: BuildRun) -> None:
    """Read the landing zone into one shape per subject, then its phone numbers and addresses."""
    from warehouse.damaged import naming_what_is_unreadable
    from warehouse.steps.contacts import normalise_contacts
    from warehouse.steps.public_holidays import write_public_holidays

    def work() -> Steps:
        folders = ["staging", "shapes", "intermediate/spend", "intermediate/landing"]
        with naming_what_is_unreadable(settings.pinned_landing_dir()):
            steps = _dbt(run, "stage", folders)
        contacts = _python("stage", "normalise_contacts", lambda: normalise_contacts(run)["phones"])
        return [*steps, contacts, _python("stage", "write_public_holidays", lambda: write_public_holidays(run))]

    _run(run, "stage", work)


def _never_landed() -> list[str]:
    """The sources that nothing was ever landed of: there is nothing in them to build or to test."""
    return [source for source in _sources() if not any((settings.pinned_landing_dir() / source).glob("*/account=*"))]


def _sources() -> list[str]:
    """The sources that are staged; the rules are read from files of their own."""
    folders = {path.parent.name for path in settings.DBT_PROJECT.glob("models/staging/*/_*__sources.yml")}
    return sorted(folders - {"rules"})


def check_landed(run: BuildRun) -> None:
    """Look at what was landed before anything is made of it; raises ``CheckFailed``."""
    from warehouse.checks.landed import check
    from warehouse.steps.dbt_functions import add_functions

    _run(run, "check_landed", lambda: check(run, add_functions))


def identify(run: BuildRun) -> None:
    """Find out who is behind each record."""
    from warehouse.steps.people import find_people
    from warehouse.steps.probable import suggest_people

    def work() -> Steps:
        steps = _dbt(run, "identify", ["intermediate/identity"])
        found = _python("identify", "find_people", lambda: find_people(run)["people"])
        return [*steps, found, _python("identify", "suggest_people", lambda: suggest_people(run)["pairs"])]

    _run(run, "identify", work)


def model(run: BuildRun) -> None:
    """Build touchpoints, inquiries, leads and sales."""
    folders = [f"intermediate/{name}" for name in ("touchpoints", "inquiries", "sales")]
    _run(run, "model", lambda: _dbt(run, "model", folders))


def check_inquiries(run: BuildRun) -> None:
    """Flag every inquiry that is poorly identified."""
    from warehouse.checks.inquiries import flag_inquiries

    _run(run, "check_inquiries", lambda: flag_inquiries(run))


def attribute(run: BuildRun) -> None:
    """Share the credit and build the marts; what must add up is tested here."""
    from warehouse.publish.snapshots import recall_snapshot
    from warehouse.steps.channel_effects import find_channel_effects

    def work() -> Steps:
        steps = _dbt(run, "attribute", ["intermediate/journeys"])
        steps.append(_python("attribute", "find_channel_effects", lambda: find_channel_effects(run)))
        steps.append(_python("attribute", "recall_snapshot", lambda: recall_snapshot(run)))
        return [*steps, *_dbt(run, "attribute", ["intermediate/attribution", "intermediate/activations", "marts"])]

    _run(run, "attribute", work)


def check_marts(run: BuildRun) -> None:
    """Look at what would be published; raises ``CheckFailed``."""
    from warehouse.checks.marts import check

    _run(run, "check_marts", lambda: check(run))


def publish(run: BuildRun) -> Path:
    """Put the marts where readers find them, all at once; returns the path that they open."""
    from report.write import write_report
    from warehouse.publish import although_published
    from warehouse.publish import publish as publish_generation

    with lineage.watched(run, "publish"):
        refuse_overtaken(run)
        with locked(settings.build_dir(), f"The phase publish of {run.run_id}"):
            published = publish_generation(run)
    with although_published(run, f"the page {settings.report_dir() / 'index.html'} is still an older one's"):
        write_report(settings.warehouse_link(), settings.report_dir())
    lineage.completed(run)
    return published


WORK: tuple[Callable[[BuildRun], object], ...] = (
    prepare, stage, check_landed, identify, model, check_inquiries, attribute, check_marts, publish
)  # fmt: skip
"""What is done in each of ``PHASES``."""


def new_run(as_of_day: date) -> BuildRun:
    """A run named after its day and the moment it began."""
    return BuildRun(f"{as_of_day}-{datetime.now(UTC):%Y%m%dT%H%M%S}", as_of_day)


def build(run: BuildRun, told: Callable[[str, float], None] = lambda phase, seconds: None) -> None:
    """Run every phase; ``told`` hears of each that is done, with its seconds."""
    _make_build_dir()
    with locked(settings.build_dir(), f"The build {run.run_id}"):
        for name, phase in zip(PHASES, WORK, strict=True):
            started = time.monotonic()
            phase(run)
            told(name, time.monotonic() - started)


def _make_build_dir() -> None:
    folder = settings.build_dir()
    with one_sentence(f"{folder} cannot be made"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _run(run: BuildRun, phase: str, work: Callable[[], Steps]) -> None:
    """Do a phase's work, and say so where it failed."""
    with lineage.watched(run, phase):
        _do(run, phase, work)


def _do(run: BuildRun, phase: str, work: Callable[[], Steps]) -> None:
    """Do a phase's work and write down what it did, also when it failed."""
    refuse_overtaken(run)
    started = time.monotonic()
    what = f"The phase {phase} of {run.run_id}"
    with locked(settings.build_dir(), what), one_sentence(f"{what} could not write"):
        begin_phase(run, phase)
        steps: Sequence[PipelineStep] = []
        status = "error"
        try:
            steps = work()
            status = "success"
        except Exception as failed:
            steps = getattr(failed, "steps", [])
            raise
        finally:
            whole = PipelineStep(phase, phase, "phase", status, time.monotonic() - started)
            record_steps(run, phase, [*steps, whole])


def _dbt(run: BuildRun, phase: str, folders: Sequence[str]) -> Steps:
    # Loading dbt takes seconds, and most commands need none of it.
    from warehouse.dbt_runner import build_models

    return build_models(run, phase, folders, _never_landed())


def _python(phase: str, step: str, work: Callable[[], int]) -> PipelineStep:
    started = time.monotonic()
    rows = work()
    return PipelineStep(phase, step, "python", "success", time.monotonic() - started, rows)


def _forget_old_builds(run: BuildRun) -> None:
    """Remove private databases of earlier builds; what was published lies elsewhere."""
    runs = (settings.build_dir() / "runs").glob("*/build.duckdb")
    builds = sorted(runs, key=lambda file: file.stat().st_mtime, reverse=True)
    for old in [file for file in builds if file != run.database][KEPT_BUILDS - 1 :]:
        shutil.rmtree(old.parent, ignore_errors=True)
