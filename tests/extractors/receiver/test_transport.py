"""Posts as pages, caches and programs send them: hidden origins, AMP, scripts that wait, packed and foreign bodies."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.extractors.receiver.receiving import SECRET, Post, Running, landed, receiving, recorded, write_accounts

FORM = "application/x-www-form-urlencoded"
PAGE = "https://www.dach.example"


def form(**fields: str) -> Post:
    return Post({"Content-Type": FORM}, urlencode({"email": "ida@mail.example", **fields}).encode())


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"page_url": f"{PAGE}/kontakt?gclid=SYN-1"}, 200),
        ({"referrer": f"{PAGE}/"}, 200),
        ({"page_url": "https://evil.example/"}, 401),
        ({"page_url": "https://www.dach.example.evil.example/"}, 401),
        ({"page_url": "https://[", "comment": f"{PAGE}/"}, 401),
        ({}, 401),
    ],
)
def test_a_page_that_hides_its_address_may_say_it_in_the_form(
    receiver: Running, fields: dict[str, str], status: int
) -> None:
    answer = receiver.post("/hook/site", form(**fields), Origin="null")

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "null"
    assert [row["email"] for row in landed("inquiries", "site")] == (["ida@mail.example"] if status == 200 else [])


def test_a_page_in_a_cache_of_amp_is_the_page_and_is_answered_as_amp_wants(receiver: Running) -> None:
    cache = "https://www-dach-example.cdn.ampproject.org"
    asked = f"/hook/site?__amp_source_origin={PAGE}"

    good = receiver.post(asked, form(), Origin=cache)
    own = receiver.post("/hook/site", form(name="b"), Origin=PAGE, amp_same_origin="true")
    other = receiver.post(asked, form(), Origin="https://evil-example.cdn.ampproject.org")

    assert (good.status_code, good.json(), own.json()) == (200, {"status": "ok"}, {"status": "ok"})
    assert good.headers["access-control-allow-origin"] == cache
    assert other.status_code == 401


def test_a_script_that_posts_hears_that_all_is_well_and_a_browser_is_sent_on(tmp_path: Path) -> None:
    thanks = f"{PAGE}/danke"
    write_accounts(tmp_path / "config", {"site": {"sender": "browser", "origins": [PAGE], "thanks_url": thanks}})
    with receiving() as receiver:
        script = receiver.post("/hook/site", form(), Origin=PAGE, sec_fetch_mode="cors")
        browser = receiver.post("/hook/site", form(), Origin=PAGE, sec_fetch_mode="navigate")
        old = receiver.post("/hook/site", form(), Origin=PAGE)
        amp = receiver.post(f"/hook/site?__amp_source_origin={PAGE}", form(), Origin=PAGE)

    assert (script.status_code, script.text, script.headers["access-control-allow-origin"]) == (200, "ok", PAGE)
    assert [(one.status_code, one.headers["location"]) for one in (browser, old)] == [(303, thanks)] * 2
    assert old.headers["access-control-allow-origin"] == PAGE
    assert (amp.headers["amp-redirect-to"], amp.status_code) == (thanks, 200)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [("content-type,x-requested-with", "content-type,x-requested-with"), ("", "Content-Type"),
     ("x" * 80, "Content-Type"), (", ".join(["a"] * 50), "Content-Type")],
)  # fmt: skip
def test_a_script_may_send_the_headers_of_its_library_and_its_visitors_cookies(
    receiver: Running, asked: str, allowed: str
) -> None:
    headers = {"Origin": "https://www.dach.example", "Access-Control-Request-Headers": asked}

    answer = requests.options(f"{receiver.url}/hook/site", headers=headers, timeout=10)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == allowed
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"


def test_json_that_a_script_posts_as_plain_text_is_read(receiver: Running) -> None:
    said = {"email": "ida@mail.example", "page_url": f"{PAGE}/?a=b&gclid=SYN-1"}
    receiver.post(
        "/hook/site", Post({"Content-Type": "text/plain;charset=UTF-8"}, json.dumps(said).encode()), Origin=PAGE
    )

    [row] = landed("inquiries", "site")

    assert (row["email"], row["page_url"], row["_reject_reason"]) == (said["email"], said["page_url"], None)


def test_a_packed_post_is_proved_by_what_was_signed_and_lands(receiver: Running) -> None:
    post = recorded("gravity_forms__entry")
    packed = Post({**post.headers, "Content-Encoding": "gzip"}, gzip.compress(post.body))
    bomb = Post(packed.headers, gzip.compress(bytes(5 << 20)))

    assert receiver.post(f"/hook/gravity/{SECRET}", packed).status_code == 200
    assert receiver.post(f"/hook/gravity/{SECRET}", bomb).status_code == 415
    assert [row["email"] for row in landed("inquiries", "gravity")] == ["bernd@mail.example"]


def test_a_form_of_a_page_in_windows_1251_lands_as_it_was_written(receiver: Running) -> None:
    body = urlencode({"Имя": "Иван", "Телефон": "+7 900 000-00-01"}, encoding="windows-1251").encode()
    requests.post(f"{receiver.url}/hook/site", body, headers={"Content-Type": FORM, "Origin": PAGE}, timeout=10)

    [row] = landed("inquiries", "site")

    assert (row["name"], row["phone"], row["_reject_reason"]) == ("Иван", "+7 900 000-00-01", None)


def test_values_behind_each_other_land_each_and_a_second_delivery_adds_none(receiver: Running) -> None:
    body = b'{"email": "a@mail.example"}\n{"email": "b@mail.example"}'
    for _ in range(2):
        receiver.post(f"/hook/cf7/{SECRET}", Post({"Content-Type": "application/json"}, body))

    assert sorted(row["email"] for row in landed("inquiries", "cf7")) == ["a@mail.example", "b@mail.example"]


def test_a_reject_says_what_is_wrong_with_the_body_and_nothing_of_the_sender(receiver: Running) -> None:
    receiver.post(f"/hook/gravity/{SECRET}", Post({"Content-Type": "application/json"}, b'{"id":'))

    [row] = landed("inquiries", "gravity")

    assert row["_reject_reason"] == "the body is not JSON, or too deep"
    assert (row["sender"], row["occurred_at"]) == ("gravity_forms", row["received_at"])
