"""Who is let in, what each is answered, and that nothing is answered before it is on disk."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import re
import socket
import threading
import time
from pathlib import Path

import pytest

from extractors.receiver.app import LARGEST_BODY
from extractors.settings import spool_dir
from tests.extractors.receiver.receiving import PREVIOUS, SECRET, Post, Running, receiving, recorded, spooled


def hexadecimal(text: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def wpforms_signature(body: bytes, stamp: int, secret: str = SECRET) -> str:
    return f"t={stamp},v={hexadecimal(f'{stamp}.'.encode() + body, secret)}"


def standard_signature(body: bytes, stamp: int, name: str = "msg_0001", secret: str = SECRET) -> str:
    signed = hmac.new(secret.encode(), f"{name}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def now() -> int:
    return int(time.time())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/hook/tilda", "tilda__form"),
        ("/hook/gravity", "gravity_forms__entry"),
        ("/hook/elementor", "elementor__advanced"),
        ("/hook/jotform", "jotform__submission"),
    ],
)
def test_a_sender_without_signature_is_let_in_by_the_secret_in_its_address_or_header(
    receiver: Running, path: str, name: str
) -> None:
    post = recorded(name)

    by_address = receiver.post(f"{path}/{SECRET}", post)
    by_header = receiver.post(path, post, x_leadgen_key=SECRET)
    by_former = receiver.post(path, post, x_leadgen_key=PREVIOUS)
    wrong = [receiver.post(f"{path}/wrong", post), receiver.post(path, post)]

    # Elementor shows the visitor an error for anything but 200, and Tilda wants to read "ok".
    assert [(one.status_code, one.text) for one in (by_address, by_header, by_former)] == [(200, "ok")] * 3
    assert [one.status_code for one in wrong] == [401, 401]
    kept = spooled("webhook", path.removeprefix("/hook/"))
    assert [one.body for one in kept] == [post.body] * 3
    assert {one.content_type for one in kept} == {post.headers["Content-Type"]}


def test_tilda_s_key_may_stand_among_the_fields(receiver: Running) -> None:
    post = recorded("tilda__form")
    keyed = Post(post.headers, post.body + b"&api_key=" + SECRET.encode())

    assert receiver.post("/hook/tilda", keyed).status_code == 200
    assert receiver.post("/hook/tilda", Post(post.headers, post.body + b"&api_key=wrong")).status_code == 401


def test_tilda_s_probe_is_answered_and_not_kept(receiver: Running) -> None:
    answer = receiver.post(f"/hook/tilda/{SECRET}", recorded("tilda__probe"))

    assert (answer.status_code, answer.text) == (200, "ok")
    assert spooled("webhook", "tilda") == []


def test_a_form_field_named_test_does_not_make_a_lead_a_probe(receiver: Running) -> None:
    post = recorded("tilda__form")

    receiver.post(f"/hook/tilda/{SECRET}", Post(post.headers, post.body + b"&test=test"))

    assert len(spooled("webhook", "tilda")) == 1


def test_wpforms_signs_json_by_its_bytes(receiver: Running) -> None:
    post = recorded("wpforms__json")

    good = receiver.post("/hook/wpforms", post, x_wpforms_webhook_signature=wpforms_signature(post.body, now()))
    other = wpforms_signature(post.body, now(), "another secret")
    bad = receiver.post("/hook/wpforms", post, x_wpforms_webhook_signature=other)
    changed = Post(post.headers, post.body.replace(b"Carla", b"Clara"))
    tampered = receiver.post("/hook/wpforms", changed, x_wpforms_webhook_signature=wpforms_signature(post.body, now()))

    assert (good.status_code, bad.status_code, tampered.status_code) == (200, 401, 401)
    assert receiver.post("/hook/wpforms", post).status_code == 401


def test_wpforms_signs_a_form_as_php_writes_it_in_json(receiver: Running) -> None:
    post = recorded("wpforms__form")
    signed = (
        rb'{"entry_id":"78","email":"dora@mail.example",'
        rb'"page_url":"https:\/\/www.dach.example\/kontakt","name":"D\u00f6rte"}'
    )

    good = receiver.post("/hook/wpforms", post, x_wpforms_webhook_signature=wpforms_signature(signed, now()))
    by_bytes = receiver.post("/hook/wpforms", post, x_wpforms_webhook_signature=wpforms_signature(post.body, now()))

    assert (good.status_code, by_bytes.status_code) == (200, 401)


@pytest.mark.parametrize("age", [-301, 301])
def test_a_signature_that_is_too_old_or_too_early_is_a_replay(receiver: Running, age: int) -> None:
    post, stamp = recorded("signed__json"), now() - age

    replayed = receiver.post(
        "/hook/signed",
        post,
        webhook_timestamp=str(stamp),
        webhook_signature=standard_signature(post.body, stamp),
    )
    wpforms = recorded("wpforms__json")
    old = receiver.post(
        "/hook/wpforms", wpforms, x_wpforms_webhook_signature=wpforms_signature(wpforms.body, now() - age)
    )

    assert (replayed.status_code, old.status_code) == (401, 401)
    assert "replay" in replayed.text
    assert spooled("webhook", "signed") == []


def test_a_signed_post_holds_for_its_own_id_and_body_only(receiver: Running) -> None:
    post, stamp = recorded("signed__json"), now()
    signature = standard_signature(post.body, stamp)

    def sent(post: Post, **headers: str) -> int:
        given = {"webhook_timestamp": str(stamp), "webhook_signature": signature, **headers}
        return receiver.post("/hook/signed", post, **given).status_code

    assert sent(post) == 200
    # A sender that changes its secret signs with both for a while.
    assert sent(post, webhook_signature=f"v1,bm9uc2Vuc2U= {signature} v2,other") == 200
    assert sent(post, webhook_id="msg_0002") == 401
    assert sent(post, webhook_timestamp=str(stamp + 1)) == 401
    assert sent(Post(post.headers, post.body + b" ")) == 401
    assert sent(post, webhook_signature=signature.removeprefix("v1,")) == 401
    assert sent(Post({"Content-Type": "application/json"}, post.body)) == 401


def test_meta_is_greeted_with_its_challenge_and_nobody_else_is(receiver: Running) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-me"}

    greeted = receiver.get("/hook/meta", params=asked)
    stranger = receiver.get("/hook/meta", params={**asked, "hub.verify_token": "guess"})
    without = receiver.get("/hook/meta", params={"hub.mode": "subscribe", "hub.challenge": "1"})

    assert (greeted.status_code, greeted.text) == (200, "1158201444")
    assert (stranger.status_code, without.status_code) == (403, 403)
    assert receiver.get("/hook/tilda", params=asked).status_code == 405


def test_where_no_verify_token_is_set_nobody_is_greeted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_HOOK_META", json.dumps({"conn_type": "http", "password": SECRET}))

    with receiving() as running:
        for token in ({}, {"hub.verify_token": ""}):
            asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", **token}
            assert running.get("/hook/meta", params=asked).status_code in (403, 503)


def test_meta_signs_the_bytes_as_they_come(receiver: Running) -> None:
    post = recorded("meta_leads__two_in_one")
    good = receiver.post("/hook/meta", post, x_hub_signature_256=f"sha256={hexadecimal(post.body)}")
    bad = receiver.post("/hook/meta", post, x_hub_signature_256=f"sha256={hexadecimal(post.body + b' ')}")

    assert (good.status_code, bad.status_code) == (200, 401)
    assert receiver.post("/hook/meta", post).status_code == 401
    assert receiver.post("/hook/meta", post, x_hub_signature_256="sha256=").status_code == 401
    assert len(spooled("webhook", "meta")) == 1


def test_telegram_proves_itself_by_its_own_header(receiver: Running) -> None:
    post = recorded("telegram__text")

    taken = receiver.post("/hook/telegram", post, x_telegram_bot_api_secret_token=SECRET)
    wrong = receiver.post("/hook/telegram", post, x_telegram_bot_api_secret_token="guess")

    assert (taken.status_code, wrong.status_code) == (200, 401)
    assert receiver.post("/hook/telegram", post).status_code == 401


def test_a_page_may_post_from_its_own_address_only(receiver: Running) -> None:
    post = recorded("browser__form")

    good = receiver.post("/hook/site", post)
    other = receiver.post("/hook/site", Post({**post.headers, "Origin": "https://evil.example"}, post.body))
    without = receiver.post("/hook/site", Post({"Content-Type": post.headers["Content-Type"]}, post.body))

    assert (good.status_code, other.status_code, without.status_code) == (200, 401, 401)
    assert good.headers["access-control-allow-origin"] == "https://www.dach.example"
    assert "access-control-allow-origin" not in other.headers


def test_a_browser_that_asks_first_is_told_what_it_may(receiver: Running) -> None:
    import requests

    asked = {"Origin": "https://www.dach.example", "Access-Control-Request-Method": "POST"}
    allowed = requests.options(f"{receiver.url}/hook/site", headers=asked, timeout=10)
    refused = requests.options(
        f"{receiver.url}/hook/site", headers={**asked, "Origin": "https://e.example"}, timeout=10
    )

    assert (allowed.status_code, refused.status_code) == (204, 403)
    assert allowed.headers["access-control-allow-methods"] == "POST"


def test_an_unknown_account_is_not_there_and_one_without_its_secret_says_try_again(receiver: Running) -> None:
    post = recorded("gravity_forms__entry")

    assert receiver.post(f"/hook/nobody/{SECRET}", post).status_code == 404
    # A missing secret lets nobody in, also not who sends none.
    forgotten = [receiver.post(path, post) for path in ("/hook/forgotten", "/hook/forgotten/x")]
    assert {(one.status_code, one.headers["retry-after"]) for one in forgotten} == {(503, "30")}
    assert receiver.get("/health").json() == {"status": "ok", "not_set_up": ["forgotten"]}


def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(receiver: Running) -> None:
    import requests

    post = recorded("gravity_forms__entry")
    fits = receiver.post(f"/hook/gravity/{SECRET}", Post(post.headers, b"x" * LARGEST_BODY))
    said = receiver.post(f"/hook/gravity/{SECRET}", Post(post.headers, b"x" * (LARGEST_BODY + 1)))
    silent = requests.post(
        f"{receiver.url}/hook/gravity/{SECRET}",
        data=(b"x" * 65536 for _ in range(LARGEST_BODY // 65536 + 1)),
        headers=post.headers,
        timeout=30,
    )

    assert (fits.status_code, said.status_code, silent.status_code) == (200, 413, 413)
    assert len(spooled("webhook", "gravity")) == 1


def test_a_body_that_breaks_off_is_not_kept(receiver: Running) -> None:
    host, port = receiver.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /hook/gravity/{SECRET} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 500\r\n\r\n".encode() + b'{"id":"1"')
    receiver.get("/health")

    assert spooled("webhook", "gravity") == []


def test_more_posts_than_agreed_are_told_when_to_come_again(receiver: Running) -> None:
    post = recorded("gravity_forms__entry")

    answers = [receiver.post(f"/hook/slow/{SECRET}", post) for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 3
    assert len(spooled("webhook", "slow")) == 2
    # Who is refused anyway uses nothing up, and another sender is not slowed down.
    assert receiver.post(f"/hook/gravity/{SECRET}", post).status_code == 200


def test_one_visitor_may_not_send_a_page_s_form_without_end(receiver: Running) -> None:
    post = recorded("browser__form")

    answers = [receiver.post("/hook/site", post) for _ in range(40)]

    assert [one.status_code for one in answers[:20]] == [200] * 20
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


def test_guessing_does_not_use_up_what_the_sender_may_send(receiver: Running) -> None:
    post = recorded("gravity_forms__entry")

    guesses = [receiver.post(f"/hook/slow/guess-{number}", post).status_code for number in range(20)]

    assert set(guesses) == {401}
    assert receiver.post(f"/hook/slow/{SECRET}", post).status_code == 200


def test_posts_that_come_at_once_share_their_flushes(receiver: Running) -> None:
    post, answers = recorded("gravity_forms__entry"), []

    def send() -> None:
        import requests

        with requests.Session() as session:
            for _ in range(5):
                url = f"{receiver.url}/hook/gravity/{SECRET}"
                answers.append(session.post(url, data=post.body, headers=post.headers, timeout=30).status_code)

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 80
    assert len(spooled("webhook", "gravity")) == 80
    assert receiver.spool.flushes <= 80


def test_a_disk_that_takes_nothing_is_not_answered_with_ok(receiver: Running) -> None:
    post = recorded("gravity_forms__entry")
    # A file where a folder must be made: what a full or broken disk does, without breaking one.
    (spool_dir() / "webhook").mkdir(parents=True)
    (spool_dir() / "webhook" / "gravity").write_text("in the way")

    refused = receiver.post(f"/hook/gravity/{SECRET}", post)
    (spool_dir() / "webhook" / "gravity").unlink()
    taken = receiver.post(f"/hook/gravity/{SECRET}", post)

    assert (refused.status_code, refused.headers["retry-after"], taken.status_code) == (503, "30", 200)
    assert len(spooled("webhook", "gravity")) == 1


def test_the_health_is_bad_while_the_disk_takes_nothing(receiver: Running) -> None:
    assert receiver.get("/health").status_code == 200
    for file in spool_dir().iterdir():
        file.unlink()
    spool_dir().rmdir()
    spool_dir().write_text("in the way")

    assert receiver.get("/health").status_code == 503


def test_the_spool_is_for_its_owner_alone(receiver: Running) -> None:
    receiver.post(f"/hook/gravity/{SECRET}", recorded("gravity_forms__entry"))

    files = [file for file in spool_dir().rglob("*") if file.is_file()]
    assert files
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
    assert {
        oct(folder.stat().st_mode & 0o777) for folder in files[0].parents if folder.is_relative_to(spool_dir())
    } == {"0o700"}


def test_no_secret_is_written_or_logged(receiver: Running, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    post = recorded("gravity_forms__entry")
    with caplog.at_level(logging.DEBUG):
        receiver.post(f"/hook/gravity/{SECRET}", post)
        receiver.post("/hook/gravity", post, x_leadgen_key=SECRET)
        receiver.post("/hook/gravity/wrong", post)

    written = b"".join(
        Path(folder, name).read_bytes() for folder, _, names in os.walk(tmp_path / "data") for name in names
    )
    assert SECRET.encode() not in written
    assert b"x-leadgen-key" not in written.lower()
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("extractors")]
    assert ours == ["webhook, account gravity: refused a post: the secret is missing or wrong."]
    assert not re.search(r"bernd|mail\.example", " ".join(ours), re.IGNORECASE)
