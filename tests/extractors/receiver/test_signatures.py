"""Signatures as other programs write them: the official library of Standard Webhooks, and PHP."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from urllib.parse import urlencode

import pytest

from extractors.receiver.signatures import Refused, check_standard, check_wpforms

AT = 1773136800
BODY = '{"email":"ann@mail.example","note":"Dach \N{HOUSE BUILDING}"}'.encode()
FORM = "application/x-www-form-urlencoded; charset=utf-8"

# What standardwebhooks 1.1.0 for Python writes for the id msg_1, that time and that body.
WRITTEN = {
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=": "v1,Dgprj4E/WpD3q+WAl/f14MlDsHfGgem2azBiiLjZKZs=",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX": "v1,rISz2Ntgnn0P5EbLNXRnQvdqeleyTEuiKgkvLrGHd60=",
    "aGVsbG8td29ybGRfaGVsbG8td29ybGRfaGVsbG8-d29ybGQ_": "v1,0t8tdEsG+MDmESqxyLKGUs3rOXEl+3S6TW++WwrBytY=",
    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg": "v1,7Mi2FTHnZsLo2EqqiZMH/tesMmu4m8jbDj9MfVX4ANc=",
}


def standard(signature: str, *secrets: str, body: bytes = BODY, stamp: str = str(AT)) -> None:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}
    check_standard(body, headers, secrets, AT + 10)


@pytest.mark.parametrize("secret", WRITTEN)
def test_what_the_official_library_signs_is_accepted_and_nothing_else(secret: str) -> None:
    standard(WRITTEN[secret], secret)
    standard("v1,other " + WRITTEN[secret], "another-secret", secret)
    with pytest.raises(Refused):
        standard(WRITTEN[secret], secret, body=BODY + b" ")
    with pytest.raises(Refused):
        standard(WRITTEN[secret], "whsec_AAAA")


@pytest.mark.parametrize("secret", ["whsec_", "whsec_----", "----", "_"])
def test_a_secret_without_a_key_opens_for_nobody_without_it(secret: str) -> None:
    signed = base64.b64encode(hmac.new(b"", f"msg_1.{AT}.".encode() + BODY, hashlib.sha256).digest()).decode()

    with pytest.raises(Refused):
        standard(f"v1,{signed}", secret)


@pytest.mark.parametrize("stamp", ["9" * 400, "9" * 5000, "", "-1", "nan", "1e9", "²", "١٧٧٣١٣٦٨٠٠"])
def test_a_time_that_is_none_is_refused_before_any_secret_is_needed(stamp: str) -> None:
    with pytest.raises(Refused, match="time"):
        standard("v1,x", "secret", stamp=stamp)
    with pytest.raises(Refused, match="time"):
        check_wpforms(b"a=1", FORM, {"x-wpforms-webhook-signature": f"t={stamp},v=0"}, ["secret"], AT)


@pytest.mark.parametrize(
    ("fields", "written"),
    [
        ([("a", "1/2"), ("name", "Dörte")], r'{"a":"1\/2","name":"D\u00f6rte"}'),
        ([("date[date]", "1.3.2026"), ("date[time]", "10:00")], '{"date":{"date":"1.3.2026","time":"10:00"}}'),
        ([("photos[0]", "a.jpg"), ("photos[1]", "b.jpg")], '{"photos":["a.jpg","b.jpg"]}'),
        ([("photos[1]", "a.jpg"), ("photos[2]", "b.jpg")], '{"photos":{"1":"a.jpg","2":"b.jpg"}}'),
        ([("name[]", "Anna")], '{"name[]":"Anna"}'),
        ([("name[][0]", "Anna")], '{"name[]":["Anna"]}'),
        ([("a[b][c][0]", "x")], '{"a":{"b":{"c":["x"]}}}'),
        ([("a", "\x7f\\\x7f"), ("b", "\\u007f")], '{"a":"\x7f\\\\\x7f","b":"\\\\u007f"}'),
        ([("a", "\N{HOUSE BUILDING}\u2028")], r'{"a":"\ud83c\udfe0\u2028"}'),
    ],
)
def test_wpforms_signs_a_form_as_php_writes_its_arrays(fields: list[tuple[str, str]], written: str) -> None:
    def check(signed: str) -> None:
        signature = hmac.new(b"secret", f"{AT}.{signed}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-wpforms-webhook-signature": f"t={AT},v={signature}"}
        check_wpforms(urlencode(fields).encode(), FORM, headers, ["secret"], AT)

    check(written)
    with pytest.raises(Refused):
        check(written + " ")


def test_names_nested_without_end_are_refused_and_cost_no_time() -> None:
    body = urlencode([("a" + "[x]" * 5000, "1")] * 100 + [("a[b]", "1"), ("a", "2"), ("a[b][c]", "3")]).encode()

    started = time.monotonic()
    with pytest.raises(Refused):
        check_wpforms(body, FORM, {"x-wpforms-webhook-signature": f"t={AT},v=0"}, ["secret"], AT)
    assert time.monotonic() - started < 2
