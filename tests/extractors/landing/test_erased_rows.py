"""Whoever was forgotten is taken out of rows before they are landed, and out of what is landed; the rows stay."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extractors.errors import FixSettings
from extractors.landing.erased_rows import record_form
from extractors.landing.erasing import forget_landed, load_list
from extractors.landing.personal import NOBODYS, NOT_OF_CLIENTS, kind_of
from extractors.landing.turns import landing_held
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.settings import erasures_file, landing_dir
from extractors.sources import SOURCES
from forgotten.forms import Kind, email_forms, international_forms
from forgotten.listed import Listed, add_to_list, hash_of

KEY = "a key"
DAY = date(2026, 3, 2)
ANN: Row = {
    "response_id": "r1",
    "form_id": "F1",
    "submitted_at": datetime(2026, 3, 2, 10, tzinfo=UTC),
    "email": "Ann@Firm.example",
    "phone": "0170 1234567",
    "full_name": "Ann Smith",
    "message": "Call me, Ann",
    "client_id": "000a86fad63cdc85",
    "answers": json.dumps({"name": "Ann Smith", "service": "Roof", "ad_user_data": "denied", "ad_storage": "denied"}),
    "utm_content": "for-ann@firm.example",
    "utm_campaign": "spring",
    "_payload": {"email": "Ann@Firm.example", "notes": "lives in the Elm Street"},
}
BOB = ANN | {
    "response_id": "r2",
    "email": "bob@firm.example",
    "phone": "0170 7654321",
    "full_name": "Bob Smith",
    "message": "Hello",
    "client_id": "111a86fad63cdc85",
    "answers": "{}",
    "utm_content": "x",
    "_payload": {"email": "bob@firm.example"},
}


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_HASH_KEY", KEY)


def forget_ann(*more: tuple[Kind, str, str]) -> None:
    """List her address, her number and her cookie."""
    forms: list[tuple[Kind, str, str]] = [
        ("email", form, "erased-abc@erased.example") for form in email_forms(ANN["email"])
    ]
    forms += [("phone", form, "+999000000000001") for form in international_forms("+491701234567", "49")]
    forms += [("id", "000a86fad63cdc85", "999f99fff99fff99"), *more]
    lines = [
        Listed("e1", "2026-06-30", "nordhaus", kind, hash_of(KEY, kind, form), token, "Bado Kelu")
        for kind, form, token in forms
    ]
    add_to_list(erasures_file(), KEY, lines)


def land(*rows: Row, source: str = "typeform", table: str = "responses", account: str = "nordhaus") -> None:
    """Land the rows as a pull does."""
    declared = SOURCES[source]
    of = Account(source, account, source, brand="nordhaus")
    days = Window(DAY, DAY)
    with LandingWriter(landing_dir(), source, declared.table(table), of, days, "r", siblings=declared.tables) as writer:
        writer.add([dict(row) for row in rows])
        writer.commit()


def landed(source: str = "typeform", table: str = "responses") -> list[dict[str, Any]]:
    """The rows that are landed."""
    files = sorted((landing_dir() / source / table).glob("account=*/day=*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]


def all_text() -> str:
    """Every value of every landed file of any version."""
    return "\n".join(
        str(row) for file in landing_dir().rglob("day=*.parquet") for row in pq.ParquetFile(file).read().to_pylist()
    )


NAMES_OF_THINGS = {
    "meta_ads.account.name", "tiktok_ads.advertiser.name", "linkedin_ads.account.name", "linkedin_ads.campaigns.name",
    "linkedin_ads.lead_forms.name", "callrail.trackers.name", "amocrm.products.name", "salesforce.products.name",
}  # fmt: skip


def test_every_column_of_text_is_said_to_name_somebody_or_nobody() -> None:
    undeclared = {
        f"{source.name}.{table.name}.{name}"
        for source in SOURCES.values()
        for table in source.tables
        for name, kind in table.columns.items()
        if kind == "text" and (source.name, table.name) not in NOT_OF_CLIENTS
        if not kind_of(source.name, table.name, name) and name not in NOBODYS
    }
    assert undeclared == NAMES_OF_THINGS


def test_a_row_that_comes_again_lands_as_a_row_of_nobody() -> None:
    forget_ann()
    land(ANN, BOB)
    ann, bob = landed()

    assert ann["email"] == "erased-abc@erased.example"
    assert ann["phone"] == "+999000000000001"
    assert ann["full_name"] == "Bado Kelu"
    assert ann["client_id"] == "999f99fff99fff99"
    assert ann["message"] == "erased"
    # A no stays a no: what was erased would be silence, which some sites take for a yes.
    kept = {"service": "Roof", "ad_user_data": "denied", "ad_storage": "denied"}
    assert json.loads(ann["answers"]) == {"name": "erased", **kept}
    assert ann["utm_content"] == "for-erased-abc@erased.example"
    assert (ann["response_id"], ann["form_id"], ann["utm_campaign"]) == ("r1", "F1", "spring")
    assert (bob["email"], bob["full_name"]) == ("bob@firm.example", "Bob Smith")
    left = all_text().lower()
    assert not any(one in left for one in ("ann", "1234567", "elm street", "000a86fad63cdc85"))


def test_what_is_landed_becomes_the_same_as_what_is_landed_anew() -> None:
    land(ANN, BOB)
    forget_ann()
    forget_landed(landing_dir(), SOURCES.values(), load_list())
    before = landed()
    land(ANN, BOB)

    assert [{**row, "_landed_at": None} for row in landed()] == [{**row, "_landed_at": None} for row in before]


def test_every_version_is_written_anew_and_others_keep_theirs() -> None:
    many = [BOB | {"response_id": f"b{number}", "email": f"b{number}@firm.example"} for number in range(30)]
    land(ANN, *many)
    land(ANN, *many, BOB)
    # Most rows are missing: this version is held back.
    land(ANN)
    forget_ann()

    done = forget_landed(landing_dir(), SOURCES.values(), load_list())

    assert {one.place: one.rows for one in done} == {"landing": 1, "_previous": 1, "_held": 1}
    assert "Ann@Firm" not in all_text()
    assert len(landed()) == 32


def test_a_file_says_the_same_of_its_rows_after_it_was_written_anew() -> None:
    land(ANN, BOB)
    (file,) = landing_dir().glob("typeform/responses/account=*/day=*.parquet")
    before = pq.read_metadata(file).metadata
    forget_ann()
    forget_landed(landing_dir(), SOURCES.values(), load_list())
    after = pq.read_metadata(file).metadata

    assert {name: value for name, value in after.items() if name.startswith(b"leadgen")} == {
        name: value for name, value in before.items() if name.startswith(b"leadgen")
    }


def test_a_contact_that_was_not_known_goes_too_where_the_record_is_the_person_s() -> None:
    forget_ann(("record", record_form("typeform", "nordhaus", "responses", "r9"), "Bado Kelu"))
    land(ANN | {"response_id": "r9", "email": "new@ann.example", "phone": "+44 20 7946 0000", "client_id": "c9"})
    (row,) = landed()

    assert row["email"].endswith("@erased.example")
    assert row["phone"].startswith("+999")
    assert "ann.example" not in all_text()
    assert "7946" not in all_text()


def test_what_was_written_anew_stays_as_it_is_when_it_is_written_anew_again() -> None:
    land(ANN, BOB)
    forget_ann(("record", record_form("typeform", "nordhaus", "responses", "r2"), ""))
    first = forget_landed(landing_dir(), SOURCES.values(), load_list())
    once = landed()
    again = forget_landed(landing_dir(), SOURCES.values(), load_list())

    assert [done.rows for done in first] == [2]
    assert once[1]["email"] != BOB["email"]
    assert (again, landed()) == ([], once)


def test_a_device_of_theirs_does_not_make_the_contacts_in_the_row_theirs() -> None:
    forget_ann()
    land(BOB | {"client_id": ANN["client_id"]})
    (row,) = landed()

    assert (row["email"], row["full_name"]) == ("bob@firm.example", "Bob Smith")
    assert row["client_id"] == "999f99fff99fff99"


def test_a_deal_that_names_their_contact_loses_its_title() -> None:
    forget_ann(("record", record_form("bitrix24", "main", "contacts", "12"), "Bado Kelu"))
    changed = datetime(2026, 3, 2, tzinfo=UTC)
    deal = {"deal_id": "12", "title": "Roof for Ann", "contact_id": "12", "updated_at": changed}
    other = deal | {"deal_id": "13", "title": "Roof for Bob", "contact_id": "13"}
    land(deal, other, source="bitrix24", table="deals", account="main")

    assert [row["title"] for row in landed("bitrix24", "deals")] == ["erased", "Roof for Bob"]


def test_the_same_person_at_another_brand_stays() -> None:
    forget_ann()
    declared = SOURCES["typeform"]
    of = Account("typeform", "clearwater", "typeform", brand="clearwater")
    window = Window(DAY, DAY)
    with LandingWriter(landing_dir(), "typeform", declared.table("responses"), of, window, "r") as writer:
        writer.add([dict(ANN)])
        writer.commit()

    assert landed()[0]["full_name"] == "Ann Smith"


def test_a_rejected_row_keeps_its_reason_without_the_person() -> None:
    forget_ann()
    land(ANN | {"submitted_at": "the 2nd of ann@firm.example"}, BOB)

    assert any(row["_reject_reason"] for row in landed())
    assert "ann" not in all_text().lower()


def test_who_is_forgotten_while_a_pull_reads_is_not_brought_back_by_it() -> None:
    declared, of = SOURCES["typeform"], Account("typeform", "nordhaus", "typeform", brand="nordhaus")
    with LandingWriter(
        landing_dir(), "typeform", declared.table("responses"), of, Window(DAY, DAY), "r", siblings=declared.tables
    ) as writer:
        writer.add([dict(ANN)])
        forget_ann()
        writer.commit()

    assert landed()[0]["email"] == "erased-abc@erased.example"
    assert "Ann" not in all_text()


def test_a_pull_waits_with_its_days_while_what_is_landed_is_written_anew() -> None:
    land(BOB)
    pulling = threading.Thread(target=land, args=(ANN, BOB))
    with landing_held(landing_dir(), alone=True):
        pulling.start()
        pulling.join(1)
        assert pulling.is_alive()
        assert len(landed()) == 1
    pulling.join(30)

    assert len(landed()) == 2


def test_nothing_is_landed_where_the_list_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_ann()
    monkeypatch.setenv("LEADGEN_HASH_KEY", "another")

    with pytest.raises(FixSettings, match="would be brought back"):
        land(ANN)
