"""What a build reads of the landing zone stays as it was when the build began."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import NoReturn

import pytest

from warehouse import settings
from warehouse.pinned import pin_landing

DAY = Path("callrail/calls/account=ACC1/day=2026-06-01.parquet")
HELD = Path("_held/callrail/calls/account=ACC1/day=2026-06-02.parquet")
CONTRACT = Path("callrail/calls/_contract.parquet")


@pytest.fixture(autouse=True)
def landing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A landing zone of a few files."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    for file in (DAY, HELD, CONTRACT):
        landed(settings.landing_dir(), file, b"first")
    return settings.landing_dir()


def landed(root: Path, file: Path, content: bytes) -> None:
    """Land a file as the extractors do: beside the one that it replaces, then a rename."""
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    part = (root / file).with_suffix(".part")
    part.write_bytes(content)
    part.replace(root / file)


def pinned() -> dict[Path, bytes]:
    folder = settings.pinned_landing_dir()
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_day_that_is_replaced_while_a_build_reads_it_is_new_only_for_the_next_build(landing: Path) -> None:
    assert pin_landing() == 3
    landed(landing, DAY, b"second, of another length")

    assert pinned() == dict.fromkeys((DAY, HELD, CONTRACT), b"first")
    pin_landing()
    assert pinned()[DAY] == b"second, of another length"


def test_what_is_being_written_and_what_was_replaced_is_not_read(landing: Path) -> None:
    for file in ("_previous/callrail/calls/account=ACC1/day=2026-06-01.parquet", "_state/fields/a.parquet"):
        landed(landing, Path(file), b"of no build")
    (landing / DAY).with_name(".day=2026-06-03.parquet").write_bytes(b"half")
    (landing / DAY).with_name("day=2026-06-03.parquet.part").write_bytes(b"half")

    pin_landing()

    assert set(pinned()) == {DAY, HELD, CONTRACT}


@pytest.mark.parametrize("refusal", [errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP])
def test_where_a_file_can_have_no_second_name_it_is_copied(
    landing: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(refusal, os.strerror(refusal))

    monkeypatch.setattr(os, "link", refuse)

    assert pin_landing() == 3
    assert pinned() == dict.fromkeys((DAY, HELD, CONTRACT), b"first")


def test_what_a_killed_build_left_is_in_nobodys_way(landing: Path) -> None:
    pin_landing()
    build = settings.build_dir()
    for left in (".landing.new", ".landing.old"):
        landed(build / left, Path("callrail/calls/account=ACC1/day=2020-01-01.parquet"), b"left")
    (landing / DAY).unlink()

    pin_landing()

    assert set(pinned()) == {HELD, CONTRACT}
    assert [file.name for file in build.iterdir()] == ["landing"]


def test_others_may_not_enter_what_is_pinned() -> None:
    pin_landing()

    assert stat.S_IMODE(settings.pinned_landing_dir().stat().st_mode) == 0o700


def test_no_model_reads_the_landing_zone_but_through_what_is_pinned() -> None:
    files = [file for kind in ("yml", "sql") for file in settings.DBT_PROJECT.rglob(f"*.{kind}")]
    texts = {file.name: file.read_text(encoding="utf-8") for file in files if "target" not in file.parts}

    assert [name for name, text in texts.items() if '{{ env_var("LEADGEN_DATA") }}/landing' in text] == []
    assert len([name for name, text in texts.items() if 'env_var("LEADGEN_LANDING")' in text]) > 20
