"""check-file says what a pull would make of a file; template writes one to fill in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from extractors.sources.manual import MANUAL
from leadgen.__main__ import app
from tests.extractors.sources.manual.drop import SPEND, drop, spend, workbook


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A business of one brand with a drop."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "brands.csv").write_text(
        "brand,name,time_zone,currency,phone_region,language,site_hosts\nnordhaus,N,Europe/Berlin,EUR,DE,de,\n"
    )
    (config / "accounts.yml").write_text("accounts:\n  - source: manual\n")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_an_export_is_explained_and_nothing_is_landed(home: Path) -> None:
    file = drop(home / "manual", "spend", "Campaign [old].csv")
    file.write_text("Report\nDay,Campaign,Cost,Device\n2026-03-01,Roof,1.50,Mobile\n2026-03-02,Roof,2,Mobile\n")

    code, said = run("check-file", str(file), "--to", "2026-06-30")

    assert code == 0
    for line in (
        "spend/Campaign [old].csv: read as Google Ads report",
        "'Day' -> date",
        "always 'nordhaus' -> brand",
        "not used: 'Device'",
        "2 rows, 0 rejected",
        "2026-03  nordhaus  google_ads  EUR  3.50",
    ):
        assert line in said
    assert not (home / "landing").exists()


def test_faults_are_told_with_line_value_and_cure(home: Path) -> None:
    spend(
        drop(home / "manual", "spend", "a.csv"),
        "nordhaus,2026-03-01,tv,A,1,EUR",
        "nordhouse,2026-03-01,tv,A,1,EUR",
        "nordhaus,2026-03-01,tv,B,twelve,EUR",
        "nordhaus,2026-03-01,tv,A,2,EUR",
    )
    (home / "manual" / "spend" / "b.doc").write_text("x")

    code, said = run("check-file", str(home / "manual"), "--to", "2026-06-30")

    assert code == 1
    assert "spend/a.csv, line 3: brand is no brand of brands.csv" in said
    assert "Did you mean 'nordhaus'? [nordhouse]" in said
    assert "spend/a.csv, line 4: spend is not a number; write it like 1234.50 [twelve]" in said
    assert "2 rows would be rejected: the same key as another row" in said
    assert "passed over: spend/b.doc: .doc files are not read" in said


def test_the_guessed_mapping_needs_only_what_no_header_says(home: Path) -> None:
    file = drop(home / "manual", "spend", "a.csv")
    file.write_text("Datum;Kampagne;Kosten;Klicks;Notiz\n01.03.2026;Roof;1,50;3;x\n")

    assert run("check-file", str(file), "--write-mapping")[0] == 1
    mapping = home / "manual" / "spend" / "mapping.yml"
    text = mapping.read_text(encoding="utf-8")
    assert "campaign_name: 'Kampagne'" in text
    assert "spend: 'Kosten'" in text
    assert "platform: ''  # needed" in text
    filled = text.replace("platform: ''", "platform: 'billboard'").replace("currency: ''", "currency: EUR")
    mapping.write_text(filled.replace("brand: ''", "brand: nordhaus"), encoding="utf-8")

    code, said = run("check-file", str(file), "--to", "2026-06-30")
    assert (code, "2026-03  nordhaus  billboard  EUR  1.50" in said) == (0, True)


def test_the_mapping_that_fits_is_written_out_and_reads_the_same(home: Path) -> None:
    file = drop(home / "manual", "spend", "a.csv")
    file.write_text("Day,Campaign,Cost,Device\n2026-03-01,Roof,1.50,Mobile\n")

    assert run("check-file", str(file), "--write-mapping", "--to", "2026-06-30")[0] == 0
    code, said = run("check-file", str(file), "--to", "2026-06-30")

    assert (code, "spend/mapping.yml says what its columns are" in said) == (0, True)
    assert "2026-03  nordhaus  google_ads  EUR  1.50" in said
    assert "is there already" in run("check-file", str(file), "--write-mapping")[1]


def test_a_file_outside_the_drop_is_read_as_the_table_that_it_fits(home: Path) -> None:
    file = home / "export.csv"
    file.write_text("Record ID,Deal Name,Deal Stage,Close Date,Create Date\n1,A,Closed Won,2026-03-02,2026-03-01\n")

    code, said = run("check-file", str(file), "--to", "2026-06-30")

    assert (code, "HubSpot deals export" in said) == (0, True)


@pytest.mark.parametrize("table", [table.name for table in MANUAL.tables])
def test_the_template_is_a_table_that_is_read(home: Path, table: str) -> None:
    file = home / "manual" / table / "filled.xlsx"
    file.parent.mkdir(parents=True)

    assert run("template", table, str(file))[0] == 0
    code, said = run("check-file", str(file))

    assert (code, "read as our own columns" in said) == (0, True)
    sheet = openpyxl.load_workbook(file)[table]
    lists = [one.formula1 for one in sheet.data_validations.dataValidation]
    assert lists
    assert "is there already" in run("template", table, str(file))[1]


def test_square_brackets_in_names_are_shown_as_they_are(home: Path) -> None:
    workbook(
        drop(home / "manual", "spend", "march [old].xlsx"),
        [[*SPEND.split(","), "Amount [/EUR]"], ["nordhaus", "2026-03-01", "tv", "A", 1, "EUR", 2]],
    )

    code, said = run("pull", "--from", "2026-03-01", "--to", "2026-03-31")

    assert code == 1
    assert "spend/march [old].xlsx" in said
    assert "'Amount [/EUR]'" in said
