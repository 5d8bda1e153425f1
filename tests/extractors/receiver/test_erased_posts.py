"""Whoever was forgotten is taken out of the spool, byte for byte, while the receiver goes on writing to it."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest

from extractors.receiver.erased_posts import erased_post, forget_posts
from extractors.receiver.spool import Received, Spool, new_receipt
from extractors.receiver.spooled import Damaged, read_day
from extractors.settings import spool_dir
from forgotten.forms import email_forms, international_forms
from forgotten.listed import ForgottenList, Listed, hash_of

KEY = "a key"
AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = {"email": "ann@firm.example", "phone": "0170 1234567", "name": "Ann Smith", "utm_campaign": "spring 2026"}
BOB = {"email": "bob@firm.example", "name": "Bob Smith"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def listed() -> ForgottenList:
    """Ann's address and number."""
    forms = [("email", form, "erased-abc@erased.example") for form in email_forms(ANN["email"])]
    forms += [("phone", form, "+999000000000001") for form in international_forms("+491701234567", "49")]
    return ForgottenList(
        KEY,
        [
            Listed("e1", "2026-06-30", "nordhaus", kind, hash_of(KEY, kind, form), token, "Bado Kelu")
            for kind, form, token in forms
        ],
    )


def post(fields: dict[str, str], content_type: str = "application/json") -> Received:
    """A post as the receiver keeps it."""
    body = urlencode(fields) if content_type == FORM else json.dumps(fields)
    return Received(id=new_receipt(), at=AT, body=body.encode(), content_type=content_type)


def test_a_message_of_theirs_goes_whole_also_where_their_address_is_in_it() -> None:
    written = {**ANN, "message": "I am Ann Smith of Elm Street, write to ann@firm.example", "7": "0170 1234567"}

    new = erased_post(post({**written, "telephone": "0170 1234567 (mornings)"}), listed())

    assert new is not None
    said = json.loads(new.body)
    assert said["message"] == "erased"
    assert (said["7"], said["telephone"]) == ("+999000000000001", "+999000000000001 (mornings)")
    assert said["email"] == "erased-abc@erased.example"


async def receive(spool: Spool, *posts: Received) -> None:
    """Take the posts as the receiver does."""
    await asyncio.gather(*(spool.append("webhook", "forms", one) for one in posts))


def kept() -> list[Received]:
    """What the spool gives back, none of it damaged."""
    pages = read_day("webhook", "forms", AT.date())
    assert pages is not None
    records = [record for page in pages for record in page]
    assert not [one for one in records if isinstance(one, Damaged)]
    return [one for one in records if isinstance(one, Received)]


def spool_bytes() -> bytes:
    """Every byte that lies in the spool."""
    return b"".join(file.read_bytes() for file in spool_dir().rglob("*.spool"))


@pytest.mark.parametrize("content_type", ["application/json", FORM])
def test_a_post_stays_as_a_post_of_nobody(content_type: str) -> None:
    ann, bob = post(ANN, content_type), post(BOB, content_type)
    asyncio.run(receive(Spool(spool_dir()), ann, bob))
    before = spool_bytes()

    assert forget_posts(spool_dir(), listed()) == 1

    found = {one.id: one for one in kept()}
    assert set(found) == {ann.id, bob.id}
    assert found[bob.id] == bob
    body = found[ann.id].body.decode()
    fields = {name: one[0] for name, one in parse_qs(body).items()} if content_type == FORM else json.loads(body)
    assert fields == {
        "email": "erased-abc@erased.example",
        "phone": "+999000000000001",
        "name": "Bado Kelu",
        "utm_campaign": "spring 2026",
    }
    # The body lies in base64: the bytes that held Ann are gone as well.
    first_line = next(line for line in before.splitlines() if ann.id.encode() in line)
    assert first_line not in spool_bytes()


def test_the_receiver_goes_on_writing_to_the_same_file() -> None:
    async def during() -> None:
        spool = Spool(spool_dir())
        await receive(spool, post(ANN))
        forget_posts(spool_dir(), listed())
        await receive(spool, post(BOB))
        await spool.close()

    asyncio.run(during())

    assert sorted(json.loads(one.body)["name"] for one in kept()) == ["Bado Kelu", "Bob Smith"]


def test_a_second_time_finds_nobody() -> None:
    asyncio.run(receive(Spool(spool_dir()), post(ANN)))

    assert forget_posts(spool_dir(), listed()) == 1
    assert forget_posts(spool_dir(), listed()) == 0
    assert len(kept()) == 1


def test_a_preview_changes_nothing() -> None:
    asyncio.run(receive(Spool(spool_dir()), post(ANN)))
    before = spool_bytes()

    assert forget_posts(spool_dir(), listed(), dry=True) == 1
    assert spool_bytes() == before


def test_killed_between_the_new_post_and_the_old_one_it_is_finished_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ann = post(ANN)
    asyncio.run(receive(Spool(spool_dir()), ann))

    def refuse(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(os, "pwrite", refuse)
        with pytest.raises(KeyboardInterrupt):
            forget_posts(spool_dir(), listed())
    assert {one.id for one in kept()} == {ann.id}

    forget_posts(spool_dir(), listed())

    assert {json.loads(one.body)["name"] for one in kept()} == {"Bado Kelu"}
    assert {one.id for one in kept()} == {ann.id}
