"""How a sender proves itself. Every comparison takes the same time, whatever is wrong; no secret means no."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from extractors.forms.posted import Unreadable, form_pairs, is_json

Proof = Literal["shared_secret", "meta", "typeform", "wpforms", "standard", "origin"]
"""``shared_secret`` - in the path, a header or a field; ``meta`` and ``typeform`` - HMAC of the body; ``wpforms`` and
``standard`` - HMAC of the body with its time; ``origin`` - a browser, which can keep no secret: its page's address."""

TOLERANCE_SECONDS = 300
"""How old, or how early, a signed time may be."""

MOST_DIGITS = 12
"""A time in seconds has ten."""

KEY_HEADER = "x-leadgen-key"
TELEGRAM_HEADER = "x-telegram-bot-api-secret-token"


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
    bodies = [body] if is_json(content_type) else _as_php_json(body, content_type)
    signed = [stamp.encode() + b"." + one for one in bodies]
    _check(parts.get("v", ""), [_sha256(key, one).hex() for key in _keys(secrets) for one in signed])


def check_standard(body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: float) -> None:
    """``webhook-signature: v1,<base64>`` over ``<webhook-id>.<webhook-timestamp>.<body>`` (Standard Webhooks)."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name:
        raise Refused("the header webhook-id is missing")
    _check_time(stamp, now)
    signed = f"{name}.{stamp}.".encode() + body
    keys = [key for secret in secrets if secret for key in _standard_keys(secret)]
    wanted = [base64.b64encode(_sha256(key, signed)).decode() for key in keys]
    given = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split() if one.startswith("v1,")]
    # All are compared, so that the time taken says nothing.
    if True not in [same(one, wanted) for one in given]:
        raise Refused("the signature is missing or wrong")


def _check_time(stamp: str, now: float) -> None:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= MOST_DIGITS):
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


def _standard_keys(secret: str) -> list[bytes]:
    """``whsec_`` announces a key in base64; of any other text also what the libraries make of it, which is the same."""
    keys = [] if secret.startswith("whsec_") else [secret.encode()]
    try:
        read = base64.b64decode(secret.removeprefix("whsec_") + "==")
    except (binascii.Error, ValueError):
        read = b""
    # A text without one letter of base64 would be a key of no bytes, which everybody has.
    return [*keys, read] if read else [secret.encode()]


def _as_php_json(body: bytes, content_type: str) -> list[bytes]:
    """WPForms signs a form not as it is sent but as PHP writes its fields as JSON.

    A field of several parts is sent as ``date[day]=1``; a name may hold brackets of its own: both are tried.
    """
    try:
        pairs = form_pairs(body, content_type)
    except Unreadable as broken:
        raise Refused("the signed body is not readable") from broken
    return [_php_json(dict(pairs)), _php_json(_nested(pairs))]


def _nested(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The arrays that PHP took apart into names like ``photos[0]`` and ``date[day]``."""
    found: dict[str, Any] = {}
    for name, value in pairs[:MOST_PAIRS]:
        # A name that ends in [] was written so by the form's owner: PHP numbers what it takes apart.
        outer, keys = (taken[1], INNER_KEY.findall(taken[2])) if (taken := TAKEN_APART.fullmatch(name)) else (name, [])
        here, path = found, [outer, *keys]
        for key in path[:-1]:
            below = here.setdefault(key, {})
            if not isinstance(below, dict):
                break
            here = below
        else:
            here[path[-1]] = value
    return {name: _listed(value) for name, value in found.items()}


TAKEN_APART = re.compile(r"([^\[]+(?:\[\])?)((?:\[[^\[\]]+\]){1,8})")
INNER_KEY = re.compile(r"\[([^\[\]]+)\]")
MOST_PAIRS = 1000


def _listed(value: Any) -> Any:
    """PHP writes an array that counts from nought as a list."""
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    return list(inner.values()) if list(inner) == [str(place) for place in range(len(inner))] else inner


def _php_json(value: Any) -> bytes:
    """As ``json_encode`` writes it: a slash is escaped, the sign DEL is not."""
    text = json.dumps(value, separators=(",", ":")).replace("/", "\\/")
    return DEL.sub(lambda found: found[1] + "\x7f", text).encode()


DEL = re.compile(r"((?<!\\)(?:\\\\)*)\\u007f")
