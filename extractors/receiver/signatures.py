"""How a sender proves itself. Every comparison takes the same time, whatever is wrong; no secret means no."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Literal

from extractors.forms.posted import Unreadable, decoded, is_json

Proof = Literal["shared_secret", "meta", "typeform", "wpforms", "standard", "origin"]
"""``shared_secret`` - in the path, a header or a field; ``meta`` and ``typeform`` - HMAC of the body; ``wpforms`` and
``standard`` - HMAC of the body with its time; ``origin`` - a browser, which can keep no secret: its page's address."""

TOLERANCE_SECONDS = 300
"""How old, or how early, a signed time may be."""

KEY_HEADER = "x-leadgen-key"


class Refused(Exception):
    """The proof is missing or wrong. The message says which, and nothing of the secret."""


def same(given: str, secrets: Sequence[str]) -> bool:
    """Whether the text is one of the secrets: two are accepted while one replaces the other."""
    found = False
    for secret in secrets:
        found |= bool(secret) and hmac.compare_digest(given.encode(), secret.encode())
    return found


def check_shared_secret(given: Sequence[str], secrets: Sequence[str]) -> None:
    """The secret itself, from whatever place the sender can put it."""
    if not any(same(one, secrets) for one in given if one):
        raise Refused("the secret is missing or wrong")


def check_meta(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """``X-Hub-Signature-256: sha256=<hex>`` over the bytes as they came."""
    _check(headers.get("x-hub-signature-256", ""), [f"sha256={_sha256(key, body).hex()}" for key in _keys(secrets)])


def check_typeform(body: bytes, headers: Mapping[str, str], secrets: Sequence[str]) -> None:
    """``Typeform-Signature: sha256=<base64>`` over the bytes as they came."""
    wanted = [f"sha256={base64.b64encode(_sha256(key, body)).decode()}" for key in _keys(secrets)]
    _check(headers.get("typeform-signature", ""), wanted)


def check_wpforms(
    body: bytes, content_type: str, headers: Mapping[str, str], secrets: Sequence[str], now: float
) -> None:
    """``X-WPForms-Webhook-Signature: t=<seconds>,v=<hex>`` over ``<t>.<body>``."""
    parts = dict(part.strip().partition("=")[::2] for part in headers.get("x-wpforms-webhook-signature", "").split(","))
    stamp = parts.get("t", "")
    _check_time(stamp, now)
    signed = stamp.encode() + b"." + (body if is_json(content_type) else _as_php_json(body, content_type))
    _check(parts.get("v", ""), [_sha256(key, signed).hex() for key in _keys(secrets)])


def check_standard(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: float) -> None:
    """``webhook-signature: v1,<base64>`` over ``<webhook-id>.<webhook-timestamp>.<body>`` (Standard Webhooks)."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name:
        raise Refused("the header webhook-id is missing")
    _check_time(stamp, now)
    signed = f"{name}.{stamp}.".encode() + body
    wanted = [base64.b64encode(_sha256(_standard_key(secret), signed)).decode() for secret in secrets if secret]
    given = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split() if one.startswith("v1,")]
    # All are compared, so that the time taken says nothing.
    if True not in [same(one, wanted) for one in given]:
        raise Refused("the signature is missing or wrong")


def _check_time(stamp: str, now: float) -> None:
    if not (stamp.isascii() and stamp.isdecimal()):
        raise Refused("the signature's time is missing")
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        raise Refused(f"the signature's time is more than {TOLERANCE_SECONDS // 60} minutes off; it may be a replay")


def _check(given: str, wanted: Sequence[str]) -> None:
    if not same(given, wanted):
        raise Refused("the signature is missing or wrong")


def _keys(secrets: Sequence[str]) -> list[bytes]:
    return [secret.encode() for secret in secrets if secret]


def _sha256(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def _standard_key(secret: str) -> bytes:
    """``whsec_`` announces a key in base64; any other text is the key itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()


def _as_php_json(body: bytes, content_type: str) -> bytes:
    """WPForms signs a form not as it is sent but as PHP writes its fields as JSON."""
    try:
        fields = decoded(body, content_type)
    except Unreadable as broken:
        raise Refused("the signed body is not readable") from broken
    return json.dumps(fields, separators=(",", ":")).replace("/", "\\/").encode()
