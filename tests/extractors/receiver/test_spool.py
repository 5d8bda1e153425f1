"""What was acknowledged is on disk and is read back once; what was torn never was."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.receiver import address_of, storm
from extractors.errors import RetryLater
from extractors.receiver.clearing import clear_landed
from extractors.receiver.spool import NotWritten, Received, Spool, line_of
from extractors.receiver.spooled import ROWS_PER_PAGE, Damaged, day_folder, read_day, records_of
from extractors.settings import landing_dir, spool_dir

DAY = date(2026, 3, 10)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def post(name: str, at: datetime = NOON) -> Received:
    return Received(id=name, at=at, body=f"body of {name}\nin two lines".encode(), headers={"webhook-id": name})


def write(*posts: Received, account: str = "a") -> None:
    async def appended() -> None:
        spool = Spool(spool_dir())
        await asyncio.gather(*(spool.append("webhook", account, one) for one in posts))
        await spool.close()

    asyncio.run(appended())


def names(day: date = DAY, account: str = "a") -> list[str]:
    return [one.id for page in read_day("webhook", account, day) or () for one in page]


def only_file() -> Path:
    (file,) = spool_dir().rglob("*.spool")
    return file


def test_a_post_is_read_back_as_it_came() -> None:
    write(post("one"))

    assert [one for page in read_day("webhook", "a", DAY) or () for one in page] == [post("one")]


def test_each_post_lies_in_its_account_and_in_the_utc_day_of_its_receipt() -> None:
    berlin = datetime.fromisoformat("2026-03-11T00:30:00+01:00")
    write(post("last second", datetime(2026, 3, 10, 23, 59, 59, 999999, UTC)), post("late in Berlin", berlin))
    write(post("next", datetime(2026, 3, 11, tzinfo=UTC)))
    write(post("other"), account="b")

    assert (names(), names(DAY + timedelta(days=1)), names(account="b")) == (
        ["last second", "late in Berlin"],
        ["next"],
        ["other"],
    )


def test_a_torn_last_record_is_left_out_wherever_it_was_torn() -> None:
    write(post("whole"), post("torn"))
    whole = only_file().read_bytes()
    first = whole.index(b"\n") + 1

    for length in range(first, len(whole)):
        only_file().write_bytes(whole[:length])
        assert names() == ["whole"]


def test_a_tail_that_a_power_cut_left_full_of_zeros_is_left_out() -> None:
    write(post("whole"))
    with only_file().open("ab") as file:
        file.write(bytes(4096))

    assert names() == ["whole"]


def test_a_record_that_was_damaged_later_is_reported_and_not_dropped() -> None:
    write(post("one"), post("two"), post("three"))
    lines = only_file().read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b"two", b"2wo", 1)
    only_file().write_bytes(b"".join(lines))

    read = [one for page in read_day("webhook", "a", DAY) or () for one in page]

    assert [type(one) for one in read] == [Received, Damaged, Received]
    assert isinstance(read[1], Damaged)
    assert "line 2" in read[1].reason


@given(st.lists(st.binary(max_size=200), max_size=20), st.data())
def test_whatever_is_in_the_posts_a_cut_leaves_a_beginning_of_them(bodies: list[bytes], data: st.DataObject) -> None:
    import io

    posts = [Received(id=str(number), at=NOON, body=body) for number, body in enumerate(bodies)]
    text = b"".join(line_of(one) for one in posts)
    cut = data.draw(st.integers(0, len(text)))

    read = list(records_of(io.BytesIO(text[:cut]), "file"))

    assert read == posts[: text[:cut].count(b"\n")]


def test_a_restarted_process_writes_beside_a_torn_file_and_both_are_read() -> None:
    write(post("before"), post("torn"))
    torn = only_file()
    os.truncate(torn, torn.stat().st_size - 3)
    write(post("after"))

    assert sorted(names()) == ["after", "before"]


def test_a_day_is_read_while_it_is_written() -> None:
    async def both() -> list[str]:
        spool = Spool(spool_dir())
        await spool.append("webhook", "a", post("one"))
        seen = names()
        await spool.append("webhook", "a", post("two"))
        await spool.close()
        return seen

    assert asyncio.run(both()) == ["one"]
    assert names() == ["one", "two"]


def test_a_file_that_failed_is_left_alone_and_the_next_post_goes_to_another() -> None:
    async def failing() -> None:
        spool = Spool(spool_dir())
        await spool.append("webhook", "a", post("one"))
        # The file's descriptor is taken away, as a broken disk would.
        (descriptor,) = spool._files.values()
        os.close(descriptor)
        with pytest.raises(NotWritten):
            await spool.append("webhook", "a", post("lost"))
        await spool.append("webhook", "a", post("two"))
        await spool.close()

    asyncio.run(failing())

    assert sorted(names()) == ["one", "two"]


@pytest.fixture
def landed_at() -> Callable[[datetime], None]:
    """Marks the day as landed at that moment."""

    def mark(moment: datetime) -> None:
        for table in ("inquiries", "lead_notices"):
            file = landing_dir() / "webhook" / table / "account=a" / f"day={DAY}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            (landing_dir() / "webhook" / table / "_contract.parquet").touch()
            file.touch()
            os.utime(file, (moment.timestamp(), moment.timestamp()))

    return mark


LATER = NOON + timedelta(days=40)


def clear(now: datetime = LATER) -> list[Path]:
    return clear_landed(spool_dir(), landing_dir(), now)


def test_a_day_that_was_landed_after_its_end_is_cleared_when_its_time_has_come(
    landed_at: Callable[[datetime], None],
) -> None:
    write(post("one"))
    landed_at(NOON + timedelta(days=1))

    assert clear(NOON + timedelta(days=29)) == []
    assert names() == ["one"]
    assert len(clear()) == 1
    assert read_day("webhook", "a", DAY) is None


def test_a_day_that_was_not_landed_is_kept_for_ever(landed_at: Callable[[datetime], None]) -> None:
    write(post("one"))

    assert clear(NOON + timedelta(days=4000)) == []
    landed_at(NOON + timedelta(days=1))
    (landing_dir() / "webhook" / "lead_notices" / "account=a" / f"day={DAY}.parquet").unlink()
    assert clear() == []


def test_a_day_that_was_landed_before_it_was_over_is_kept(landed_at: Callable[[datetime], None]) -> None:
    write(post("one"))
    landed_at(datetime(2026, 3, 11, 0, 59, tzinfo=UTC))

    assert clear() == []


def test_a_day_that_is_cleared_while_it_is_read_is_asked_for_again() -> None:
    many = [post(str(number)) for number in range(ROWS_PER_PAGE + 1)]
    write(*many)
    write(post("in a second file"))
    pages = read_day("webhook", "a", DAY)
    assert pages is not None
    next(pages)
    for file in day_folder("webhook", "a", DAY).iterdir():
        file.unlink()

    with pytest.raises(RetryLater, match="cleared while it was read"):
        next(pages)


@pytest.mark.timeout(240)
def test_all_that_was_acknowledged_lands_once_though_the_receiver_is_killed_three_times(tmp_path: Path) -> None:
    found = storm(tmp_path, posts=1000, per_second=200, kills=3)

    assert len(found.acknowledged) == 1000
    # Without an answer sent again, so the kills did hit some.
    assert found.sent > 1000
    landed = [name for name, _ in found.landed]
    assert sorted(landed) == sorted(found.acknowledged)
    assert all(email == address_of(name) for name, email in found.landed)
    assert found.rejected == 0
