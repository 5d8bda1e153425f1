"""What is too old goes by the days of ``retention.yml``; what the file does not name stays."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from activations.ledger import ledger_file, ledger_of
from activations.model import Outcome, Telling
from erasure.retention import expire, retention_days
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from warehouse.errors import FixRules

TODAY = date(2026, 6, 30)
OLD, NEW = date(2026, 1, 10), date(2026, 6, 10)


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def write(config: Path, text: str) -> None:
    """Configure the days."""
    (config / "retention.yml").write_text(text, encoding="utf-8")


def land() -> None:
    """A form of each day, and one that was rejected."""
    source, account = SOURCES["typeform"], Account("typeform", "nordhaus", "typeform", brand="nordhaus")
    for day in (OLD, NEW):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        rows: list[Row] = [
            {
                "response_id": f"r{day}",
                "form_id": "F",
                "submitted_at": at,
                "email": "a@b.example",
                "_payload": {"x": 1},
            },
            {"response_id": None, "form_id": "F", "submitted_at": at, "_payload": {"y": 1}},
        ]
        with LandingWriter(
            landing_dir(), "typeform", source.table("responses"), account, Window(day, day), "r"
        ) as writer:
            writer.add(rows)
            writer.commit()


def payloads() -> list[tuple[str, str | None]]:
    """Day and payload of each landed row."""
    files = sorted(landing_dir().glob("typeform/responses/account=*/day=*.parquet"))
    return [(str(row["_day"]), row["_payload"]) for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def test_nothing_is_too_old_where_nobody_says_when() -> None:
    land()
    before = payloads()
    done = expire(TODAY)

    assert (done.payload_rows, done.logs, done.people) == (0, 0, [])
    assert payloads() == before


def test_payloads_of_older_days_are_dropped_and_the_rows_stay(config: Path) -> None:
    land()
    write(config, "payloads: 90")

    assert expire(TODAY, dry=True).payload_rows == 1
    assert expire(TODAY).payload_rows == 1
    assert payloads() == [(str(OLD), None), (str(OLD), '{"y":1}'), (str(NEW), '{"x":1}'), (str(NEW), '{"y":1}')]
    assert expire(TODAY).payload_rows == 0


def test_logs_that_were_written_before_go(config: Path) -> None:
    folder = landing_dir().parent / "logs" / "dbt"
    folder.mkdir(parents=True)
    for name, day in (("old.log", OLD), ("new.log", NEW)):
        (folder / name).write_text("said", encoding="utf-8")
        at = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        os.utime(folder / name, (at, at))
    write(config, "logs: 30")

    assert expire(TODAY, dry=True).logs == 1
    assert expire(TODAY).logs == 1
    assert [file.name for file in folder.iterdir()] == ["new.log"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log: 30", "'logs'"),
        ("logs: 0", "1 or more"),
        ("logs: yes", "1 or more"),
        ("logs: [", "cannot be read"),
        ("- 3", "kind"),
    ],
)
def test_a_file_that_says_something_else_is_refused(config: Path, text: str, said: str) -> None:
    write(config, text)

    with pytest.raises(FixRules, match=said):
        retention_days()


def test_days_held_back_rejects_and_exports_go_when_nobody_took_them_up(config: Path) -> None:
    data = landing_dir().parent
    old, new = list[Path](), list[Path]()
    for folder in ("landing/_held/typeform/responses/account=n", "rejects/manual/deals", "exports"):
        (data / folder).mkdir(parents=True)
        for name, day, files in (("old", OLD, old), ("new", NEW, new)):
            file = data / folder / f"{name}.csv"
            file.write_text("a@b.example", encoding="utf-8")
            at = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
            os.utime(file, (at, at))
            files.append(file)
    write(config, "held: 30\nexports: 30")

    assert (expire(TODAY, dry=True).held, expire(TODAY, dry=True).exports) == (2, 1)
    done = expire(TODAY)

    assert (done.held, done.exports) == (2, 1)
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in new)


def told(number: int, at: datetime) -> Telling:
    return Telling(
        f"a{number}", "send", "sale", f"s{number}", "Sale", at, click_id_type="msclkid", click_id=f"click{number}"
    )


def test_the_clicks_of_what_was_told_long_ago_go_out_of_the_ledger_and_it_is_not_told_again(config: Path) -> None:
    with ledger_of("microsoft_ads", "1", run="r", as_of_day=str(TODAY), normaliser="n") as ledger:
        for number, day in ((1, OLD), (2, NEW)):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC)
            ledger.intend([told(number, at)], at)
            ledger.note("send", [Outcome(f"a{number}", "accepted")], at)
    write(config, "ledgers: 120")

    assert expire(TODAY, dry=True).ledger_lines == 1
    assert expire(TODAY).ledger_lines == 1

    text = ledger_file("microsoft_ads", "1").read_text(encoding="utf-8")
    assert "click1" not in text
    assert "click2" in text
    assert text.count("accepted") == 2
    assert "is_forgotten" not in text
    assert expire(TODAY).ledger_lines == 0


def test_ids_that_a_correction_still_needs_cannot_be_let_go(config: Path) -> None:
    write(config, "ledgers: 100")

    with pytest.raises(FixRules, match="112 days or more"):
        retention_days()


def test_runs_need_to_be_found(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_HOME", str(config))
    monkeypatch.delenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", raising=False)
    write(config, "runs: 90")

    with pytest.raises(FixRules, match="LEADGEN_AIRFLOW_DATABASE"):
        expire(TODAY)
